"""Completion: what it does, exactly once; when it is refused, pending, failed; and the money."""

from __future__ import annotations

import pytest

from kiosk.sandbox import Rules
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import SHOWTIME, Desk, opened, ticket


async def status(desk: Desk, order: str) -> str:
    return str((await desk.get(f"/orders/{order}/completion"))["status"])


async def test_a_completion_is_pending_and_then_completed(desk: Desk) -> None:
    order = await desk.filled()
    posted = await desk.complete(order)
    assert posted.status_code == 200
    assert posted.json() == {
        "orderId": order,
        "orderType": "Standard",
        "status": "Pending",
        "transactionNumber": None,
        "updatedOrderExpiresAt": posted.json()["updatedOrderExpiresAt"],
    }
    assert posted.json()["updatedOrderExpiresAt"].endswith("Z")
    assert (await desk.http.get(f"/orders/completed/{order}")).status_code == 404
    assert (await desk.get(f"/orders/{order}"))["order"]["status"] == "InProgress"
    desk.clock.move(0.4)
    assert await desk.get(f"/orders/{order}/completion") == {
        "orderId": order,
        "orderType": "Standard",
        "status": "Completed",
        "transactionNumber": 41_793,
        "updatedOrderExpiresAt": None,
    }
    assert (await desk.http.get(f"/orders/{order}")).status_code == 404
    assert (await desk.get(f"/orders/completed/{order}"))["order"]["status"] == "Completed"


async def test_the_books_say_what_was_used_up_and_sold_at_that_moment(desk: Desk) -> None:
    order = await desk.order()
    one, two, spare = await desk.voucher(order), await desk.voucher(order, "two"), await desk.voucher(order, "good-2")
    await desk.put(order, [ticket(one), ticket(two, "0002-0053"), ticket(two, "0002-0053")])
    before = len(desk.sandbox.books.entries)
    await desk.complete(order)
    done = desk.sandbox.books.entries[before:]
    assert [entry.action for entry in done] == [
        "voucher_redeemed", "voucher_redeemed", "voucher_redeemed", "voucher_released", "seats_sold", "order_completed",
    ]  # fmt: skip
    redeemed = [entry for entry in done if entry.action == "voucher_redeemed"]
    assert [entry.reference for entry in redeemed] == [desk.code("good-1"), desk.code("two"), desk.code("two")]
    assert [entry.notes["voucherId"] for entry in redeemed] == [one, two, two]
    assert {entry.subject for entry in done} == {order}
    assert len({entry.parts for entry in redeemed}) == 3
    assert done[-1].parts == tuple(entry.parts[0] for entry in redeemed)
    assert (done[3].reference, done[3].notes["voucherId"]) == (desk.code("good-2"), spare)
    assert [desk.sandbox.vista.redeemed(desk.code(name)) for name in ("good-1", "two", "good-2")] == [1, 2, 0]


@pytest.mark.parametrize("name", ["good-1", "two"])
async def test_a_redeemed_voucher_is_refused_ever_after(desk: Desk, name: str) -> None:
    order = await desk.order()
    voucher = await desk.voucher(order, name)
    kind = "0002-0053" if name == "two" else "0002-0050"
    await desk.put(order, [ticket(voucher, kind)] * desk.sandbox.vista.samples[name].redemptions)
    await desk.complete(order)
    refused = await desk.add(await desk.order(), desk.code(name))
    assert (refused.status_code, refused.json()["title"]) == (400, "Voucher already redeemed")


async def test_a_voucher_for_two_used_once_is_good_for_one_more(desk: Desk) -> None:
    order = await desk.order()
    await desk.put(order, [ticket(await desk.voucher(order, "two"), "0002-0053")])
    await desk.complete(order)
    assert (await desk.add(await desk.order(), desk.code("two"))).json()["availableRedemptions"] == 1


async def test_a_second_completion_is_refused_redeems_nothing_and_is_in_the_books(desk: Desk) -> None:
    order = await desk.filled()
    await desk.complete(order)
    while_pending = await desk.complete(order)
    desk.clock.move(1)
    afterwards = await desk.complete(order)
    assert [a.json()["title"] for a in (while_pending, afterwards)] == ["Order completion exists"] * 2
    assert desk.actions("voucher_redeemed", "completion_repeated") == [
        "voucher_redeemed",
        "completion_repeated",
        "completion_repeated",
    ]


async def test_nothing_changes_an_order_that_is_being_completed(desk: Desk) -> None:
    order = await desk.filled()
    await desk.complete(order)
    answers = [
        await desk.add(order, desk.code("good-2")),
        await desk.put(order, []),
        await desk.http.post(f"/orders/{order}/expiry/reset"),
    ]
    assert [answer.json()["title"] for answer in answers] == ["Order is being completed"] * 3
    for _ in range(2):
        refused = await desk.http.delete(f"/orders/{order}")
        assert (refused.status_code, refused.json()["title"]) == (400, "Order cannot be cancelled")
        desk.clock.move(1)
    assert desk.sandbox.vista.redeemed(desk.code("good-1")) == 1
    assert desk.sandbox.vista.open_orders == ()


async def test_an_empty_order_has_nothing_to_complete(desk: Desk) -> None:
    order = await desk.order()
    await desk.voucher(order)
    refused = await desk.complete(order)
    assert (refused.status_code, refused.json()["title"]) == (400, "Order is empty")
    assert (await desk.http.get(f"/orders/{order}/completion")).status_code == 404


@pytest.mark.parametrize(("mode", "code"), [("Paid", 400), ("Unpaid", 200), ("UnpaidConfirmed", 200)])
async def test_money_due_must_be_paid_unless_the_order_is_unpaid(desk: Desk, mode: str, code: int) -> None:
    order = await desk.filled("surcharge", mode, "0002-0052")
    answer = await desk.complete(order)
    assert answer.status_code == code
    assert desk.sandbox.vista.redeemed(desk.code("surcharge")) == (code == 200)
    if code == 400:
        assert (answer.json()["title"], answer.json()["detail"][:4]) == ("Payment required", "3.00")
        assert (await desk.http.delete(f"/orders/{order}")).status_code == 204


async def test_tickets_without_a_voucher_are_paid_for_like_any_other(desk: Desk) -> None:
    order = await desk.order()
    await desk.put(order, [ticket(kind="0002-0001")])
    assert (await desk.complete(order)).json()["title"] == "Payment required"


async def test_a_completion_that_fails_redeems_nothing_and_may_be_tried_again(desk: Desk) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan("completion_fails", seconds=3)
    assert (await desk.complete(order)).json()["status"] == "Pending"
    assert await status(desk, order) == "Pending"
    desk.clock.move(3)
    failed = await desk.get(f"/orders/{order}/completion")
    assert (failed["status"], failed["transactionNumber"]) == ("Failed", None)
    assert (await desk.http.get(f"/orders/completed/{order}")).status_code == 404
    assert desk.sandbox.vista.redeemed(desk.code("good-1")) == 0
    assert (await desk.get(f"/orders/{order}"))["order"]["vouchers"] != []
    assert (await desk.complete(order)).json()["status"] == "Pending"
    desk.clock.move(1)
    assert await status(desk, order) == "Completed"
    assert desk.actions("completion_failed", "voucher_redeemed") == ["completion_failed", "voucher_redeemed"]


async def test_what_failed_can_be_deleted_or_expires(desk: Desk) -> None:
    desk.sandbox.faults.plan("completion_fails", times=2, seconds=1)
    deleted, expired = await desk.filled(), await desk.filled("good-2")
    for order in (deleted, expired):
        await desk.complete(order)
    desk.clock.move(1)
    assert (await desk.http.delete(f"/orders/{deleted}")).status_code == 204
    assert (await desk.http.get(f"/orders/{deleted}/completion")).status_code == 404
    desk.clock.move(1000)
    assert (await desk.http.get(f"/orders/{expired}")).status_code == 404
    assert (desk.sandbox.vista.open_orders, desk.sandbox.vista.held_seats) == ((), {})
    assert (await desk.add(await desk.order(), desk.code("good-2"))).status_code == 200


async def test_a_slow_completion_outlives_the_order_it_completes(desk: Desk) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan("completion_slow", seconds=900)
    await desk.complete(order)
    desk.clock.move(899)
    assert await status(desk, order) == "Pending"
    assert (await desk.http.get(f"/orders/{order}")).status_code == 200
    desk.clock.move(1)
    assert await status(desk, order) == "Completed"
    assert desk.actions().count("voucher_redeemed") == 1
    assert "order_expired" not in desk.actions()


async def test_a_status_that_nobody_has_heard_of_passes(desk: Desk) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan("completion_odd", seconds=2)
    assert (await desk.complete(order)).json()["status"] == "AwaitingSite"
    desk.clock.move(2)
    assert await status(desk, order) == "Completed"


async def test_a_lost_answer_to_a_completion_can_be_looked_up(desk: Desk) -> None:
    order = await desk.filled()
    desk.sandbox.faults.plan("lost", "POST /vista/ocapi/v1/orders/{order}/completion")
    with pytest.raises(Exception, match="disconnected"):
        await desk.complete(order)
    assert await status(desk, order) == "Pending"
    desk.clock.move(1)
    assert await status(desk, order) == "Completed"
    assert desk.sandbox.vista.redeemed(desk.code("good-1")) == 1


async def test_how_long_a_completion_takes_is_a_rule_of_the_tenant(clock: FakeClock) -> None:
    async with opened(clock, Rules(pending_s=0)) as desk:
        order = await desk.filled()
        assert (await desk.complete(order)).json()["status"] == "Completed"


async def test_seats_of_a_completed_order_are_nobody_elses(desk: Desk) -> None:
    order = await desk.sold()
    (line,) = (await desk.get(f"/orders/completed/{order}"))["order"]["showtimes"]
    seats = [seat["seatId"] for seat in line["seats"]]
    taken = await desk.put(await desk.order(), [ticket(kind="0002-0001")], seats)
    assert (line["showtimeId"], taken.json()["title"]) == (SHOWTIME, "SeatsUnavailable")
