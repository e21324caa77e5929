"""Reading a whole journal: is every row what was written, and does the index say what the rows say?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import TransitionError
from kiosk.journal.chain import Break, Tip, follow
from kiosk.journal.database import connect_to_read, connect_to_write
from kiosk.journal.failure import JournalDamaged, plain_words
from kiosk.journal.fingerprints import Fingerprints, read_key, read_or_make_key
from kiosk.journal.ledger import rebuild, rows_from, tail_lost
from kiosk.journal.lock import WriterLock
from kiosk.journal.rows import entry_of
from kiosk.journal.statements import SQL

_SHADOWS = """
CREATE TEMP TABLE attempt (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL);
CREATE TEMP TABLE attempt_identity (identity BLOB, seq INTEGER, PRIMARY KEY (identity, seq)) WITHOUT ROWID;
CREATE TEMP TABLE identity_key (only INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL);
"""
"""Temporary tables hide the file's own: what is derived is made again there, by the very code that makes it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check has found. `tip` is the last good row; `index` says what is wrong with what was derived."""

    tip: Tip
    broken: Break | None = None
    index: str | None = None
    index_checked: bool = True
    closing_found: bool | None = None
    """Whether the closing hash of an earlier export still stands in the chain; None: none was given."""

    @property
    def is_good(self) -> bool:
        return self.broken is None and self.index is None and self.closing_found is not False


def verify(path: Path, closing_hash: bytes | None = None) -> Findings:
    """Read every row. Raises JournalError where there is no journal, or none that can be read at all.

    What is found is a snapshot: rows that are added meanwhile are not looked at.
    """
    fingerprints = read_key(path)
    with closing(connect_to_read(path)) as db, plain_words(path):
        db.executescript(_SHADOWS)
        db.execute("BEGIN")
        tip, broken, seen = _walk(db, closing_hash)
        if broken is None:
            broken = tail_lost(db, tip) or _torn_pages(db, tip)
        found = None if closing_hash is None else seen
        if broken is not None:
            return Findings(tip, broken, index_checked=False, closing_found=found)
        key = db.execute(SQL["identity_key"]).fetchone()
        comparable = fingerprints is not None and key is not None and key[0] == fingerprints.check
        if fingerprints is None or not comparable:
            return Findings(tip, index_checked=False, closing_found=found)
        return Findings(tip, index=_index_differs(db, fingerprints), closing_found=found)


def _walk(db: sqlite3.Connection, closing_hash: bytes | None) -> tuple[Tip, Break | None, bool]:
    tip, seen = Tip(), False
    try:
        for row in rows_from(db, 1):
            after = follow(tip, (row,))
            if isinstance(after, Break):
                return tip, after, seen
            entry_of(row)
            tip = after
            seen = seen or row.chain == closing_hash
    except sqlite3.DatabaseError:
        return tip, Break(tip.seq + 1, "the file cannot be read from here on"), seen
    except (ValueError, KeyError, TypeError):
        return tip, Break(tip.seq + 1, "the row cannot be read"), seen
    return tip, None, seen


def _torn_pages(db: sqlite3.Connection, tip: Tip) -> Break | None:
    """Whether SQLite finds the file's pages in order. The rows may be whole while an index is not."""
    try:
        (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        said = ""
    return None if said == "ok" else Break(tip.seq + 1, "every row is whole, but the file's pages do not fit together")


def _index_differs(db: sqlite3.Connection, fingerprints: Fingerprints) -> str | None:
    try:
        rebuild(db, fingerprints)
    except TransitionError as error:
        return f"the rows tell an impossible story: {error}"
    attempt = db.execute(SQL["derived_states_differ"]).fetchone()
    if attempt:
        return f"it is wrong about attempt {attempt[0]}"
    row = db.execute(SQL["derived_identities_differ"]).fetchone()
    return f"it does not find the attempt that row {row[0]} began" if row else None


def rebuild_index(path: Path) -> None:
    """Make what is derived from the rows again. Takes the writer's lock; raises JournalError where it cannot."""
    if not path.is_file():
        connect_to_read(path)
    lock = WriterLock(path, "making the index again")
    try:
        with closing(connect_to_write(path)) as db, plain_words(path):
            db.execute("BEGIN IMMEDIATE")
            rebuild(db, read_or_make_key(path))
            db.execute("COMMIT")
    except (ValueError, KeyError, TypeError, TransitionError):
        raise JournalDamaged(path, "its rows do not tell a possible story") from None
    finally:
        lock.release()
