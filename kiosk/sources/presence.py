"""One ticket, one scan: a code counts when it appears, and again only after it has been out of the picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.sources.decoding.reading import Read

ABSENT_S = 2.0
"""A code unseen for this long has left; a hand that trembles or a glare hides it for less."""
IN_VIEW_S = 0.25
"""A code unseen for this long no longer stands in another's way."""
_NEARER = 0.12
"""Of the picture's width: by how much a second code must be nearer to the middle to take over from one in view."""


@dataclass
class _Known:
    read: Read
    last_s: float
    told: bool = False


class Presence:
    """The codes before the camera. Times in seconds, positions in pixels."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}
        self._looked_s = 0.0
        self.crowded = False
        """Whether two different codes are in the picture."""

    def look(self, reads: Iterable[Read], at_s: float, width: int, height: int) -> Read | None:
        """Take in what was read in a frame; the code to report, if there is a new one.

        Of two codes in one picture it is the one nearer to the middle.
        """
        self._looked_s = at_s
        for key in [key for key, known in self._known.items() if at_s - known.last_s > ABSENT_S]:
            del self._known[key]
        for read in reads:
            known = self._known.setdefault(read.key, _Known(read, at_s))
            known.read, known.last_s = read, at_s
        in_view = [known for known in self._known.values() if at_s - known.last_s <= IN_VIEW_S]
        self.crowded = len(in_view) > 1
        if not in_view:
            return None

        def off_middle(known: _Known) -> float:
            x, y = known.read.middle
            return float(((x - width / 2) ** 2 + (y - height / 2) ** 2) ** 0.5)

        nearest = min(in_view, key=off_middle)
        standing = min((off_middle(known) for known in in_view if known.told), default=None)
        if nearest.told or (standing is not None and standing - off_middle(nearest) < _NEARER * width):
            return None
        nearest.told = True
        return nearest.read

    def unchanged(self, at_s: float) -> None:
        """The picture is the same as at the last look: what was in view still is, what had left is still away."""
        for known in self._known.values():
            if self._looked_s - known.last_s <= IN_VIEW_S:
                known.last_s += at_s - self._looked_s
        self._looked_s = at_s
