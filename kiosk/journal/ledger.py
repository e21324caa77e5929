"""The transaction that adds rows: the rows themselves, their chain, and what is derived from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiosk.domain.attempt import Intended, State, Step, step
from kiosk.journal.chain import Break, Tip, follow
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.rows import STEPS, Row, entry_of
from kiosk.journal.scribe import Draft
from kiosk.journal.statements import SQL

TAIL_ROWS = 200
"""How many of the last rows are checked on opening: what a power cut may have hurt, in about two milliseconds."""


def add(db: sqlite3.Connection, tip: Tip, drafts: Iterable[Draft]) -> Tip:
    """Add rows behind `tip` in the open transaction, and say where the chain ends now.

    Raises TransitionError for a step that the attempt's life does not allow, or of an attempt that nobody began.
    """
    for draft in drafts:
        row = draft.after(tip)
        db.execute(SQL["add_entry"], row)
        if draft.step is not None:
            _move(db, draft, draft.step, row.seq)
        tip = Tip(row.seq, row.chain)
    return tip


def _move(db: sqlite3.Connection, draft: Draft, taken: Step, seq: int) -> None:
    known = db.execute(SQL["state_of_attempt"], (draft.attempt,)).fetchone()
    state = step(State(known[0]) if known else None, taken)
    if known:
        db.execute(SQL["move_attempt"], (state, draft.attempt))
        return
    db.execute(SQL["add_attempt"], (draft.attempt, seq, state))
    db.executemany(SQL["add_identity"], [(identity, seq) for identity in sorted(draft.identities)])


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


def derive(rows: Iterable[Row], fingerprints: Fingerprints) -> Iterator[tuple[Row, State, frozenset[bytes]]]:
    """What rows make of their attempts: each row that moves one, the state after it, and the identities it brings."""
    states: dict[str | None, State] = {}
    for row in rows:
        if row.kind not in STEPS:
            continue
        states[row.attempt] = step(states.get(row.attempt), STEPS[row.kind])
        entry = entry_of(row) if row.kind == "intended" else None
        identities = fingerprints.of_attempt(entry) if isinstance(entry, Intended) else frozenset()
        yield row, states[row.attempt], identities


def rebuild(db: sqlite3.Connection, fingerprints: Fingerprints) -> None:
    """Make what is derived from the rows again, in the open transaction: with this key, whatever it was before."""
    db.execute(SQL["forget_identities"])
    db.execute(SQL["forget_attempts"])
    for row, state, identities in derive(rows_from(db, 1), fingerprints):
        if row.kind == "intended":
            db.execute(SQL["add_attempt"], (row.attempt, row.seq, state))
            db.executemany(SQL["add_identity"], [(identity, row.seq) for identity in sorted(identities)])
        else:
            db.execute(SQL["move_attempt"], (state, row.attempt))
    db.execute(SQL["set_identity_key"], (fingerprints.check,))
