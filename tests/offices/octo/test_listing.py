"""`GET /bookings`: what is asked of the wire, and what is made of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from kiosk.domain.listing import PER_PAGE, BookingsPage, OfDay, UpdatedBetween, Wanted
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.octo.listing import read_listed
from kiosk.offices.octo.office import OctoOffice
from tests.fakes import NOON
from tests.offices.octo.line import Offices, offices_on_lines
from tests.offices.octo.wire import RIVER, answer, booking, example

TODAY = OfDay(NOON.date())


@pytest.fixture
async def offices() -> AsyncIterator[Offices]:
    async with offices_on_lines() as make:
        yield make


async def ask(office: OctoOffice, wanted: Wanted = TODAY, page: int = 1) -> BookingsPage | Failed:
    return await office.bookings_page(RIVER.name, wanted, page, within_s=5)


def codes(document: Any) -> dict[str, tuple[int, ...]]:
    listed = read_listed(document, RIVER.name, {})
    assert listed is not None
    return {code.text: code.places for code in listed.codes}


async def test_a_day_is_asked_for_by_its_date_alone(offices: Offices) -> None:
    office, line = offices(lambda request: answer([]))
    await ask(office, page=3)
    assert line.only.method == "GET"
    assert line.only.url.path == "/octo/bookings"
    assert dict(line.only.url.params) == {"localDate": "2026-11-21", "page": "3", "perPage": str(PER_PAGE)}
    assert line.only.headers["authorization"] == f"Bearer {RIVER.api_key.get_secret_value()}"
    assert line.only.headers["octo-capabilities"] == "octo/redemption"


async def test_changes_are_asked_for_by_two_times_in_utc(offices: Offices) -> None:
    office, line = offices(lambda request: answer([]))
    start = datetime(2026, 11, 21, 13, 0, 0, 999_000, tzinfo=timezone(timedelta(hours=1)))
    await ask(office, UpdatedBetween(start, start + timedelta(minutes=5)))
    params = dict(line.only.url.params)
    assert (params["utcUpdatedAtStart"], params["utcUpdatedAtEnd"]) == ("2026-11-21T12:00:00Z", "2026-11-21T12:05:01Z")
    assert set(params) == {"utcUpdatedAtStart", "utcUpdatedAtEnd", "page", "perPage"}


async def test_a_page_is_its_bookings_how_many_there_were_and_of_how_many_pages(offices: Offices) -> None:
    office, _ = offices(lambda request: answer([booking(), 7, {}, booking("A00001")], Octo_Total_Pages="12"))
    page = await ask(office)
    assert isinstance(page, BookingsPage)
    assert [one.booking.reference for one in page.bookings] == ["X749G9", "A00001"]
    assert (page.entries, page.pages) == (4, 12)
    assert all(one.booking.supplier == RIVER.name for one in page.bookings)


@pytest.mark.parametrize("said", ["", "many", "-1", "NaN", "1e30"])
async def test_a_header_that_is_no_number_of_pages_says_nothing(offices: Offices, said: str) -> None:
    office, _ = offices(lambda request: answer([booking()], Octo_Total_Pages=said))
    page = await ask(office)
    assert isinstance(page, BookingsPage)
    assert page.pages is None
    assert page.is_last(1)


@pytest.mark.parametrize(("entries", "pages", "page", "is_last"), [
    (100, 3, 2, False),
    (100, 3, 3, True),
    (0, 3, 4, True),
    (40, 3, 2, False),
    (100, None, 1, False),
    (99, None, 1, True),
])  # fmt: skip
def test_which_page_is_the_last(entries: int, pages: int | None, page: int, is_last: bool) -> None:
    assert BookingsPage((), entries, pages).is_last(page) is is_last


@pytest.mark.parametrize(
    ("response", "doubt", "retry_after_s"),
    [
        (answer({"error": "BAD_REQUEST"}, 400), Doubt.OFFICE_ERROR, None),
        (answer({"error": "NOT_FOUND"}, 404), Doubt.OFFICE_ERROR, None),
        (answer({"error": "FORBIDDEN"}, 403), Doubt.NOT_AUTHORISED, None),
        (answer({"error": "UNAUTHORIZED"}, 401), Doubt.NOT_AUTHORISED, None),
        (answer({"retryAfter": 7}, 429), Doubt.RATE_LIMITED, 7),
        (answer({}, 503, Retry_After="20"), Doubt.OFFICE_ERROR, 20),
        (answer({"error": "UNPROCESSABLE_ENTITY"}), Doubt.OFFICE_ERROR, None),
        (answer(booking()), Doubt.OFFICE_ERROR, None),
        (httpx.Response(200, stream=httpx.ByteStream(b'[{"uuid": ')), Doubt.OFFICE_ERROR, None),
    ],
)
async def test_what_is_no_page_is_a_failure(
    offices: Offices, response: httpx.Response, doubt: Doubt, retry_after_s: float | None
) -> None:
    office, _ = offices(lambda request: response)
    page = await ask(office)
    assert isinstance(page, Failed)
    assert (page.doubt, page.retry_after_s) == (doubt, retry_after_s)


async def test_an_office_that_is_away_is_a_failure(offices: Offices) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    office, line = offices(away)
    page = await ask(office)
    assert isinstance(page, Failed)
    assert page.doubt is Doubt.OFFLINE
    assert isinstance(await office.bookings_page("Nobody", TODAY, 1, within_s=5), Failed)
    assert isinstance(await office.bookings_page(RIVER.name, TODAY, 1, within_s=0), Failed)
    assert len(line.asked) == 1


async def test_a_list_that_fails_does_not_call_the_office_down(offices: Offices) -> None:
    office, _ = offices(lambda request: answer({}, 500))
    for _ in range(5):
        await ask(office)
    [one] = await office.probe()
    assert one.problem.startswith("office_error")
    office, _ = offices(lambda request: answer([]) if "bookings" not in request.url.path else answer({}, 500))
    for _ in range(5):
        await ask(office)
    [one] = await office.probe()
    assert one.is_ready


def test_every_barcode_and_reference_stands_for_the_party_or_for_its_ticket() -> None:
    [document] = example("lookup")
    voucher = document["voucher"]["deliveryOptions"][0]["deliveryValue"]
    found = codes(document)
    assert {text for text, places in found.items() if places == ()} == {voucher, "X749G9", "VOUCHER-0123"}
    for place, item in enumerate(document["unitItems"]):
        own = {item["supplierReference"], item["ticket"]["deliveryOptions"][0]["deliveryValue"]}
        assert {text for text, places in found.items() if places == (place,)} == own


def test_no_link_is_taken_for_a_code() -> None:
    assert not any("http" in code for code in codes(example("lookup")[0]))


@pytest.mark.parametrize(
    "change",
    [
        {"voucher": None, "unitItems": None},
        {"voucher": 7, "unitItems": [None, 3, {"ticket": []}]},
        {"voucher": {"deliveryOptions": [{}, None, {"deliveryFormat": "QRCODE", "deliveryValue": ["x"]}]}},
        {"voucher": {"deliveryOptions": {"deliveryFormat": "QRCODE"}}, "resellerReference": {}},
        {"unitItems": [{"ticket": {"deliveryOptions": [{"deliveryValue": "\x07"}, {"deliveryValue": "x" * 5000}]}}]},
    ],
)
def test_a_broken_field_costs_its_code_and_not_the_booking(change: dict[str, Any]) -> None:
    assert "X749G9" in codes({**booking(), **change})


def test_an_unknown_format_is_a_code_and_a_number_is_one_too() -> None:
    options = [{"deliveryFormat": "HOLOGRAM", "deliveryValue": "H-1"}, {"deliveryValue": 4006381333931}]
    found = codes({**booking(), "voucher": {"deliveryOptions": options}})
    assert {"H-1", "4006381333931"} <= set(found)


def test_the_codes_are_not_in_any_representation() -> None:
    listed = read_listed(example("lookup")[0], RIVER.name, {})
    assert "!1|" not in repr(listed)


@pytest.mark.parametrize(
    ("freesale", "availability", "is_open_dated"),
    [
        (True, None, True),
        (False, None, False),
        (None, None, False),
        (True, {"localDateTimeStart": "2026-11-21T10:00:00Z"}, False),
    ],
)
def test_only_the_office_says_that_a_booking_is_for_any_day(
    freesale: bool | None, availability: Any, is_open_dated: bool
) -> None:
    listed = read_listed({**booking(), "freesale": freesale, "availability": availability}, RIVER.name, {})
    assert listed is not None
    assert listed.is_open_dated is is_open_dated
