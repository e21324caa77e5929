"""What a supervisor asks of the office: undo, no-show, search; and whether it is there at all."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kiosk.domain.booking import Booking
from kiosk.domain.listing import BookingsPage, OfDay, Wanted
from kiosk.domain.reply import Declined, Done, Failed, Found
from kiosk.offices.octo.office import OctoOffice
from tests.fakes import NOON
from tests.offices.octo.line import Offices, offices_on_lines
from tests.offices.octo.wire import RIVER, TOWER, answer, booking, redeemed

TODAY = OfDay(NOON.date())


@pytest.fixture
async def offices() -> AsyncIterator[Offices]:
    async with offices_on_lines() as make:
        yield make


async def ask(office: OctoOffice, wanted: Wanted = TODAY, page: int = 1) -> BookingsPage | Failed:
    return await office.bookings_page(RIVER.name, wanted, page, within_s=5)


def mine(code: str = "redeem|X749G9", supplier: str = RIVER.name, **changes: Any) -> Booking:
    return Booking("X749G9", uuid="uuid-X749G9", redemption_code=code, supplier=supplier, **changes)


@pytest.mark.parametrize(
    ("no_show", "method", "path"),
    [(False, "DELETE", "/octo/redemption/redeem"), (True, "POST", "/octo/redemption/noshow")],
)
async def test_an_undo_is_one_request_with_the_redemptions_own_body(
    offices: Offices, no_show: bool, method: str, path: str
) -> None:
    office, line = offices(lambda request: answer(booking()))
    reply = await office.cancel((mine(),), no_show=no_show, within_s=5)
    assert isinstance(reply, Done)
    assert [one.reference for one in reply.bookings] == ["X749G9"]
    assert (line.only.method, line.only.url.path) == (method, path)
    assert json.loads(line.only.content) == {"redemptionCode": "redeem|X749G9"}
    assert line.only.headers["content-type"] == "application/json"


async def test_several_go_together_each_once(offices: Offices) -> None:
    office, line = offices(lambda request: answer([booking(), booking("A00001")]))
    reply = await office.cancel((mine("a"), mine("b"), mine("a")), no_show=False, within_s=5)
    assert isinstance(reply, Done)
    assert json.loads(line.only.content) == {"redemptionCode": ["a", "b"]}


@pytest.mark.parametrize("no_show", [False, True])
async def test_an_undo_without_an_answer_is_never_repeated(offices: Offices, no_show: bool) -> None:
    def dropped(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut")

    office, line = offices(dropped)
    reply = await office.cancel((mine(),), no_show=no_show, within_s=5)
    assert isinstance(reply, Failed)
    assert reply.may_have_applied
    assert len(line.asked) == 1


async def test_the_offices_no_to_an_undo_is_a_no(offices: Offices) -> None:
    office, _ = offices(lambda request: answer({"error": "BAD_REQUEST", "errorMessage": "Not redeemed"}, 400))
    reply = await office.cancel((mine(),), no_show=False, within_s=5)
    assert isinstance(reply, Declined)
    assert reply.note == "Not redeemed"


async def test_what_has_no_code_or_no_supplier_of_ours_is_not_asked_for(offices: Offices) -> None:
    office, line = offices(lambda request: answer(redeemed(booking())))
    assert isinstance(await office.cancel((mine(""),), no_show=False, within_s=5), Declined)
    assert isinstance(await office.cancel((mine(supplier="Gone"),), no_show=True, within_s=5), Failed)
    assert line.asked == []


@pytest.mark.parametrize("by", ["reference", "email", "mobile"])
async def test_a_search_asks_every_supplier_and_puts_their_bookings_together(offices: Offices, by: Any) -> None:
    office, line = offices(lambda request: answer([booking()]), RIVER, TOWER)
    reply = await office.search(by, "guest+1@example.com", within_s=5)
    assert isinstance(reply, Found)
    assert [one.supplier for one in reply.bookings] == [RIVER.name, TOWER.name]
    assert [dict(request.url.params) for request in line.asked] == [{by: "guest+1@example.com"}] * 2


async def test_nothing_is_called_not_found_while_one_supplier_has_not_answered(offices: Offices) -> None:
    def one_away(request: httpx.Request) -> httpx.Response:
        return answer([]) if RIVER.api_key.get_secret_value() in request.headers["authorization"] else answer({}, 500)

    office, _ = offices(one_away, RIVER, TOWER)
    assert isinstance(await office.search("email", "a@example.com", within_s=5), Failed)
    office, _ = offices(lambda request: answer([]), RIVER, TOWER)
    assert await office.search("email", "a@example.com", within_s=5) == Found(())


async def test_contacts_are_not_in_what_is_found(offices: Offices) -> None:
    document = copy.deepcopy(booking())
    document["contact"] = {"fullName": "Somebody Else", "emailAddress": "someone@example.com"}
    office, _ = offices(lambda request: answer([document]))
    reply = await office.search("email", "someone@example.com", within_s=5)
    page = await ask(office)
    assert isinstance(reply, Found)
    assert isinstance(page, BookingsPage)
    assert len(reply.bookings) == len(page.bookings) == 1
    assert "Somebody" not in repr(reply) + repr(page)
    assert "someone" not in repr(reply) + repr(page)


@pytest.mark.parametrize(
    ("status", "is_back"), [(200, True), (400, True), (401, True), (403, True), (429, True), (500, False), (503, False)]
)
async def test_any_answer_of_the_offices_own_means_that_it_is_back(
    offices: Offices, status: int, is_back: bool
) -> None:
    office, _ = offices(lambda request: answer({}, status), RIVER, TOWER)
    assert await office.is_back() is is_back


async def test_silence_means_that_it_is_not_back(offices: Offices) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    office, line = offices(away, RIVER, TOWER)
    assert not await office.is_back()
    assert len(line.asked) >= 1
