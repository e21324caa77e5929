"""Any day at the voucher desk: nothing redeemed twice or unasked, nothing left held, and the books equal the journal.

The office in memory applies, loses, delays and refuses; power cuts come at any request; its books are compared with
what staff have confirmed after every step, and with the journal at the end.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiosk.desks.vouchers import StartedAgain, Talk
from kiosk.domain.cinema import BookingMode
from kiosk.domain.redeeming import Added, Confirmation, Done, Ended, NotAdded
from kiosk.domain.secret import Secret
from kiosk.domain.voucher import Stage, Turn, fold
from tests.desks.vouchers_fake import EVENING, FREE_SEATING, HOLD_S, SHOWTIMES, TOKEN_LOST, Cinema, plan
from tests.fakes import Fault

T = TypeVar("T")

BARCODES = ("ADTMM0000111", "ADTMM0000112", "PINMM0000001", "PLUSV0000001", "AREAS0000001", "DUOMM0000001",
            "MATIN0000001", "ADTMM0000901")  # fmt: skip
PINS = ("", "4711", "0000")
SEATS = ("A1", "A2", "B3", "S1", "S2", "Z9")
ROUTES = ("create", "add", "set", "remove", "extend", "delete", "complete", "completion", "completed", "order",
          "availability", "prices")  # fmt: skip
FAULTS = [fault for fault in Fault if fault is not Fault.EMPTY_DONE]
NAMES = {seat.id: seat.name for seat in plan()}


class PowerCut(BaseException):
    """The plug is pulled while a request is on its way out."""


class Day(RuleBasedStateMachine):
    """A day at the desk, with up to two guests at once. One event loop for all of it; time is the fake clock's."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.cinema = Cinema()
        self.cinema.office.on_request = self.count_down
        self.talks: list[Talk] = []
        self.confirmation: Confirmation | None = None
        self.confirmed: dict[str, tuple[Confirmation, Counter[str]]] = {}
        """By order: what staff have said yes to, and the tickets of each voucher in it."""
        self.typed: Counter[tuple[str, str]] = Counter()
        self.accepted: set[str] = set()
        self.requests_to_live: int | None = None

    def teardown(self) -> None:
        try:
            self.end_the_day()
        finally:
            self.loop.close()

    def count_down(self, route: str) -> None:
        if self.requests_to_live is not None:
            self.requests_to_live -= 1
            if self.requests_to_live <= 0:
                self.requests_to_live = None
                raise PowerCut

    def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result; None where the power went in the middle: then there is a new engine on the same journal."""
        try:
            return self.loop.run_until_complete(work)
        except PowerCut:
            self.cinema.restart()
            self.talks, self.confirmation = [], None
            return None

    # ── what may happen ─────────────────────────────────────────────────────────────────────────────

    @rule(
        faults=st.dictionaries(
            st.sampled_from(ROUTES),
            st.lists(st.sampled_from([*FAULTS, TOKEN_LOST]), min_size=1, max_size=2),
            max_size=2,
        )
    )
    def network(self, faults: dict[str, list[Fault | str]]) -> None:
        self.cinema.office.faults = faults

    @rule(pending_s=st.sampled_from([0.0, 1.0, 20.0, 900.0]), fails=st.booleans(), allocates=st.booleans())
    def office(self, pending_s: float, fails: bool, allocates: bool) -> None:
        self.cinema.office.pending_s = pending_s
        self.cinema.office.completion_fails = fails
        self.cinema.office.allocates = allocates

    @rule(requests=st.integers(1, 4))
    def power(self, requests: int) -> None:
        self.requests_to_live = requests

    @precondition(lambda self: len(self.talks) < 2)
    @rule(
        showtime=st.sampled_from([EVENING, FREE_SEATING]),
        mode=st.sampled_from([BookingMode.PAID, BookingMode.PAID, BookingMode.UNPAID]),
        barcodes=st.lists(st.sampled_from(BARCODES), max_size=3),
        redeems=st.booleans(),
    )
    def guest(self, showtime: str, mode: BookingMode, barcodes: list[str], redeems: bool) -> None:
        """Comes with vouchers; staff put them on an order, hold what the office gives, and may say yes at once."""
        talk = self.run(self.cinema.desk.begin(SHOWTIMES[showtime], lane="Desk", mode=mode))
        if not isinstance(talk, Talk):
            return
        self.talks.append(talk)
        for barcode in barcodes:
            if talk in self.talks:
                self.run(talk.add(barcode, Secret("4711" if barcode.startswith("PIN") else "")))
        if talk in self.talks and talk.uses:
            self.run(talk.hold())
        if talk in self.talks and redeems:
            self.redeem_of(talk)

    @precondition(lambda self: self.talks)
    @rule(barcode=st.sampled_from(BARCODES), pin=st.sampled_from(PINS), which=st.integers(0, 1))
    def scan(self, barcode: str, pin: str, which: int) -> None:
        if pin:
            self.typed[barcode, pin] += 1
        result = self.run(self.talk(which).add(barcode, Secret(pin)))
        if isinstance(result, NotAdded) and result.earlier is not None:
            assert any(barcode in tickets for _, tickets in self.confirmed.values())

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1), tickets=st.integers(1, 3), price=st.sampled_from(["T-STALL", "T-SOFA", ""]))
    def choose(self, which: int, tickets: int, price: str) -> None:
        talk = self.talk(which)
        for use in talk.uses:
            if tickets <= use.voucher.redemptions and price in {"", *(offer.ticket_type_id for offer in use.offers)}:
                talk.use(use.voucher.id, tickets=tickets, price=price)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1))
    def take_off(self, which: int) -> None:
        if self.talk(which).uses:
            self.run(self.talk(which).remove(self.talk(which).uses[0].voucher.id))

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1), seats=st.lists(st.sampled_from(SEATS), max_size=3))
    def hold(self, which: int, seats: list[str]) -> None:
        if self.talk(which).uses:
            self.run(self.talk(which).hold(seats))

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1))
    def put_off(self, which: int) -> None:
        self.run(self.talk(which).extend())

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1))
    def show_what_to_confirm(self, which: int) -> None:
        shown = self.run(self.talk(which).to_confirm())
        self.confirmation = shown if isinstance(shown, Confirmation) else self.confirmation

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1))
    def redeem(self, which: int) -> None:
        self.redeem_of(self.talk(which))

    def redeem_of(self, talk: Talk) -> None:
        shown = self.run(talk.to_confirm())
        if isinstance(shown, Confirmation) and talk in self.talks:
            self.say_yes(talk, shown)

    @precondition(lambda self: self.talks and self.confirmation)
    @rule(which=st.integers(0, 1))
    def say_yes_to_what_was_shown_before(self, which: int) -> None:
        """Perhaps to the other guest's order, or to figures that have changed since."""
        assert self.confirmation is not None
        self.say_yes(self.talk(which), self.confirmation)

    def say_yes(self, talk: Talk, confirmation: Confirmation) -> None:
        order_id, barcodes = talk.conversation.order_id, self.barcodes(talk)
        asked_before = self.cinema.office.books.completions_asked[order_id]
        result = self.run(talk.complete(confirmation))
        if self.cinema.office.books.completions_asked[order_id] > asked_before:
            assert confirmation.conversation == talk.conversation.id
            self.confirmed[order_id] = (confirmation, barcodes)
        if isinstance(result, Done | Ended) and talk in self.talks:
            self.talks.remove(talk)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1))
    def give_up(self, which: int) -> None:
        talk = self.talk(which)
        over = self.run(talk.give_up())
        if isinstance(over, Ended) and over.is_gone:
            assert self.cinema.office.holds(talk.conversation.order_id) == ()
        if talk in self.talks:
            self.talks.remove(talk)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1), mode=st.sampled_from([BookingMode.PAID, BookingMode.UNPAID]))
    def start_again(self, which: int, mode: BookingMode) -> None:
        talk = self.talk(which)
        again = self.run(self.cinema.desk.start_again(talk, mode=mode))
        if talk in self.talks and not talk.conversation.is_open:
            self.talks.remove(talk)
        if isinstance(again, StartedAgain):
            self.talks = [again.talk, *self.talks][:2]

    @rule(seconds=st.sampled_from([1.0, 10.0, HOLD_S, 3 * HOLD_S]))
    def wait(self, seconds: float) -> None:
        self.cinema.clock.move(seconds)
        self.cinema.office.settle()

    @rule()
    def restart(self) -> None:
        self.cinema.restart()
        self.talks, self.confirmation = [], None

    @rule()
    def resume(self) -> None:
        asked = self.cinema.office.books.completions_asked.total()
        self.run(self.cinema.desk.resume())
        assert self.cinema.office.books.completions_asked.total() == asked

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────

    @invariant()
    def nothing_is_redeemed_that_was_not_confirmed(self) -> None:
        allowed: Counter[str] = Counter()
        for _, tickets in self.confirmed.values():
            allowed += tickets
        assert self.cinema.office.books.redeemed <= allowed

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        assert all(count == 1 for count in self.cinema.office.books.completions_asked.values())

    @invariant()
    def a_wrong_pin_is_tried_only_as_often_as_it_was_typed(self) -> None:
        wrong = ("PINMM0000001", "0000")
        assert Counter(self.cinema.office.books.pins_tried)[wrong] <= self.typed[wrong]

    @invariant()
    def what_is_completed_is_what_was_confirmed(self) -> None:
        for order_id in self.cinema.office.books.completed:
            confirmation, tickets = self.confirmed[order_id]
            order = self.cinema.office.orders[order_id]
            assert tuple(sorted(NAMES[seat] for seat in order.seats)) == tuple(sorted(confirmation.seats))
            assert len(order.tickets) == confirmation.tickets == tickets.total()

    @invariant()
    def no_pin_and_no_barcode_is_written(self) -> None:
        written = "".join(row.body for row in self.cinema.journal.rows[-6:])
        assert not any(secret in written for secret in (*BARCODES, "4711"))

    def end_the_day(self) -> None:
        """With the network back and time passed nothing is open or held, and the journal says what the books say."""
        office = self.cinema.office
        self.requests_to_live, office.faults, office.pending_s = None, {}, 0.0
        self.cinema.restart()
        self.cinema.clock.move(20)
        self.run(self.cinema.desk.resume())
        self.cinema.clock.move(20)
        self.run(self.cinema.desk.resume())
        assert self.loop.run_until_complete(self.cinema.journal.open_conversations()) == ()
        assert self.cinema.held_at_the_office == []
        told = fold(entry for entry in self.cinema.journal.entries if isinstance(entry, Turn))
        assert {one.order_id for one in told if one.stage is Stage.DONE} == set(office.books.completed)
        for one in told:
            if one.stage is Stage.DONE:
                assert one.ticketed is not None
                assert set(one.seats) == {NAMES[seat] for seat in office.orders[one.order_id].seats}

    # ── small words ─────────────────────────────────────────────────────────────────────────────────

    def talk(self, which: int) -> Talk:
        return self.talks[which % len(self.talks)]

    def barcodes(self, talk: Talk) -> Counter[str]:
        """The tickets that each voucher pays for, as the office has them on this order."""
        order = self.cinema.office.orders[talk.conversation.order_id]
        return Counter(order.vouchers[ticket.voucher_id].barcode for ticket in order.tickets)


def test_any_day_at_the_voucher_desk() -> None:
    run_state_machine_as_test(
        Day,
        settings=settings(
            max_examples=600, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


async def test_the_whole_way_is_within_the_machines_reach() -> None:
    """The rules above, in an order that redeems: a machine that never came so far would prove nothing."""
    cinema = Cinema()
    talk = await cinema.begin()
    assert isinstance(await talk.add(BARCODES[0]), Added)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert isinstance(await talk.complete(confirmation), Done)
