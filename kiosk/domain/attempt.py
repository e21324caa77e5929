"""The life of an attempt to redeem, as a table; and what may be concluded from it later.

    intended → settled            the office answered
    intended → owed               no answer, or admitted from the local list; also what start-up finds intended
    owed → owed                   asked again, still no answer
    owed → settled | parked       paid, or found impossible; parked → settled by a supervisor

An attempt is never stored as such: rows are appended to the journal and folded by `fold`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.booking import Booking
from kiosk.domain.errors import TransitionError
from kiosk.domain.issuing.job import Note
from kiosk.domain.verdict import Doubt, Grade, Reason
from kiosk.domain.voucher import Turn


class Mode(StrEnum):
    """What is asked of the office. Never both: validate redeems first where that has not been done."""

    REDEEM = "redeem"
    VALIDATE = "validate"


class State(StrEnum):
    INTENDED = "intended"
    OWED = "owed"
    PARKED = "parked"
    SETTLED = "settled"


class Outcome(StrEnum):
    """How an attempt was settled."""

    OURS = "ours"
    """The office has redeemed it for us."""
    REFUSED = "refused"
    """The office said no, or somebody else had redeemed it."""
    VOID = "void"
    """Nothing was ever applied, and no request is on its way any more."""
    SUPERVISOR = "supervisor"
    """Settled by a person, with a reason."""
    UNDONE = "undone"
    """Redeemed for us, and taken back: the ticket is good again."""


class Step(StrEnum):
    INTEND = "intend"
    ASK = "ask"
    OWE = "owe"
    PARK = "park"
    SETTLE = "settle"


_TABLE: dict[tuple[State | None, Step], State] = {
    (None, Step.INTEND): State.INTENDED,
    (State.INTENDED, Step.OWE): State.OWED,
    (State.INTENDED, Step.SETTLE): State.SETTLED,
    (State.OWED, Step.ASK): State.OWED,
    (State.OWED, Step.OWE): State.OWED,
    (State.OWED, Step.PARK): State.PARKED,
    (State.OWED, Step.SETTLE): State.SETTLED,
    (State.PARKED, Step.SETTLE): State.SETTLED,
}


def step(state: State | None, taken: Step) -> State:
    """The state after a step. Raises TransitionError for a pair that the table does not hold."""
    try:
        return _TABLE[state, taken]
    except KeyError:
        raise TransitionError(f"{taken} is not possible from {state or 'nothing'}") from None


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Intended:
    """A redemption is about to be asked for. Durable before the request leaves.

    `code` is what was scanned; `bookings` how they stood just before. `asks` is False for an admission from the local
    list: no request leaves now. `at` is the door time; `ahead_s` what the office's clock was ahead of ours then.
    """

    at: datetime
    attempt: str
    lane: str
    mode: Mode
    code: str
    supplier: str
    bookings: tuple[Booking, ...]
    asks: bool = True
    ahead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A further request for an owed attempt is about to leave. `ahead_s` as in `Intended`."""

    at: datetime
    attempt: str
    ahead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Owed:
    """No answer came, or none was asked for: to be settled later."""

    at: datetime
    attempt: str
    doubt: Doubt
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """Given up by the machine: somebody must look. `conflict`: found redeemed by somebody else at `redeemed_at`."""

    at: datetime
    attempt: str
    why: str
    conflict: bool = False
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt. `by` and `why` name the supervisor and the reason where a person settled it.

    `bookings` are those of the attempt that the outcome is about: with several chosen, those that the office redeemed.
    """

    at: datetime
    attempt: str
    outcome: Outcome
    bookings: tuple[Booking, ...] = ()
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the guest was told. `attempt` is None where nothing was attempted (most refusals).

    `outcome` is `admit`, `refuse`, `choose` or `undecided`; `reason` the word of the refusal or the doubt.
    """

    at: datetime
    scan_id: str
    lane: str
    source: str
    code: str
    outcome: str
    attempt: str | None = None
    grade: Grade | None = None
    reason: Reason | Doubt | None = None
    recovered: bool = False
    references: tuple[str, ...] = ()
    pax: int = 0


@dataclass(frozen=True, slots=True)
class Undone:
    """A redemption of ours was taken back at the office. `by` and `why`: who wanted it and for what reason.

    `no_show`: the guest was marked as not come instead.
    """

    at: datetime
    attempt: str
    lane: str
    by: str
    why: str
    no_show: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The engine has opened the journal."""

    at: datetime
    lane: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The engine has closed the journal in order. A `Started` without one before it: it was cut off."""

    at: datetime
    lane: str


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody with a PIN did what a guest may not, or tried to sign in.

    `action` is a word of `roles.Action`, or `sign_in`, `signed_out`, `ended` (idle for too long), `wrong_pin`; `about`
    names the scan, attempt or order that it was about. `by` is empty where a wrong PIN came with no known name.
    """

    at: datetime
    lane: str
    by: str
    role: str
    action: str
    about: str = ""


Entry = Intended | Asked | Owed | Parked | Settled | Told | Undone | Started | Stopped | Override | Turn | Note


# ── the fold ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where an attempt stands: the fold of its rows."""

    id: str
    state: State
    lane: str
    mode: Mode
    code: str
    supplier: str
    bookings: tuple[Booking, ...]
    opened_at: datetime
    asked_at: tuple[datetime, ...] = ()
    """When its requests left, by the office's clock: ours may be set meanwhile."""
    outcome: Outcome | None = None
    settled_at: datetime | None = None
    settled_bookings: tuple[Booking, ...] = ()
    admitted_at: datetime | None = None
    """When a guest was told to come in on this attempt; None: nobody was."""
    admitted_lane: str | None = None
    doubt: Doubt | None = None
    retry_at: datetime | None = None
    tries: int = 0
    conflict: bool = False
    why: str = ""
    redeemed_elsewhere_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (State.INTENDED, State.OWED)

    @property
    def is_unseen(self) -> bool:
        """Redeemed for us, and nobody was let in on it: the next scan of its code is admitted, once."""
        return self.outcome is Outcome.OURS and self.admitted_at is None


def fold(entries: Iterable[Entry]) -> tuple[Attempt, ...]:
    """The attempts that rows speak of, in the order of their door times. Rows must come in the order written."""
    attempts: dict[str, Attempt] = {}
    for entry in entries:
        _apply(attempts, entry)
    return tuple(attempts.values())


def _apply(attempts: dict[str, Attempt], entry: Entry) -> None:
    if isinstance(entry, Started | Stopped | Override | Turn | Note):
        return
    if isinstance(entry, Intended):
        step(attempts[entry.attempt].state if entry.attempt in attempts else None, Step.INTEND)
        attempts[entry.attempt] = Attempt(
            id=entry.attempt,
            state=State.INTENDED,
            lane=entry.lane,
            mode=entry.mode,
            code=entry.code,
            supplier=entry.supplier,
            bookings=entry.bookings,
            opened_at=entry.at,
            asked_at=(_by_the_office(entry),) if entry.asks else (),
            tries=1 if entry.asks else 0,
        )
        return
    if entry.attempt is None or entry.attempt not in attempts:
        return
    attempts[entry.attempt] = _advance(attempts[entry.attempt], entry)


def _advance(attempt: Attempt, entry: Asked | Owed | Parked | Settled | Told | Undone) -> Attempt:
    match entry:
        case Told(outcome="admit"):
            return replace(attempt, admitted_at=entry.at, admitted_lane=entry.lane)
        case Told():
            return attempt
        case Undone():
            return replace(attempt, outcome=Outcome.UNDONE, admitted_at=None, admitted_lane=None, why=entry.why)
        case Asked():
            state, asked_at = step(attempt.state, Step.ASK), (*attempt.asked_at, _by_the_office(entry))
            return replace(attempt, state=state, asked_at=asked_at, tries=attempt.tries + 1)
        case Owed():
            state = step(attempt.state, Step.OWE)
            return replace(attempt, state=state, doubt=entry.doubt, retry_at=entry.retry_at)
        case Parked():
            state = step(attempt.state, Step.PARK)
            return replace(
                attempt,
                state=state,
                why=entry.why,
                conflict=entry.conflict,
                redeemed_elsewhere_at=entry.redeemed_at,
            )
        case Settled():
            return replace(
                attempt,
                state=step(attempt.state, Step.SETTLE),
                outcome=entry.outcome,
                settled_at=entry.at,
                settled_bookings=entry.bookings,
                why=entry.why,
            )


def _by_the_office(entry: Intended | Asked) -> datetime:
    return entry.at + timedelta(seconds=entry.ahead_s)


# ── was it us? ──────────────────────────────────────────────────────────────────────────────────────

CLOCK_SLACK = timedelta(seconds=2)
"""`utcRedeemedAt` and the `Date` header are cut to whole seconds: one second each."""

LATE_ARRIVAL = timedelta(seconds=30)
"""How long after it was sent an unanswered request may still be carried out: a proxy or a slow office holds it.
Not documented by the vendor: our rule."""


def is_ours(booking: Booking, asked_at: Iterable[datetime], office_now: datetime) -> bool:
    """Whether a redemption that a look-up shows is the work of one of our unanswered requests.

    It was redeemable just before each of them; so it is ours when it was redeemed inside the window of one. Where the
    office names no time, only a look-up made inside the window can tell. All times are by the office's clock.
    """
    redeemed_at = office_now if booking.redeemed_at is None else booking.redeemed_at
    return any(sent - CLOCK_SLACK <= redeemed_at <= sent + LATE_ARRIVAL + CLOCK_SLACK for sent in asked_at)


def may_still_arrive(attempt: Attempt, office_now: datetime) -> bool:
    """Whether a request of this attempt may still be on its way to the office. `office_now` is by its clock."""
    return any(office_now <= sent + LATE_ARRIVAL for sent in attempt.asked_at)
