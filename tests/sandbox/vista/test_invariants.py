"""Whatever a few desks do to the cinema at once, with faults and with time passing, its books stay right."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress

import httpx
import pytest

from kiosk.sandbox import FAULTS
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import OPEN_AIR, SHOWTIME, Desk, opened, ticket

VOUCHERS = ("good-1", "good-2", "good-3", "good-4", "two", "two-half-used", "pin", "surcharge", "used", "expired")
TICKETS = {"ADTMM": "0002-0050", "PINMM": "0002-0050", "DUOMM": "0002-0053", "PLUSV": "0002-0052"}
MISHAPS = sorted(set(FAULTS) - {"drip"})
"""A drip never ends: nobody would press another key."""
STEPS = 120


class Crowd:
    """Staff who press whatever key comes next, on one of the last orders."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk = desk
        self._dice = random.Random(seed)
        self._orders: list[str] = []

    async def press_a_key(self) -> None:
        if self._dice.random() < 0.08:
            self._desk.sandbox.faults.plan(self._dice.choice(MISHAPS), "orders", seconds=0)
        keys = (self._create, self._add, self._set, self._complete, self._delete, self._wait)
        with suppress(httpx.RemoteProtocolError, ValueError, LookupError, TypeError):
            await self._dice.choices(keys, (2, 5, 5, 3, 1, 1))[0]()  # an answer may be lost or mangled

    @property
    def _order(self) -> str:
        return self._dice.choice(self._orders[-4:])

    async def _create(self) -> None:
        self._orders.append(await self._desk.order(mode=self._dice.choice(("Paid", "Unpaid"))))

    async def _add(self) -> None:
        name = self._dice.choice(VOUCHERS)
        await self._desk.add(self._order, self._desk.code(name), pin="4711" if name == "pin" else None)

    async def _set(self) -> None:
        order, showtime = self._order, self._dice.choice((SHOWTIME, SHOWTIME, OPEN_AIR))
        vouchers = (await self._desk.http.get(f"/orders/{order}")).json()["order"]["vouchers"]
        chosen = self._dice.choices(vouchers, k=self._dice.randint(0, len(vouchers)))
        tickets = [ticket(voucher["id"], TICKETS[voucher["voucherTypeCode"]]) for voucher in chosen]
        await self._desk.put(order, tickets, showtime=showtime)

    async def _complete(self) -> None:
        await self._desk.complete(self._order)

    async def _delete(self) -> None:
        await self._desk.http.delete(f"/orders/{self._order}")

    async def _wait(self) -> None:
        self._desk.clock.move(self._dice.choice((0.1, 1, 100)))


@pytest.mark.parametrize("seed", range(8))
async def test_the_books_stay_right(clock: FakeClock, seed: int) -> None:
    async with opened(clock) as desk:
        crowd, before = Crowd(desk, seed), {name: _redeemed(desk, name) for name in VOUCHERS}
        for _ in range(STEPS):
            await crowd.press_a_key()
            _check_seats(desk)
        _check_redemptions(desk, before)
        clock.move(10_000)
        assert (desk.sandbox.vista.open_orders, desk.sandbox.vista.held_seats) == ((), {})
        _check_every_order_ended_once(desk)


def _redeemed(desk: Desk, name: str) -> int:
    return desk.sandbox.vista.redeemed(desk.code(name))


def _check_seats(desk: Desk) -> None:
    """No seat belongs to two orders, held or sold."""
    office = desk.sandbox.vista.office
    taken = Counter(
        (line.showtime.id, seat)
        for order in office.orders.values()
        if order.end in ("", "completed")
        for line in order.lines.values()
        for seat in line.seats
    )
    assert set(taken.values()) <= {1}


def _check_redemptions(desk: Desk, before: dict[str, int]) -> None:
    """What was redeemed is in the books, once each, never more than the voucher is good for."""
    written = Counter(e.reference for e in desk.sandbox.books.entries if e.action == "voucher_redeemed")
    for name in VOUCHERS:
        voucher = desk.sandbox.vista.office.vouchers.find(desk.code(name))
        assert voucher is not None
        assert voucher.redeemed - before[name] == written[voucher.barcode]
        assert voucher.redeemed <= voucher.type.redemptions
    tickets = [e.parts for e in desk.sandbox.books.entries if e.action == "voucher_redeemed"]
    assert len(set(tickets)) == len(tickets)


def _check_every_order_ended_once(desk: Desk) -> None:
    actions = Counter((e.action, e.subject) for e in desk.sandbox.books.entries if e.action.startswith("order_"))
    created = {subject for action, subject in actions if action == "order_created"}
    ended = Counter(subject for action, subject in actions if action != "order_created")
    assert set(actions.values()) == {1}
    assert ended == dict.fromkeys(created, 1)
    assert len(created) > 3
