"""Which bookings of a choice are marked, and where the cursor is. What cannot be redeemed cannot be marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.verdict import Choose

DIGITS = 9


@dataclass(frozen=True, slots=True)
class Marks:
    """`open` are the positions that can be redeemed, from 0."""

    count: int
    open: frozenset[int]
    marked: frozenset[int] = frozenset()
    cursor: int = 0

    @classmethod
    def of(cls, choice: Choose) -> Marks:
        """Nothing is marked, unless there is nothing to choose from: a single booking that waits for a yes."""
        open_ = frozenset(place for place, option in enumerate(choice.options) if option.obstacle is None)
        marked = open_ if len(choice.options) == 1 else frozenset[int]()
        return cls(len(choice.options), open_, marked, min(open_, default=0))

    @property
    def numbered(self) -> int:
        """How many carry a digit."""
        return min(self.count, DIGITS)

    def toggled(self, place: int) -> Marks:
        if not 0 <= place < self.count:
            return self
        return replace(self, marked=self.marked ^ ({place} & self.open), cursor=place)

    def all_marked(self) -> Marks:
        """All that can be; none, where all are already."""
        return replace(self, marked=frozenset() if self.marked == self.open else self.open)

    def moved(self, by: int) -> Marks:
        return replace(self, cursor=max(0, min(self.count - 1, self.cursor + by)))
