"""`GET /bookings`: exactly one primary filter, and pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.octo.asking import moment
from kiosk.sandbox.octo.bookings import Booking, Holding, Register
from kiosk.sandbox.octo.refusals import bad_request
from kiosk.sandbox.octo.shapes import booking_json

PER_PAGE = 100

Filter = Callable[[Booking], bool]

_PRIMARY: tuple[tuple[str, ...], ...] = (
    ("localDate",),
    ("localDateStart", "localDateEnd"),
    ("supplierReference",),
    ("resellerReference",),
    ("utcUpdatedAtStart", "utcUpdatedAtEnd"),
    ("contactLastName",),
)
_NARROWING = {"productId", "optionId"}
_PAGING = {"page", "perPage"}


def list_bookings(register: Register, asked: Mapping[str, str]) -> Response:
    """A page of whole bookings, barcodes included, redemption codes not; `Octo-Total-Pages` says how many there are."""
    chosen = _filter(asked)
    page, per_page = _number(asked, "page", 1), _number(asked, "perPage", PER_PAGE)
    if per_page > PER_PAGE:
        raise bad_request(f"perPage must be at most {PER_PAGE}")
    found = [
        booking
        for booking in register
        if chosen(booking)
        and asked.get("productId", booking.product.id) == booking.product.id
        and asked.get("optionId", booking.product.option_id) == booking.product.option_id
    ]
    shown = found[(page - 1) * per_page : page * per_page]
    pages = max(1, math.ceil(len(found) / per_page))
    return JSONResponse([booking_json(Holding(b)) for b in shown], headers={"Octo-Total-Pages": str(pages)})


def _filter(asked: Mapping[str, str]) -> Filter:
    names = set(asked) - _NARROWING - _PAGING
    unknown = sorted(names - {name for group in _PRIMARY for name in group})
    if unknown:
        raise bad_request(f"Unknown query parameter: {unknown[0]}")
    group = next((group for group in _PRIMARY if names == set(group)), None)
    if group is None:
        raise bad_request("Exactly one primary filter is needed")
    values = [asked[name] for name in group]
    match group:
        case ("localDate",):
            return _between(_day("localDate", values[0]), _day("localDate", values[0]))
        case ("localDateStart", _):
            return _between(_day("localDateStart", values[0]), _day("localDateEnd", values[1]))
        case ("supplierReference",):
            return lambda booking: booking.reference == values[0]
        case ("resellerReference",):
            return lambda booking: booking.reseller_reference == values[0]
        case ("utcUpdatedAtStart", _):
            start, end = moment("utcUpdatedAtStart", values[0]), moment("utcUpdatedAtEnd", values[1])
            return lambda booking: start <= booking.updated_at.replace(microsecond=0) <= end
        case _:
            if len(values[0]) < 3:
                raise bad_request("contactLastName needs at least 3 characters")
            start_of_name = values[0].casefold()
            return lambda booking: booking.guest.casefold().startswith(start_of_name)


def _between(first: date, last: date) -> Filter:
    """By the day in the product's own time. Open-dated bookings have none and are never found."""
    return lambda booking: booking.local_date is not None and first <= booking.local_date <= last


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise bad_request(f"{name} is not a date") from error


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or not int(text):
        raise bad_request(f"{name} must be a number from 1 on")
    return int(text)
