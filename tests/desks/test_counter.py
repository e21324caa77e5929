"""A lane's counter: what a screen is told of each scan and key, and what becomes of an order that nobody minds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import pytest

from kiosk.desks.vouchers import Resumed
from kiosk.desks.vouchers.counter import IDLE_S, NEWS_FOR, VoucherCounter
from kiosk.domain.code import Code
from kiosk.domain.errors import JournalError
from kiosk.domain.events import Event, Scan
from kiosk.domain.redeeming import SeatFault, Surcharge
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Turn, Why
from kiosk.domain.voucher_events import (
    Ask,
    AskToConfirm,
    AtCounter,
    CloseCounter,
    Doing,
    ExtendOrder,
    FindGoodFor,
    GivePin,
    GiveUp,
    HoldSeats,
    ListShowtimes,
    NextGuest,
    OpenCounter,
    Phase,
    PickShowtime,
    Redeem,
    Remark,
    Said,
    SeatPlanTold,
    SeatsTold,
    SettleDue,
    ShowtimesTold,
    StartAgain,
    TakeOff,
    UseVoucher,
    VoucherCommand,
    VoucherSettled,
)
from tests.desks.vouchers_fake import EVENING, FREE_SEATING, HOLD_S, MATINEE, SOFAS, STALLS, Cinema
from tests.fakes import CODE, Fault

FIRST, SECOND, THIRD = "ADTMM0000111", "ADTMM0000112", "ADTMM0000113"
QUIET_TURNS = 20
"""Turns of the loop after which a counter that does nothing has done what it was asked."""
E = TypeVar("E")


class At:
    """A counter that is open, and what it has told."""

    def __init__(self, cinema: Cinema) -> None:
        self.cinema = cinema
        self.events: list[Event] = []
        self.at_the_gate: list[Scan] = []
        self.counter = VoucherCounter(cinema.desk, "Desk", self, cinema.clock, self._to_gate)

    def tell(self, event: Event) -> None:
        self.events.append(event)

    async def _to_gate(self, scan: Scan) -> None:
        self.at_the_gate.append(scan)

    async def do(self, *commands: VoucherCommand | Resumed) -> AtCounter:
        for command in commands:
            self.counter.put(command)
        return await self.settled()

    async def scan(self, *texts: str, apart_s: float = 10.0) -> AtCounter:
        for text in texts:
            self.cinema.clock.move(apart_s)
            self.counter.put(Scan(text, "camera", self.cinema.clock.now(), "Desk"))
        return await self.settled()

    async def pass_time(self, seconds: float) -> AtCounter:
        self.cinema.clock.move(seconds)
        self.counter.pass_time()
        return await self.settled()

    async def settled(self) -> AtCounter:
        quiet = 0
        while quiet < QUIET_TURNS:
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.counter._line.empty() and self.counter.guest.doing is None else 0
        return self.stands

    @property
    def stands(self) -> AtCounter:
        return self.last(AtCounter)

    def last(self, kind: type[E]) -> E:
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    async def redeem(self) -> AtCounter:
        shown = await self.do(AskToConfirm())
        assert shown.confirmation is not None
        return await self.do(Redeem(shown.turn))


@asynccontextmanager
async def counter(cinema: Cinema | None = None, *scans: str, showtime: str = "") -> AsyncIterator[At]:
    at = At(cinema or Cinema())
    serving = asyncio.create_task(at.counter.run())
    await at.do(OpenCounter())
    await at.scan(*scans)
    if showtime:
        await at.do(PickShowtime(showtime))
    yield at
    await at.counter.finish()
    await serving


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────


async def test_a_voucher_becomes_a_ticket() -> None:
    async with counter() as at:
        assert at.stands.is_open
        assert [one.id for one in at.last(ShowtimesTold).showtimes] == [EVENING, FREE_SEATING, MATINEE]
        assert (await at.scan(FIRST)).waiting == ("…0111",)
        held = await at.do(PickShowtime(EVENING))
        assert (held.phase, held.waiting, held.remark) == (Phase.ORDER, (), None)
        assert [one.voucher.masked for one in held.vouchers] == ["…0111"]
        assert held.holding is not None
        assert (held.holding.seats, str(held.holding.due)) == (("A1",), "£0.00")
        assert held.expires_at is not None
        shown = await at.do(AskToConfirm())
        assert shown.confirmation is not None
        assert (shown.confirmation.film, shown.confirmation.seats) == ("The Long Take", ("A1",))
        assert not at.cinema.office.books.redeemed
        done = await at.do(Redeem(shown.turn))
        assert done.phase is Phase.TICKET
        assert done.ticketed is not None
        assert (done.ticketed.booking_id, done.ticketed.transaction) == ("WAB1234", "41793")
        assert at.cinema.office.books.redeemed == {FIRST: 1}
        assert (await at.do(NextGuest())).phase is Phase.SHOWTIMES


async def test_what_is_under_way_is_told_while_it_is() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        await at.redeem()
        told = [event.doing for event in at.events if isinstance(event, AtCounter)]
    assert {Doing.SHOWTIMES, Doing.OPENING, Doing.ADDING, Doing.HOLDING, Doing.CHECKING, Doing.REDEEMING} <= set(told)
    assert told[-1] is None


async def test_no_event_holds_a_whole_barcode_or_a_pin() -> None:
    async with counter(None, "PINMM0000001", showtime=EVENING) as at:
        await at.do(GivePin(Secret("4711")))
        await at.redeem()
        told = repr(at.events) + repr(at.counter.guest)
    assert "…0001" in told
    assert "PINMM0000001" not in told
    assert "4711" not in told
    assert "4711" not in repr([entry for entry in at.cinema.journal.entries if isinstance(entry, Turn)])


async def test_a_family_is_scanned_on_and_held_together() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        await at.scan(SECOND, THIRD)
        assert at.stands.holding is not None
        assert at.stands.holding.seats == ("A1", "A2", "A3")
        assert len(at.cinema.office.orders) == 1


async def test_a_yes_to_something_else_redeems_nothing() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        shown = await at.do(AskToConfirm())
        changed = await at.scan(SECOND)
        assert changed.confirmation is None
        assert (await at.do(Redeem(shown.turn))).phase is Phase.ORDER
        assert (await at.do(Redeem(changed.turn))).remark == Remark(Said.CHANGED)
    assert not at.cinema.office.books.redeemed


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_refused_voucher_stays_out_alone() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        told = await at.scan("ADTMM0000901")
        assert told.remark is not None
        assert (told.remark.said, told.remark.masked, told.remark.title) == (Said.NOT_ADDED, "…0901", "Voucher expired")
        assert [one.voucher.masked for one in told.vouchers] == ["…0111"]
        assert told.holding is not None


async def test_a_pin_is_asked_for_and_tried_once() -> None:
    async with counter(None, "PINMM0000001", showtime=EVENING) as at:
        refused = at.stands.remark
        assert refused is not None
        assert not refused.pin_sent
        wrong = await at.do(GivePin(Secret("1")))
        assert wrong.remark is not None
        assert wrong.remark.pin_sent
        assert (await at.do(GivePin(Secret("4711")))).holding is not None
    assert [pin for _, pin in at.cinema.office.books.pins_tried] == ["1", "4711"]


async def test_a_voucher_for_another_showtime_is_kept_for_it() -> None:
    async with counter(None, "MATIN0000001", showtime=EVENING) as at:
        assert at.stands.remark is not None
        assert at.stands.remark.said is Said.OTHER_SHOWTIME
        assert at.stands.waiting == ("…0001",)
        good = await at.do(FindGoodFor())
        assert good.good_for == (FREE_SEATING, MATINEE)
        moved = await at.do(PickShowtime(MATINEE))
        assert [one.voucher.masked for one in moved.vouchers] == ["…0001"]
        assert moved.waiting == ()
    assert at.cinema.held_at_the_office == []


async def test_the_showtime_is_changed_with_the_vouchers_taken_along() -> None:
    async with counter(None, FIRST, SECOND, showtime=EVENING) as at:
        moved = await at.do(PickShowtime(FREE_SEATING))
        assert [one.voucher.masked for one in moved.vouchers] == ["…0111", "…0112"]
        assert moved.showtime is not None
        assert moved.showtime.id == FREE_SEATING
        assert moved.holding is not None
        assert len([one for one in at.cinema.office.orders.values() if not one.end]) == 1


async def test_a_voucher_is_taken_off_and_the_others_are_held_anew() -> None:
    async with counter(None, FIRST, SECOND, showtime=EVENING) as at:
        left = await at.do(TakeOff(at.stands.vouchers[0].voucher.id))
        assert [one.voucher.masked for one in left.vouchers] == ["…0112"]
        assert left.holding is not None
        assert left.holding.tickets == 1


async def test_fewer_tickets_of_a_voucher_for_several() -> None:
    async with counter(None, "DUOMM0000001", showtime=EVENING) as at:
        assert at.stands.vouchers[0].tickets == 3
        fewer = await at.do(UseVoucher(at.stands.vouchers[0].voucher.id, tickets=2))
        assert fewer.holding is not None
        assert fewer.holding.tickets == 2
        same = await at.do(UseVoucher(fewer.vouchers[0].voucher.id, tickets=9))
        assert same.vouchers[0].tickets == 2


async def test_several_fitting_prices_are_offered() -> None:
    async with counter(None, "AREAS0000001", showtime=EVENING) as at:
        asked = at.stands
        assert (asked.ask, asked.asked_about) == (Ask.PRICE, asked.vouchers[0].voucher.id)
        assert [offer.ticket_type_id for offer in asked.vouchers[0].offers] == ["T-STALL", "T-SOFA"]
        held = await at.do(UseVoucher(asked.asked_about, ticket_type_id="T-SOFA"))
        assert held.ask is None
        assert held.holding is not None
        assert held.holding.seats == ("S1",)


@pytest.mark.parametrize("barcode", ["T41000000", "WQ9LJTK"])
async def test_a_ticket_is_shown_as_one(barcode: str) -> None:
    async with counter() as at:
        told = await at.scan(barcode)
        assert told.remark is not None
        assert (told.remark.said, told.remark.booking_id) == (Said.TICKET, "WQ9LJTK")
        assert told.remark.found[0].seats == ("C5", "C6")
        assert told.waiting == ()


async def test_a_ticket_that_nobody_knows_is_no_voucher_either() -> None:
    async with counter() as at:
        told = await at.scan("T99999999")
        assert told.remark == Remark(Said.NO_SUCH_TICKET, "…99")


async def test_the_same_voucher_held_up_for_long_is_one() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        at.cinema.office.requests.clear()
        assert (await at.scan(FIRST, apart_s=0.5)).remark is None
        again = await at.scan(FIRST)
        assert again.remark is not None
        assert again.remark.said is Said.ALREADY_IN
        assert "add" not in at.cinema.office.requests


# ── seats ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_plan_is_told_with_what_is_free_and_ours() -> None:
    cinema = Cinema()
    cinema.office.taken = {"1_1_1"}
    async with counter(cinema, FIRST, showtime=EVENING) as at:
        seats = at.last(SeatsTold)
        assert seats.own == ("1_1_2",)
        assert "1_1_1" not in seats.free
        assert seats.areas == (STALLS,)
        assert len(list(at.last(SeatPlanTold).plan)) == 10
        await at.do(HoldSeats(("1_2_3",)))
        assert at.last(SeatsTold).own == ("1_2_3",)
        assert [type(event) for event in at.events].count(SeatPlanTold) == 1


async def test_seats_that_staff_picked_are_not_given_away_for_others() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        await at.do(HoldSeats(("1_2_3",)))
        more = await at.scan(SECOND)
        assert (more.ask, more.holding) == (Ask.SEATS, None)
        both = await at.do(HoldSeats(("1_2_3", "1_2_4")))
        assert both.holding is not None
        assert both.holding.seats == ("B3", "B4")


async def test_an_office_that_does_not_choose_seats_asks_for_them() -> None:
    cinema = Cinema()
    cinema.office.allocates = False
    async with counter(cinema, FIRST, showtime=EVENING) as at:
        assert at.stands.ask is Ask.SEATS
        assert at.stands.remark is not None
        assert at.stands.remark.said is Said.CHOOSE_SEATS
        assert (await at.do(HoldSeats(("1_1_2",)))).holding is not None


@pytest.mark.parametrize(
    ("seats", "fault"),
    [(("1_1_1",), SeatFault.TAKEN), (("1_2_1", "1_2_2"), SeatFault.TOO_MANY), (("2_3_1",), SeatFault.OTHER_AREA)],
)
async def test_wrong_seats_are_told_in_their_own_words(seats: tuple[str, ...], fault: SeatFault) -> None:
    cinema = Cinema()
    cinema.office.taken = {"1_1_1"}
    async with counter(cinema, FIRST, showtime=EVENING) as at:
        told = await at.do(HoldSeats(seats))
        assert told.remark is not None
        assert (told.remark.said, told.remark.fault) == (Said.WRONG_SEATS, fault)
        assert told.ask is Ask.SEATS


async def test_a_price_for_two_areas_marks_both() -> None:
    async with counter(None, "AREAS0000001", showtime=EVENING) as at:
        await at.do(HoldSeats(("2_3_1",)))
        assert set(at.last(SeatsTold).areas) == {STALLS, SOFAS}


# ── money ───────────────────────────────────────────────────────────────────────────────────────────


async def test_money_due_sends_the_guest_to_the_till_with_the_voucher_unused() -> None:
    async with counter(None, "PLUSV0000001", showtime=EVENING) as at:
        assert at.stands.holding is not None
        assert (str(at.stands.holding.due), at.stands.holding.may_be_completed) == ("£3.00", False)
        ended = await at.do(SettleDue())
        assert ended.closing is not None
        assert (ended.phase, ended.closing.why) == (Phase.ENDED, Why.SEND_TO_TILL)
        assert at.cinema.held_at_the_office == []
    assert not at.cinema.office.books.redeemed


async def test_money_due_is_booked_unpaid_where_the_house_has_it_so() -> None:
    cinema = Cinema()
    cinema.rules = replace(cinema.rules, surcharge=Surcharge.UNPAID_BOOKING)
    cinema.restart()
    async with counter(cinema, "PLUSV0000001", showtime=EVENING) as at:
        assert at.stands.surcharge is Surcharge.UNPAID_BOOKING
        booked = await at.do(SettleDue())
        assert booked.holding is not None
        assert booked.holding.is_unpaid
        assert (await at.redeem()).phase is Phase.TICKET


# ── time, trouble, the end ──────────────────────────────────────────────────────────────────────────


async def test_an_order_that_has_expired_is_told_and_started_again_with_its_vouchers() -> None:
    async with counter(None, FIRST, SECOND, showtime=EVENING) as at:
        assert (await at.pass_time(HOLD_S - 60)).phase is Phase.ORDER
        ended = await at.pass_time(60)
        assert ended.closing is not None
        assert (ended.phase, ended.closing.why, ended.waiting) == (Phase.ENDED, Why.EXPIRED, ("…0111", "…0112"))
        again = await at.do(StartAgain())
        assert [one.voucher.masked for one in again.vouchers] == ["…0111", "…0112"]
        assert again.holding is not None


async def test_an_order_is_extended_by_a_key() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        before = at.stands.expires_at
        at.cinema.clock.move(100)
        later = await at.do(ExtendOrder())
        assert before is not None
        assert later.expires_at is not None
        assert later.expires_at > before
        assert later.remark == Remark(Said.EXTENDED)


async def test_giving_up_frees_the_vouchers_and_forgets_the_guest() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        after = await at.do(GiveUp())
        assert (after.phase, after.vouchers, after.waiting) == (Phase.SHOWTIMES, (), ())
        assert at.cinema.held_at_the_office == []


async def test_a_lost_answer_is_started_again() -> None:
    cinema = Cinema()
    async with counter(cinema, showtime=EVENING) as at:
        cinema.office.faults.update(add=[Fault.LOST], order=[Fault.OFFLINE])
        stuck = await at.scan(FIRST)
        assert stuck.phase is Phase.STUCK
        again = await at.do(StartAgain())
        assert [one.voucher.masked for one in again.vouchers] == ["…0111"]
        assert again.holding is not None


async def test_a_completion_that_nobody_has_heard_of_is_found_out_in_the_background() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        shown = await at.do(AskToConfirm())
        at.cinema.office.faults["complete"] = [Fault.LOST]
        at.cinema.office.always = Fault.OFFLINE
        unclear = await at.do(Redeem(shown.turn))
        assert unclear.phase is Phase.UNCLEAR
        at.cinema.office.always = Fault.NONE
        (resumed,) = await at.cinema.desk.resume()
        assert (await at.do(resumed)).phase is Phase.TICKET
    assert at.cinema.office.books.redeemed == {FIRST: 1}


async def test_what_was_left_behind_by_another_engine_is_told() -> None:
    cinema = Cinema()
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.restart()
    (resumed,) = await cinema.desk.resume()
    async with counter(cinema) as at:
        await at.do(resumed)
        assert (at.last(VoucherSettled).film, at.last(VoucherSettled).ticketed) == ("The Long Take", None)
        assert at.counter.snapshot()[-1] == at.last(VoucherSettled)
        cinema.clock.move(NEWS_FOR.total_seconds() + 1)
        assert isinstance(at.counter.snapshot()[-1], AtCounter)


async def test_the_end_of_the_engine_deletes_what_was_not_completed() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        assert at.cinema.held_at_the_office != []
    assert at.cinema.held_at_the_office == []


async def test_an_office_that_is_away_is_named_and_nothing_is_lost() -> None:
    cinema = Cinema()
    async with counter(cinema, FIRST) as at:
        cinema.office.always = Fault.OFFLINE
        told = await at.do(PickShowtime(EVENING))
        assert told.remark == Remark(Said.NO_ANSWER, doubt=Doubt.OFFLINE)
        assert (told.phase, told.waiting) == (Phase.SHOWTIMES, ("…0111",))
        await at.do(ListShowtimes())
        assert at.last(ShowtimesTold).trouble == Remark(Said.NO_ANSWER, doubt=Doubt.OFFLINE)


async def test_a_journal_that_cannot_be_written_redeems_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*entries: object) -> None:
        raise JournalError("no space left")

    async with counter(None, FIRST, showtime=EVENING) as at:
        monkeypatch.setattr(at.cinema.journal, "append", full)
        told = await at.scan(SECOND)
        assert told.phase is Phase.ENDED
        assert told.closing is not None
        assert told.closing.why is Why.JOURNAL_FAILED
        assert at.cinema.held_at_the_office == []


# ── the gate beside it ──────────────────────────────────────────────────────────────────────────────


async def test_a_gates_ticket_scanned_here_goes_back_with_the_staff() -> None:
    async with counter() as at:
        told = await at.scan(CODE)
        assert told.remark == Remark(Said.NOT_A_VOUCHER, Code(CODE).masked)
        closed = await at.do(CloseCounter(passing=True))
        assert not closed.is_open
        assert [scan.text for scan in at.at_the_gate] == [CODE]


async def test_at_the_gate_an_order_is_kept_until_it_expires() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        closed = await at.do(CloseCounter())
        assert (closed.is_open, closed.phase) == (False, Phase.ORDER)
        assert (await at.do(OpenCounter())).phase is Phase.ORDER
        await at.do(CloseCounter())
        assert (await at.pass_time(HOLD_S)).phase is Phase.ENDED
        assert at.cinema.held_at_the_office == []


async def test_a_counter_that_nobody_minds_forgets_its_guest_and_closes() -> None:
    async with counter(None, FIRST) as at:
        left = await at.pass_time(IDLE_S + 1)
        assert (left.is_open, left.waiting) == (False, ())


async def test_the_redeemed_voucher_still_held_up_begins_no_new_guest() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        await at.redeem()
        assert (await at.scan(FIRST)).phase is Phase.TICKET
        fresh = await at.scan(SECOND)
        assert (fresh.phase, fresh.waiting) == (Phase.SHOWTIMES, ("…0112",))


async def test_a_voucher_scanned_while_another_is_redeemed_is_to_be_scanned_again() -> None:
    cinema = Cinema()
    async with counter(cinema, FIRST, showtime=EVENING) as at:
        shown = await at.do(AskToConfirm())
        at.counter.put(Redeem(shown.turn))
        at.counter.put(Scan(SECOND, "camera", cinema.clock.now(), "Desk"))
        done = await at.settled()
        assert (done.phase, done.remark) == (Phase.TICKET, Remark(Said.SCAN_AGAIN))


async def test_a_screen_that_joins_is_told_all_of_it() -> None:
    async with counter(None, FIRST, showtime=EVENING) as at:
        kinds = [type(event) for event in at.counter.snapshot()]
        assert kinds == [ShowtimesTold, SeatPlanTold, SeatsTold, AtCounter]
        last = at.counter.snapshot()[-1]
        assert isinstance(last, AtCounter)
        assert replace(last, at=at.stands.at) == at.stands


async def test_a_refused_voucher_moves_nobody_to_other_seats() -> None:
    cinema = Cinema()
    async with counter(cinema, FIRST, showtime=EVENING) as at:
        await at.do(HoldSeats(("1_2_2",)))
        cinema.office.taken = {"1_1_1"}
        told = await at.scan("ADTMM0000901")
        assert told.holding is not None
        assert told.holding.seats == ("B2",)


async def test_after_the_till_a_voucher_is_the_next_guests() -> None:
    async with counter(None, "PLUSV0000001", showtime=EVENING) as at:
        await at.do(SettleDue())
        assert (await at.scan(FIRST)).waiting == ("…0111",)


async def test_seats_of_another_price_than_the_one_picked_are_not_offered() -> None:
    async with counter(None, "AREAS0000001", showtime=EVENING) as at:
        await at.do(UseVoucher(at.stands.asked_about, ticket_type_id="T-SOFA"))
        assert at.last(SeatsTold).areas == (SOFAS,)


async def test_a_fault_of_this_program_while_it_redeems_is_not_called_either_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*asked: object, **more: object) -> None:
        raise RuntimeError("a bug")

    async with counter(None, FIRST, showtime=EVENING) as at:
        shown = await at.do(AskToConfirm())
        monkeypatch.setattr(at.cinema.office, "complete", broken)
        assert (await at.do(Redeem(shown.turn))).phase is Phase.UNCLEAR
    assert "action=serve" in caplog.text
