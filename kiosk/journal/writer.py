"""The one thread that writes. Appends that wait together share one commit: a disk's sync is what an append costs."""

from __future__ import annotations

import logging
import sqlite3
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from kiosk.domain.errors import JournalError, KioskError
from kiosk.journal.chain import Tip
from kiosk.journal.checkpointer import CHECKPOINT, EVERY_COMMITS, Checkpointer
from kiosk.journal.failure import explain
from kiosk.journal.ledger import add
from kiosk.journal.scribe import Draft

LARGEST_GROUP = 64
"""Appends in one commit: so many that nobody waits for a second sync, so few that nobody waits for the others' rows."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Order:
    drafts: tuple[Draft, ...]
    done: Future[None] = field(default_factory=Future)


class Writer:
    """Takes drafts in order from any thread. Owns both connections from its making to `close`.

    `second` moves rows from the log into the file; without it SQLite does so within commits.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, tip: Tip, second: sqlite3.Connection | None = None) -> None:
        self._db = db
        self._path = path
        self._tip = tip
        self._checkpointer = None if second is None else Checkpointer(second)
        self._commits = 0
        if second is not None:
            db.execute("PRAGMA wal_autocheckpoint = 0")
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._taking = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def submit(self, drafts: tuple[Draft, ...]) -> Future[None]:
        """Durable when the future is done. It fails with JournalError (nothing promised) or TransitionError."""
        order = _Order(drafts)
        with self._taking:
            if self._closed:
                raise JournalError(f"{self._path}: the journal is closed")
            self._orders.put(order)
        return order.done

    def close(self) -> None:
        """Write what has been submitted, then close the file. Blocks until done."""
        with self._taking:
            if not self._closed:
                self._closed = True
                self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        group: list[_Order] = []
        try:
            while group := self._next_group():
                self._write(group)
        finally:
            self._end(group)

    def _next_group(self) -> list[_Order]:
        """The orders that wait, at least one; none at the end."""
        group: list[_Order] = []
        order = self._orders.get()
        while order is not None:
            group.append(order)
            if len(group) == LARGEST_GROUP:
                return group
            try:
                order = self._orders.get_nowait()
            except Empty:
                return group
        if group:
            self._orders.put(None)  # the end was met behind these: meet it again
        return group

    def _write(self, group: list[_Order]) -> None:
        refused: dict[int, Exception] = {}
        try:
            tip = self._transaction(group, refused)
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.rollback()
            failure = explain(error, self._path)
            log.error("action=append failed=%s", getattr(error, "sqlite_errorname", type(error).__name__))
            refused = dict.fromkeys(range(len(group)), failure)
        else:
            self._tip = tip
            self._commits += 1
        for place, order in enumerate(group):
            if place in refused:
                order.done.set_exception(refused[place])
            else:
                order.done.set_result(None)
        self._shorten_log()

    def _shorten_log(self) -> None:
        behind_us = self._checkpointer
        if behind_us is None:
            return
        if self._commits % EVERY_COMMITS == 0:
            behind_us.wake()
        if behind_us.is_outrun:
            behind_us.is_outrun = False
            with suppress(sqlite3.Error):  # nothing is lost: it is tried again
                self._db.execute(CHECKPOINT).fetchall()

    def _transaction(self, group: list[_Order], refused: dict[int, Exception]) -> Tip:
        self._db.execute("BEGIN IMMEDIATE")
        tip = self._tip
        for place, order in enumerate(group):
            self._db.execute("SAVEPOINT one")
            try:
                tip = add(self._db, tip, order.drafts)
            except (KioskError, ValueError, OverflowError) as error:
                refused[place] = error if isinstance(error, KioskError) else self._unwritable()
                self._db.execute("ROLLBACK TO one")
            self._db.execute("RELEASE one")
        self._db.execute("COMMIT")
        return tip

    def _unwritable(self) -> JournalError:
        return JournalError(f"{self._path}: a row holds something that cannot be written")

    def _end(self, group: list[_Order]) -> None:
        """Close the file, and leave nobody waiting, whatever has ended the thread."""
        with self._taking:
            self._closed = True
        waiting: list[_Order | None] = [*group]
        while not self._orders.empty():
            waiting.append(self._orders.get())
        for order in waiting:
            if order is not None and not order.done.done():
                order.done.set_exception(JournalError(f"{self._path}: the journal is closed"))
        if self._checkpointer is not None:
            self._checkpointer.close()
        self._db.close()
