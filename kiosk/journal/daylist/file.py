"""The file of the day's list: opened, or thrown away and begun anew. Everything in it can be fetched again."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.journal.database import BUSY_TIMEOUT_MS, make_file
from kiosk.journal.failure import explain
from kiosk.journal.statements import named

log = logging.getLogger(__name__)

SQL = named("daylist", "queries.sql")

APPLICATION_ID = 0x6B696C69  # "kili"
SCHEMA = 1

PAGE_BYTES = 1024
"""Hashes fall all over their index, so that a hundred bookings touch some hundred of its pages: with small ones a
memory card has the less to write."""

CACHE_KB = 8000
"""Holds most of the index of 100,000 bookings' codes."""

LOG_PAGES = 32_000
"""32 MB of log before it is moved into the file: a scattered page is then written once for many pages of bookings."""

DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class Unusable(Exception):
    """There is a file, and it is damaged, of another key, of another version or not ours."""

    def __init__(self, why: str, *, is_damage: bool) -> None:
        super().__init__(why)
        self.is_damage = is_damage


def daylist_path(journal: Path) -> Path:
    """`daylist.sqlite3` beside `journal.sqlite3`; a journal of another name has a list of its own."""
    return journal.with_name("daylist.sqlite3" if journal.stem == "journal" else f"daylist-{journal.name}")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite has found the file, or what is left of it, unreadable."""
    return "_".join((getattr(error, "sqlite_errorname", "") or "").split("_")[:2]) in DAMAGE


def open_file(path: Path, key_check: bytes) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """A connection that writes and one that reads, on a file made where there was none.

    Raises Unusable for a file to be thrown away, JournalError where none can be made or opened.
    """
    make_file(path)
    try:
        with ExitStack() as on_failure:
            writer = _connect(path, "rw")
            on_failure.callback(writer.close)
            writer.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of an empty file
            _claim(writer, key_check)
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("PRAGMA synchronous = NORMAL")
            writer.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            writer.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            reader = _connect(path, "ro")
            on_failure.callback(reader.close)
            reader.execute(SQL["made_with"]).fetchone()
            on_failure.pop_all()
    except sqlite3.Error as error:
        if is_damage(error):
            raise Unusable("damaged", is_damage=True) from None
        raise explain(error, path) from None
    return writer, reader


def throw_away(path: Path) -> None:
    """Remove the file and what belongs to it. Raises JournalError where that cannot be done."""
    try:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise JournalError(f"{path}: cannot be removed ({error.strerror})") from None


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return db


def _claim(db: sqlite3.Connection, key_check: bytes) -> None:
    """Make the schema in an empty file; see that any other is one of ours, made with this key."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not (version or owner or tables):
        db.executescript(
            f"BEGIN IMMEDIATE; {SQL['schema']}; PRAGMA user_version = {SCHEMA};"
            f"PRAGMA application_id = {APPLICATION_ID}; COMMIT;"
        )
        db.execute(SQL["set_made_with"], (key_check,))
        return
    if (owner, version) != (APPLICATION_ID, SCHEMA):
        raise Unusable("of another version", is_damage=False)
    made_with = db.execute(SQL["made_with"]).fetchone()
    if made_with is None or made_with[0] != key_check:
        raise Unusable("made with another key", is_damage=False)
