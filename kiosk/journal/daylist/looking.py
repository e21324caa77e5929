"""Looking at the day's list without a part in it: only reads, also while an engine writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.domain.offline import ListState
from kiosk.journal.daylist.file import daylist_path
from kiosk.journal.daylist.ledger import states
from kiosk.journal.failure import plain_words


def list_states(journal: Path) -> tuple[ListState, ...]:
    """How much is on the list beside a journal; nothing where there is none. Raises JournalError."""
    path = daylist_path(journal)
    if not path.is_file() or path.stat().st_size == 0:
        return ()
    with (
        plain_words(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db,
    ):
        return states(db)
