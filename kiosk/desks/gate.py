"""The gate desk: from a code to a verdict.

Reads like the story of a scan: look up, remember, weigh, redeem, record. Never admits without a durable row, never
redeems without a durable intent, and serves one code in one place at a time, whatever the number of lanes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from kiosk.desks.deadline import Deadline
from kiosk.desks.redemption import Conclusion, Redemption
from kiosk.desks.standby import Standby
from kiosk.desks.turns import Turns, keys_of
from kiosk.domain.attempt import Attempt, Intended, Mode, Outcome, Owed, Settled, State, Told
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.errors import JournalError
from kiosk.domain.gate import Policy, Proceed, is_used, looked_at, obstacle, refuse, weigh
from kiosk.domain.recovery import History, covers
from kiosk.domain.reply import Failed, Found, LookUpReply
from kiosk.domain.verdict import (
    Admit,
    Choose,
    Doubt,
    Grade,
    Option,
    Reason,
    Refuse,
    Undecided,
    Use,
    Verdict,
    bookings_of,
    outcome_word,
    reason_of,
)
from kiosk.ports import Clock, Journal, TicketOffice


@dataclass(frozen=True, slots=True)
class Visit:
    """One scan at the desk. `chosen`: the bookings that staff have picked, of those found before."""

    scan_id: str
    lane: str
    source: str
    code: Code
    chosen: tuple[Booking, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """A verdict, who it came from, and the seconds spent waiting for offices, all calls together."""

    verdict: Verdict
    supplier: str = ""
    office_s: float = 0.0


@dataclass
class GateDesk:
    """Serves visits. `timeout_s` bounds each whole; `new_id` names attempts; `standby` may admit offline."""

    office: TicketOffice
    journal: Journal
    clock: Clock
    policy: Policy
    timeout_s: float
    new_id: Callable[[], str]
    turns: Turns = field(default_factory=Turns)
    standby: Standby | None = None
    calendar: Callable[[], datetime | None] | None = None
    """The moment by which days are told; None from it: nobody knows what day it is. Not given: the clock's own."""

    async def serve(self, visit: Visit) -> Served:
        """The verdict for a visit, durable when this returns. Raises nothing for what an office or a journal does."""
        async with self.turns.alone_with(visit.code.text):
            deadline = Deadline(self.clock, self.timeout_s)
            verdict = await self._verdict(visit, deadline)
            supplier = next((booking.supplier for booking in bookings_of(verdict) if booking.supplier), "")
            return Served(verdict, supplier, deadline.office_s)

    async def look(self, visit: Visit) -> Served:
        """What a ticket is, without redeeming it. Leaves no trace in the journal."""
        deadline = Deadline(self.clock, self.timeout_s)
        reply = await self._look_up(visit, deadline)
        if isinstance(reply, Failed):
            return Served(Undecided(reply.doubt, retry_after_s=reply.retry_after_s), "", deadline.office_s)
        now, found = self.clock.now(), reply.bookings
        try:
            history = History(await self.journal.attempts_of(visit.code.text, found), self.office.office_ahead)
            found = tuple(_as_admitted(booking, history) for booking in found)
            shown = (await self._with_use(Conclusion(looked_at(found, self.policy, now)), history, now)).verdict
        except JournalError:  # then only the office's word is shown
            shown = looked_at(reply.bookings, self.policy, now)
        return Served(shown, next((b.supplier for b in found if b.supplier), ""), deadline.office_s)

    async def _verdict(self, visit: Visit, deadline: Deadline) -> Verdict:
        async with AsyncExitStack() as turn:  # until the verdict is durable: the next in turn must see it
            try:
                conclusion = await self._conclude(visit, deadline, turn)
            except JournalError:
                return Undecided(Doubt.JOURNAL_FAILED)
            try:
                await self.journal.append(*conclusion.rows, self._told(visit, conclusion))
            except JournalError:
                if isinstance(conclusion.verdict, Admit) or conclusion.attempt:
                    return Undecided(Doubt.JOURNAL_FAILED, bookings_of(conclusion.verdict))
            return conclusion.verdict

    async def _conclude(self, visit: Visit, deadline: Deadline, turn: AsyncExitStack) -> Conclusion:
        reply = await self._look_up(visit, deadline)
        if isinstance(reply, Found):
            if await turn.enter_async_context(self.turns.alone_with(*keys_of(reply.bookings))):
                reply = await self._look_up(visit, deadline)  # another lane had one of these in hand: see what it did
            if isinstance(reply, Found):
                return await self._weigh(visit, reply.bookings, deadline)
            await turn.aclose()
        return await self._without_office(visit, reply, turn)

    async def _look_up(self, visit: Visit, deadline: Deadline) -> LookUpReply:
        began = self.clock.monotonic()
        reply = await self.office.look_up(visit.code.text, within_s=deadline.to_look_up_s)
        deadline.office_s += self.clock.monotonic() - began
        return reply

    async def _weigh(self, visit: Visit, found: tuple[Booking, ...], deadline: Deadline) -> Conclusion:
        now = self.clock.now()
        attempts = await self.journal.attempts_of(visit.code.text, found) if found else ()
        history = History(attempts, self.office.office_ahead)

        recovered = _recover(found, history, now)
        if recovered is not None:
            return await self._with_use(recovered, history, now)
        found = tuple(_as_admitted(booking, history) for booking in found)
        day = self.calendar() if self.calendar else now
        decision = _weigh_chosen(found, visit.chosen, self.policy, day or now) or weigh(found, self.policy, day or now)
        if day is None and isinstance(decision, Refuse) and decision.reason is Reason.WRONG_DAY:
            return Conclusion(Undecided(Doubt.CLOCK_UNTRUSTED, decision.bookings))
        match decision:
            case Proceed(bookings=bookings):
                return await self._redeem(visit, bookings, history, deadline)
            case Choose() | Refuse():
                return await self._with_use(Conclusion(decision), history, now)
            case _:
                assert_never(decision)

    async def _redeem(
        self, visit: Visit, bookings: tuple[Booking, ...], history: History, deadline: Deadline
    ) -> Conclusion:
        if deadline.to_redeem_s <= 0:  # the look-up has taken the time: start nothing that cannot be followed up
            return Conclusion(Undecided(Doubt.NO_ANSWER, bookings))
        attempt, earlier = self._attempt(visit, bookings), history.open_attempt_about(bookings)
        if earlier is not None:
            attempt = replace(attempt, id=earlier.id, asked_at=earlier.asked_at, state=earlier.state)
        redemption = Redemption(self.office, self.journal, self.clock)
        conclusion = await redemption.redeem(attempt, self.policy, deadline, resumed=earlier is not None)
        if isinstance(conclusion.verdict, Undecided):
            return self._vouched(conclusion, bookings)
        return await self._with_use(conclusion, history, self.clock.now())

    def _vouched(self, conclusion: Conclusion, bookings: tuple[Booking, ...]) -> Conclusion:
        """The office called it redeemable a moment ago and then fell silent: the house may let them in, and owe it."""
        verdict = conclusion.verdict
        if self.standby is None or conclusion.attempt is None or not isinstance(verdict, Undecided):
            return conclusion
        if not self.standby.vouches_for(verdict):
            return conclusion
        owed = Owed(self.clock.now(), conclusion.attempt, verdict.doubt)
        return Conclusion(Admit(bookings, Grade.PROVISIONAL), (owed,), conclusion.attempt)

    async def _without_office(self, visit: Visit, failed: Failed, turn: AsyncExitStack) -> Conclusion:
        """No look-up. What our own journal is sure of can still be said."""
        history = History(await self.journal.attempts_of(visit.code.text))
        known = tuple(a for a in history.attempts if a.code == visit.code.text)
        unseen = next((a for a in reversed(known) if a.is_unseen), None)
        if unseen is not None:
            return Conclusion(Admit(unseen.settled_bookings, recovered=True), attempt=unseen.id)
        admitted = next((a for a in reversed(known) if a.admitted_at is not None), None)
        if admitted is not None and self.policy.mode is Mode.REDEEM:
            bookings = admitted.settled_bookings or admitted.bookings
            refusal = Refuse(Reason.ALREADY_REDEEMED, bookings)
            return await self._with_use(Conclusion(refusal), history, self.clock.now())
        open_ = next((attempt for attempt in reversed(known) if attempt.is_open), None)
        undecided = Undecided(failed.doubt, retry_after_s=failed.retry_after_s, owed=open_ is not None)
        if self.standby is None:
            return Conclusion(undecided)
        verdict = await self.standby.consider(visit.code.text, undecided, self.clock.now())
        if not isinstance(verdict, Admit):
            return Conclusion(verdict)
        await turn.enter_async_context(self.turns.alone_with(*keys_of(verdict.bookings)))
        return await self._on_credit(visit, verdict, failed.doubt, open_)

    async def _on_credit(self, visit: Visit, admit: Admit, doubt: Doubt, attempt: Attempt | None) -> Conclusion:
        """Let in without the office: its redemption is owed from now on, and nobody else gets in on this ticket."""
        now = self.clock.now()
        history = History(await self.journal.attempts_of(visit.code.text, admit.bookings))
        if any(history.admission(booking) for booking in admit.bookings):
            refusal = Conclusion(Refuse(Reason.ALREADY_REDEEMED, admit.bookings))
            return await self._with_use(refusal, history, now)
        unseen = next((a for booking in admit.bookings if (a := history.unseen(booking))), None)
        if unseen is not None:
            return Conclusion(Admit(unseen.settled_bookings, recovered=True), attempt=unseen.id)
        attempt = history.open_attempt_about(admit.bookings) if admit.bookings else attempt
        if attempt is not None:
            return Conclusion(admit, attempt=attempt.id)
        supplier = next((b.supplier for b in admit.bookings), "")
        new = self.new_id()
        intended = Intended(
            now, new, visit.lane, self.policy.mode, visit.code.text, supplier, admit.bookings, asks=False
        )
        return Conclusion(admit, (intended, Owed(now, new, doubt)), new)

    # ── small words ─────────────────────────────────────────────────────────────────────────────────

    def _attempt(self, visit: Visit, bookings: tuple[Booking, ...]) -> Attempt:
        return Attempt(
            id=self.new_id(),
            state=State.INTENDED,
            lane=visit.lane,
            mode=self.policy.mode,
            code=visit.code.text,
            supplier=bookings[0].supplier,
            bookings=bookings,
            opened_at=self.clock.now(),
        )

    def _told(self, visit: Visit, conclusion: Conclusion) -> Told:
        verdict = conclusion.verdict
        about = verdict.bookings if isinstance(verdict, Admit) else bookings_of(verdict)
        return Told(
            at=self.clock.now(),
            scan_id=visit.scan_id,
            lane=visit.lane,
            source=visit.source,
            code=visit.code.text,
            outcome=outcome_word(verdict),
            attempt=conclusion.attempt,
            grade=verdict.grade if isinstance(verdict, Admit) else None,
            reason=reason_of(verdict),
            recovered=isinstance(verdict, Admit) and verdict.recovered,
            references=tuple(booking.reference for booking in about),
            pax=sum(booking.pax for booking in about) if isinstance(verdict, Admit) else 0,
        )

    async def _with_use(self, conclusion: Conclusion, history: History, now: datetime) -> Conclusion:
        """When, and at which lane, a used ticket was used: from our own journal where it knows."""
        match conclusion.verdict:
            case Refuse(reason=Reason.ALREADY_REDEEMED, bookings=bookings):
                uses = [use for b in bookings if (use := await self._use(b, history, now))]
                first = next(iter(uses), conclusion.verdict.use)
                return replace(conclusion, verdict=replace(conclusion.verdict, use=first))
            case Choose(options=options):
                told = [replace(o, use=await self._use(o.booking, history, now)) if o.use else o for o in options]
                return replace(conclusion, verdict=Choose(tuple(told)))
            case _:
                return conclusion

    async def _use(self, booking: Booking, history: History, now: datetime) -> Use | None:
        use, admission = history.use_of(booking, now), history.admission(booking)
        if use is None or admission is None:
            return use
        return replace(use, unsure=await self.journal.was_cut_off_after(admission.id))


def _recover(found: tuple[Booking, ...], history: History, now: datetime) -> Conclusion | None:
    """What an earlier attempt of ours has redeemed, and nobody was let in on: admitted now, once."""
    for booking in found:
        if not is_used(booking):
            continue
        unseen = history.unseen(booking)
        if unseen is not None:
            ours = tuple(b for b in found if is_used(b) and covers(unseen.settled_bookings, b))
            return Conclusion(Admit(ours, recovered=True), attempt=unseen.id)
        attempt = history.open_attempt(booking)
        ours = history.applied_to(attempt, found, now) if attempt else ()
        if attempt and ours:
            settled = (Settled(now, attempt.id, Outcome.OURS, ours),)
            if attempt.admitted_at is not None:
                return Conclusion(Refuse(Reason.ALREADY_REDEEMED, ours), settled, attempt.id)
            return Conclusion(Admit(ours, recovered=True), settled, attempt.id)
    return None


def _as_admitted(booking: Booking, history: History) -> Booking:
    """A booking on which we have let somebody in counts as used, although the office does not know it yet."""
    pending = history.pending_admission(booking)
    if pending is None or is_used(booking):
        return booking
    return replace(booking, redeemable=False, redeemed_at=pending.admitted_at)


def _weigh_chosen(
    found: tuple[Booking, ...], chosen: tuple[Booking, ...], policy: Policy, now: datetime
) -> Proceed | Refuse | None:
    """What to do about the bookings that staff picked, as they stand now. None where nothing was picked."""
    if not chosen:
        return None
    picked = tuple(Option(b, obstacle(b, policy, now)) for b in found if covers(chosen, b))
    if not picked:
        return Refuse(Reason.NOT_FOUND)
    open_ = tuple(option.booking for option in picked if option.obstacle is None)
    return Proceed(open_) if open_ else refuse(picked)
