"""An issuing office in memory that keeps its own books, and does to each request what it is told to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.cinema import CinemaReply, Gone, Refused
from kiosk.domain.issuing.job import Accepted
from kiosk.domain.issuing.tokens import Outcome, Resolution, judge
from kiosk.domain.issuing.wanted import Distribution, Wanted, items_of
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from tests.fakes import FakeClock


class Write(StrEnum):
    """What becomes of one write."""

    FINE = "fine"
    LOST = "applied, answer lost"
    DROPPED = "not applied, nobody knows"
    OFFLINE = "never left"
    LIMITED = "429 with retry-after"
    LIMITED_FOR_LONG = "429 for an hour"
    STALE_TOKEN = "401, a new token at hand"
    FORBIDDEN = "403"
    REFUSED = "400"
    GONE = "404"
    ERROR = "500, applied all the same"
    FEW_TOKENS = "a token too few"
    MANY_TOKENS = "a token too many"


class Read(StrEnum):
    """What becomes of one call about tokens."""

    FINE = "fine"
    OFFLINE = "never left"
    LIMITED = "429 with retry-after"
    REFUSED = "400"
    EMPTY = "an empty list"
    TWICE = "every entry twice, in reverse, with strangers between"


FATES = ("Completed", "Failed", "Fulfilled", "Archived", "", "Processing")
"""Words that a token may end with; the last three are no ends."""

APPLIED = (Write.FINE, Write.LOST, Write.ERROR, Write.FEW_TOKENS, Write.MANY_TOKENS)


@dataclass
class FakeManagement:
    """`writes` and `reads` are used up one by one, then everything is fine. `fate` of a token by its number."""

    clock: FakeClock
    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    fate: Callable[[int], str] = lambda number: "Completed"
    pending_reads: int = 1
    """So often a token is still being processed."""
    books: Counter[str] = field(default_factory=Counter)
    """Recipient (or the reference of what is no distribution) → how often it was really issued."""
    asked: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    """Tokens in each call."""
    before_submit: Callable[[], None] = lambda: None
    _tokens: dict[str, int] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)

    async def submit(self, wanted: Wanted, *, within_s: float) -> CinemaReply[Accepted]:
        self.before_submit()
        await asyncio.sleep(0)
        self.clock.move(0.05)
        what = self.writes.pop(0) if self.writes else Write.FINE
        self.asked.append(getattr(wanted, "reference", getattr(wanted, "code", "")))
        if what in APPLIED:
            people = [one.address for one in wanted.recipients] if isinstance(wanted, Distribution) else self.asked[-1:]
            self.books.update(people)
        match what:
            case Write.FINE | Write.FEW_TOKENS | Write.MANY_TOKENS:
                many = items_of(wanted) + (what is Write.MANY_TOKENS) - (what is Write.FEW_TOKENS)
                return Accepted(tuple(self._token() for _ in range(max(1, many))))
            case Write.LOST | Write.DROPPED:
                return Failed(Doubt.NO_ANSWER, may_have_applied=True)
            case Write.ERROR:
                return Failed(Doubt.OFFICE_ERROR, may_have_applied=True)
            case Write.OFFLINE:
                return Failed(Doubt.OFFLINE)
            case Write.LIMITED | Write.LIMITED_FOR_LONG:
                return Failed(Doubt.RATE_LIMITED, retry_after_s=20.0 if what is Write.LIMITED else 3600.0)
            case Write.STALE_TOKEN:
                return Failed(Doubt.NOT_AUTHORISED, retry_after_s=0.0)
            case Write.FORBIDDEN:
                return Failed(Doubt.NOT_AUTHORISED)
            case Write.REFUSED:
                return Refused("Unknown item", "It is not there.")
            case Write.GONE:
                return Gone("Not Found")

    async def resolve(self, tokens: Sequence[str], *, within_s: float) -> CinemaReply[tuple[Resolution, ...]]:
        await asyncio.sleep(0)
        self.clock.move(0.05)
        self.calls.append(len(tokens))
        assert len(set(tokens)) == len(tokens)
        match self.reads.pop(0) if self.reads else Read.FINE:
            case Read.FINE:
                return tuple(map(self._resolution, tokens))
            case Read.OFFLINE:
                return Failed(Doubt.OFFLINE)
            case Read.LIMITED:
                return Failed(Doubt.RATE_LIMITED, retry_after_s=20.0)
            case Read.REFUSED:
                return Refused("Bad Request")
            case Read.EMPTY:
                return ()
            case Read.TWICE:
                told = tuple(map(self._resolution, tokens))
                stranger = Resolution("a stranger", Outcome(judge("Completed", "1"), "Completed", "1"))
                return (stranger, *reversed(told), *told)

    def _token(self) -> str:
        token = f"token-{len(self._tokens)}"
        self._tokens[token] = len(self._tokens)
        return token

    def _resolution(self, token: str) -> Resolution:
        self._seen[token] += 1
        word = self.fate(self._tokens[token]) if self._seen[token] > self.pending_reads else "Processing"
        entity = f"60{self._tokens[token]}" if word in ("Completed", "Fulfilled", "Processing") else ""
        return Resolution(token, Outcome(judge(word, entity), word, entity, "VoucherDistribution"))
