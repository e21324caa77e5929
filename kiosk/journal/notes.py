"""Notes of issuing jobs as rows, and back. A row holds no recipient: requests are told by their numbers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, assert_never

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
    Step,
)
from kiosk.domain.issuing.tokens import Outcome, TokenState
from kiosk.domain.issuing.wanted import Kind
from kiosk.domain.verdict import Doubt

KIND = "issue"
"""The word of a note's row. Its step is in the body."""

Json = dict[str, Any]


def note_body(note: Note) -> str:
    """What a note tells, as JSON in ASCII."""
    return json.dumps({"step": note.step.value} | _told(note.facts), separators=(",", ":"))


def note_of(at: datetime, about: str, body: Json) -> Note:
    """The note of a row. Raises ValueError, KeyError or TypeError where the row is not one of ours."""
    step = Step(body["step"])
    job, _, request = about.partition("/")
    kind = FACTS.get(step)
    return Note(at, job, int(request or 0), step, _facts(kind, body) if kind else None)


def _told(facts: Facts | None) -> Json:
    match facts:
        case None:
            return {}
        case Begun():
            return {
                "kind_of_job": facts.kind.value,
                "reference": facts.reference,
                "requests": facts.requests,
                "items": facts.items,
                "recipients": facts.recipients,
                "per_request": facts.per_request,
                "digest": facts.digest,
            }
        case Because(doubt=doubt, retry_at=retry_at):
            return {"doubt": doubt.value} | ({"retry_at": retry_at.isoformat()} if retry_at else {})
        case Accepted(tokens=tokens):
            return {"tokens": list(tokens)}
        case Refusal(status=status, words=words):
            return {"status": status, "words": words}
        case ByHand(by=by, why=why):
            return {"by": by, "why": why}
        case Resolved(place=place, outcome=outcome):
            return {
                "place": place,
                "token_state": outcome.state.value,
                "word": outcome.word,
                "entity_id": outcome.entity_id,
                "entity_type": outcome.entity_type,
            }
        case Counted(items=items, by=by):
            return {"counted": dict(items)} | ({"by": by} if by else {})
        case _:
            assert_never(facts)


def _facts(kind: type[Facts], body: Json) -> Facts:
    if kind is Begun:
        return Begun(
            Kind(body["kind_of_job"]),
            body["reference"],
            body["requests"],
            body["items"],
            body["recipients"],
            body["per_request"],
            body["digest"],
        )
    if kind is Because:
        retry_at = body.get("retry_at")
        return Because(Doubt(body["doubt"]), retry_at and datetime.fromisoformat(retry_at))
    if kind is Accepted:
        return Accepted(tuple(body["tokens"]))
    if kind is Refusal:
        return Refusal(body["status"], body["words"])
    if kind is ByHand:
        return ByHand(body["by"], body["why"])
    if kind is Resolved:
        outcome = Outcome(TokenState(body["token_state"]), body["word"], body["entity_id"], body["entity_type"])
        return Resolved(body["place"], outcome)
    return Counted(tuple(body["counted"].items()), body.get("by", ""))
