"""The outbox: pays what is owed to the office, in the order of the door times. Looks up before it redeems, always.

An attempt on which a guest was let in is redeemed. One on which nobody was let in is never redeemed behind the
guest's back: it is only found out whether our lost request was carried out after all. Nothing is deleted; what the
machine cannot settle is parked for a person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.desks.deadline import Deadline
from kiosk.desks.redemption import Redemption
from kiosk.desks.turns import Turns, keys_of
from kiosk.domain.attempt import (
    LATE_ARRIVAL,
    Attempt,
    Entry,
    Outcome,
    Owed,
    Parked,
    Settled,
    State,
    may_still_arrive,
)
from kiosk.domain.booking import Booking
from kiosk.domain.errors import JournalError
from kiosk.domain.events import AttemptSettled, OwedChanged
from kiosk.domain.gate import Policy, is_used, obstacle
from kiosk.domain.recovery import History, covers
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Admit, Doubt, Reason, Refuse, Undecided
from kiosk.ports import Clock, Feed, Journal, TicketOffice

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
STRANDED_AFTER = 2
"""So many rows without an answer, one after the other: the office is away, the round ends."""

BELIEVED_AFTER = 3
"""Times in a row that an office must say it does not know a ticket that was let in, or that it has named before. A
proxy, or an office that is being started, says so once."""

TOLD_EVERY_S = 1.0
"""While much is being paid, how often the feed hears how much is left. While nobody can be asked, how often what has
become owed is counted: all of it is read for that."""


_OPEN = (None, Reason.WRONG_DAY)
"""The day was weighed at the door."""


@dataclass
class _Pause:
    """When a row is tried again, on the monotonic clock, how long the pause was, and how many noes led to it."""

    until_s: float
    length_s: float
    noes: int = 0


@dataclass
class Outbox:
    """Settles open attempts in the background. `jitter`: a factor of about 1, so that gates do not march in step.

    `is_away`: whether the office is known not to answer. Then nobody is asked and no row's pause grows, so that all
    are paid in the order of their door times once `office_is_back`.
    """

    office: TicketOffice
    journal: Journal
    clock: Clock
    feed: Feed
    policy: Policy
    timeout_s: float
    turns: Turns
    jitter: Callable[[], float] = lambda: 1.0
    is_away: Callable[[], bool] = lambda: False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _pauses: dict[str, _Pause] = field(default_factory=dict)
    _not_before_s: dict[str, float] = field(default_factory=dict)
    """For suppliers that have said "too many requests": until when none of their rows is tried (monotonic)."""
    _counted: int = 0
    _counted_s: float = float("-inf")

    def wake(self) -> None:
        """Something may have become owed."""
        self._wake.set()

    def office_is_back(self) -> None:
        """Pauses that its silence has made long are over."""
        self._pauses.clear()
        self._wake.set()

    async def run(self) -> None:
        """Pay until cancelled. A journal that fails now is asked again later."""
        while True:
            self._wake.clear()
            try:
                pause_s = await self.round()
            except JournalError:
                log.error("action=outbox journal failed, trying again")
                pause_s = LONGEST_PAUSE_S
            await self._rest(pause_s)

    async def _rest(self, pause_s: float | None) -> None:
        sleeping = asyncio.ensure_future(self.clock.sleep(LONGEST_PAUSE_S if pause_s is None else pause_s))
        waking = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()

    async def round(self) -> float | None:
        """Try every row that is due, once. Returns the seconds until the next is due; None: nothing is owed."""
        if self.is_away():
            return await self._count_only()
        attempts = await self.journal.open_attempts()
        self._pauses = {a.id: self._pauses[a.id] for a in attempts if a.id in self._pauses}
        silent = 0
        for attempt in attempts:
            if silent >= STRANDED_AFTER or self.is_away():
                break
            if self._due_s(attempt) <= self.clock.monotonic():
                answered = await self._pay_contained(attempt)
                silent = 0 if answered else silent + 1
                if self.clock.monotonic() - self._counted_s >= TOLD_EVERY_S:
                    await self.count()
        return await self.count()

    async def _count_only(self) -> float | None:
        """Nobody can be asked. What becomes owed meanwhile is told, not with every scan."""
        wait_s = self._counted_s + TOLD_EVERY_S - self.clock.monotonic()
        if wait_s > 0:
            return wait_s
        await self.count()
        return None

    async def count(self) -> float | None:
        """Tell how much is owed, where that has changed; the seconds until the next row is due, None without any."""
        attempts = await self.journal.open_attempts()
        self._counted_s = self.clock.monotonic()
        if len(attempts) != self._counted:
            self._counted = len(attempts)
            oldest = attempts[0].opened_at if attempts else None
            self.feed.tell(OwedChanged(self.clock.now(), len(attempts), oldest))
        waits = [max(0.0, self._due_s(attempt) - self._counted_s) for attempt in attempts]
        return max(FIRST_PAUSE_S / 2, min(waits)) if waits else None

    def _due_s(self, attempt: Attempt) -> float:
        """When a row may be tried (monotonic seconds)."""
        pause = self._pauses.get(attempt.id)
        return max(pause.until_s if pause else 0.0, self._not_before_s.get(attempt.supplier, 0.0))

    async def _pay_contained(self, attempt: Attempt) -> bool:
        """Whether the office answered. Whatever goes wrong with one row stays with that row."""
        try:
            async with self.turns.alone_with(attempt.code), self.turns.alone_with(*keys_of(attempt.bookings)):
                current = await self._current(attempt)
                return current is None or await self._pay(current)
        except JournalError:
            raise
        except Exception:
            log.exception("action=outbox attempt=%s", attempt.id)
            self._postpone(attempt)
            return True

    async def _current(self, attempt: Attempt) -> Attempt | None:
        """The attempt as it stands now that nobody else works on it; None where it has been settled meanwhile."""
        attempts = await self.journal.attempts_of(attempt.code)
        return next((a for a in attempts if a.id == attempt.id and a.is_open), None)

    async def _pay(self, attempt: Attempt) -> bool:
        if attempt.state is State.INTENDED:  # cut off, or its outcome could not be written
            await self.journal.append(Owed(self.clock.now(), attempt.id, Doubt.NO_ANSWER))
            attempt = replace(attempt, state=State.OWED)
        reply = await self.office.look_up(attempt.code, within_s=self.timeout_s, supplier=attempt.supplier)
        now = self.clock.now()
        if isinstance(reply, Failed):
            return self._put_off(attempt, reply.doubt, reply.retry_after_s)
        found = tuple(b for b in reply.bookings if not attempt.bookings or covers(attempt.bookings, b))
        history = History(await self.journal.attempts_of(attempt.code, found), self.office.office_ahead)
        ours = history.applied_to(attempt, found, now)
        if ours:
            await self._end(attempt, Settled(now, attempt.id, Outcome.OURS, ours))
        elif attempt.admitted_at is None:
            await self._release(attempt, found, now)
        elif not found:
            await self._end_once_believed(attempt, _conflict(attempt, found, now))
        elif all(obstacle(b, self.policy, now) in _OPEN for b in found):
            return await self._redeem(replace(attempt, bookings=found))
        else:
            await self._end(attempt, _conflict(attempt, found, now))
        return True

    async def _release(self, attempt: Attempt, found: tuple[Booking, ...], now: datetime) -> None:
        """Nobody was let in. Not ours and used: somebody else's. Unused: ours to forget once nothing can arrive."""
        if any(is_used(booking) for booking in found):
            await self._end(attempt, Settled(now, attempt.id, Outcome.REFUSED))
        elif may_still_arrive(attempt, office_now := now + self.office.office_ahead):
            last = max(attempt.asked_at)
            self._pause(attempt, (last + LATE_ARRIVAL - office_now).total_seconds() + 0.5)
        elif attempt.bookings and not found:
            await self._end_once_believed(attempt, Settled(now, attempt.id, Outcome.VOID))
        else:
            await self._end(attempt, Settled(now, attempt.id, Outcome.VOID))

    async def _redeem(self, attempt: Attempt) -> bool:
        redemption = Redemption(self.office, self.journal, self.clock)
        deadline = Deadline(self.clock, self.timeout_s)
        conclusion = await redemption.redeem(attempt, self.policy, deadline, resumed=True)
        now = self.clock.now()
        match conclusion.verdict:
            case Admit():
                await self._end(attempt, *conclusion.rows)
            case Refuse() if any(isinstance(row, Owed) for row in conclusion.rows):
                await self.journal.append(*conclusion.rows)
                self._postpone(attempt)
            case Refuse(bookings=bookings):
                await self._end(attempt, _conflict(attempt, bookings, now))
            case Undecided(doubt=doubt, retry_after_s=retry_after_s):
                await self.journal.append(*(row for row in conclusion.rows if isinstance(row, Owed)))
                return self._put_off(attempt, doubt, retry_after_s)
            case _:
                log.error("action=outbox attempt=%s unexpected verdict", attempt.id)
                self._postpone(attempt)
        return True

    async def _end_once_believed(self, attempt: Attempt, row: Entry) -> None:
        """The office has said that it does not know the ticket."""
        pause = self._pauses.get(attempt.id)
        noes = 1 + (pause.noes if pause else 0)
        if noes >= BELIEVED_AFTER:
            await self._end(attempt, row)
            return
        self._postpone(attempt)
        self._pauses[attempt.id].noes = noes

    async def _end(self, attempt: Attempt, *rows: Entry) -> None:
        await self.journal.append(*rows)
        self._pauses.pop(attempt.id, None)
        last = rows[-1]
        outcome = last.outcome.value if isinstance(last, Settled) else "parked"
        conflict = isinstance(last, Parked) and last.conflict
        references = tuple(booking.reference for booking in attempt.bookings)
        self.feed.tell(AttemptSettled(self.clock.now(), attempt.id, outcome, references, conflict))

    def _put_off(self, attempt: Attempt, doubt: Doubt, retry_after_s: float | None) -> bool:
        """Try again later. Whether the office has answered at all; "too many requests" is meant for every row."""
        self._postpone(attempt, retry_after_s)
        if doubt is Doubt.RATE_LIMITED:
            self._not_before_s[attempt.supplier] = self._pauses[attempt.id].until_s
        return doubt not in (Doubt.OFFLINE, Doubt.NO_ANSWER)

    def _postpone(self, attempt: Attempt, at_least_s: float | None = None) -> None:
        before = self._pauses.get(attempt.id)
        length_s = min(LONGEST_PAUSE_S, before.length_s * 2 if before else FIRST_PAUSE_S)
        self._pause(attempt, max(length_s * self.jitter(), at_least_s or 0.0), length_s)

    def _pause(self, attempt: Attempt, wait_s: float, length_s: float = FIRST_PAUSE_S) -> None:
        self._pauses[attempt.id] = _Pause(self.clock.monotonic() + wait_s, length_s)


def _conflict(attempt: Attempt, found: tuple[Booking, ...], now: datetime) -> Parked:
    used = next((booking for booking in found if is_used(booking)), None)
    if used is not None:
        return Parked(now, attempt.id, "redeemed elsewhere", conflict=True, redeemed_at=used.redeemed_at)
    if not found:
        return Parked(now, attempt.id, "the office does not know this ticket", conflict=True)
    return Parked(
        now, attempt.id, f"the office does not redeem it: {found[0].status or 'no reason given'}", conflict=True
    )
