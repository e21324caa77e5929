"""Notes of an issuing job, for the tests of domain, journal and desk."""

from __future__ import annotations

from kiosk.domain.issuing.job import (
    FACTS,
    Accepted,
    Because,
    Begun,
    ByHand,
    Counted,
    Facts,
    Note,
    Refusal,
    Resolved,
    Stage,
    Step,
)
from kiosk.domain.issuing.tokens import Outcome, TokenState
from kiosk.domain.issuing.wanted import Channel, Distribution, Kind, Recipient, Share
from kiosk.domain.verdict import Doubt
from tests.fakes import NOON

DONE = Outcome(TokenState.DONE, "Completed", "6052", "VoucherDistribution")

PATHS: dict[Stage, tuple[Step, ...]] = {
    Stage.SENDING: (Step.SEND,),
    Stage.POSTPONED: (Step.SEND, Step.POSTPONE),
    Stage.ACCEPTED: (Step.SEND, Step.ACCEPT),
    Stage.REFUSED: (Step.SEND, Step.REFUSE),
    Stage.DOUBTFUL: (Step.SEND, Step.DOUBT),
    Stage.FOUND: (Step.SEND, Step.DOUBT, Step.FIND),
    Stage.RESOLVED: (Step.SEND, Step.ACCEPT, Step.CONCLUDE),
}
"""How a request gets to each of its stages."""


def facts_of(step: Step, *, place: int = 0) -> Facts | None:
    match FACTS.get(step):
        case kind if kind is Because:
            return Because(Doubt.NO_ANSWER, NOON)
        case kind if kind is Accepted:
            return Accepted(("token-1",))
        case kind if kind is Refusal:
            return Refusal(400, "Unknown item")
        case kind if kind is ByHand:
            return ByHand("Ada", "looked it up")
        case kind if kind is Resolved:
            return Resolved(place, DONE)
        case kind if kind is Counted:
            return Counted((("done", 1), ("failed", 2)))
        case kind if kind is Begun:
            return Begun(Kind.EMAIL, "SPRING", 1, 1, 1, 1, "ab" * 16)
        case _:
            return None


def notes(request: int, *steps: Step) -> list[Note]:
    return [Note(NOON, "j", request, step, facts_of(step)) for step in steps]


def begun(requests: int, *, items: int = 1, kind: Kind = Kind.EMAIL) -> Note:
    return Note(NOON, "j", 0, Step.BEGIN, Begun(kind, "SPRING", requests, items, requests, 1, "ab" * 16))


def accepted(request: int, *tokens: str) -> Note:
    return Note(NOON, "j", request, Step.ACCEPT, Accepted(tokens))


def distribution(people: int, *, items: int = 1) -> Distribution:
    """To `person1@x.example` and so on, each on a line of their own from line 2 on."""
    recipients = tuple(Recipient(number + 1, f"person{number}@x.example", "") for number in range(1, people + 1))
    shares = tuple(Share(60510 + place, 1) for place in range(1, items + 1))
    return Distribution(Channel.EMAIL, "SPRING", shares, recipients)
