"""Seats of a screen: where they stand, what kind they are, which of them may be taken. Plans are drawn by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SeatKind(StrEnum):
    """What a plan shows a seat as. `other`: a kind that is not known here."""

    NORMAL = "normal"
    WHEELCHAIR = "wheelchair"
    COMPANION = "companion"
    SOFA = "sofa"
    OTHER = "other"


class SeatStatus(StrEnum):
    """Only `available` may be taken. `unknown`: a word that is not known here, or none at all."""

    AVAILABLE = "available"
    SOLD = "sold"
    BLOCKED = "blocked"
    """Kept by the house, or broken."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat. `label` is its number as printed (may run from the right); `column` is where it stands, from 0 or 1.

    `type` is the office's own word for the kind.
    """

    id: str
    label: str = ""
    row_label: str = ""
    kind: SeatKind = SeatKind.NORMAL
    type: str = ""
    area_category_id: str = ""
    area: int = 0
    row: int = 0
    column: int = 0

    @property
    def name(self) -> str:
        """`C5`: as it stands on a ticket."""
        return f"{self.row_label}{self.label}" or self.id


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A row, by column. `number` counts rows as the office does."""

    label: str
    number: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where an area lies within the whole plan, in per cent of it as far as is known; `top` is the smaller number."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class SeatArea:
    """A part of the screen whose seats are numbered together and mostly priced together."""

    number: int
    rows: tuple[SeatRow, ...]
    name: str = ""
    category_id: str = ""
    boundary: Boundary = Boundary()


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """A layout, areas and rows in the office's order. The office does not say at which end the screen is."""

    id: str
    areas: tuple[SeatArea, ...] = ()

    def __iter__(self) -> Iterator[Seat]:
        """Every seat."""
        return (seat for area in self.areas for row in area.rows for seat in row.seats)

    def seat(self, seat_id: str) -> Seat | None:
        return next((seat for seat in self if seat.id == seat_id), None)


@dataclass(frozen=True, slots=True)
class SeatAvailability:
    """Which seats may be taken now, about two seconds late: it never confirms a hold."""

    statuses: Mapping[str, SeatStatus] = field(default_factory=dict)
    is_sold_out: bool = False

    def of(self, seat_id: str) -> SeatStatus:
        return self.statuses.get(seat_id, SeatStatus.UNKNOWN)

    def is_bookable(self, seat_id: str) -> bool:
        return self.of(seat_id) is SeatStatus.AVAILABLE
