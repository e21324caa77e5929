"""Undo: a redemption of this lane's own, taken back within the time allowed, with a reason. Appended, never erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk.desks.turns import Turns, keys_of
from kiosk.domain.attempt import Attempt, Undone
from kiosk.domain.booking import Booking
from kiosk.domain.gate import is_used
from kiosk.domain.recovery import covers
from kiosk.domain.reply import Declined, Done, Found
from kiosk.domain.undo import UndoDone, UndoRefusal, UndoRefused, UndoResult, UndoUnknown, undoable
from kiosk.domain.verdict import Doubt
from kiosk.ports import Clock, Journal, TicketOffice, Undoing


@dataclass
class UndoDesk:
    """`limit`: how long after the admission; `timeout_s` bounds the whole of it."""

    office: TicketOffice
    undoing: Undoing
    journal: Journal
    clock: Clock
    turns: Turns
    limit: timedelta
    timeout_s: float

    async def undo(self, code: str, *, lane: str, by: str, why: str, no_show: bool = False) -> UndoResult:
        """Take back what this lane redeemed for a code, or for a booking's reference. Raises JournalError."""
        if not why.strip():
            return UndoRefused(UndoRefusal.NO_REASON)
        attempts = await self.journal.attempts_of(code, (Booking(reference=code),))
        found = undoable(attempts, lane, self.clock.now(), self.limit)
        if isinstance(found, UndoRefusal):
            return UndoRefused(found)
        async with self.turns.alone_with(found.code), self.turns.alone_with(*keys_of(found.settled_bookings)):
            return await self._take_back(found, lane, by, why, no_show)

    async def _take_back(self, attempt: Attempt, lane: str, by: str, why: str, no_show: bool) -> UndoResult:
        began_s = self.clock.monotonic()
        reply = await self.undoing.cancel(attempt.settled_bookings, no_show=no_show, within_s=self.timeout_s * 0.7)
        if isinstance(reply, Declined):
            return UndoRefused(UndoRefusal.DECLINED, reply.note)
        if not isinstance(reply, Done):
            left_s = max(0.0, self.timeout_s - (self.clock.monotonic() - began_s))
            if not await self._shows_undone(attempt, no_show, left_s):
                return UndoUnknown(Doubt.NO_ANSWER if reply.may_have_applied else reply.doubt)
        await self.journal.append(Undone(self.clock.now(), attempt.id, lane, by, why.strip(), no_show))
        return UndoDone(attempt)

    async def _shows_undone(self, attempt: Attempt, no_show: bool, within_s: float) -> bool:
        """After a lost answer: whether the office shows it done."""
        reply = await self.office.look_up(attempt.code, within_s=within_s, supplier=attempt.supplier)
        if not isinstance(reply, Found):
            return False
        now = [b for b in reply.bookings if covers(attempt.settled_bookings, b)]
        if no_show:
            return bool(now) and all(b.status in ("NO_SHOW", "NOSHOW") for b in now)
        return bool(now) and not any(is_used(b) for b in now)
