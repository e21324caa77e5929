"""Seat layouts and availability of the wire: layout → areas → rows → seats, each where its position says it stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kiosk.domain.seating import (
    Boundary,
    Seat,
    SeatArea,
    SeatAvailability,
    SeatKind,
    SeatPlan,
    SeatRow,
    SeatStatus,
)
from kiosk.offices.fields import an_object, flag, number, objects, text
from kiosk.offices.vista.reading import Named, Reading, identity, look_up, related, word

LARGEST_NUMBER = 10_000
"""Of a row or column: a plan is drawn by them."""

_STATUSES = {
    "available": SeatStatus.AVAILABLE,
    "sold": SeatStatus.SOLD,
    "house": SeatStatus.BLOCKED,
    "broken": SeatStatus.BLOCKED,
}
"""What live tenants send. Any other word is not bookable."""

_KINDS = (
    ("companion", SeatKind.COMPANION),
    ("wheelchair", SeatKind.WHEELCHAIR),
    ("sofa", SeatKind.SOFA),
    ("normal", SeatKind.NORMAL),
    ("standard", SeatKind.NORMAL),
)
"""Which kind a type is, by the first of these words in it."""


def read_plan(document: object, layout_id: str, reading: Reading) -> SeatPlan | None:
    """None where the document holds no areas. Live tenants wrap the layout in `seatLayout`."""
    told = an_object(document)
    layout = an_object(told.get("seatLayout")) or told
    if not isinstance(layout.get("areas"), list):
        return None
    (categories,) = related(document, "areaCategories")
    areas = (_area(item, place, categories, reading) for place, item in enumerate(objects(layout["areas"]), 1))
    return SeatPlan(identity(layout.get("id")) or layout_id, tuple(area for area in areas if area.rows))


def _area(item: Mapping[str, object], place: int, categories: Named, reading: Reading) -> SeatArea:
    told_category = identity(item.get("areaCategoryId"))
    rows = tuple(
        row
        for nth, told in enumerate(objects(item.get("rows")), 1)
        if (row := _row(told, nth, told_category, reading)).seats
    )
    seats = [seat for row in rows for seat in row.seats]
    category = told_category or next((seat.area_category_id for seat in seats if seat.area_category_id), "")
    told_number = _whole(item.get("number")) or _whole(item.get("areaNumber"))
    return SeatArea(
        number=told_number or next((seat.area for seat in seats if seat.area), place),
        rows=rows,
        name=reading.first_name(item, "name", "description")
        or reading.first_name(look_up(categories, category), "name", "description"),
        category_id=category,
        boundary=_boundary(an_object(item.get("boundary"))),
    )


def _row(item: Mapping[str, object], nth: int, category: str, reading: Reading) -> SeatRow:
    label = reading.first_name(item, "label", "name")
    told_number = _whole(item.get("number"))
    place = nth if told_number is None else told_number
    read = (
        _seat(seat, label, place, column, category, reading)
        for column, seat in enumerate(objects(item.get("seats")), 1)
    )
    seats = sorted((seat for seat in read if seat.id), key=lambda seat: seat.column)
    row_number = told_number if told_number is not None else next((seat.row for seat in seats), nth)
    return SeatRow(label or next((seat.row_label for seat in seats), ""), row_number, tuple(seats))


def _seat(item: Mapping[str, object], row_label: str, row: int, column: int, category: str, reading: Reading) -> Seat:
    """`row` and `column` are where it is listed, for a seat that does not say where it stands."""
    position = an_object(item.get("position"))
    told_type = word(item.get("type"))
    return Seat(
        id=identity(item.get("id")),
        label=reading.name(item.get("label"), 20),
        row_label=reading.name(item.get("rowLabel"), 20) or row_label,
        kind=_kind(told_type),
        type=told_type,
        area_category_id=identity(item.get("areaCategoryId")) or category,
        area=_first_whole(position, 0, "areaNumber", "areaIndex"),
        row=_first_whole(position, row, "rowNumber", "rowIndex"),
        column=_first_whole(position, column, "columnNumber", "columnIndex"),
    )


@lru_cache(maxsize=64)
def _kind(told_type: str) -> SeatKind:
    folded = told_type.casefold()
    if not folded:
        return SeatKind.NORMAL
    return next((kind for part, kind in _KINDS if part in folded), SeatKind.OTHER)


def _whole(value: object) -> int | None:
    told = value if type(value) is int else number(value)
    return int(told) if told is not None and 0 <= told <= LARGEST_NUMBER else None


def _first_whole(position: Mapping[str, object], otherwise: int, *keys: str) -> int:
    for key in keys:
        told = _whole(position.get(key))
        if told is not None:
            return told
    return otherwise


def _boundary(told: Mapping[str, object]) -> Boundary:
    left, top, right, bottom = (number(told.get(side)) or 0.0 for side in ("left", "top", "right", "bottom"))
    return Boundary(left, top, right, bottom)


def read_availability(document: object) -> SeatAvailability | None:
    """None where the document does not speak of seats."""
    told = an_object(document)
    listed = told.get("seatAvailabilities")
    if not isinstance(listed, list):
        return None
    statuses = {
        seat_id: _STATUSES.get(text(item.get("status")).strip().casefold(), SeatStatus.UNKNOWN)
        for item in objects(listed)
        if (seat_id := identity(item.get("seatId")))
    }
    return SeatAvailability(statuses, flag(told.get("isSoldOut")) or False)
