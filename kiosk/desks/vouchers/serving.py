"""Serving one guest at a counter: each scan and each key of staff, one after the other, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from kiosk.desks.vouchers.basket import NO_PIN, Waiting
from kiosk.desks.vouchers.desk import StartedAgain, VoucherDesk
from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.remarks import about_adding, about_ticket, about_trouble, ticketed_of
from kiosk.desks.vouchers.talk import Talk
from kiosk.domain.cinema import BookingMode, FoundSeats, Programme, Showtime
from kiosk.domain.code import read_code
from kiosk.domain.events import Event
from kiosk.domain.redeeming import (
    Added,
    AddResult,
    Changed,
    ChoosePrice,
    ChooseSeats,
    CodeKind,
    Confirmation,
    Done,
    Ended,
    Holding,
    MoneyDue,
    NoAnswer,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    Over,
    Seating,
    Surcharge,
    Trouble,
    Unclear,
    Unsure,
    WrongSeats,
    kind_of,
)
from kiosk.domain.seat_choice import ticket_count
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Why
from kiosk.domain.voucher_events import (
    Ask,
    Closing,
    Doing,
    Phase,
    Remark,
    Said,
    SeatPlanTold,
    SeatsTold,
    ShowtimesTold,
)


@dataclass
class Serving:
    """`tell` sends an event, `changed` tells where the guest stands; `more_scans`: others wait to be put on the order.

    Raises JournalError where the record cannot be written: the talk has seen to its order then.
    """

    desk: VoucherDesk
    lane: str
    tell: Callable[[Event], None]
    changed: Callable[[], None]
    more_scans: Callable[[], bool] = lambda: False
    on_done: Callable[[Done], None] = lambda done: None
    guest: Guest = field(default_factory=Guest)
    plan: SeatPlanTold | None = None
    seats: SeatsTold | None = None
    showtimes: ShowtimesTold | None = None

    # ── what is on ──────────────────────────────────────────────────────────────────────────────────

    async def list_showtimes(self, day: str = "") -> None:
        async with self._doing(Doing.SHOWTIMES):
            found = await self.desk.whats_on.showtimes(_day(day) or "first")
        now = self.desk.clock.now()
        if isinstance(found, Programme):
            self.guest.programme = found
            self.showtimes = ShowtimesTold(now, self.lane, found.business_date, found.showtimes)
        else:
            self.showtimes = ShowtimesTold(now, self.lane, _day(day), trouble=about_trouble(found))
        self.tell(self.showtimes)

    async def find_good_for(self) -> None:
        guest, programme = self.guest, self.guest.programme
        remark = guest.remark
        if programme is None or not guest.other_type:
            return
        open_ones = [one for one in programme.showtimes if not one.is_sold_out]
        async with self._doing(Doing.GOOD_FOR):
            good = await self.desk.whats_on.good_for(guest.other_type, open_ones)
        guest.good_for = tuple(one.id for one in good)
        guest.remark = remark if good else replace(remark or Remark(Said.NONE_GOOD), said=Said.NONE_GOOD)

    # ── vouchers ────────────────────────────────────────────────────────────────────────────────────

    async def scan(self, text: str) -> bool:
        """A code was read. False: it is none of this desk's."""
        code = read_code(text)
        if code is None:
            self.guest.remark = Remark(Said.UNREADABLE)
            return True
        match kind_of(code.text, self.desk.rules.code_pattern):
            case CodeKind.VOUCHER:
                await self._take(code.text)
                return True
            case CodeKind.TICKET | CodeKind.MAYBE_TICKET as kind:
                return await self._is_ticket(code.text, kind)
            case _:
                self.guest.remark = Remark(Said.NOT_A_VOUCHER, code.masked)
                return False

    async def _is_ticket(self, text: str, kind: CodeKind) -> bool:
        async with self._doing(Doing.LOOKING):
            found = await self.desk.whats_on.seats_of(text)
        is_ticket = kind is CodeKind.TICKET or isinstance(found, FoundSeats)
        self.guest.remark = about_ticket(text, found, is_sure=is_ticket)
        return self.guest.remark.said is not Said.NOT_A_VOUCHER

    async def _take(self, barcode: str) -> None:
        if self.guest.phase is Phase.TICKET and barcode in self.guest.served:
            return  # still held up after it was redeemed
        if self.guest.phase in (Phase.TICKET, Phase.UNCLEAR):
            self.guest = Guest(programme=self.guest.programme)
        guest = self.guest
        if guest.phase is Phase.ORDER and guest.talk is not None:
            await self._add(guest.talk, Waiting(barcode))
            await self._hold_anew()
        elif guest.knows(barcode):
            guest.remark = Remark(Said.ALREADY_IN)
        else:
            guest.waiting.append(Waiting(barcode))

    async def give_pin(self, pin: Secret) -> None:
        guest = self.guest
        if guest.talk is not None and guest.refused and pin:
            await self._add(guest.talk, Waiting(guest.refused, pin))
            await self._hold_anew()

    async def take_off(self, voucher_id: str) -> None:
        talk = self.guest.talk
        if talk is None or voucher_id not in {use.voucher.id for use in talk.uses}:
            return
        async with self._doing(Doing.REMOVING):
            trouble = await talk.remove(voucher_id)
        self.guest.unhold()
        if trouble is not None:
            self._troubled(trouble)
            return
        self.guest.picked = ()
        await self._hold_anew()

    async def use(self, voucher_id: str, tickets: int | None, ticket_type_id: str | None) -> None:
        talk = self.guest.talk
        if talk is None or self.guest.phase is not Phase.ORDER:
            return
        try:
            talk.use(voucher_id, tickets=tickets, price=ticket_type_id)
        except (ValueError, KeyError):
            return  # the order has changed since the screen was painted
        await self._hold_anew()

    async def _add(self, talk: Talk, one: Waiting) -> None:
        self.guest.unhold()
        async with self._doing(Doing.ADDING):
            result = await talk.add(one.barcode, one.pin or NO_PIN)
        self._weigh(one, result)

    def _weigh(self, one: Waiting, result: AddResult) -> None:
        """What came of putting a voucher on the order."""
        guest = self.guest
        guest.refused = ""
        match result:
            case Added():
                guest.served.add(one.barcode)
                guest.waiting = [other for other in guest.waiting if other.barcode != one.barcode]
            case NotForThisShowtime(voucher):
                guest.other_type = voucher.type_code
                if not guest.knows(one.barcode):
                    guest.waiting.append(one)
                guest.remark = about_adding(result)
            case NotAdded():
                guest.refused = one.barcode
                guest.remark = about_adding(result)
            case NoAnswer() | Unsure() | Done() | Unclear() | Ended():
                self._troubled(result)
            case _:
                guest.remark = about_adding(result)

    # ── the order ───────────────────────────────────────────────────────────────────────────────────

    async def pick(self, showtime_id: str) -> None:
        """Open an order for a showtime; one that stands already is given up first."""
        programme = self.guest.programme
        showtime = next((one for one in programme.showtimes if one.id == showtime_id), None) if programme else None
        if showtime is None or self.guest.phase in (Phase.REDEEMING, Phase.TICKET, Phase.UNCLEAR):
            return
        if self.guest.talk is None:
            async with self._doing(Doing.OPENING):
                begun = await self.desk.begin(showtime, lane=self.lane)
            await self._begun(begun, ())
        else:
            await self._again(self.guest.talk, showtime)

    async def start_again(self) -> None:
        if self.guest.talk is not None and self.guest.phase in (Phase.ORDER, Phase.STUCK, Phase.ENDED):
            await self._again(self.guest.talk)

    async def _again(self, talk: Talk, showtime: Showtime | None = None, mode: BookingMode = BookingMode.PAID) -> None:
        kept = talk.basket.everything
        if showtime is not None and showtime.id != talk.showtime.id:
            self.guest.picked = ()
        async with self._doing(Doing.OPENING):
            begun = await self.desk.start_again(talk, showtime=showtime, mode=mode)
        match begun:
            case StartedAgain(new, results):
                await self._begun(new, tuple(zip(kept, results, strict=False)))
            case Done() | Unclear():
                self._ended(begun)
            case _:
                if talk.over is not None:
                    self._ended(talk.over)
                self.guest.remark = about_trouble(begun)

    async def _begun(self, begun: Talk | OfficeSays | NoAnswer, taken: Sequence[tuple[Waiting, AddResult]]) -> None:
        guest = self.guest
        if not isinstance(begun, Talk):
            guest.remark = about_trouble(begun)
            return
        guest.talk, guest.phase, guest.closing = begun, Phase.ORDER, None
        guest.unhold()
        waiting, guest.waiting = guest.waiting, []
        for one, result in taken:
            self._weigh(one, result)
        for one in waiting:
            if guest.phase is Phase.ORDER:
                await self._add(begun, one)
        await self._hold_anew()

    async def hold(self, seat_ids: tuple[str, ...] = ()) -> None:
        """Hold tickets for the vouchers, on these seats or on those that the office chooses."""
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER or not talk.uses:
            return
        guest.unhold()
        async with self._doing(Doing.HOLDING):
            result = await talk.hold(seat_ids)
        match result:
            case Holding():
                guest.holding, guest.picked = result, seat_ids
            case ChoosePrice(voucher):
                guest.ask, guest.asked_about = Ask.PRICE, voucher.id
            case ChooseSeats(title, detail):
                guest.ask = Ask.SEATS
                guest.remark = guest.remark or Remark(Said.CHOOSE_SEATS, title=title, detail=detail)
            case WrongSeats(fault, seats, wanted):
                guest.ask = Ask.SEATS
                guest.remark = Remark(Said.WRONG_SEATS, fault=fault, seats=seats, wanted=wanted)
            case _:
                self._troubled(result)
        if guest.phase is Phase.ORDER and talk.is_allocated and guest.ask is not Ask.PRICE:
            await self.look_at_seats()

    async def _hold_anew(self) -> None:
        """The vouchers have changed: hold at once what they are good for, unless more of them are on their way.

        Seats that staff have picked themselves are not given away for others: they are picked anew.
        """
        guest = self.guest
        if guest.phase is not Phase.ORDER or not guest.uses or self.more_scans():
            return
        if not guest.picked:
            await self.hold()
        elif len(guest.picked) == ticket_count(guest.uses):
            await self.hold(guest.picked)
        else:
            guest.unhold()
            guest.ask = Ask.SEATS
            await self.look_at_seats()

    async def look_at_seats(self) -> None:
        talk = self.guest.talk
        if talk is None or not talk.is_allocated:
            return
        async with self._doing(Doing.SEATS):
            found = await talk.seating()
        if not isinstance(found, Seating):
            self._troubled(found)
            return
        self._told_seats(talk, found)

    def _told_seats(self, talk: Talk, found: Seating) -> None:
        now, showtime_id = self.desk.clock.now(), talk.showtime.id
        if self.plan is None or (self.plan.showtime_id, self.plan.plan) != (showtime_id, found.plan):
            self.plan = SeatPlanTold(now, self.lane, showtime_id, found.plan)
            self.tell(self.plan)
        free = tuple(seat.id for seat in found.plan if found.availability.is_bookable(seat.id))
        areas = {offer.area_category_id for use in talk.uses for offer in use.offers}
        fitting = () if "" in areas else tuple(sorted(areas))
        self.seats = SeatsTold(now, self.lane, showtime_id, free, found.own, fitting)
        self.tell(self.seats)

    async def extend(self) -> None:
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER:
            return
        async with self._doing(Doing.EXTENDING):
            trouble = await talk.extend()
        if trouble is not None:
            self._troubled(trouble)
        else:
            guest.remark = Remark(Said.EXTENDED)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────

    async def ask_to_confirm(self) -> None:
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER or guest.holding is None:
            return
        async with self._doing(Doing.CHECKING):
            result = await talk.to_confirm()
        match result:
            case Confirmation():
                guest.confirmation = result
            case MoneyDue(due, tax):
                guest.holding = replace(guest.holding, due=due, tax=tax)
            case Changed():
                await self.hold(guest.picked)
                guest.remark = guest.remark or Remark(Said.CHANGED)
            case _:
                self._troubled(result)

    async def redeem(self, confirmation: Confirmation) -> None:
        """Staff have said yes to it. Cannot be undone."""
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER:
            return
        guest.phase = Phase.REDEEMING
        async with self._doing(Doing.REDEEMING):
            result = await talk.complete(confirmation)
        if isinstance(result, Changed):
            guest.phase, guest.remark = Phase.ORDER, Remark(Said.CHANGED)
            guest.unhold()
            return
        self._ended(result)

    async def settle_due(self) -> None:
        """Money is due: as the house has it."""
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.holding is None or guest.holding.may_be_completed:
            return
        if talk.surcharge is Surcharge.UNPAID_BOOKING and guest.holding.due is not None:
            await self._again(talk, mode=BookingMode.UNPAID)
            return
        async with self._doing(Doing.GIVING_UP):
            self._ended(await talk.give_up(Why.SEND_TO_TILL))

    async def give_up(self, why: Why = Why.GIVEN_UP) -> None:
        """Delete the order. Given up by staff, the guest is forgotten; expired, their vouchers are kept."""
        talk = self.guest.talk
        if talk is None:
            self.guest = Guest(programme=self.guest.programme)
            return
        async with self._doing(Doing.GIVING_UP):
            over = await talk.give_up(why)
        self._ended(over)
        if why is Why.GIVEN_UP and isinstance(over, Ended) and over.is_gone:
            self.guest = Guest(programme=self.guest.programme, remark=Remark(Said.GIVEN_UP))

    def next_guest(self) -> None:
        if not self.guest.has_order:
            self.guest = Guest(programme=self.guest.programme)

    def is_about(self, conversation: str) -> bool:
        """Whether it is this guest's order that somebody has finished in the background."""
        talk = self.guest.talk
        return talk is not None and talk.over is not None and talk.conversation.id == conversation

    def settled(self, over: Over) -> None:
        """It has come to its end after all."""
        if self.guest.phase in (Phase.UNCLEAR, Phase.TICKET, Phase.ENDED):
            self._ended(over)

    def journal_failed(self) -> None:
        talk = self.guest.talk
        if talk is not None and talk.over is not None and self.guest.has_order:
            self._ended(talk.over)
        else:
            self.guest.remark = Remark(Said.NO_ANSWER, doubt=Doubt.JOURNAL_FAILED)

    def _ended(self, over: Over) -> None:
        guest = self.guest
        match over:
            case Done(conversation):
                guest.phase, guest.ticketed = Phase.TICKET, ticketed_of(conversation)
                self.on_done(over)
            case Unclear(doubt=doubt):
                guest.phase, guest.doubt = Phase.UNCLEAR, doubt
            case Ended(why, title, detail, is_gone):
                guest.phase, guest.closing = Phase.ENDED, Closing(why, title, detail, is_gone)
            case _:
                assert_never(over)

    def _troubled(self, trouble: Trouble) -> None:
        match trouble:
            case OfficeSays() | NoAnswer():
                self.guest.remark = about_trouble(trouble)
            case Unsure(doubt):
                self.guest.phase, self.guest.doubt = Phase.STUCK, doubt
            case _:
                self._ended(trouble)

    @asynccontextmanager
    async def _doing(self, what: Doing) -> AsyncIterator[None]:
        self.guest.doing = what
        self.changed()
        try:
            yield
        finally:
            self.guest.doing = None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
