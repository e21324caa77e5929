"""A seat plan as it is drawn: every seat in its row and column, aisles kept, and at which end the screen is.

Seats stand by `column`, never by their labels, which may run from the right or skip numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kiosk.domain.seating import Seat, SeatArea, SeatKind, SeatPlan

WIDEST_AISLE = 3
"""Columns: plans with more empty ones between two seats say nothing by it."""

BESIDE = 2
"""Columns between two areas that stand side by side."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row of seats by column, from 0. `area` is its part of the screen, where there are several; `begins_area`:
    another part begins with it."""

    label: str
    seats: tuple[tuple[int, Seat], ...]
    area: str = ""
    begins_area: bool = False

    def nearest(self, column: int) -> Seat | None:
        """The seat that stands nearest to a column."""
        return min(self.seats, key=lambda placed: abs(placed[0] - column))[1] if self.seats else None


@dataclass(frozen=True)
class Chart:
    """`is_screen_above`: the office does not say; the row whose label comes first is taken for the front one."""

    rows: tuple[ChartRow, ...]
    is_screen_above: bool = True

    @cached_property
    def width(self) -> int:
        """Columns."""
        return 1 + max((column for row in self.rows for column, _ in row.seats), default=-1)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """Row and column of every seat, by its id."""
        return {seat.id: (nth, column) for nth, row in enumerate(self.rows) for column, seat in row.seats}

    @cached_property
    def kinds(self) -> frozenset[SeatKind]:
        return frozenset(seat.kind for row in self.rows for _, seat in row.seats)

    @cached_property
    def areas(self) -> frozenset[str]:
        """The area categories of its seats."""
        return frozenset(seat.area_category_id for row in self.rows for _, seat in row.seats)

    def seat(self, seat_id: str) -> Seat | None:
        place = self.places.get(seat_id)
        if place is None:
            return None
        return next(seat for column, seat in self.rows[place[0]].seats if column == place[1])

    def beside(self, seat_id: str, by: int) -> str:
        """The next seat of the row, over an aisle too; the same one at its end."""
        nth, _ = self.places[seat_id]
        ids = [seat.id for _, seat in self.rows[nth].seats]
        return ids[max(0, min(len(ids) - 1, ids.index(seat_id) + by))]

    def across(self, seat_id: str, by: int, column: int) -> str:
        """The seat of the next row that has any, nearest to a column; the same one at the end."""
        nth = self.places[seat_id][0] + by
        while 0 <= nth < len(self.rows):
            found = self.rows[nth].nearest(column)
            if found is not None:
                return found.id
            nth += by
        return seat_id


def chart_of(plan: SeatPlan) -> Chart:
    """Where every seat of a plan is drawn."""
    bands = _bands(plan.areas)
    placed = [row for nth, band in enumerate(bands) for row in _rows_of(band, len(plan.areas), is_first=nth == 0)]
    at = _closed_up({column for row in placed for column, _ in row.seats})
    rows = tuple(replace(row, seats=tuple((at[c], seat) for c, seat in row.seats)) for row in placed)
    return Chart(rows, _is_front_first([row.label for row in rows if row.seats]))


def _bands(areas: Sequence[SeatArea]) -> list[list[SeatArea]]:
    """Areas from the top; those that stand beside each other together, from the left."""
    bands: list[list[SeatArea]] = []
    for area in sorted(areas, key=lambda one: one.boundary.top):
        if bands and all(_are_beside(area, other) for other in bands[-1]):
            bands[-1].append(area)
        else:
            bands.append([area])
    return [sorted(band, key=lambda one: one.boundary.left) for band in bands]


def _are_beside(one: SeatArea, other: SeatArea) -> bool:
    a, b = one.boundary, other.boundary
    share_height = min(a.bottom, b.bottom) - max(a.top, b.top) > 0
    return share_height and (a.left >= b.right > b.left or b.left >= a.right > a.left)


def _rows_of(band: Sequence[SeatArea], areas: int, *, is_first: bool) -> Iterator[ChartRow]:
    """The rows of a band, those of areas side by side in one line each."""
    name = " · ".join(area.name for area in band if area.name) if areas > 1 else ""
    lefts = _lefts(band)
    last: int | None = None
    for nth in range(max(len(area.rows) for area in band)):
        beside = [(left, area.rows[nth]) for left, area in zip(lefts, band, strict=True) if nth < len(area.rows)]
        number = beside[0][1].number
        if last is not None and abs(number - last) > 1:
            yield ChartRow("", ())
        last = number
        label = next((row.label for _, row in beside if row.label), "")
        seats = ((left + seat.column, seat) for left, row in beside for seat in row.seats)
        yield ChartRow(label, tuple(_apart(seats)), name, begins_area=nth == 0 and not is_first)


def _lefts(band: Sequence[SeatArea]) -> list[int]:
    """How far each area of a band is moved to the right: alone, not at all."""
    if len(band) == 1:
        return [0]
    lefts: list[int] = []
    at = 0
    for area in band:
        columns = [seat.column for row in area.rows for seat in row.seats] or [0]
        lefts.append(at - min(columns))
        at += max(columns) - min(columns) + 1 + BESIDE
    return lefts


def _apart(seats: Iterable[tuple[int, Seat]]) -> Iterator[tuple[int, Seat]]:
    """Two seats at one place would hide each other: the later one moves to the right."""
    last = -1
    for column, seat in sorted(seats, key=lambda placed: placed[0]):
        last = max(column, last + 1)
        yield last, seat


def _closed_up(columns: set[int]) -> dict[int, int]:
    """Columns from 0, with no aisle wider than need be."""
    at: dict[int, int] = {}
    place, before = 0, None
    for column in sorted(columns):
        place += 0 if before is None else min(column - before, WIDEST_AISLE + 1)
        at[column], before = place, column
    return at


def _is_front_first(labels: Sequence[str]) -> bool:
    return len(labels) < 2 or _rank(labels[0]) <= _rank(labels[-1])


def _rank(label: str) -> tuple[int, int, str]:
    """Numbers by their value, letters by theirs: `B` comes before `AA`."""
    return (0, int(label), "") if label.isdecimal() else (1, len(label), label.casefold())
