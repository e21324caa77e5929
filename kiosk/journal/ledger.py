"""The transaction that adds rows: the rows themselves, their chain, and what is derived from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.attempt import Intended
from kiosk.journal.chain import Break, Tip, follow
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.moves import Move, move_of, moved
from kiosk.journal.rows import Row, entry_of
from kiosk.journal.scribe import Draft
from kiosk.journal.statements import SQL

TAIL_ROWS = 200
"""How many of the last rows are checked on opening: what a power cut may have hurt, in about two milliseconds."""


def add(db: sqlite3.Connection, tip: Tip, drafts: Iterable[Draft]) -> Tip:
    """Add rows behind `tip` in the open transaction, and say where the chain ends now.

    Raises TransitionError for a move that the life of what it belongs to does not allow, or that nobody began.
    """
    for draft in drafts:
        row = draft.after(tip)
        db.execute(SQL["add_entry"], row)
        if draft.move is not None:
            _move(db, draft, draft.move, row.seq)
        tip = Tip(row.seq, row.chain)
    return tip


def _move(db: sqlite3.Connection, draft: Draft, move: Move, seq: int) -> None:
    known = db.execute(SQL["state_of_attempt"], (draft.attempt,)).fetchone()
    before, begun = known or (None, seq)
    state = moved(before, move)
    if known:
        db.execute(SQL["move_attempt"], (state, draft.attempt))
    else:
        db.execute(SQL["add_attempt"], (draft.attempt, seq, state))
    db.executemany(SQL["add_identity"], [(identity, begun) for identity in sorted(draft.identities)])


def rows_from(db: sqlite3.Connection, seq: int) -> Iterator[Row]:
    """Rows from this one on, in order, one by one."""
    return map(Row._make, db.execute(SQL["entries_from"], (seq,)))


def check_tail(db: sqlite3.Connection, path: Path) -> Tip:
    """Where the chain ends, once its last rows have been checked. Raises JournalDamaged for the first bad one."""
    last = db.execute(SQL["last_entry"]).fetchone()
    end = 0 if last is None else last[0]
    before = db.execute(SQL["chain_before"], (end - TAIL_ROWS + 1,)).fetchone()
    tip = follow(Tip(*before) if before else Tip(), rows_from(db, max(1, end - TAIL_ROWS + 1)))
    if isinstance(tip, Break):
        raise JournalDamaged(path, tip.what, tip.seq)
    lost = tail_lost(db, tip)
    if lost:
        raise JournalDamaged(path, lost.what, lost.seq)
    return tip


def tail_lost(db: sqlite3.Connection, tip: Tip) -> Break | None:
    """Whether there were rows after the last one: SQLite remembers the highest that it ever gave."""
    (highest,) = db.execute(SQL["highest_seq"]).fetchone() or (0,)
    return Break(tip.seq + 1, f"the last rows, up to {highest}, are missing") if highest > tip.seq else None


@dataclass(frozen=True, slots=True)
class Derived:
    """What a row makes of what it belongs to: the state after it, who it belongs to, and how that is found."""

    attempt: str
    begun: int
    """The row that it began with."""
    state: str
    is_first: bool
    identities: frozenset[bytes]


def derive(rows: Iterable[Row], fingerprints: Fingerprints) -> Iterator[Derived]:
    """What rows make of attempts and conversations, for each row that moves one. Raises as `moved` and `move_of` do."""
    begun: dict[str, int] = {}
    states: dict[str, str] = {}
    for row in rows:
        move = move_of(row.kind, row.body)
        if move is None or row.attempt is None:
            continue
        is_first = row.attempt not in states
        states[row.attempt] = moved(states.get(row.attempt), move)
        first = begun.setdefault(row.attempt, row.seq)
        yield Derived(row.attempt, first, states[row.attempt], is_first, _identities(row, fingerprints))


def _identities(row: Row, fingerprints: Fingerprints) -> frozenset[bytes]:
    """A voucher's barcode is not in its row: its fingerprint stays the one it was written with, whatever the key."""
    entry = entry_of(row) if row.kind == "intended" else None
    if isinstance(entry, Intended):
        return fingerprints.of_attempt(entry)
    return frozenset({row.code_key}) if row.code_key else frozenset()


def rebuild(db: sqlite3.Connection, fingerprints: Fingerprints) -> None:
    """Make what is derived from the rows again, in the open transaction: with this key, whatever it was before."""
    db.execute(SQL["forget_identities"])
    db.execute(SQL["forget_attempts"])
    for derived in derive(rows_from(db, 1), fingerprints):
        if derived.is_first:
            db.execute(SQL["add_attempt"], (derived.attempt, derived.begun, derived.state))
        else:
            db.execute(SQL["move_attempt"], (derived.state, derived.attempt))
        db.executemany(SQL["add_identity"], [(identity, derived.begun) for identity in sorted(derived.identities)])
    db.execute(SQL["set_identity_key"], (fingerprints.check,))
