"""Orders in progress: their life, their expiry, their end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from kiosk.sandbox import Rules
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import OPEN_AIR, SHOWTIME, Desk, opened, ticket


async def test_an_order_begins_empty_and_lives_five_minutes(desk: Desk) -> None:
    answer = await desk.http.post("/orders/standard/booking", json={"siteId": "0002", "bookingMode": "Paid"})
    order = answer.json()["order"]
    assert answer.status_code == 200
    assert re.fullmatch("[0-9a-f]{32}", order["id"])
    assert (order["type"], order["status"], order["siteId"]) == ("Standard", "InProgress", "0002")
    assert order["booking"]["mode"] == "Paid"
    assert order["totalPrice"] == {"valueIncludingTax": 0.0, "valueExcludingTax": 0.0, "tax": 0.0}
    assert (order["vouchers"], order["payments"], order["showtimes"]) == ([], [], [])
    assert re.fullmatch(r"2026-11-21T12:05:00\.\d{7}Z", order["expiresAt"])
    assert (await desk.get(f"/orders/{order['id']}"))["order"] == order
    assert desk.actions() == ["order_created"]


@pytest.mark.parametrize("mode", ["Paid", "Unpaid", "UnpaidConfirmed"])
async def test_there_are_three_modes(desk: Desk, mode: str) -> None:
    order = await desk.order(mode=mode)
    assert (await desk.get(f"/orders/{order}"))["order"]["booking"]["mode"] == mode


@pytest.mark.parametrize(
    "asked",
    [{}, {"siteId": ""}, {"siteId": "0009", "bookingMode": "Paid"}, {"siteId": "0002", "bookingMode": "paid"},
     {"siteId": 2}, {"siteId": "0002", "mode": "Paid"}, [], "x"],
)  # fmt: skip
async def test_other_bodies_create_no_order(desk: Desk, asked: object) -> None:
    answer = await desk.http.post("/orders/standard/booking", json=asked)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert desk.actions() == []


async def test_a_body_must_be_json_and_say_so(desk: Desk) -> None:
    content = b'{"siteId": "0002"}'
    unsaid = await desk.http.post("/orders/standard/booking", content=content)
    broken = await desk.http.post(
        "/orders/standard/booking", content=content[:-1], headers={"Content-Type": "application/json"}
    )
    assert [unsaid.status_code, broken.status_code] == [400, 400]


async def test_an_expired_order_is_gone_and_everything_in_it_is_free(desk: Desk) -> None:
    order = await desk.filled()
    (held,) = desk.sandbox.vista.held_seats[SHOWTIME]
    desk.clock.move(299)
    assert (await desk.http.get(f"/orders/{order}")).status_code == 200
    desk.clock.move(1)
    for answer in (
        await desk.http.get(f"/orders/{order}"),
        await desk.add(order, desk.code("good-2")),
        await desk.put(order, []),
        await desk.complete(order),
        await desk.http.post(f"/orders/{order}/expiry/reset"),
        await desk.http.get(f"/orders/{order}/completion"),
        await desk.http.get(f"/orders/{order}/showtimes/{SHOWTIME}/seat-availability"),
        await desk.http.delete(f"/orders/{order}"),
    ):
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert desk.actions()[-3:] == ["seats_freed", "voucher_released", "order_expired"]
    assert (desk.sandbox.vista.open_orders, desk.sandbox.vista.held_seats) == ((), {})
    assert desk.sandbox.vista.redeemed(desk.code("good-1")) == 0
    again = await desk.order()
    assert (await desk.put(again, [ticket(await desk.voucher(again))], [held])).status_code == 200


async def test_the_books_tell_an_expiry_at_its_own_time_and_without_a_request(desk: Desk) -> None:
    order = await desk.order()
    desk.clock.move(1000)
    async with httpx.AsyncClient(base_url=desk.sandbox.root_url, verify=False) as http:
        entries = (await http.get("/_sandbox/books")).json()["entries"]
    assert (entries[-1]["action"], entries[-1]["subject"], entries[-1]["route"]) == ("order_expired", order, "")
    assert entries[-1]["at"] == "2026-11-21T12:05:00+00:00"


async def test_expiry_is_put_off_a_number_of_times(desk: Desk) -> None:
    order = await desk.order()
    for _ in range(2):
        desk.clock.move(200)
        answer = await desk.http.post(f"/orders/{order}/expiry/reset")
        assert answer.status_code == 200
        assert _moment(answer.json()["order"]["expiresAt"]) == desk.clock.now() + timedelta(seconds=300)
    refused = await desk.http.post(f"/orders/{order}/expiry/reset")
    assert (refused.status_code, refused.json()["title"]) == (400, "Order expiry cannot be reset")
    assert desk.actions() == ["order_created", "expiry_reset", "expiry_reset"]


async def test_how_long_an_order_lives_is_a_rule_of_the_tenant(clock: FakeClock) -> None:
    async with opened(clock, Rules(hold_s=30, resets=0)) as desk:
        order = await desk.order()
        assert (await desk.http.post(f"/orders/{order}/expiry/reset")).status_code == 400
        clock.move(30)
        assert (await desk.http.get(f"/orders/{order}")).status_code == 404


async def test_deleting_frees_everything_at_once_and_may_be_repeated(desk: Desk) -> None:
    order = await desk.filled()
    answers = [await desk.http.delete(f"/orders/{order}") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert desk.actions().count("order_deleted") == 1
    assert desk.sandbox.vista.held_seats == {}
    assert (await desk.http.get(f"/orders/{order}")).status_code == 404
    assert (await desk.add(await desk.order(), desk.code("good-1"))).status_code == 200


async def test_an_order_that_there_never_was(desk: Desk) -> None:
    assert (await desk.http.delete(f"/orders/{'0' * 32}")).status_code == 404
    assert (await desk.http.get(f"/orders/{'0' * 32}")).status_code == 404


async def test_places_without_seats_are_freed_as_well(desk: Desk) -> None:
    """Of 40 places 28 are left: three orders may not have more, and may have them again."""
    house = desk.sandbox.vista.office.house(desk.sandbox.vista.office.showtime(OPEN_AIR))
    first = await desk.order()
    assert (await desk.put(first, [ticket(kind="0002-0001")] * 28, showtime=OPEN_AIR)).status_code == 200
    second = await desk.order()
    refused = await desk.put(second, [ticket(kind="0002-0001")], showtime=OPEN_AIR)
    assert (refused.status_code, refused.json()["title"]) == (400, "Showtime sold out")
    await desk.http.delete(f"/orders/{first}")
    assert (await desk.put(second, [ticket(kind="0002-0001")] * 2, showtime=OPEN_AIR)).status_code == 200
    assert house.take_places("another", 26)
    assert not house.take_places("yet another", 1)


async def test_a_reset_of_the_sandbox_knows_no_order_and_no_redemption(desk: Desk) -> None:
    order, open_order = await desk.sold(), await desk.order()
    desk.sandbox.reset()
    assert (await desk.http.get(f"/orders/completed/{order}")).status_code == 404
    assert (await desk.http.get(f"/orders/{open_order}")).status_code == 404
    assert (await desk.add(await desk.order(), desk.code("good-1"))).status_code == 200


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told[:26]).replace(tzinfo=UTC, microsecond=0)
