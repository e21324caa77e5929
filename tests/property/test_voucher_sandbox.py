"""Guests at the voucher desk over real HTTP: whatever goes wrong, the sandbox's books say what the journal says.

What the machine beside this does with an office in memory is done here with our own client and the vendor's side as it
is written from its pages: what is lost, refused, garbled or cut off is so on the wire.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.desks.vouchers import Rules, StartedAgain, Talk, VoucherDesk
from kiosk.domain.cinema import BookingMode, Showtime
from kiosk.domain.redeeming import ChoosePrice, Confirmation
from kiosk.domain.secret import Secret
from kiosk.domain.voucher import Stage, Turn, fold
from kiosk.journal.memory import MemoryJournal
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.sandbox import FaultPlan, Sandbox
from kiosk.sandbox import Rules as Tenant
from tests.fakes import FakeClock

SITE, EVENING, FREE_SEATING = "0002", "0002-2681", "0002-2682"
SAMPLES = ("good-1", "good-2", "good-3", "pin", "two", "surcharge", "expired", "no-price", "seed")
ORDERS = "/vista/ocapi/v1/orders"
ROUTES = {
    f"POST {ORDERS}/standard/booking": True,
    f"POST {ORDERS}/{{order}}/vouchers": True,
    f"PUT {ORDERS}/{{order}}/showtimes/{{showtime}}": True,
    f"DELETE {ORDERS}/{{order}}/vouchers/{{voucher}}": True,
    f"DELETE {ORDERS}/{{order}}": True,
    f"POST {ORDERS}/{{order}}/completion": True,
    f"GET {ORDERS}/{{order}}/completion": False,
    f"GET {ORDERS}/completed/{{order}}": False,
}
"""Route → whether it writes."""
SPOILED = ("drop_before", "rate_limited", "error_500", "error_503", "garbage", "truncated", "cut_json", "wrong_shape",
           "error_in_200", "unauthorised", "forbidden")  # fmt: skip
ONLY_WRITES = ("lost", "lost_garbage", "refuse", "not_found")
"""A read that says 404 of what is there would be a lie, not a fault."""
COMPLETIONS = ("completion_slow", "completion_odd", "completion_fails")


class PowerCut(BaseException):
    """The plug is pulled."""


@dataclass(frozen=True)
class Guest:
    samples: list[str]
    showtime: str
    mode: BookingMode
    seats: bool
    faults: list[tuple[str, str]]
    cut_at: int | None
    cut_after: bool
    thinks_s: float
    end: str


@st.composite
def guests(draw: st.DrawFn) -> Guest:
    faults = []
    for route in draw(st.lists(st.sampled_from(sorted(ROUTES)), max_size=2)):
        kinds = (*SPOILED, *(ONLY_WRITES if ROUTES[route] else ()), *(COMPLETIONS if "POST" in route else ()))
        faults.append((route, draw(st.sampled_from(kinds))))
    return Guest(
        samples=draw(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=3)),
        showtime=draw(st.sampled_from([EVENING, EVENING, FREE_SEATING])),
        mode=draw(st.sampled_from([BookingMode.PAID, BookingMode.PAID, BookingMode.UNPAID])),
        seats=draw(st.booleans()),
        faults=faults,
        cut_at=draw(st.none() | st.integers(1, 14)),
        cut_after=draw(st.booleans()),
        thinks_s=draw(st.sampled_from([0.0, 0.0, 0.0, 100.0, 400.0])),
        end=draw(st.sampled_from(["redeem", "redeem", "redeem", "again", "give_up", "leave"])),
    )


class Plug:
    """The office, until the plug is pulled: before or after the nth request from now."""

    def __init__(self, office: VistaOffice) -> None:
        self._office, self._left, self._after = office, 0, False

    def pull_at(self, request: int | None, *, after: bool) -> None:
        self._left, self._after = request or 0, after

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._office, name)

        async def asked(*args: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise PowerCut
            reply = await ask(*args, **named)
            if self._left == 0:
                raise PowerCut
            return reply

        return asked


@dataclass
class House:
    """A desk, its office and its journal. `confirmed`: the tickets that each voucher was to pay, by a yes of staff."""

    sandbox: Sandbox
    office: VistaOffice
    clock: FakeClock
    ids: itertools.count[int] = field(default_factory=itertools.count)
    redeemed: int = 0

    def begin(self) -> None:
        self.sandbox.reset()
        self.sandbox.faults.clear()
        self.plug = Plug(self.office)
        self.journal = MemoryJournal(clock=self.clock)
        self.confirmed: Counter[str] = Counter()
        self.said_yes = 0
        self.restart()

    def restart(self) -> None:
        self.plug.pull_at(None, after=False)
        rules = Rules(SITE, timeout_s=5.0)
        self.desk = VoucherDesk(self.plug, self.journal, self.clock, rules, lambda: f"c{next(self.ids)}")

    async def serve(self, guest: Guest) -> None:
        self.sandbox.faults.replace([FaultPlan(name, (route,)) for route, name in guest.faults])
        self.plug.pull_at(guest.cut_at, after=guest.cut_after)
        try:
            await self._serve(guest)
        except PowerCut:
            self.restart()

    async def _serve(self, guest: Guest) -> None:
        showtime = await self.desk.whats_on.find_showtime(guest.showtime)
        talk = await self.desk.begin(showtime, lane="Desk", mode=guest.mode) if isinstance(showtime, Showtime) else None
        if not isinstance(talk, Talk):
            return
        for name in guest.samples:
            sample = self.sandbox.vista.samples[name]
            await talk.add(sample.code, Secret(sample.pin))
        await self._hold(talk, ("K4", "K5", "K6") if guest.seats and talk.is_allocated else ())
        self.clock.move(guest.thinks_s)
        match guest.end:
            case "redeem":
                await self._redeem(talk)
            case "again":
                again = await self.desk.start_again(talk)
                if isinstance(again, StartedAgain):
                    await self._hold(again.talk, ())
                    await self._redeem(again.talk)
            case "give_up":
                await talk.give_up()
            case _:
                self.restart()

    async def _hold(self, talk: Talk, seats: tuple[str, ...]) -> None:
        for _ in range(4):
            if not talk.uses or talk.over:
                return
            count = sum(use.tickets for use in talk.uses)
            held = await talk.hold(seats[:count])
            if not isinstance(held, ChoosePrice):
                return
            talk.use(held.voucher.id, price=held.offers[0].ticket_type_id)

    async def _redeem(self, talk: Talk) -> None:
        shown = await talk.to_confirm()
        if isinstance(shown, Confirmation):
            order = self.sandbox.vista.office.orders[talk.conversation.order_id]
            self.confirmed.update(order.vouchers[ticket.voucher_id].barcode for ticket in order.tickets)
            self.said_yes += 1
            await talk.complete(shown)

    async def end(self) -> None:
        """The network is back, and time has passed."""
        self.sandbox.faults.clear()
        self.restart()
        for _ in range(2):
            self.clock.move(20)
            await self.desk.resume()

    async def check(self) -> None:
        vista, books = self.sandbox.vista, self.sandbox.books
        redeemed = Counter(entry.reference for entry in books.entries if entry.action == "voucher_redeemed")
        assert redeemed <= self.confirmed
        assert books.count("completion_repeated") == 0
        assert books.asked(f"POST {ORDERS}/{{order}}/completion") <= self.said_yes
        assert await self.journal.open_conversations() == ()
        assert vista.held_seats == {}
        assert not any(vista.office.orders[order].vouchers for order in vista.open_orders)
        done = [
            one
            for one in fold(entry for entry in self.journal.entries if isinstance(entry, Turn))
            if one.stage is Stage.DONE
        ]
        assert {one.order_id for one in done} == {e.subject for e in books.entries if e.action == "order_completed"}
        assert sum(one.ticketed.tickets for one in done if one.ticketed) == redeemed.total()
        self.redeemed += redeemed.total()


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    clock = FakeClock()
    async with Sandbox(clock=clock, rules=Tenant(pending_s=0.4)) as sandbox:
        vista = sandbox.vista
        login = Login("kiosk", SecretStr(vista.username), SecretStr(vista.password))
        office = VistaOffice(vista.base_url, vista.auth_url, login, clock=clock, currency="GBP")
        try:
            yield House(sandbox, office, clock)
        finally:
            await office.aclose()


def test_whatever_happens_on_the_wire_the_books_equal_the_journal() -> None:
    with asyncio.Runner() as runner:
        opened = open_house()
        house = runner.run(opened.__aenter__())

        @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(guests(), min_size=1, max_size=3))
        def any_evening(evening: list[Guest]) -> None:
            async def play() -> None:
                house.begin()
                for guest in evening:
                    await house.serve(guest)
                await house.end()
                await house.check()

            runner.run(play())

        try:
            any_evening()
            assert house.redeemed > 5  # an evening on which nothing is ever redeemed would prove nothing
        finally:
            runner.run(opened.__aexit__(None, None, None))
