"""Which reads are believed. A wrong text at the gate is worse than a second's delay."""

from __future__ import annotations

from collections.abc import Hashable

from kiosk.sources.decoding.reading import TRUSTED_AT_ONCE, Read, keep_larger, overlap

WITHIN_S = 1.5
"""Reads further apart than this say nothing about each other."""

_NEEDED = 2


class Agreement:
    """Linear codes, PDF417 and Micro QR are believed at the second equal read, from another sighting.

    A sighting is a frame of a film; on a still picture, where there is one frame, it is a pass. Readings of the same
    place that differ are rivals: a text is believed when it has two sightings more than each of its rivals. Nothing
    shorter than `min_length` is believed at all.
    """

    def __init__(self, min_length: int = 4) -> None:
        self._min_length = min_length
        self._seen: dict[tuple[str, str], _Sightings] = {}

    def weigh(self, reads: list[Read], sighting: Hashable, at_s: float = 0.0) -> list[Read]:
        """Those of one sighting's reads that are believed now, with the passes that agreed on them."""
        for key in [key for key, seen in self._seen.items() if at_s - seen.last_s > WITHIN_S]:
            del self._seen[key]
        kept = keep_larger([read for read in reads if len(read.text) >= self._min_length])
        for read in kept:
            self._seen.setdefault(read.key, _Sightings()).add(read, sighting, at_s)
        return [self._believed(read) for read in kept if self._is_believed(read)]

    def _is_believed(self, read: Read) -> bool:
        if read.symbology in TRUSTED_AT_ONCE:
            return True
        rivals = [other for key, other in self._seen.items() if key != read.key and overlap(read, other.read)]
        if any(rival.read.symbology in TRUSTED_AT_ONCE for rival in rivals):
            return False
        return self._seen[read.key].count >= _NEEDED + max((rival.count for rival in rivals), default=0)

    def _believed(self, read: Read) -> Read:
        passes = self._seen[read.key].passes if read.symbology not in TRUSTED_AT_ONCE else read.passes
        return read.by(*passes)


class _Sightings:
    """Where, how often and by which passes one text has been read lately."""

    def __init__(self) -> None:
        self.read: Read
        self.last_s = 0.0
        self.passes: tuple[str, ...] = ()
        self._sightings: set[Hashable] = set()

    def add(self, read: Read, sighting: Hashable, at_s: float) -> None:
        self.read, self.last_s = read, at_s
        self.passes = tuple(dict.fromkeys(self.passes + read.passes))
        self._sightings.add(sighting)

    @property
    def count(self) -> int:
        return len(self._sightings)
