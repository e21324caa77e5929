"""Moving rows from the log into the file, behind everybody's back.

SQLite would do it inside the commit that fills the log: some hundred scattered pages, which a memory card may take a
second for, while a guest waits. A passive checkpoint by another connection holds no writer up (sqlite.org/wal.html).
"""

from __future__ import annotations

import logging
import sqlite3
from threading import Event, Thread

EVERY_COMMITS = 100
"""About 3 MB of log."""

LARGEST_LOG_PAGES = 4000
"""16 MB. A log begins anew only when nothing is left in it: with commits that never pause, it would grow for ever."""

CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"

log = logging.getLogger(__name__)


class Checkpointer:
    """Owns its connection from its making to `close`. A checkpoint that fails is tried again at the next wake.

    `is_outrun` says that the log is too long and that somebody always wrote meanwhile: the writer itself must move
    the last few pages.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._due = Event()
        self.is_outrun = False
        self._wanted = False
        self._closing = False
        self._thread = Thread(target=self._run, name="journal-checkpointer", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """The log has grown. Returns at once."""
        self._wanted = True
        self._due.set()

    def close(self) -> None:
        """Finish a checkpoint that is wanted, then let go of the file. Blocks until done."""
        self._closing = True
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        while not (self._closing and not self._wanted):
            self._due.wait()
            self._due.clear()
            if self._wanted:
                self._wanted = False
                self._checkpoint()
        self._db.close()

    def _checkpoint(self) -> None:
        try:
            _, pages, _ = self._db.execute(CHECKPOINT).fetchone()
            self.is_outrun = pages > LARGEST_LOG_PAGES
        except sqlite3.Error as error:
            log.warning("action=checkpoint failed=%s", getattr(error, "sqlite_errorname", type(error).__name__))
