"""Our Vista office against the sandbox, over real HTTP: what we say happened is what its books say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from kiosk.device.clock import SystemClock
from kiosk.domain.cinema import (
    BookingMode,
    CarriedOut,
    CinemaReply,
    CompletedOrder,
    Completion,
    CompletionStatus,
    Extended,
    FoundSeats,
    Gone,
    Order,
    OrderVoucher,
    Programme,
    Refused,
    TicketChoice,
    TicketPrice,
    prices_for,
)
from kiosk.domain.reply import Failed
from kiosk.domain.seating import SeatPlan
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.ports import Clock
from kiosk.sandbox import FAULTS, Rules, Sandbox, VoucherSample
from tests.fakes import FakeClock

WITHIN_S = 10.0
SHORT_S = 0.15
SITE = "0002"

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """An office and the cinema behind it."""

    sandbox: Sandbox
    office: VistaOffice
    clock: Clock

    async def order(self, mode: BookingMode = BookingMode.PAID, site: str = SITE) -> Order:
        return got(await self.office.create_order(site, mode, within_s=WITHIN_S), Order)

    async def add(self, order: Order, sample: VoucherSample) -> CinemaReply[OrderVoucher]:
        return await self.office.add_voucher(
            order.id, sample.code, Secret(sample.pin), sample.showtime_id, within_s=WITHIN_S
        )

    async def fitting(self, sample: VoucherSample, voucher: OrderVoucher) -> tuple[TicketPrice, ...]:
        prices = await self.office.ticket_prices(sample.showtime_id, within_s=WITHIN_S)
        return prices_for(got(prices, tuple), voucher.type_code)

    async def filled(self, name: str = "good-1", mode: BookingMode = BookingMode.PAID) -> Order:
        """An order with as many tickets as the sample's voucher buys, of the first price that fits."""
        sample = self.sandbox.vista.samples[name]
        order = await self.order(mode, sample.site_id)
        voucher = got(await self.add(order, sample), OrderVoucher)
        price = (await self.fitting(sample, voucher))[0]
        tickets = [TicketChoice(price.ticket_type_id, voucher.id)] * (voucher.available_redemptions or 1)
        reply = await self.office.set_showtime(order.id, sample.showtime_id, tickets, [], within_s=WITHIN_S)
        return got(reply, Order)

    def entries(self, *actions: str) -> list[str]:
        return [entry.action for entry in self.sandbox.books.entries if entry.action in actions]

    def asked(self, route: str) -> int:
        return self.sandbox.books.asked(route)


@asynccontextmanager
async def cinema(clock: Clock | None = None, rules: Rules | None = None, **options: Any) -> AsyncIterator[Desk]:
    """A sandbox and an office that knows its user, at noon of a fixed day."""
    clock = clock or FakeClock()
    async with Sandbox(clock=clock, rules=rules) as sandbox:
        place = sandbox.vista
        login = Login("kiosk", SecretStr(place.username), SecretStr(place.password))
        office = VistaOffice(place.base_url, place.auth_url, login, clock=clock, currency="NZD", **options)
        try:
            yield Desk(sandbox, office, clock)
        finally:
            await office.aclose()


def got(reply: object, kind: type[T]) -> T:
    assert isinstance(reply, kind), reply
    return reply


# ── a whole conversation ────────────────────────────────────────────────────────────────────────────


async def test_a_voucher_becomes_a_ticket() -> None:
    async with cinema() as desk:
        sample, office = desk.sandbox.vista.samples["seed"], desk.office
        assert [site.id for site in got(await office.sites(within_s=WITHIN_S), tuple)] == list(
            desk.sandbox.vista.site_ids
        )
        programme = got(await office.showtimes("first", [SITE], within_s=WITHIN_S), Programme)
        showtime = next(one for one in programme.showtimes if one.id == sample.showtime_id)
        assert showtime.film
        assert showtime.screen
        assert showtime.is_allocated
        assert showtime.starts_at is not None
        assert showtime.starts_at > desk.clock.now()

        order = await desk.order()
        voucher = got(await desk.add(order, sample), OrderVoucher)
        assert (voucher.masked_barcode[-4:], voucher.available_redemptions) == ("0111", 1)
        price = (await desk.fitting(sample, voucher))[0]

        plan = got(await office.seat_layout(showtime.seat_layout_id, within_s=WITHIN_S), SeatPlan)
        availability = await office.seat_availability(order.id, showtime.id, within_s=WITHIN_S)
        assert not isinstance(availability, Refused | Gone | Failed)
        seat = next(
            seat
            for seat in plan
            if availability.is_bookable(seat.id) and seat.area_category_id == price.area_category_id
        )
        tickets = [TicketChoice(price.ticket_type_id, voucher.id)]
        order = got(await office.set_showtime(order.id, showtime.id, tickets, [seat.id], within_s=WITHIN_S), Order)
        assert order.showtimes[0].seat_ids == (seat.id,)
        assert order.expires_at is not None
        assert (order.tickets[0].voucher_id, str(order.due)) == (voucher.id, "NZ$0.00")

        extended = got(await office.extend(order.id, within_s=WITHIN_S), Extended)
        assert extended.expires_at is None or extended.expires_at >= order.expires_at
        assert got(await office.complete(order.id, within_s=WITHIN_S), Completion).order_id == order.id
        assert isinstance(desk.clock, FakeClock)
        desk.clock.move(1)
        completion = got(await office.completion(order.id, within_s=WITHIN_S), Completion)
        assert completion.status is CompletionStatus.COMPLETED
        assert completion.transaction_number

        bought = got(await office.completed_order(order.id, within_s=WITHIN_S), CompletedOrder)
        assert bought.transaction_number == completion.transaction_number
        assert bought.booking_id
        assert bought.tickets[0].refund_obstacle == "VoucherRedeemed"
        (evening,) = bought.showtimes
        assert (evening.film, evening.screen, evening.starts_at) == (showtime.film, showtime.screen, showtime.starts_at)
        assert evening.seats == (seat.name,)
        found = got(await office.seats_by_barcode(SITE, bought.transaction_barcode, within_s=WITHIN_S), FoundSeats)
        assert found.showtimes == bought.showtimes
        assert isinstance(await office.mark_collected(order.id, within_s=WITHIN_S), CarriedOut)
        again = got(await office.mark_collected(order.id, within_s=WITHIN_S), Refused)
        assert again.status == 400

        assert desk.sandbox.vista.redeemed(sample.code) == 1
        assert desk.sandbox.vista.open_orders == ()
        assert got(await office.get_order(order.id, within_s=WITHIN_S), Gone)
        assert desk.asked("POST /vista/auth/connect/token") == 1


async def test_every_sample_comes_to_what_it_is() -> None:
    async with cinema() as desk:
        for name, sample in desk.sandbox.vista.samples.items():
            if sample.outcome == "seats":
                found = await desk.office.seats_by_barcode(sample.site_id, sample.code, within_s=WITHIN_S)
                seats = [seat for showtime in got(found, FoundSeats).showtimes for seat in showtime.seats]
                assert len(seats) == sample.redemptions, name
                continue
            order = await desk.order(site=sample.site_id)
            reply = await desk.add(order, sample)
            if sample.outcome == "refuse":
                assert got(reply, Refused).title == sample.title, name
            else:
                voucher = got(reply, OrderVoucher)
                assert voucher.available_redemptions == sample.redemptions, name
                assert sample.code not in repr(reply), name
                assert bool(await desk.fitting(sample, voucher)) is (sample.outcome != "no_price"), name
            assert isinstance(await desk.office.delete_order(order.id, within_s=WITHIN_S), CarriedOut), name
        assert desk.entries("redeem", "complete") == []
        assert desk.sandbox.vista.open_orders == ()


async def test_a_surcharge_is_what_is_due() -> None:
    async with cinema() as desk:
        order = await desk.filled("surcharge")
        assert str(order.due) == "NZ$3.00"
        assert order.total is not None
        assert order.total.tax is not None
        assert got(await desk.office.complete(order.id, within_s=WITHIN_S), Refused).status == 400
        assert desk.sandbox.vista.redeemed(desk.sandbox.vista.samples["surcharge"].code) == 0


async def test_a_voucher_is_taken_off_again_and_stays_unused() -> None:
    async with cinema() as desk:
        sample = desk.sandbox.vista.samples["good-1"]
        order = await desk.filled("good-1")
        cleared = await desk.office.set_showtime(order.id, sample.showtime_id, [], [], within_s=WITHIN_S)
        assert got(cleared, Order).tickets == ()
        voucher_id = order.vouchers[0].id
        removed = await desk.office.remove_voucher(order.id, voucher_id, within_s=WITHIN_S)
        assert isinstance(removed, CarriedOut)
        assert got(await desk.office.get_order(order.id, within_s=WITHIN_S), Order).vouchers == ()


async def test_an_order_that_has_expired_is_gone_for_every_call() -> None:
    clock = FakeClock()
    async with cinema(clock) as desk:
        order = await desk.filled()
        sample = desk.sandbox.vista.samples["good-1"]
        clock.move(301)
        for reply in (
            await desk.office.get_order(order.id, within_s=WITHIN_S),
            await desk.add(order, sample),
            await desk.office.set_showtime(order.id, sample.showtime_id, [], [], within_s=WITHIN_S),
            await desk.office.seat_availability(order.id, sample.showtime_id, within_s=WITHIN_S),
            await desk.office.extend(order.id, within_s=WITHIN_S),
            await desk.office.complete(order.id, within_s=WITHIN_S),
            await desk.office.completion(order.id, within_s=WITHIN_S),
            await desk.office.completed_order(order.id, within_s=WITHIN_S),
            await desk.office.ticket_prices("0002-0", within_s=WITHIN_S),
        ):
            assert isinstance(reply, Gone), reply
        assert desk.sandbox.vista.redeemed(sample.code) == 0


async def test_deleting_twice_harms_nobody() -> None:
    async with cinema() as desk:
        order = await desk.filled()
        first = await desk.office.delete_order(order.id, within_s=WITHIN_S)
        assert isinstance(first, CarriedOut)
        assert isinstance(await desk.office.delete_order(order.id, within_s=WITHIN_S), CarriedOut | Gone)
        assert desk.sandbox.vista.held_seats == {}


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_revoked_token_is_noticed_by_nobody_who_reads_and_by_who_writes_once(tmp_path: Path) -> None:
    async with cinema(cache_dir=tmp_path) as desk:
        order = await desk.filled()
        desk.sandbox.vista.revoke_tokens()
        assert isinstance(await desk.office.get_order(order.id, within_s=WITHIN_S), Order)
        desk.sandbox.vista.revoke_tokens()
        asked = desk.asked("/expiry/reset")
        refused = await desk.office.extend(order.id, within_s=WITHIN_S)
        assert refused == Failed(Doubt.NOT_AUTHORISED, may_have_applied=False, retry_after_s=0.0)
        assert desk.asked("/expiry/reset") == asked + 1
        assert isinstance(await desk.office.extend(order.id, within_s=WITHIN_S), Extended)
        assert desk.asked("/connect/token") == 3


@pytest.mark.parametrize(
    ("fault", "doubt"),
    [
        ("drop_before", Doubt.NO_ANSWER),
        ("error_500", Doubt.OFFICE_ERROR),
        ("error_503", Doubt.OFFICE_ERROR),
        ("garbage", Doubt.OFFICE_ERROR),
        ("cut_json", Doubt.OFFICE_ERROR),
        ("truncated", Doubt.NO_ANSWER),
        ("wrong_shape", Doubt.OFFICE_ERROR),
        ("error_in_200", Doubt.OFFICE_ERROR),
        ("rate_limited", Doubt.RATE_LIMITED),
        ("unauthorised", Doubt.NOT_AUTHORISED),
        ("forbidden", Doubt.NOT_AUTHORISED),
        ("not_found", Doubt.OFFICE_ERROR),
        ("slow", Doubt.NO_ANSWER),
        ("drip", Doubt.NO_ANSWER),
    ],
)
async def test_a_token_service_in_trouble_is_a_doubt_and_nothing_else_is_asked(fault: str, doubt: Doubt) -> None:
    async with cinema(SystemClock()) as desk:
        desk.sandbox.faults.plan(fault, "token", times=None)
        within_s = SHORT_S if fault in ("slow", "drip") else WITHIN_S
        reply = await desk.office.create_order(SITE, BookingMode.PAID, within_s=within_s)
        assert reply == Failed(doubt, may_have_applied=False, retry_after_s=got(reply, Failed).retry_after_s)
        assert desk.sandbox.books.entries == ()


async def test_a_wrong_password_is_told_apart_from_a_lost_network() -> None:
    async with Sandbox(clock=FakeClock()) as sandbox:
        login = Login("kiosk", SecretStr(sandbox.vista.username), SecretStr("wrong"))
        office = VistaOffice(sandbox.vista.base_url, sandbox.vista.auth_url, login, clock=FakeClock(), currency="NZD")
        assert await office.sites(within_s=WITHIN_S) == Failed(Doubt.NOT_AUTHORISED)
        await office.aclose()


# ── every fault ─────────────────────────────────────────────────────────────────────────────────────

Write = Callable[[Desk, Order], Awaitable[object]]


async def _create(desk: Desk, order: Order) -> object:
    return await desk.office.create_order(SITE, BookingMode.PAID, within_s=_patience(desk))


async def _add(desk: Desk, order: Order) -> object:
    sample = desk.sandbox.vista.samples["good-2"]
    return await desk.office.add_voucher(order.id, sample.code, Secret(), sample.showtime_id, within_s=_patience(desk))


async def _remove(desk: Desk, order: Order) -> object:
    return await desk.office.remove_voucher(order.id, order.vouchers[0].id, within_s=_patience(desk))


async def _set(desk: Desk, order: Order) -> object:
    line = order.showtimes[0]
    tickets = [TicketChoice(ticket.ticket_type_id, ticket.voucher_id) for ticket in line.tickets]
    return await desk.office.set_showtime(order.id, line.showtime_id, tickets, [], within_s=_patience(desk))


async def _extend(desk: Desk, order: Order) -> object:
    return await desk.office.extend(order.id, within_s=_patience(desk))


async def _delete(desk: Desk, order: Order) -> object:
    return await desk.office.delete_order(order.id, within_s=_patience(desk))


async def _complete(desk: Desk, order: Order) -> object:
    return await desk.office.complete(order.id, within_s=_patience(desk))


WRITES: dict[str, tuple[str, Write]] = {
    "create_order": ("POST /vista/ocapi/v1/orders/standard/booking", _create),
    "add_voucher": ("POST /vista/ocapi/v1/orders/{order}/vouchers", _add),
    "remove_voucher": ("DELETE /vista/ocapi/v1/orders/{order}/vouchers/{voucher}", _remove),
    "set_showtime": ("PUT /vista/ocapi/v1/orders/{order}/showtimes/{showtime}", _set),
    "extend": ("POST /vista/ocapi/v1/orders/{order}/expiry/reset", _extend),
    "delete_order": ("DELETE /vista/ocapi/v1/orders/{order}", _delete),
    "complete": ("POST /vista/ocapi/v1/orders/{order}/completion", _complete),
}

FAILING: dict[str, tuple[type[object], Doubt | None, bool]] = {
    "refuse": (Refused, None, False),
    "slow": (Failed, Doubt.NO_ANSWER, True),
    "late": (Failed, Doubt.NO_ANSWER, True),
    "drop_before": (Failed, Doubt.NO_ANSWER, True),
    "lost": (Failed, Doubt.NO_ANSWER, True),
    "lost_garbage": (Failed, Doubt.OFFICE_ERROR, True),
    "rate_limited": (Failed, Doubt.RATE_LIMITED, False),
    "error_500": (Failed, Doubt.OFFICE_ERROR, True),
    "error_503": (Failed, Doubt.OFFICE_ERROR, True),
    "garbage": (Failed, Doubt.OFFICE_ERROR, True),
    "truncated": (Failed, Doubt.NO_ANSWER, True),
    "cut_json": (Failed, Doubt.OFFICE_ERROR, True),
    "wrong_shape": (Failed, Doubt.OFFICE_ERROR, True),
    "error_in_200": (Failed, Doubt.OFFICE_ERROR, True),
    "unauthorised": (Failed, Doubt.NOT_AUTHORISED, False),
    "forbidden": (Failed, Doubt.NOT_AUTHORISED, False),
    "not_found": (Gone, None, False),
    "drip": (Failed, Doubt.NO_ANSWER, True),
}
"""What we make of a write that is struck by a fault, and whether we hold that it may have been applied."""

WITHOUT_A_BODY = ("remove_voucher", "delete_order")
"""Their success is a 204: what a fault does to a body, it cannot do to theirs."""


def _patience(desk: Desk) -> float:
    """Short where the fault in force is one of waiting."""
    return SHORT_S if any(plan.name in ("slow", "late", "drip") for plan in desk.sandbox.faults.plans) else WITHIN_S


def test_no_fault_is_left_out() -> None:
    assert set(FAILING) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_write_is_asked_once_and_never_called_unapplied_when_it_was(fault: str) -> None:
    async with cinema(SystemClock()) as desk:
        for name, (route, write) in WRITES.items():
            order = await desk.filled("good-1")
            if name == "remove_voucher":
                await desk.office.set_showtime(order.id, order.showtimes[0].showtime_id, [], [], within_s=WITHIN_S)
            asked, before = desk.sandbox.books.requests[route], len(desk.sandbox.books.entries)
            desk.sandbox.faults.plan(fault, route, times=None)
            reply = await write(desk, order)
            desk.sandbox.faults.clear()
            applied = len(desk.sandbox.books.entries) > before
            assert desk.sandbox.books.requests[route] == asked + 1, f"{name}: a write is never repeated"
            check(name, reply, applied, *FAILING[fault])
            await desk.office.delete_order(order.id, within_s=WITHIN_S)
            desk.sandbox.reset()


def check(
    name: str, reply: object, applied: bool, kind: type[object], doubt: Doubt | None, may_have_applied: bool
) -> None:
    """Of a write without a body, its fault shows as a connection that is cut, or not at all."""
    if isinstance(reply, Failed):
        doubts = {doubt, Doubt.NO_ANSWER} if name in WITHOUT_A_BODY else {doubt}
        assert (kind, reply.may_have_applied) == (Failed, may_have_applied), (name, reply)
        assert reply.doubt in doubts, (name, reply)
        assert reply.may_have_applied or not applied, (name, reply)
    elif isinstance(reply, Refused | Gone):
        assert isinstance(reply, kind), (name, reply)
        assert not applied, (name, reply)
    else:
        assert name in (*WITHOUT_A_BODY, "extend"), (name, reply)
        assert applied, (name, reply)


@pytest.mark.parametrize("fault", sorted(name for name, fault in FAULTS.items() if not fault.writes))
async def test_a_read_that_fails_is_a_doubt_and_never_calls_the_order_gone(fault: str) -> None:
    async with cinema(SystemClock()) as desk:
        order = await desk.filled()
        desk.sandbox.faults.plan(fault, "GET /vista/ocapi/v1/orders/{order}", times=None)
        reply = await desk.office.get_order(order.id, within_s=_patience(desk))
        if fault == "not_found":
            assert isinstance(reply, Gone), "the office's own word is all there is"
        else:
            assert isinstance(reply, Failed), reply
            assert not reply.may_have_applied


async def test_a_completion_whose_answer_is_lost_is_found_by_asking_how_far_it_is() -> None:
    async with cinema(SystemClock(), Rules(pending_s=0.0)) as desk:
        order = await desk.filled()
        desk.sandbox.faults.plan("lost", "completion")
        lost = got(await desk.office.complete(order.id, within_s=WITHIN_S), Failed)
        assert lost.may_have_applied
        completion = got(await desk.office.completion(order.id, within_s=WITHIN_S), Completion)
        assert completion.status is CompletionStatus.COMPLETED
        assert desk.sandbox.vista.redeemed(desk.sandbox.vista.samples["good-1"].code) == 1


@pytest.mark.parametrize(
    ("fault", "at_first", "at_last"),
    [
        ("completion_slow", CompletionStatus.PENDING, CompletionStatus.COMPLETED),
        ("completion_odd", CompletionStatus.UNKNOWN, CompletionStatus.COMPLETED),
        ("completion_fails", CompletionStatus.PENDING, CompletionStatus.FAILED),
    ],
)
async def test_a_completion_of_its_own_kind_is_read_as_it_goes(
    fault: str, at_first: CompletionStatus, at_last: CompletionStatus
) -> None:
    clock = FakeClock()
    async with cinema(clock) as desk:
        order = await desk.filled()
        desk.sandbox.faults.plan(fault)
        assert got(await desk.office.complete(order.id, within_s=WITHIN_S), Completion).status is at_first
        clock.move(20)
        assert got(await desk.office.completion(order.id, within_s=WITHIN_S), Completion).status is at_last
