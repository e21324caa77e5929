"""How an order ends: completed, followed until the office says so, and read; or deleted.

Completing is asked for once in an order's life. A lost answer is looked up, and an order that may have been completed
is looked at again after it was deleted: only then are its vouchers called unused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.desks.vouchers.record import Record
from kiosk.domain.cinema import (
    CarriedOut,
    CinemaReply,
    CompletedOrder,
    Completion,
    CompletionStatus,
    Gone,
    Refused,
)
from kiosk.domain.redeeming import Done, Ended, Over, Unclear
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import (
    Because,
    Redeemed,
    Stage,
    Step,
    Ticketed,
    WayOut,
    Why,
    way_out,
)
from kiosk.ports import CinemaOffice, Clock

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 2.0
"""Between two looks at a completion. Not documented by the vendor: our rule."""

NOT_ARRIVED_AFTER = timedelta(seconds=5)
"""A request that the office does not know so long after it was sent is not waited for any longer. It is not called lost
on that alone: the order is deleted then, so that it cannot be carried out any more, and looked at again."""

LONGEST_FOLLOWED = timedelta(minutes=15)
"""A guest is not kept longer, however often the office puts off the order's end."""

LOOKS_FOR_TICKETS = 3

_Seen = Completion | CompletedOrder | Gone | Refused | Failed


@dataclass
class Ending:
    """Brings one conversation to its end. `timeout_s` bounds each request."""

    record: Record
    office: CinemaOffice
    timeout_s: float

    @property
    def clock(self) -> Clock:
        return self.record.clock

    @property
    def _order_id(self) -> str:
        return self.record.conversation.order_id

    async def complete(self) -> Over:
        """Complete what is held: staff have said yes. Follows it until its end, or until the order expires."""
        await self.record.note_all((Step.CONFIRM, None), (Step.COMPLETE, None))
        reply = await self.office.complete(self._order_id, within_s=self.timeout_s)
        match reply:
            case Completion(status=CompletionStatus.COMPLETED):
                return await self._redeemed(reply.transaction_number)
            case Completion(status=CompletionStatus.FAILED):
                return await self._failed(Why.FAILED)
            case Refused():
                return await self._failed(Why.REFUSED, reply.title, reply.detail)
            case Gone():
                return await self._failed(Why.EXPIRED, reply.title, reply.detail)
            case Failed(may_have_applied=False):
                return await self._failed(Why.NOT_ARRIVED)
            case Failed():
                return await self.follow()
            case Completion():
                await self.clock.sleep(FIRST_PAUSE_S)
                return await self.follow(expires_at=reply.expires_at)

    async def follow(self, *, expires_at: datetime | None = None, patience: timedelta | None = None) -> Over:
        """Ask how the completion stands until it has ended, the order has expired, or for so long as `patience`.

        With a patience, an office that does not answer is not waited for.
        """
        until = expires_at or self.record.conversation.expires_at
        patient_until = self.clock.now() + (LONGEST_FOLLOWED if patience is None else patience)
        pause_s = FIRST_PAUSE_S
        while True:
            seen = await self._look()
            match seen:
                case Completion(status=CompletionStatus.COMPLETED) | CompletedOrder():
                    return await self._redeemed(seen.transaction_number)
                case Completion(status=CompletionStatus.FAILED):
                    return await self._failed(Why.FAILED)
                case Completion():
                    until = seen.expires_at or until
                case Gone() if self._is_overdue(until):
                    return await self._failed(Why.NOT_ARRIVED)
                case Failed() | Refused() if patience is not None:
                    return self._unclear(seen)
            if self.clock.now() + timedelta(seconds=pause_s) > min(until or patient_until, patient_until):
                return self._unclear(seen)
            await self.clock.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 1.5)

    def _is_overdue(self, until: datetime | None) -> bool:
        now, asked_at = self.clock.now(), self.record.conversation.completing_at
        return asked_at is None or now >= asked_at + NOT_ARRIVED_AFTER or (until is not None and now >= until)

    async def _look(self) -> _Seen:
        """How the completion stands. Where the office knows of none, the completed order itself is asked for."""
        reply = await self.office.completion(self._order_id, within_s=self.timeout_s)
        if isinstance(reply, Gone):
            return await self.office.completed_order(self._order_id, within_s=self.timeout_s)
        return reply

    async def _redeemed(self, transaction: str) -> Done:
        await self.record.note(Step.REDEEMED, Redeemed(transaction))
        return await self.read_tickets()

    async def read_tickets(self) -> Done:
        """The tickets of a completed order; None where they cannot be read now, which spoils nothing."""
        for look in range(LOOKS_FOR_TICKETS):
            if look:
                await self.clock.sleep(FIRST_PAUSE_S)
            order = await self.office.completed_order(self._order_id, within_s=self.timeout_s)
            if isinstance(order, CompletedOrder):
                await self.record.note(Step.TICKETED, self._ticketed(order))
                return Done(self.record.conversation, order)
            if isinstance(order, Failed):
                break
        return Done(self.record.conversation)

    def _ticketed(self, order: CompletedOrder) -> Ticketed:
        known = self.record.conversation
        seats = tuple(ticket.seat for ticket in order.tickets if ticket.seat) or known.seats
        count = len(order.tickets) or (known.held.tickets if known.held else 0)
        return Ticketed(order.booking_id, order.transaction_number or known.transaction, seats, count)

    async def _failed(self, why: Why, title: str = "", detail: str = "") -> Over:
        await self.record.note(Step.FAILED, Because(why))
        return await self.give_up(why, title, detail)

    async def give_up(self, why: Why, title: str = "", detail: str = "") -> Over:
        """Delete the order, where that can be. Where the office does not answer it stays to be deleted.

        Done, Unclear: it is completed, or may be; that cannot be given up.
        """
        known = self.record.conversation
        match way_out(known.stage):
            case WayOut.ASK:
                return Unclear(known, Doubt.NO_ANSWER)
            case WayOut.READ:
                return Done(known)
            case WayOut.NOTHING:
                return Done(known) if known.stage is Stage.DONE else Ended(known.why or why)
            case _ if known.completing_at is None:
                return await self.cancel(why, title, detail)
        reply = await self._delete(why)
        seen = await self._look()
        match seen:
            case Completion(status=CompletionStatus.COMPLETED) | CompletedOrder():
                return await self._redeemed(seen.transaction_number)
            case Completion(status=CompletionStatus.FAILED) | Gone():
                return await self._closed(reply, title, detail)
            case _:
                return self._unclear(seen)

    async def cancel(self, why: Why, title: str = "", detail: str = "") -> Ended:
        """Delete an order whose completion was never asked for."""
        if self.record.conversation.stage is Stage.OPENING:
            await self.record.note(Step.CLOSED, Because(why))
            return Ended(why, title, detail)
        return await self._closed(await self._delete(why), title, detail)

    async def _delete(self, why: Why) -> CinemaReply[CarriedOut]:
        if self.record.conversation.stage is not Stage.CLOSING:
            await self.record.note(Step.CLOSE, Because(why))
        return await self.office.delete_order(self._order_id, within_s=self.timeout_s)

    async def _closed(self, reply: CinemaReply[CarriedOut], title: str, detail: str) -> Ended:
        why = self.record.conversation.why or Why.GIVEN_UP
        if await self._is_gone(reply):
            await self.record.note(Step.CLOSED, Because(why))
        return Ended(why, title, detail, is_gone=not self.record.conversation.is_open)

    async def _is_gone(self, reply: CinemaReply[CarriedOut]) -> bool:
        if isinstance(reply, Refused):
            return isinstance(await self.office.get_order(self._order_id, within_s=self.timeout_s), Gone)
        return isinstance(reply, CarriedOut | Gone)

    async def resume(self, patience: timedelta) -> Over:
        """Finish what somebody has left behind, wherever it stands."""
        match way_out(self.record.conversation.stage):
            case WayOut.FORGET:
                return await self.give_up(Why.NEVER_LEARNT)
            case WayOut.DELETE | WayOut.NOTHING:
                return await self.give_up(Why.CUT_OFF)
            case WayOut.ASK:
                return await self.follow(patience=patience)
            case WayOut.READ:
                return await self.read_tickets()

    def _unclear(self, seen: _Seen) -> Unclear:
        return Unclear(self.record.conversation, seen.doubt if isinstance(seen, Failed) else Doubt.NO_ANSWER)
