"""Which reads are believed. A wrong text at the gate is worse than a second's delay."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from kiosk.sources.decoding.reading import TRUSTED_AT_ONCE, Read, keep_larger, overlap

WITHIN_S = 1.5
"""Reads further apart than this say nothing about each other."""

STILL_THERE_S = 0.4
"""Bars seen where a matrix code was this lately are a piece of it."""

_NEEDED = {"ITF": 3}
"""Sightings; two of what is not listed. A piece of an ITF code under a glare reads as well as a whole one."""


class Agreement:
    """Linear codes, PDF417 and Micro QR are believed at the second equal read, from another sighting; ITF at the third.

    A sighting is a frame of a film; on a still picture, where there is one frame, it is a pass. Other readings of the
    same place, since this one was first seen, are rivals: a text is believed when it has two sightings more than each
    of them has had. A code that takes another's place is not held up by it. Nothing shorter than `min_length` is
    believed at all.
    """

    def __init__(self, min_length: int = 4) -> None:
        self._min_length = min_length
        self._seen: dict[tuple[str, str], _Sightings] = {}

    def weigh(self, reads: list[Read], sighting: Hashable, at_s: float = 0.0) -> list[Read]:
        """Those of one sighting's reads that are believed now, with the passes that agreed on them."""
        for seen in self._seen.values():
            seen.forget_before(at_s - WITHIN_S)
        self._seen = {key: seen for key, seen in self._seen.items() if seen.count}
        kept = keep_larger([read for read in reads if len(read.text) >= self._min_length])
        for read in kept:
            self._seen.setdefault(read.key, _Sightings(read)).add(read, sighting, at_s)
        return [self._believed(read) for read in kept if self._is_believed(read, at_s)]

    def _is_believed(self, read: Read, at_s: float) -> bool:
        if read.symbology in TRUSTED_AT_ONCE:
            return True
        mine = self._seen[read.key]
        rivals = [seen for key, seen in self._seen.items() if key != read.key and overlap(read, seen.read)]
        if any(seen.read.symbology in TRUSTED_AT_ONCE and at_s - seen.last_s <= STILL_THERE_S for seen in rivals):
            return False
        return mine.count >= _NEEDED.get(read.symbology, 2) + max(
            (seen.count_since(mine.first_s) for seen in rivals), default=0
        )

    def _believed(self, read: Read) -> Read:
        seen = self._seen[read.key]
        passes = read.passes if read.symbology in TRUSTED_AT_ONCE else seen.passes
        return replace(read, corners=seen.read.corners, passes=passes)


class _Sightings:
    """Where, how often and by which passes one text has been read lately."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.passes: tuple[str, ...] = ()
        self._at_s: dict[Hashable, float] = {}

    def add(self, read: Read, sighting: Hashable, at_s: float) -> None:
        # libzbar may have seen a code along one line only: then its corners are worth less than those before.
        corners = read.corners if 2 * read.area >= self.read.area else self.read.corners
        self.read = replace(read, corners=corners)
        self.passes = tuple(dict.fromkeys(self.passes + read.passes))
        self._at_s.setdefault(sighting, at_s)

    def forget_before(self, since_s: float) -> None:
        self._at_s = {sighting: at_s for sighting, at_s in self._at_s.items() if at_s >= since_s}

    @property
    def first_s(self) -> float:
        return min(self._at_s.values())

    @property
    def last_s(self) -> float:
        return max(self._at_s.values())

    @property
    def count(self) -> int:
        return len(self._at_s)

    def count_since(self, since_s: float) -> int:
        return sum(1 for at_s in self._at_s.values() if at_s >= since_s)
