"""Faults at the cinema: what the desk sees of each, and what the books say was done."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from kiosk.sandbox import ALL_FAULTS, FAULTS, FaultPlan, Sandbox
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import Desk, ticket

ANSWERS = {
    "refuse": (400, "Request refused"),
    "rate_limited": (429, "Too Many Requests"),
    "error_500": (500, "Internal Server Error"),
    "error_in_200": (200, "Internal Server Error"),
    "unauthorised": (401, "Unauthorized"),
    "forbidden": (403, "Forbidden"),
    "not_found": (404, "Not Found"),
}
PAGES = {"garbage": 200, "lost_garbage": 200, "error_503": 503}
CUT = ("drop_before", "lost", "truncated")
APPLIED = [name for name, fault in FAULTS.items() if fault.applied]
VOUCHERS = "/vouchers"
COMPLETION = "POST /vista/ocapi/v1/orders/{order}/completion"


def test_every_fault_of_the_wire_is_tried_here() -> None:
    assert set(FAULTS) == {*ANSWERS, *PAGES, *CUT, "slow", "late", "cut_json", "wrong_shape", "drip"}
    own = {name for name in ALL_FAULTS if name not in FAULTS and not name.startswith("token")}
    assert own == {
        *("completion_slow", "completion_odd", "completion_fails"),
        *("asset_base64", "asset_odd", "asset_huge", "no_wallet"),
    }


@pytest.mark.parametrize(("fault", "answer"), ANSWERS.items())
async def test_faults_that_are_answers_in_the_vendors_words(desk: Desk, fault: str, answer: tuple[int, str]) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan(fault, VOUCHERS)
    told = await desk.add(order, desk.code("good-1"))
    assert (told.status_code, told.json()["title"]) == answer
    assert set(told.json()) == {"status", "title", "detail"}
    assert ("Retry-After" in told.headers) is (fault == "rate_limited")
    assert desk.actions() == ["order_created"]
    assert desk.sandbox.books.struck == {fault: 1}


async def test_a_refused_seat_is_said_as_the_vendor_names_it(desk: Desk) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan("refuse", "PUT /vista/ocapi/v1/orders/{order}/showtimes")
    refused = await desk.put(order, [ticket(kind="0002-0001")])
    assert (refused.status_code, refused.json()["title"]) == (400, "SeatsUnavailable")


@pytest.mark.parametrize(("fault", "status"), PAGES.items())
async def test_faults_that_are_pages(desk: Desk, fault: str, status: int) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan(fault, VOUCHERS)
    told = await desk.add(order, desk.code("good-1"))
    assert (told.status_code, told.headers["content-type"].partition(";")[0]) == (status, "text/html")
    assert ("voucher_added" in desk.actions()) is FAULTS[fault].applied


@pytest.mark.parametrize("fault", CUT)
async def test_faults_that_close_the_connection(desk: Desk, fault: str) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan(fault, VOUCHERS)
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.add(order, desk.code("good-1"))
    assert ("voucher_added" in desk.actions()) is FAULTS[fault].applied


@pytest.mark.parametrize("fault", ["slow", "late"])
async def test_faults_that_take_time(desk: Desk, fault: str) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan(fault, VOUCHERS, seconds=3)
    before = desk.clock.now()
    assert (await desk.add(order, desk.code("good-1"))).status_code == 200
    applied = desk.sandbox.books.entries[-1].at - before
    assert (desk.clock.now() - before).total_seconds() == 3
    assert applied.total_seconds() == (0 if fault == "slow" else 3)


async def test_faults_that_mangle_the_answer(desk: Desk) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan("cut_json", VOUCHERS)
    half = await desk.add(order, desk.code("good-1"))
    with pytest.raises(ValueError, match=r"delimiter|value|Unterminated"):
        half.json()
    desk.sandbox.faults.plan("wrong_shape", VOUCHERS)
    turned = await desk.add(order, desk.code("good-2"))
    assert turned.json()[0]["voucher"]["voucherTypeCode"] == "ADTMM"
    assert desk.actions().count("voucher_added") == 2


async def test_a_drip_never_ends(desk: Desk) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan("drip", VOUCHERS)
    asked = {"type": "Ticket", "credentials": {"barcode": desk.code("good-1")}}
    async with desk.http.stream("POST", f"/orders/{order}/vouchers", json=asked) as answer:
        chunks = answer.aiter_bytes()
        assert [await anext(chunks) for _ in range(3)] == [b"{", b" ", b" "]
    assert "voucher_added" in desk.actions()


@pytest.mark.parametrize("fault", ["truncated", "cut_json", "wrong_shape", "drip"])
async def test_an_answer_without_a_body_cannot_be_mangled_only_lost(desk: Desk, fault: str) -> None:
    order = await desk.order()
    desk.sandbox.faults.plan(fault, "DELETE /vista/ocapi/v1/orders/{order}")
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.http.delete(f"/orders/{order}")
    assert desk.actions() == ["order_created", "order_deleted"]


async def test_a_file_has_a_wrong_shape_as_well(desk: Desk) -> None:
    order = await desk.sold()
    desk.sandbox.faults.plan("wrong_shape", "apple-wallet-pass")
    answer = await desk.http.get(f"/orders/completed/{order}/assets/apple-wallet-pass")
    assert isinstance(json.loads(answer.content), list)


@pytest.mark.parametrize("fault", APPLIED)
async def test_whatever_happens_to_a_completion_that_is_applied_it_redeems_once(desk: Desk, fault: str) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan(fault, COMPLETION, seconds=0)
    if fault == "drip":
        async with desk.http.stream("POST", f"/orders/{order}/completion"):
            pass
    else:
        try:
            await desk.complete(order)
        except httpx.RemoteProtocolError:
            assert fault in CUT
    desk.clock.move(1)
    assert (await desk.get(f"/orders/{order}/completion"))["status"] == "Completed"
    assert desk.actions("voucher_redeemed", "order_completed") == ["voucher_redeemed", "order_completed"]


@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if not fault.applied])
async def test_a_completion_that_is_not_applied_does_nothing(desk: Desk, fault: str) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan(fault, COMPLETION)
    try:
        await desk.complete(order)
    except httpx.RemoteProtocolError:
        assert fault == "drop_before"
    assert (await desk.http.get(f"/orders/{order}/completion")).status_code == 404
    assert (await desk.get(f"/orders/{order}"))["order"]["status"] == "InProgress"
    assert "voucher_redeemed" not in desk.actions()


async def test_faults_of_the_completion_strike_nothing_else_and_need_a_token(desk: Desk) -> None:
    desk.sandbox.faults.plan("completion_fails", times=None)
    desk.sandbox.faults.plan("completion_slow", times=None)
    order = await desk.filled()
    assert desk.sandbox.books.struck == {}
    refused = await desk.http.post(f"/orders/{order}/completion", headers={"Authorization": "Bearer x"})
    assert refused.status_code == 401
    assert desk.sandbox.books.struck == {"completion_fails": 1}


async def test_writes_alone_are_struck_by_faults_of_writes_and_the_token_is_none(desk: Desk) -> None:
    desk.sandbox.faults.plan("lost", times=None)
    await desk.sign_in()
    assert (await desk.http.get("/sites")).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.order()
    assert desk.actions() == ["order_created"]


async def test_the_token_service_fails_on_its_own(desk: Desk) -> None:
    desk.sandbox.faults.plan("error_503", "connect/token")
    answer = await desk.http.post(f"{desk.sandbox.vista.auth_url}/connect/token")
    assert answer.status_code == 503
    assert (await desk.http.get("/sites")).status_code == 200


def test_a_fault_of_the_completion_can_be_written_in_one_word() -> None:
    assert FaultPlan.parse("completion_fails*2") == FaultPlan("completion_fails", times=2)
    with pytest.raises(ValueError, match="did you mean 'completion_fails'"):
        FaultPlan("completion_failed")
    assert FaultPlan("completion_slow").delay_s > FaultPlan("completion_fails").delay_s > 0
    Sandbox(clock=FakeClock(), faults=[FaultPlan("completion_slow")])


async def test_how_the_cinema_stands_can_be_read_over_http(desk: Desk) -> None:
    order = await desk.filled()
    async with httpx.AsyncClient(base_url=f"{desk.sandbox.root_url}/_sandbox", verify=False) as http:
        stands = (await http.get("/vista")).json()
        desk.clock.move(1000)
        later = (await http.get("/vista")).json()
        known = (await http.get("/faults")).json()["known"]
    assert stands["open_orders"] == [order]
    assert [len(seats) for seats in stands["held_seats"].values()] == [1]
    assert stands["samples"]["used"]["expectation"] == "refuse: Voucher already redeemed"
    assert (later["open_orders"], later["held_seats"]) == ([], {})
    assert known["completion_slow"]["applied"] is True


# ── assets ──────────────────────────────────────────────────────────────────────────────────────────

GOOGLE, APPLE, CALENDAR = "google-wallet-pass", "apple-wallet-pass", "calendar-event"


async def _asset(desk: Desk, order: str, asset: str, fault: str) -> httpx.Response:
    desk.sandbox.faults.plan(fault)
    return await desk.http.get(f"/orders/completed/{order}/assets/{asset}")


@pytest.mark.parametrize("asset", [APPLE, CALENDAR])
async def test_a_file_that_comes_in_base64_is_the_same_file(desk: Desk, asset: str) -> None:
    order = await desk.sold()
    packed = await _asset(desk, order, asset, "asset_base64")
    plain = await desk.http.get(f"/orders/completed/{order}/assets/{asset}")
    assert base64.b64decode(packed.json()) == plain.content


async def test_assets_that_are_something_else(desk: Desk) -> None:
    order = await desk.sold()
    assert (await _asset(desk, order, GOOGLE, "asset_odd")).json()["url"].startswith("http://")
    assert not (await _asset(desk, order, APPLE, "asset_odd")).content.startswith(b"PK")
    assert b"VCALENDAR" not in (await _asset(desk, order, CALENDAR, "asset_odd")).content


async def test_assets_beyond_all_reason(desk: Desk) -> None:
    order = await desk.sold()
    assert len((await _asset(desk, order, GOOGLE, "asset_huge")).json()["url"]) > 10_000
    assert len((await _asset(desk, order, APPLE, "asset_huge")).content) > 5_000_000


async def test_no_wallet_leaves_the_calendar(desk: Desk) -> None:
    order = await desk.sold()
    assert (await _asset(desk, order, APPLE, "no_wallet")).status_code == 404
    desk.sandbox.faults.clear()
    assert (await _asset(desk, order, CALENDAR, "no_wallet")).status_code == 200
