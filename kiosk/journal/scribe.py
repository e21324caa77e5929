"""From entries to drafts: everything about a row that can be said before its place in the journal is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.domain.attempt import Entry, Intended, Step, Told
from kiosk.journal.chain import Tip, link
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.rows import KINDS, STEPS, Row, body_of, utc_text
from kiosk.ports import Clock


def unknown_clock_state() -> str:
    """What is said of the clock where nobody watches it."""
    return "unknown"


class Draft(NamedTuple):
    """A row without its place. `identities` are the fingerprints by which an `intended` row's attempt is found."""

    at: str
    kind: str
    lane: str | None
    attempt: str | None
    code_key: bytes | None
    mono_ns: int
    clock_state: str
    body: str
    identities: frozenset[bytes] = frozenset()

    @property
    def step(self) -> Step | None:
        return STEPS.get(self.kind)

    def after(self, tip: Tip) -> Row:
        """The row that this draft becomes behind `tip`."""
        row = Row(tip.seq + 1, *self[:-1], chain=b"")
        return row._replace(chain=link(tip.chain, row))


@dataclass(frozen=True, slots=True)
class Scribe:
    """Drafts rows. `clock_state` says how far the clock may be trusted at this moment."""

    fingerprints: Fingerprints
    clock: Clock
    clock_state: Callable[[], str] = unknown_clock_state

    def draft(self, entry: Entry) -> Draft:
        code = entry.code if isinstance(entry, Intended | Told) else None
        return Draft(
            at=utc_text(entry.at),
            kind=KINDS[type(entry)],
            lane=getattr(entry, "lane", None),
            attempt=getattr(entry, "attempt", None),
            code_key=None if code is None else self.fingerprints.of_code(code),
            mono_ns=round(self.clock.monotonic() * 1e9),
            clock_state=self.clock_state(),
            body=body_of(entry),
            identities=self.fingerprints.of_attempt(entry) if isinstance(entry, Intended) else frozenset(),
        )
