"""One redemption: intent, request, answer, and what to conclude when the answer is no, or lost.

The intent is durable before the request leaves. A write is never repeated; a lost answer is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.desks.deadline import Deadline
from kiosk.domain.attempt import (
    Asked,
    Attempt,
    Entry,
    Intended,
    Mode,
    Outcome,
    Owed,
    Settled,
    State,
    may_still_arrive,
)
from kiosk.domain.booking import Booking
from kiosk.domain.gate import Policy, is_used, obstacle, refuse, use_of, was_applied
from kiosk.domain.recovery import applied_to
from kiosk.domain.reply import Declined, Done, Failed, Found
from kiosk.domain.verdict import Admit, Doubt, Option, Reason, Refuse, Undecided, Verdict
from kiosk.ports import Clock, Journal, TicketOffice


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A verdict, and the rows that must be durable before anybody hears it."""

    verdict: Verdict
    rows: tuple[Entry, ...] = ()
    attempt: str | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """Asks the office to redeem, and concludes. One object for a gate; every call is one attempt's request."""

    office: TicketOffice
    journal: Journal
    clock: Clock

    async def redeem(
        self, attempt: Attempt, policy: Policy, deadline: Deadline, *, resumed: bool = False
    ) -> Conclusion:
        """Carry an attempt out. `attempt.asked_at` holds the earlier requests only, for a resumed one.

        Raises JournalError where the intent cannot be made durable: then nothing has been sent.
        """
        now, ahead = self.clock.now(), self.office.office_ahead
        await self.journal.append(*_intent(attempt, now, ahead.total_seconds(), resumed))
        case = _Case(attempt, now + ahead, policy)

        began = self.clock.monotonic()
        reply = await self.office.redeem(attempt.bookings, attempt.mode, within_s=deadline.to_redeem_s)
        deadline.office_s += self.clock.monotonic() - began

        match reply:
            case Done(answered) if case.is_all_applied(answered):
                return case.admit(self.clock.now(), answered)
            case Failed(may_have_applied=False) if not attempt.asked_at:
                return case.not_sent(self.clock.now(), reply)
            case Done() | Declined() | Failed():
                found = await self._look_again(attempt, deadline)
                return case.conclude(reply, found, self.clock.now(), self.office.office_ahead)
            case _:
                assert_never(reply)

    async def _look_again(self, attempt: Attempt, deadline: Deadline) -> Found | Failed:
        began = self.clock.monotonic()
        found = await self.office.look_up(attempt.code, within_s=deadline.left_s, supplier=attempt.supplier)
        deadline.office_s += self.clock.monotonic() - began
        return found


def _intent(attempt: Attempt, at: datetime, ahead_s: float, resumed: bool) -> tuple[Entry, ...]:
    if not resumed:
        a = attempt
        return (Intended(at, a.id, a.lane, a.mode, a.code, a.supplier, a.bookings, ahead_s=ahead_s),)
    asked = Asked(at, attempt.id, ahead_s)
    if attempt.state is State.INTENDED:  # left behind: its outcome could not be written
        return Owed(at, attempt.id, Doubt.NO_ANSWER), asked
    return (asked,)


@dataclass(frozen=True, slots=True)
class _Case:
    """One request of an attempt, and the conclusions that can be drawn from its answer.

    `asked_at`: when it was sent, by the office's clock.
    """

    attempt: Attempt
    asked_at: datetime
    policy: Policy

    def is_all_applied(self, answered: tuple[Booking, ...]) -> bool:
        if self.policy.accepts_test:  # in the test environment barcodes do not redeem: a 200 is all there is
            return all(any(asked.is_same(now) for now in answered) for asked in self.attempt.bookings)
        return all(any(was_applied(asked, now) for now in answered) for asked in self.attempt.bookings)

    def admit(self, now: datetime, answered: tuple[Booking, ...]) -> Conclusion:
        admitted = tuple(_merged(asked, answered) for asked in self.attempt.bookings)
        return self._settled(now, Outcome.OURS, Admit(admitted), admitted)

    def not_sent(self, now: datetime, failed: Failed) -> Conclusion:
        verdict = Undecided(failed.doubt, self.attempt.bookings, failed.retry_after_s)
        return self._settled(now, Outcome.VOID, verdict)

    def conclude(
        self, reply: Done | Declined | Failed, found: Found | Failed, now: datetime, office_ahead: timedelta
    ) -> Conclusion:
        """What is true after a look-up that followed a no, a lost answer, or an answer that proves nothing."""
        if isinstance(found, Failed):
            return self._in_the_dark(reply, found, now)
        office_now = now + office_ahead
        ours = applied_to(
            self.attempt, found.bookings, office_now, unanswered=self._unanswered(reply)
        ) or self._named_in(reply, found)
        current = tuple(_merged(asked, found.bookings) for asked in self.attempt.bookings)
        rest = tuple(booking for booking in current if not any(booking.is_same(one) for one in ours))
        if ours:
            recovered = not isinstance(reply, Done)
            return self._settled(now, Outcome.OURS, Admit(ours, recovered=recovered, left_out=rest), ours)
        still_open = [booking for booking in current if obstacle(booking, self.policy, now) in _OPEN]
        if still_open and not isinstance(reply, Declined):
            return self._owed(now, reply if isinstance(reply, Failed) else _UNPROVEN, current)
        note = reply.note if isinstance(reply, Declined) else ""
        refusal = _refusal(current, note, self.policy, now)
        if still_open and may_still_arrive(self.attempt, office_now):  # an earlier request is on its way
            return Conclusion(refusal, (Owed(now, self.attempt.id, Doubt.NO_ANSWER),), self.attempt.id)
        return self._settled(now, Outcome.REFUSED, refusal)

    def _unanswered(self, reply: Done | Declined | Failed) -> tuple[datetime, ...]:
        """The requests that may have done what the look-up shows. A single code declined has done nothing."""
        if isinstance(reply, Declined) and len(self.attempt.bookings) == 1:
            return self.attempt.asked_at
        return (*self.attempt.asked_at, self.asked_at)

    def _named_in(self, reply: Done | Declined | Failed, found: Found) -> tuple[Booking, ...]:
        """Of several, those that the office's own answer names as done and the look-up confirms."""
        if not isinstance(reply, Done):
            return ()
        done = [asked for asked in self.attempt.bookings if any(was_applied(asked, b) for b in reply.bookings)]
        return tuple(b for b in found.bookings if is_used(b) and any(b.is_same(asked) for asked in done))

    def _in_the_dark(self, reply: Done | Declined | Failed, look_up: Failed, now: datetime) -> Conclusion:
        """Neither the answer nor the look-up says what happened."""
        if isinstance(reply, Declined) and not self.attempt.asked_at and len(self.attempt.bookings) == 1:
            refusal = _refusal(tuple(replace(b, redeemable=False) for b in self.attempt.bookings), reply.note)
            return self._settled(now, Outcome.REFUSED, refusal)
        return self._owed(now, reply if isinstance(reply, Failed) else look_up, self.attempt.bookings)

    def _owed(self, now: datetime, failed: Failed, bookings: tuple[Booking, ...]) -> Conclusion:
        """The outcome is open. Validating a ticket that was used before leaves no trace that could settle it."""
        verdict = Undecided(failed.doubt, bookings, failed.retry_after_s, owed=True)
        if self.attempt.mode is Mode.VALIDATE and all(is_used(booking) for booking in self.attempt.bookings):
            return self._settled(now, Outcome.VOID, replace(verdict, owed=False))
        return Conclusion(verdict, (Owed(now, self.attempt.id, failed.doubt),), self.attempt.id)

    def _settled(
        self, now: datetime, outcome: Outcome, verdict: Verdict, bookings: tuple[Booking, ...] = ()
    ) -> Conclusion:
        return Conclusion(verdict, (Settled(now, self.attempt.id, outcome, bookings),), self.attempt.id)


_OPEN = (None, Reason.WRONG_DAY)
"""The day was weighed before the request, by a better calendar than this machine's clock where that is untrusted."""

_UNPROVEN = Failed(Doubt.OFFICE_ERROR, may_have_applied=True)
"""A 200 that does not show what was asked for, and a look-up that shows it undone."""


def _merged(asked: Booking, answered: tuple[Booking, ...]) -> Booking:
    """The booking as the office shows it now, with what only the look-up knew."""
    now = next((booking for booking in answered if asked.is_same(booking)), None)
    if now is None:
        return asked
    return replace(
        now,
        supplier=now.supplier or asked.supplier,
        product=now.product or asked.product,
        units=now.units or asked.units,
        starts_at=now.starts_at or asked.starts_at,
        redemption_code=now.redemption_code or asked.redemption_code,
    )


def _refusal(
    bookings: tuple[Booking, ...], note: str, policy: Policy | None = None, now: datetime | None = None
) -> Refuse:
    """Why, as the look-up shows it; the office's own words where it shows nothing."""
    noted = tuple(replace(booking, office_note=booking.office_note or note) for booking in bookings)
    if policy is None or now is None:
        return Refuse(Reason.NOT_REDEEMABLE, noted)
    return refuse(tuple(Option(b, obstacle(b, policy, now), use_of(b, now)) for b in noted))
