"""Putting a journal by, whole, so that a new one begins: rows are never deleted, not even old ones.

What it knew is then known no more at the gate: which tickets of the day were ours, and where. So nothing may be open in
it, and the day must be over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.domain.errors import JournalError
from kiosk.journal.chain import Tip
from kiosk.journal.checking import verify
from kiosk.journal.damage import move
from kiosk.journal.lock import WriterLock
from kiosk.journal.reading import JournalReader, Wanted

QUIET = timedelta(hours=4)
"""Since the last verdict: nobody of that day comes back to ask why the ticket no longer works."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Where the journal is now, and its last row."""

    path: Path
    tip: Tip


def archive(path: Path, now: datetime) -> Archived:
    """Put a journal by under a dated name beside its own; `verify` reads it there.

    Raises JournalLocked where an engine writes it, and JournalError where something is open in it, where it is too
    young, or where it is not whole.
    """
    lock = WriterLock(path, "putting the journal by")
    try:
        _is_over(path, now)
        found = verify(path)
        if not found.is_good:
            raise JournalError(f"{path}: it is not whole, so it stays: `kiosk journal verify` says more")
        return Archived(move(path, "archived", now), found.tip)
    finally:
        lock.release()


def _is_over(path: Path, now: datetime) -> None:
    with JournalReader(path) as reader:
        open_, parked = len(reader.open_attempts()), len(reader.parked_attempts())
        last = next(reader.rows(Wanted(kind="told"), newest_first=True), None)
        talks = len(reader.open_conversations())
    if open_ or parked or talks:
        what = f"{open_} owed, {parked} parked, {talks} orders under way"
        raise JournalError(f"{path}: {what}: settle them first (`kiosk journal owed`)")
    if last is not None and now - datetime.fromisoformat(last["at"]) < QUIET:
        hours = QUIET.total_seconds() / 3600
        raise JournalError(f"{path}: the last verdict is not {hours:.0f} hours old: guests of this day may come back")
