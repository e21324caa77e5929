"""Seat plans of pretend auditoriums, drawn in letters.

One line is one row: its label, then its places by column. `n` is a seat, `w` a place for a wheelchair, `c` the seat of
its companion, `<`, `=` and `>` the parts of a sofa, `r` a kind of seat that nobody has heard of, `.` no seat (an
aisle, or room beside a shorter row).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

_TYPES = {
    "n": "Normal", "w": "Wheelchair", "c": "Companion", "<": "SofaLeft", "=": "SofaMiddle", ">": "SofaRight",
    "r": "Recliner",
}  # fmt: skip

STANDARD, PREMIUM = 1, 2
"""The two kinds of area: `0002-0000000001`, `0002-0000000002`."""
AREA_NAMES = {STANDARD: "Standard", PREMIUM: "Premium"}


@dataclass(frozen=True, slots=True)
class Seat:
    """One place. Row and column are counted within its area, from 1; `label` is what stands on the seat."""

    id: str
    label: str
    row_label: str
    type: str
    area: int
    row: int
    column: int
    category: int


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    label: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """`top` is how many rows lie above it in the whole plan, `width` its columns."""

    number: int
    category: int
    top: int
    width: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Plan:
    areas: tuple[Area, ...]

    @cached_property
    def seats(self) -> dict[str, Seat]:
        """By id, in the order of the drawing."""
        return {seat.id: seat for area in self.areas for row in area.rows for seat in row.seats}

    @property
    def categories(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(area.category for area in self.areas))


def draw(*areas: tuple[int, str], from_right: bool = False) -> Plan:
    """A plan of areas, each a category and its drawing. `from_right`: seats are numbered from the right."""
    drawn: list[Area] = []
    top = 0
    for number, (category, drawing) in enumerate(areas, 1):
        lines = [line.split() for line in drawing.strip().splitlines()]
        rows = tuple(
            Row(at, label, tuple(_seats(number, category, at, label, places, from_right)))
            for at, (label, places) in enumerate(lines, 1)
        )
        drawn.append(Area(number, category, top, max(len(places) for _, places in lines), rows))
        top += len(rows) + 1
    return Plan(tuple(drawn))


def _seats(area: int, category: int, row: int, label: str, places: str, from_right: bool) -> list[Seat]:
    columns = [column for column, place in enumerate(places, 1) if place != "."]
    numbers = {column: number for number, column in enumerate(reversed(columns) if from_right else columns, 1)}
    return [
        Seat(
            f"{area}_{row}_{column}",
            str(numbers[column]),
            label,
            _TYPES[places[column - 1]],
            area,
            row,
            column,
            category,
        )
        for column in columns
    ]


GRAND = draw(
    (STANDARD, """
A ....nnnnnn.nnnnnnnn.nnnnnn....
B ..nnnnnnnn.nnnnnnnn.nnnnnnnn..
C ..nnnnnnnn.nnnnnnnn.nnnnnnnn..
D .nnnnnnnnn.nnnnnnnn.nnnnnnnnn.
E .nnnnnnnnn.nnnnnnnn.nnnnnnnnn.
F nnnnnnnnnn.nnnnnnnn.nnnnnnnnnn
G nnnnnnnnnn.nnnnnnnn.nnnnnnnnnn
H nnnnnnnnnn.nnnnnnnn.nnnnnnnnnn
J wcwc.nnnnn.nnnnnnnn.nnnnn.cwcw
K nnnnnnnnnn.nnnnnnnn.nnnnnnnnnn
L nnnnnnnnnn.nnnnnnnn.nnnnnnnnnn
"""),
    (PREMIUM, """
M ..nn.nn.nn.nn.nn.nn.nn.nn.nn..
N ..<>.<>.<>.<>.<>.<>.<>.<>.<>..
P ..<=>.<=>.rr.rr.rr.<=>.<=>....
"""),
)  # fmt: skip
"""Rows from the front: A is nearest to the screen. The large one, with sofas at the back."""

PLAYHOUSE = draw(
    (STANDARD, """
L ...nnnnnnnn.nnnnnnnn...
K ..nnnnnnnnn.nnnnnnnnn..
J .nnnnnnnnnn.nnnnnnnnnn.
H nnnnnnnnnnn.nnnnnnnnnnn
G nnnnnnnnnnn.nnnnnnnnnnn
F nnnnnnnnnnn.nnnnnnnnnnn
E .nnnnnnnnnn.nnnnnnnnnn.
D .nnnnnnnnnn.nnnnnnnnnn.
C ..nnnnnnnnn.nnnnnnnnn..
B ..nnnnnnnnn.nnnnnnnnn..
A ....cwwc..........cwwc..
"""),
    from_right=True,
)  # fmt: skip
"""Rows from the back: the first is the last row, A with its wheelchair places is nearest to the screen."""

SALON = draw(
    (PREMIUM, """
A ..<>..<>..<>..
B ..<>..<>..<>..
"""),
    (STANDARD, """
C nnn..nnnn..nnn
D nnn..nnnn..nnn
E wc...nnnn...cw
"""),
)  # fmt: skip
"""A small one: sofas in front."""
