"""`GET /bookings`: the question, and a page of the answer, with every code that is printed on its bookings."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import assert_never

from kiosk.domain.code import read_code
from kiosk.domain.listing import PER_PAGE, BookingsPage, ListedBooking, ListedCode, OfDay, UpdatedBetween, Wanted
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import a_list, an_object, flag, number, objects, text
from kiosk.offices.http import Answer, NoAnswer
from kiosk.offices.octo.codec import read_booking
from kiosk.offices.octo.products import Products, shown
from kiosk.offices.octo.replies import Refusal, hear

AT_A_TIME = 5
"""Bookings read before others may run: a scan waits half a millisecond for them, not for the whole page."""

BREATH_S = 0.001
"""Between them. Without any the loop never lets go of Python's lock for long enough that another thread takes it, and
one that looks a code up on the list waits for five milliseconds (sys.getswitchinterval)."""

MOST_PAGES = 100_000
"""Beyond this the header is no number of pages."""


def question(wanted: Wanted, page: int) -> dict[str, str]:
    """The query: exactly one primary filter, as the vendor demands, and the page."""
    paging = {"page": str(page), "perPage": str(PER_PAGE)}
    match wanted:
        case OfDay(day):
            return {"localDate": day.isoformat(), **paging}
        case UpdatedBetween(start, end):
            return {"utcUpdatedAtStart": _utc(start), "utcUpdatedAtEnd": _utc(end + timedelta(seconds=1)), **paging}
        case _:
            assert_never(wanted)


async def to_page(answer: Answer | NoAnswer, now: datetime, supplier: str, products: Products) -> BookingsPage | Failed:
    """The page in an answer. What in it is no booking is counted and left out; anything but an array is no page."""
    heard = hear(answer, now)
    if isinstance(heard, Failed):
        return heard
    if isinstance(heard, Refusal):
        return Failed(Doubt.OFFICE_ERROR, detail=f"status {heard.status} {heard.word}".strip())
    if not isinstance(heard.document, list) or isinstance(answer, NoAnswer):
        return Failed(Doubt.OFFICE_ERROR, detail="bookings that are no array")
    found = []
    for place, item in enumerate(objects(heard.document)):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(BREATH_S)
        listed = read_listed(item, supplier, products)
        if listed is not None:
            found.append(listed)
    return BookingsPage(tuple(found), len(a_list(heard.document)), _pages(answer.headers))


def read_listed(data: Mapping[str, object], supplier: str, products: Products) -> ListedBooking | None:
    """A booking and its codes; None where nothing in it says which one it is."""
    booking = read_booking(data, supplier, products)
    if booking is None:
        return None
    items = objects(data.get("unitItems"))
    codes = [ListedCode(code) for code in _codes(data, "voucher")]
    codes += [ListedCode(code, (place,)) for place, item in enumerate(items) for code in _codes(item, "ticket")]
    statuses = tuple(shown(item.get("status"), 40).upper() for item in items)
    is_open_dated = booking.starts_at is None and flag(data.get("freesale")) is True
    return ListedBooking(booking, tuple(dict.fromkeys(codes)), statuses, is_open_dated)


def _codes(data: Mapping[str, object], bearer: str) -> Iterator[str]:
    """What finds a booking, or a unit item: its barcodes, and its references as a guest may read them out.

    A link to a picture or a wallet pass is no code: it may point anywhere, and is neither kept nor fetched.
    """
    options = objects(an_object(data.get(bearer)).get("deliveryOptions"))
    values = [o.get("deliveryValue") for o in options if not text(o.get("deliveryFormat")).upper().endswith("_URL")]
    for value in (*values, data.get("supplierReference"), data.get("resellerReference")):
        code = read_code(text(value))
        if code is not None:
            yield code.text


def _pages(headers: Mapping[str, str]) -> int | None:
    pages = number(headers.get("octo-total-pages"))
    return math.ceil(pages) if pages is not None and 0 <= pages <= MOST_PAGES else None


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
