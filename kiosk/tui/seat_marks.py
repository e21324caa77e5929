"""Which seats of a plan are marked, and where the cursor is. What is taken, or for other prices, cannot be marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from kiosk.domain.seating import Seat
from kiosk.domain.voucher_events import SeatsTold
from kiosk.tui.chart import Chart
from kiosk.tui.presenter import keys


class SeatState(Enum):
    """What a seat is to this guest."""

    FREE = auto()
    MARKED = auto()
    TAKEN = auto()
    OTHER = auto()
    """Free, and not for these vouchers' prices."""


@dataclass(frozen=True, slots=True)
class SeatMarks:
    """`wanted` seats are to be marked, in the order in which they were. `column` is where up and down keep to."""

    chart: Chart
    free: frozenset[str]
    own: tuple[str, ...] = ()
    areas: frozenset[str] = frozenset()
    wanted: int = 0
    marked: tuple[str, ...] = ()
    cursor: str = ""
    column: int = 0

    @classmethod
    def of(cls, chart: Chart, seats: SeatsTold, wanted: int) -> SeatMarks:
        """The seats that are held are marked; the cursor is on the first of them, else in the middle of the house."""
        own = tuple(seat_id for seat_id in seats.own if seat_id in chart.places)
        marks = cls(chart, frozenset(seats.free), own, frozenset(seats.areas), wanted, own)
        return marks._at(own[0] if own else marks._middle())

    def told(self, seats: SeatsTold, wanted: int) -> SeatMarks:
        """The same plan, a moment later. Other seats are held now: they are marked; else what is marked stays so."""
        fresh = SeatMarks.of(self.chart, seats, wanted)
        if set(fresh.own) != set(self.own):
            return fresh
        kept = tuple(seat_id for seat_id in self.marked if fresh._may_mark(seat_id))
        return replace(fresh, marked=kept, cursor=self.cursor, column=self.column)

    @property
    def is_changed(self) -> bool:
        """Whether other seats are marked than are held."""
        return set(self.marked) != set(self.own)

    @property
    def has_others(self) -> bool:
        """Whether some seats are not for these vouchers' prices."""
        return bool(self.areas) and not self.chart.areas <= {"", *self.areas}

    @property
    def missing(self) -> int:
        return max(0, self.wanted - len(self.marked))

    def state(self, seat: Seat) -> SeatState:
        if seat.id in self.marked:
            return SeatState.MARKED
        if seat.id not in self.free and seat.id not in self.own:
            return SeatState.TAKEN
        return SeatState.FREE if self._fits(seat) else SeatState.OTHER

    def moved(self, key: str) -> SeatMarks:
        if self.cursor not in self.chart.places:
            return self
        match key:
            case keys.LEFT | keys.RIGHT:
                return self._at(self.chart.beside(self.cursor, -1 if key == keys.LEFT else 1))
            case _:
                found = self.chart.across(self.cursor, -1 if key == keys.UP else 1, self.column)
                return replace(self, cursor=found)

    def toggled(self, seat_id: str) -> SeatMarks:
        """One more or one less; with enough of them marked, the one that was marked first gives way."""
        if seat_id not in self.chart.places:
            return self
        here = self._at(seat_id)
        if seat_id in self.marked:
            return replace(here, marked=tuple(one for one in self.marked if one != seat_id))
        if not self._may_mark(seat_id):
            return here
        marked = (*self.marked, seat_id)
        return replace(here, marked=marked[-self.wanted :] if self.wanted else marked)

    def _may_mark(self, seat_id: str) -> bool:
        seat = self.chart.seat(seat_id)
        return seat is not None and (seat_id in self.free or seat_id in self.own) and self._fits(seat)

    def _fits(self, seat: Seat) -> bool:
        return not self.areas or seat.area_category_id in ("", *self.areas)

    def _at(self, seat_id: str) -> SeatMarks:
        place = self.chart.places.get(seat_id)
        return replace(self, cursor=seat_id, column=place[1] if place else 0)

    def _middle(self) -> str:
        rows = [row for row in self.chart.rows if row.seats]
        seat = rows[len(rows) // 2].nearest(self.chart.width // 2) if rows else None
        return seat.id if seat else ""
