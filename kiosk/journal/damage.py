"""Setting a damaged journal aside, whole, so that the gate can start on a fresh one and somebody can look into it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.journal.fingerprints import sync_folder
from kiosk.journal.lock import WriterLock

SUFFIXES = ("-wal", "-shm", "")
"""The files of one journal, in the order in which they move: a log left alone would be played into the next journal."""


def set_aside(path: Path, at: datetime) -> Path:
    """Move the journal's files to a new name beside them, and return that name; `verify` can read it there.

    The key stays: the next journal of this device uses it, too. Raises JournalLocked where a process writes it,
    JournalError where the files cannot be moved.
    """
    lock = WriterLock(path, "setting the journal aside")
    try:
        return move(path, "damaged", at)
    finally:
        lock.release()


def move(path: Path, word: str, at: datetime) -> Path:
    """Rename a journal's files, all of them, and make that durable; the caller has the lock. Raises JournalError."""
    try:
        aside = _free_name(path, word, at)
        for suffix in SUFFIXES:
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        sync_folder(path.parent)
    except OSError as error:
        raise JournalError(f"{path}: cannot be set aside ({error.strerror})") from None
    return aside


def _free_name(path: Path, word: str, at: datetime) -> Path:
    stamp = f"{path.name}.{word}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (path.with_name(stamp + (f"-{n}" if n > 1 else "")) for n in count(1))
    return next(name for name in names if not any(name.with_name(name.name + s).exists() for s in SUFFIXES))
