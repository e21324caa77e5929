"""The voucher desk: what is on, what a voucher costs, who is served, and what was left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Literal

from kiosk.desks.vouchers.ending import Ending
from kiosk.desks.vouchers.record import Record, asked_again
from kiosk.desks.vouchers.talk import Talk
from kiosk.domain.cinema import BookingMode, FoundSeats, Gone, Order, Programme, Refused, Showtime, TicketPrice
from kiosk.domain.errors import JournalError
from kiosk.domain.redeeming import (
    AddResult,
    Done,
    Ended,
    NoAnswer,
    OfficeSays,
    Over,
    Surcharge,
    Unclear,
    offers,
)
from kiosk.domain.reply import Failed
from kiosk.domain.voucher import Because, Conversation, Opened, Showing, Step, Why
from kiosk.ports import CinemaOffice, Clock, ConversationJournal

PATIENCE = timedelta(seconds=20)
"""How long a completion that is still under way is followed when it is picked up again."""

FORGOTTEN_AFTER = timedelta(minutes=5)
"""Past its expiry an order is nobody's any more, even where somebody still has it on a screen."""

DAYS_AHEAD = 7
"""How far ahead a showtime is looked for by its id alone."""

AT_A_TIME = 4
"""Price lists asked for together."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`timeout_s` bounds each request to the office."""

    site_id: str
    surcharge: Surcharge = Surcharge.SEND_TO_TILL
    code_pattern: str = "^[A-Z]{3,6}[0-9]{6,}$"
    timeout_s: float = 8.0


@dataclass(frozen=True, slots=True)
class Resumed:
    """A conversation that was left behind, and what became of it."""

    conversation: Conversation
    result: Over


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """A new order for the same guest: what became of each voucher that was kept."""

    talk: Talk
    vouchers: tuple[AddResult, ...]


@dataclass
class VoucherDesk:
    """`new_id` names conversations. Nothing here raises for what an office does; the journal raises JournalError."""

    office: CinemaOffice
    journal: ConversationJournal
    clock: Clock
    rules: Rules
    new_id: Callable[[], str]
    _led: dict[str, Talk | None] = field(default_factory=dict)
    """Conversations that somebody leads; None while the order is being opened."""
    _resuming: asyncio.Lock = field(default_factory=asyncio.Lock)

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────

    async def showtimes(
        self, day: date | Literal["first"] = "first", site_id: str = ""
    ) -> Programme | OfficeSays | NoAnswer:
        """What is on at a business date, by start; "first": at the first that has any."""
        reply = await self.office.showtimes(day, (site_id or self.rules.site_id,), within_s=self.rules.timeout_s)
        return reply if isinstance(reply, Programme) else _trouble(reply)

    async def find_showtime(self, showtime_id: str) -> Showtime | OfficeSays | NoAnswer | None:
        """A showtime of this cinema by its id, from the first business date on, for a week; None: there is none."""
        day: date | Literal["first"] = "first"
        for _ in range(DAYS_AHEAD):
            programme = await self.showtimes(day)
            if not isinstance(programme, Programme):
                return programme
            found = next((one for one in programme.showtimes if one.id == showtime_id), None)
            if found is not None or programme.business_date is None:
                return found
            day = programme.business_date + timedelta(days=1)
        return None

    async def prices(self, showtime_id: str) -> tuple[TicketPrice, ...] | OfficeSays | NoAnswer:
        """Every price of a showtime, also those that must not be offered."""
        reply = await self.office.ticket_prices(showtime_id, within_s=self.rules.timeout_s)
        return reply if isinstance(reply, tuple) else _trouble(reply)

    async def good_for(self, type_code: str, showtimes: Sequence[Showtime]) -> tuple[Showtime, ...]:
        """Those that sell a ticket for a voucher of this type. Asks for each one's prices: only when staff want it.

        One whose prices cannot be read is left out.
        """
        gate = asyncio.Semaphore(AT_A_TIME)

        async def is_good(showtime: Showtime) -> bool:
            async with gate:
                prices = await self.prices(showtime.id)
            return isinstance(prices, tuple) and bool(offers(prices, type_code, showtime))

        verdicts = await asyncio.gather(*map(is_good, showtimes))
        return tuple(showtime for showtime, good in zip(showtimes, verdicts, strict=True) if good)

    async def seats_of(self, barcode: str) -> FoundSeats | OfficeSays | NoAnswer | None:
        """The seats of a ticket that exists already, by a booking's or a transaction's barcode; None: there is none."""
        reply = await self.office.seats_by_barcode(self.rules.site_id, barcode, within_s=self.rules.timeout_s)
        if isinstance(reply, FoundSeats):
            return reply
        return None if isinstance(reply, Gone) else _trouble(reply)

    # ── serving ─────────────────────────────────────────────────────────────────────────────────────

    async def begin(
        self, showtime: Showtime, *, lane: str, mode: BookingMode = BookingMode.PAID
    ) -> Talk | OfficeSays | NoAnswer:
        """Open an order for a guest. Where its answer is lost, an empty order may stand, which runs out by itself."""
        prices = await self.prices(showtime.id)
        if not isinstance(prices, tuple):
            return prices
        site_id = showtime.site_id or self.rules.site_id
        showing = Showing(site_id, showtime.id, showtime.film, showtime.starts_at, mode.value)
        conversation = self.new_id()
        self._led[conversation] = talk = None
        try:
            record = await Record.begin(self.journal, self.clock, conversation, lane, showing)
            reply = await asked_again(lambda: self.office.create_order(site_id, mode, within_s=self.rules.timeout_s))
            if isinstance(reply, Order):
                await self._note_opened(record, reply)
                self._led[conversation] = talk = self._talk(record, showtime, prices)
                return talk
            lost = isinstance(reply, Failed) and reply.may_have_applied
            await record.note(Step.CLOSED, Because(Why.NEVER_LEARNT if lost else Why.NOT_OPENED))
            return _trouble(reply)
        finally:
            if talk is None:
                self._led.pop(conversation, None)

    async def _note_opened(self, record: Record, order: Order) -> None:
        """An order that cannot be written down is let go at once: only this moment knows its id."""
        try:
            await record.note(Step.OPENED, Opened(order.id, order.expires_at))
        except JournalError:
            await self.office.delete_order(order.id, within_s=self.rules.timeout_s)
            raise

    def _talk(self, record: Record, showtime: Showtime, prices: tuple[TicketPrice, ...]) -> Talk:
        rules, conversation = self.rules, record.conversation.id
        return Talk(
            record,
            self.office,
            showtime,
            prices,
            rules.surcharge,
            rules.timeout_s,
            on_over=partial(self._led.pop, conversation, None),
        )

    async def start_again(
        self, talk: Talk, *, mode: BookingMode = BookingMode.PAID, why: Why = Why.START_AGAIN
    ) -> StartedAgain | OfficeSays | NoAnswer | Unclear | Done:
        """A new order with the vouchers of an earlier one, which is deleted first: staff have asked for it.

        Unclear, Done: the earlier order may be completed, or is.
        """
        ended = await talk.give_up(why)
        if not isinstance(ended, Ended):
            return ended
        new = await self.begin(talk.showtime, lane=talk.conversation.lane, mode=mode)
        if not isinstance(new, Talk):
            return new
        results = await new.take_over(talk)
        return StartedAgain(new, results)

    # ── what was left behind ────────────────────────────────────────────────────────────────────────

    async def resume(self) -> tuple[Resumed, ...]:
        """Finish every conversation that nobody leads: completed ones are read, all others are deleted.

        Nothing is ever asked to be completed here. What the office does not answer about stays for the next time.
        """
        async with self._resuming:
            left = await self.journal.open_conversations()
            return tuple([resumed for one in left if (resumed := await self._resumed(one))])

    async def _resumed(self, conversation: Conversation) -> Resumed | None:
        if conversation.id not in self._led:
            record = Record(self.journal, self.clock, conversation)
            result = await Ending(record, self.office, self.rules.timeout_s).resume(PATIENCE)
            return Resumed(record.conversation, result)
        talk, until = self._led[conversation.id], conversation.expires_at
        if talk is None or until is None or self.clock.now() <= until + FORGOTTEN_AFTER:
            return None
        result = await talk.give_up(Why.EXPIRED)
        return Resumed(talk.conversation, result)


def _trouble(reply: Refused | Gone | Failed) -> OfficeSays | NoAnswer:
    if isinstance(reply, Failed):
        return NoAnswer(reply.doubt, reply.retry_after_s)
    return OfficeSays(reply.title, reply.detail)
