"""The life of an issuing job, as a table: each request to the office, from its intent to what its tokens came to.

    (nothing) → sending → accepted → resolved        every token of it is done or failed
    sending → postponed → sending                    the office did not take it, for certain: it may be sent
    sending → refused                                the office said no
    sending → doubtful → postponed | found           an answer was lost: only a person says whether it is sent again
    a job: begun → ended

The office has no idempotency key: a request whose answer is lost is never repeated by the machine. A job is never
stored as such: notes are appended to its record, each before its request leaves, and folded by `Job`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.errors import TransitionError
from kiosk.domain.issuing.tokens import Outcome, TokenState
from kiosk.domain.issuing.wanted import Kind
from kiosk.domain.verdict import Doubt


class Stage(StrEnum):
    """Where a request stands, or a job (the first two). No word is a state of an attempt or of a conversation."""

    BEGUN = "begun"
    ENDED = "ended"
    """Everything is accounted for and reported; what was to be sent is deleted."""
    SENDING = "sending"
    """It may be at the office."""
    POSTPONED = "postponed"
    ACCEPTED = "accepted"
    """Its tokens are known."""
    REFUSED = "refused"
    DOUBTFUL = "doubtful"
    """Sent, and no answer: unknown, check before repeating."""
    FOUND = "found"
    """A person has found it at the office."""
    RESOLVED = "resolved"


class Step(StrEnum):
    """What happens."""

    BEGIN = "begin"
    SEND = "send"
    POSTPONE = "postpone"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DOUBT = "doubt"
    AGAIN = "again"
    FIND = "find"
    RESOLVE = "resolve"
    """One token has come to its end, others have not."""
    CONCLUDE = "conclude"
    """The last one has."""
    END = "end"


_TABLE: dict[tuple[Stage | None, Step], Stage] = {
    (None, Step.BEGIN): Stage.BEGUN,
    (Stage.BEGUN, Step.END): Stage.ENDED,
    (None, Step.SEND): Stage.SENDING,
    (Stage.POSTPONED, Step.SEND): Stage.SENDING,
    (Stage.SENDING, Step.POSTPONE): Stage.POSTPONED,
    (Stage.SENDING, Step.ACCEPT): Stage.ACCEPTED,
    (Stage.SENDING, Step.REFUSE): Stage.REFUSED,
    (Stage.SENDING, Step.DOUBT): Stage.DOUBTFUL,
    (Stage.DOUBTFUL, Step.AGAIN): Stage.POSTPONED,
    (Stage.DOUBTFUL, Step.FIND): Stage.FOUND,
    (Stage.ACCEPTED, Step.RESOLVE): Stage.ACCEPTED,
    (Stage.ACCEPTED, Step.CONCLUDE): Stage.RESOLVED,
}


def step(stage: Stage | None, taken: Step) -> Stage:
    """The stage after a step. Raises TransitionError for a pair that the table does not hold."""
    try:
        return _TABLE[stage, taken]
    except KeyError:
        raise TransitionError(f"{taken} is not possible from {stage or 'nothing'}") from None


@dataclass(frozen=True, slots=True)
class Begun:
    """What a job is about, without a word about people. `digest` is that of the papers: what is to be sent."""

    kind: Kind
    reference: str
    requests: int
    items: int = 1
    """Tokens that each request should be answered with."""
    recipients: int = 0
    per_request: int = 1
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Because:
    """Why a request was postponed, or is in doubt."""

    doubt: Doubt
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The office's tokens, in its order: opaque, and all that leads back to what was asked."""

    tokens: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The office's own words, without anything that was sent to it."""

    status: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person's decision."""

    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one token came to, by its place in the request's answer."""

    place: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Counted:
    """What a job's items came to in the end: a word of `report.State` → how many.

    `by`: who has given the job up although something was still open; empty where nothing was.
    """

    items: tuple[tuple[str, int], ...] = ()
    by: str = ""


Facts: TypeAlias = Begun | Because | Accepted | Refusal | ByHand | Resolved | Counted

FACTS: dict[Step, type[Facts]] = {
    Step.BEGIN: Begun,
    Step.POSTPONE: Because,
    Step.ACCEPT: Accepted,
    Step.REFUSE: Refusal,
    Step.DOUBT: Because,
    Step.AGAIN: ByHand,
    Step.FIND: ByHand,
    Step.RESOLVE: Resolved,
    Step.CONCLUDE: Resolved,
    Step.END: Counted,
}
"""What a step tells; a step that is not here tells nothing."""


@dataclass(frozen=True, slots=True)
class Note:
    """A row of a job's record. `request` counts from 1; 0 is the job itself."""

    at: datetime
    job: str
    request: int
    step: Step
    facts: Facts | None = None

    @property
    def about(self) -> str:
        """What the row belongs to, by name: `7f3a91c2`, `7f3a91c2/17`."""
        return f"{self.job}/{self.request}" if self.request else self.job


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the office, as its notes tell it. `outcomes`: token's place → what it came to."""

    number: int
    stage: Stage | None = None
    tokens: tuple[str, ...] = field(default=(), repr=False)
    outcomes: tuple[tuple[int, Outcome], ...] = ()
    doubt: Doubt | None = None
    words: str = ""

    @property
    def open_places(self) -> tuple[int, ...]:
        """Of the tokens that have not come to their end."""
        ended = {place for place, _ in self.outcomes}
        return tuple(place for place in range(len(self.tokens)) if place not in ended)

    @property
    def may_be_sent(self) -> bool:
        return self.stage in (None, Stage.POSTPONED)


class Job:
    """What a job's notes tell, taken one by one. Raises TransitionError for one that cannot follow."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self.id = ""
        self.begun_at: datetime | None = None
        self.about: Begun | None = None
        self.stage: Stage | None = None
        self.requests: dict[int, Request] = {}
        self.counted: tuple[tuple[str, int], ...] = ()
        for note in notes:
            self.take(note)

    def take(self, note: Note) -> None:
        if note.request == 0:
            self._take_own(note)
            return
        known = self.requests.get(note.request) or Request(note.request)
        self.requests[note.request] = _after(known, note)

    def _take_own(self, note: Note) -> None:
        self.stage = step(self.stage, note.step)
        self.id = note.job
        match note.facts:
            case Begun() as about:
                self.about, self.begun_at = about, note.at
                self.requests = {number: Request(number) for number in range(1, about.requests + 1)}
            case Counted(items=items):
                self.counted = items
            case _:
                pass

    @property
    def is_ended(self) -> bool:
        return self.stage is Stage.ENDED

    @property
    def unsent(self) -> tuple[int, ...]:
        """Requests that may be sent, in their order."""
        return tuple(number for number, request in self.requests.items() if request.may_be_sent)

    @property
    def doubtful(self) -> tuple[int, ...]:
        """Requests whose answer was lost, those included whose sender was cut off."""
        lost = (Stage.DOUBTFUL, Stage.SENDING)
        return tuple(number for number, request in self.requests.items() if request.stage in lost)

    @property
    def open_tokens(self) -> tuple[tuple[int, int, str], ...]:
        """Request, place and text of every token that has not come to its end."""
        return tuple(
            (number, place, request.tokens[place])
            for number, request in self.requests.items()
            if request.stage is Stage.ACCEPTED
            for place in request.open_places
        )

    @property
    def may_end(self) -> bool:
        """Whether every request has come to an end of its own."""
        ends = (Stage.RESOLVED, Stage.REFUSED, Stage.FOUND)
        return bool(self.requests) and all(request.stage in ends for request in self.requests.values())

    def stages(self) -> Counter[str]:
        """How many requests stand where; `unsent` for those that nobody has sent."""
        return Counter("unsent" if one.may_be_sent else str(one.stage) for one in self.requests.values())

    def tokens(self) -> Counter[TokenState]:
        """How many tokens have come to what, as far as is recorded."""
        ended = Counter(outcome.state for one in self.requests.values() for _, outcome in one.outcomes)
        ended[TokenState.PENDING] += len(self.open_tokens)
        return ended


def _after(request: Request, note: Note) -> Request:
    stage = step(request.stage, note.step)
    match note.facts:
        case Because(doubt=doubt):
            return replace(request, stage=stage, doubt=doubt)
        case Accepted(tokens=tokens):
            return replace(request, stage=stage, tokens=tokens, doubt=None)
        case ByHand():
            return replace(request, stage=stage, doubt=None)
        case Refusal(words=words):
            return replace(request, stage=stage, words=words)
        case Resolved(place=place, outcome=outcome):
            return replace(request, stage=stage, outcomes=(*request.outcomes, (place, outcome)))
        case _:
            return replace(request, stage=stage)
