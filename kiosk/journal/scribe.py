"""From entries to drafts: everything about a row that can be said before its place in the journal is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.domain.attempt import Entry, Intended, Told
from kiosk.domain.issuing.job import Note
from kiosk.domain.voucher import Sent, Turn
from kiosk.journal.chain import Tip, link
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.moves import Move
from kiosk.journal.rows import KINDS, STEPS, Row, body_of, utc_text
from kiosk.ports import Clock


def unknown_clock_state() -> str:
    """What is said of the clock where nobody watches it."""
    return "unknown"


class Draft(NamedTuple):
    """A row without its place. `identities` are the fingerprints by which what it belongs to is found.

    `attempt` is what it belongs to: an attempt's id, a conversation's, a job's or one of its
    requests'. `move` is what it does to it.
    """

    at: str
    kind: str
    lane: str | None
    attempt: str | None
    code_key: bytes | None
    mono_ns: int
    clock_state: str
    body: str
    identities: frozenset[bytes] = frozenset()
    move: Move | None = None

    def after(self, tip: Tip) -> Row:
        """The row that this draft becomes behind `tip`."""
        row = Row(tip.seq + 1, *self[:-2], chain=b"")
        return row._replace(chain=link(tip.chain, row))


@dataclass(frozen=True, slots=True)
class Scribe:
    """Drafts rows. `clock_state` says how far the clock may be trusted at this moment."""

    fingerprints: Fingerprints
    clock: Clock
    clock_state: Callable[[], str] = unknown_clock_state

    def draft(self, entry: Entry) -> Draft:
        code = _code_in(entry)
        code_key = None if code is None else self.fingerprints.of_code(code)
        kind = KINDS[type(entry)]
        return Draft(
            at=utc_text(entry.at),
            kind=kind,
            lane=getattr(entry, "lane", None),
            attempt=_belongs_to(entry),
            code_key=code_key,
            mono_ns=round(self.clock.monotonic() * 1e9),
            clock_state=self.clock_state(),
            body=body_of(entry),
            identities=self._identities(entry, code_key),
            move=entry.step if isinstance(entry, Turn | Note) else STEPS.get(kind),
        )

    def _identities(self, entry: Entry, code_key: bytes | None) -> frozenset[bytes]:
        if isinstance(entry, Intended):
            return self.fingerprints.of_attempt(entry)
        return frozenset({code_key}) if isinstance(entry, Turn) and code_key else frozenset()


def _belongs_to(entry: Entry) -> str | None:
    match entry:
        case Turn(conversation=conversation):
            return conversation
        case Note(about=about):
            return about
        case _:
            return getattr(entry, "attempt", None)


def _code_in(entry: Entry) -> str | None:
    match entry:
        case Intended(code=code) | Told(code=code) | Turn(facts=Sent(code)):
            return code
        case _:
            return None
