"""The voucher desk: who is served, and what was left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from kiosk.desks.vouchers.ending import Ending
from kiosk.desks.vouchers.plans import Plans
from kiosk.desks.vouchers.record import Record
from kiosk.desks.vouchers.talk import Talk
from kiosk.desks.vouchers.whats_on import WhatsOn, trouble
from kiosk.domain.cinema import BookingMode, CinemaReply, Order, Showtime, TicketPrice
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
)
from kiosk.domain.reply import Failed
from kiosk.domain.voucher import Because, Conversation, Opened, Showing, Step, Why
from kiosk.ports import CinemaOffice, Clock, ConversationJournal

T = TypeVar("T")

PATIENCE = timedelta(seconds=20)
"""How long a completion that is still under way is followed when it is picked up again."""

FORGOTTEN_AFTER = timedelta(minutes=5)
"""Past its expiry an order is nobody's any more, even where somebody still has it on a screen."""


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

    def __post_init__(self) -> None:
        self.whats_on = WhatsOn(self.office, self.rules.site_id, self.rules.timeout_s)
        self._plans = Plans(self.office, self.clock, self.rules.timeout_s)

    async def begin(
        self, showtime: Showtime, *, lane: str, mode: BookingMode = BookingMode.PAID
    ) -> Talk | OfficeSays | NoAnswer:
        """Open an order for a guest. Where its answer is lost, an empty order may stand, which runs out by itself."""
        prices = await self.whats_on.prices(showtime.id)
        if not isinstance(prices, tuple):
            return prices
        site_id = showtime.site_id or self.rules.site_id
        showing = Showing(site_id, showtime.id, showtime.film, showtime.starts_at, mode.value)
        conversation = self.new_id()
        self._led[conversation] = talk = None
        try:
            record = await Record.begin(self.journal, self.clock, conversation, lane, showing)
            reply = await _to_its_end(self._open(record, site_id, mode))
            if isinstance(reply, Order):
                self._led[conversation] = talk = self._talk(record, showtime, prices)
                return talk
            lost = isinstance(reply, Failed) and reply.may_have_applied
            await record.note(Step.CLOSED, Because(Why.NEVER_LEARNT if lost else Why.NOT_OPENED))
            return trouble(reply)
        finally:
            if talk is None:
                self._led.pop(conversation, None)

    async def _open(self, record: Record, site_id: str, mode: BookingMode) -> CinemaReply[Order]:
        """An order that cannot be written down is let go at once: only this moment knows its id."""
        reply = await self.office.create_order(site_id, mode, within_s=self.rules.timeout_s)
        if isinstance(reply, Order):
            try:
                await record.note(Step.OPENED, Opened(reply.id, reply.expires_at))
            except JournalError:
                await self.office.delete_order(reply.id, within_s=self.rules.timeout_s)
                raise
        return reply

    def _talk(self, record: Record, showtime: Showtime, prices: tuple[TicketPrice, ...]) -> Talk:
        rules, conversation = self.rules, record.conversation.id
        return Talk(
            record,
            self.office,
            showtime,
            prices,
            self._plans,
            rules.surcharge,
            rules.timeout_s,
            on_over=partial(self._led.pop, conversation, None),
        )

    async def start_again(
        self,
        talk: Talk,
        *,
        showtime: Showtime | None = None,
        mode: BookingMode = BookingMode.PAID,
        why: Why = Why.START_AGAIN,
    ) -> StartedAgain | OfficeSays | NoAnswer | Unclear | Done:
        """A new order with the vouchers of an earlier one, which is deleted first: staff have asked for it.

        For the same showtime, where no other is given. Unclear, Done: the earlier order may be completed, or is.
        """
        ended = await talk.give_up(why)
        if not isinstance(ended, Ended):
            return ended
        new = await self.begin(showtime or talk.showtime, lane=talk.conversation.lane, mode=mode)
        if not isinstance(new, Talk):
            return new
        results = await new.take_over(talk)
        return StartedAgain(new, results)

    # ── what was left behind ────────────────────────────────────────────────────────────────────────

    async def resume(self, patience: timedelta = PATIENCE) -> tuple[Resumed, ...]:
        """Finish every conversation that nobody leads: completed ones are read, all others are deleted.

        A completion that is under way is followed for so long as `patience`. Nothing is ever asked to be completed
        here. What the office does not answer about stays for the next time.
        """
        async with self._resuming:
            left = await self.journal.open_conversations()
            return tuple([resumed for one in left if (resumed := await self._resumed(one, patience))])

    async def _resumed(self, conversation: Conversation, patience: timedelta) -> Resumed | None:
        if conversation.id not in self._led:
            record = Record(self.journal, self.clock, conversation)
            result = await Ending(record, self.office, self.rules.timeout_s).resume(patience)
            return Resumed(record.conversation, result)
        talk, until = self._led[conversation.id], conversation.expires_at
        if talk is None or until is None or self.clock.now() <= until + FORGOTTEN_AFTER:
            return None
        result = await talk.give_up(Why.EXPIRED)
        return Resumed(talk.conversation, result)


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Its result. Who is cancelled meanwhile is so when it has ended: nothing is left on its way."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
