"""The report of a job: every recipient with every item once, whatever became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.issuing.job import Job, Request, Stage
from kiosk.domain.issuing.tokens import Outcome, TokenState
from kiosk.domain.issuing.wanted import Distribution, Recipient, Wanted, items_of


class State(StrEnum):
    """What became of one item for one recipient."""

    DONE = "done"
    FAILED = "failed"
    """The office says so, after it had taken the request."""
    PENDING = "pending"
    """The office has not said yet. Ask again: `kiosk issue status --resume`."""
    REFUSED = "refused"
    """The office did not take the request: nothing was issued."""
    UNKNOWN = "unknown"
    """The answer was lost, or says nothing that is understood: check at the office before repeating."""
    NOT_SENT = "not_sent"
    FOUND = "found"
    """A person has found it at the office."""


@dataclass(frozen=True, slots=True)
class Row:
    """`recipient` and `line` are empty for a client and an order. `item` is the client order item's id."""

    line: int | None
    recipient: str = field(repr=False)
    item: str
    reference: str
    token: str = field(repr=False)
    state: State
    word: str = ""
    entity_id: str = ""
    request: int = 1


_STATES = {
    Stage.REFUSED: State.REFUSED,
    Stage.SENDING: State.UNKNOWN,
    Stage.DOUBTFUL: State.UNKNOWN,
    Stage.FOUND: State.FOUND,
}
_OF_TOKEN = {
    TokenState.DONE: State.DONE,
    TokenState.FAILED: State.FAILED,
    TokenState.PENDING: State.PENDING,
    TokenState.UNKNOWN: State.UNKNOWN,
}


def rows(job: Job, sent: Iterable[Wanted], last_heard: Mapping[str, Outcome] | None = None) -> Iterator[Row]:
    """The rows of a report. `sent`: the job's requests in their order; `last_heard`: of tokens that have not ended.

    A request that was answered with fewer tokens than it has items leaves the rest `unknown`. With more, the rest
    follow in rows without a recipient and an item: nobody can say what they are for.
    """
    for number, wanted in enumerate(sent, 1):
        request = job.requests.get(number) or Request(number)
        yield from _of_request(request, wanted, last_heard or {})


def count(found: Iterable[Row]) -> Counter[State]:
    return Counter(row.state for row in found)


def _of_request(request: Request, wanted: Wanted, heard: Mapping[str, Outcome]) -> Iterator[Row]:
    everybody: tuple[Recipient | None, ...] = wanted.recipients if isinstance(wanted, Distribution) else (None,)
    for recipient in everybody:
        for place, item in enumerate(_items(wanted)):
            yield _row(request, wanted, recipient, place, item, heard)
    for place in range(items_of(wanted), len(request.tokens)):
        yield _row(request, wanted, None, place, "", heard)


def _row(
    request: Request, wanted: Wanted, recipient: Recipient | None, place: int, item: str, heard: Mapping[str, Outcome]
) -> Row:
    token = request.tokens[place] if place < len(request.tokens) else ""
    state, outcome = _became(request, place, token, heard)
    return Row(
        line=recipient.line if recipient else None,
        recipient=recipient.address if recipient else "",
        item=item,
        reference=reference_of(wanted),
        token=token,
        state=state,
        word=outcome.word,
        entity_id=outcome.entity_id,
        request=request.number,
    )


def _became(request: Request, place: int, token: str, heard: Mapping[str, Outcome]) -> tuple[State, Outcome]:
    nothing = Outcome(TokenState.PENDING, request.words or (request.doubt.value if request.doubt else ""))
    if request.may_be_sent:
        return State.NOT_SENT, nothing
    if request.stage not in (Stage.ACCEPTED, Stage.RESOLVED):
        return _STATES[request.stage or Stage.SENDING], nothing
    if not token:
        return State.UNKNOWN, Outcome(TokenState.UNKNOWN, "no token")
    ended = dict(request.outcomes).get(place)
    outcome = ended or heard.get(token) or Outcome(TokenState.PENDING)
    return _OF_TOKEN[outcome.state], outcome


def _items(wanted: Wanted) -> tuple[str, ...]:
    if isinstance(wanted, Distribution):
        return tuple(str(share.client_order_item_id) for share in wanted.items)
    return ("",)


def reference_of(wanted: Wanted) -> str:
    """By what the office can be searched for it: a client's code, else the reference."""
    return getattr(wanted, "reference", "") or getattr(wanted, "code", "")
