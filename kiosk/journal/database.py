"""Opening the file: its name and permissions, its settings, its schema."""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from kiosk.domain.errors import JournalError, JournalOlder
from kiosk.journal.failure import plain_words
from kiosk.journal.fingerprints import sync_folder
from kiosk.journal.statements import migrations

APPLICATION_ID = 0x6B696F73  # "kios"
BUSY_TIMEOUT_MS = 2000


def make_file(path: Path) -> None:
    """A new journal's empty file and folder, which only their owner may read. Does nothing where there is a file."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(path.parent)
    except FileExistsError:
        if not path.is_file():
            raise JournalError(f"{path}: is not a file") from None
    except OSError as error:
        raise JournalError(f"{path}: cannot be made ({error.strerror})") from None


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection that makes every commit durable. Brings an older schema up to date; raises JournalError."""
    with plain_words(path), ExitStack() as on_failure:
        db = _connect(path, "rw")
        on_failure.callback(db.close)
        check_schema(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        _migrate(db)
        on_failure.pop_all()
    return db


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, whoever writes at the same time. Raises JournalError."""
    if not path.is_file():
        raise JournalError(f"{path}: there is no journal")
    with plain_words(path), ExitStack() as on_failure:
        db = _connect(path, "ro")
        on_failure.callback(db.close)
        if check_schema(db, path) < len(migrations()):
            raise JournalOlder(
                f"{path}: nothing has been written to this journal, or by an older kiosk: start it first"
            )
        on_failure.pop_all()
    return db


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return db


def check_schema(db: sqlite3.Connection, path: Path) -> int:
    """The schema's version, 0 for an empty file. Raises JournalError for a file that is not ours or too new."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != APPLICATION_ID and (tables or version or owner):
        raise JournalError(f"{path}: this is a database of another program")
    known = len(migrations())
    if version > known:
        raise JournalError(
            f"{path}: written by a newer kiosk (schema {version}, this one knows {known}): update this kiosk"
        )
    return int(version)


def _migrate(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(migrations()[version:], start=version + 1):
        stamp = f"PRAGMA user_version = {number}; PRAGMA application_id = {APPLICATION_ID};"
        try:
            db.executescript(f"BEGIN IMMEDIATE; {script} {stamp} COMMIT;")
        finally:
            if db.in_transaction:
                db.rollback()
