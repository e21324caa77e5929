"""The journal in SQLite: WAL, a sync with every commit, one writer.

`append` promises that rows outlive a kill and a power cut once it has returned; rows whose append failed or was still
under way may or may not be there. Queries have a thread and a connection of their own and never hold a write up.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self, TypeVar

from kiosk.domain.attempt import Attempt, Entry
from kiosk.domain.booking import Booking
from kiosk.domain.errors import JournalError, TransitionError
from kiosk.domain.issuing.job import Note
from kiosk.domain.voucher import Conversation
from kiosk.journal.chain import Tip
from kiosk.journal.checkpointer import CHECKPOINT
from kiosk.journal.database import connect_to_read, connect_to_write, make_file
from kiosk.journal.failure import JournalDamaged, plain_words
from kiosk.journal.fingerprints import Fingerprints, read_or_make_key
from kiosk.journal.ledger import check_tail, rebuild
from kiosk.journal.lock import WriterLock
from kiosk.journal.on_orders import fold_with_voucher
from kiosk.journal.rows import Row, fold_rows, fold_turns, read_notes
from kiosk.journal.scribe import Scribe, unknown_clock_state
from kiosk.journal.statements import SQL
from kiosk.journal.writer import Writer
from kiosk.ports import Clock

T = TypeVar("T")


class SqliteJournal:
    """See ports.Journal. Open it with `open`; writes nothing by itself. Close it: it holds the writer's lock."""

    def __init__(
        self, path: Path, lock: WriterLock, writer: Writer, reader: sqlite3.Connection, scribe: Scribe
    ) -> None:
        self.path = path
        self._lock = lock
        self._writer = writer
        self._reader = reader
        self._scribe = scribe
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="journal-reader")
        self._closed = False

    @classmethod
    async def open(
        cls, path: Path, *, lane: str, clock: Clock, clock_state: Callable[[], str] = unknown_clock_state
    ) -> Self:
        """Open a journal, or make one.

        Raises JournalLocked where another process writes it, JournalDamaged where its last rows are not what was
        written (see `set_aside`), JournalError for everything else. The last rows only: `verify` reads them all.
        """
        return await asyncio.to_thread(cls._open, path, lane, clock, clock_state)

    @classmethod
    def _open(cls, path: Path, lane: str, clock: Clock, clock_state: Callable[[], str]) -> Self:
        make_file(path)
        with ExitStack() as on_failure:
            lock = WriterLock(path, lane)
            on_failure.callback(lock.release)
            fingerprints = read_or_make_key(path)
            db = connect_to_write(path)
            on_failure.callback(db.close)
            with plain_words(path):
                tip = _take_over(db, path, fingerprints)
            _empty_log(db)
            second = connect_to_write(path)
            on_failure.callback(second.close)
            reader = connect_to_read(path)
            on_failure.pop_all()
        return cls(path, lock, Writer(db, path, tip, second), reader, Scribe(fingerprints, clock, clock_state))

    async def append(self, *entries: Entry) -> None:
        """See the port. Raises TransitionError for rows that no attempt's life allows; nothing is written then.

        Whoever gives up waiting does not undo it: the rows are written all the same, whole.
        """
        if self._closed:
            raise self._is_closed()
        drafts = tuple(self._scribe.draft(entry) for entry in entries)
        if drafts:
            await asyncio.shield(asyncio.wrap_future(self._writer.submit(drafts)))

    async def take_turn(self) -> None:
        """See the port."""
        if self._closed:
            raise self._is_closed()
        turn = asyncio.wrap_future(self._writer.submit(()))
        with suppress(JournalError):
            await asyncio.shield(turn)

    async def attempts_of(self, code: str, bookings: Sequence[Booking] = ()) -> tuple[Attempt, ...]:
        """See the port."""
        prints = self._scribe.fingerprints
        identities = {prints.of_code(code), *prints.of_bookings(bookings)}
        return await self._read(lambda db: fold_rows(self.path, _rows_by_identity(db, identities)))

    async def open_attempts(self) -> tuple[Attempt, ...]:
        """See the port."""
        return await self._fold("entries_of_open_attempts")

    async def parked_attempts(self) -> tuple[Attempt, ...]:
        """See the port."""
        return await self._fold("entries_of_parked_attempts")

    async def _fold(self, query: str) -> tuple[Attempt, ...]:
        return await self._read(lambda db: fold_rows(self.path, map(Row._make, db.execute(SQL[query]).fetchall())))

    async def open_conversations(self) -> tuple[Conversation, ...]:
        """See ports.ConversationJournal."""
        query = SQL["entries_of_open_conversations"]
        return await self._read(lambda db: fold_turns(self.path, map(Row._make, db.execute(query).fetchall())))

    async def conversations_of(self, code: str) -> tuple[Conversation, ...]:
        """See ports.ConversationJournal."""
        key = self._scribe.fingerprints.of_code(code)
        return await self._read(lambda db: fold_with_voucher(self.path, _rows_by_identity(db, (key,)), key))

    async def notes(self) -> tuple[Note, ...]:
        """See ports.JobRecord."""
        query = SQL["entries_of_jobs"]
        return await self._read(lambda db: read_notes(self.path, map(Row._make, db.execute(query).fetchall())))

    async def was_cut_off_after(self, attempt: str) -> bool:
        """See the port."""
        return await self._read(lambda db: _was_cut_off_after(db, attempt))

    async def close(self) -> None:
        """Write what is under way, then let go of the file and of the lock. May be called again."""
        if self._closed:
            return
        self._closed = True
        await asyncio.shield(asyncio.to_thread(self._close))

    def _close(self) -> None:
        self._reading.shutdown()
        self._reader.close()
        self._writer.close()
        self._lock.release()

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            with plain_words(self.path):
                return query(self._reader)

        if self._closed:
            raise self._is_closed()
        return await asyncio.get_running_loop().run_in_executor(self._reading, run)

    def _is_closed(self) -> JournalError:
        return JournalError(f"{self.path}: the journal is closed")


def _take_over(db: sqlite3.Connection, path: Path, fingerprints: Fingerprints) -> Tip:
    """Where the chain ends. What is derived is made again where it was made with another key, or never."""
    tip = check_tail(db, path)
    key = db.execute(SQL["identity_key"]).fetchone()
    if key is None or key[0] != fingerprints.check:
        db.execute("BEGIN IMMEDIATE")
        try:
            rebuild(db, fingerprints)
        except (ValueError, KeyError, TypeError, TransitionError):
            db.rollback()
            raise JournalDamaged(path, "its rows do not tell a possible story") from None
        db.execute("COMMIT")
    return tip


def _empty_log(db: sqlite3.Connection) -> None:
    """Move what the last engine left in the log into the file: one that is often cut off early never gets to it."""
    with suppress(sqlite3.Error):  # a full disk: nothing is lost, it is tried again
        db.execute(CHECKPOINT).fetchall()


def _rows_by_identity(db: sqlite3.Connection, identities: Iterable[bytes]) -> list[Row]:
    found = {
        row.seq: row
        for identity in identities
        for row in map(Row._make, db.execute(SQL["entries_by_identity"], (identity,)))
    }
    return [found[seq] for seq in sorted(found)]


def _was_cut_off_after(db: sqlite3.Connection, attempt: str) -> bool:
    admission = db.execute(SQL["last_admission"], (attempt,)).fetchone()
    if admission is None:
        return False
    seq, lane = admission
    after = db.execute(SQL["what_came_after"], {"seq": seq, "lane": lane}).fetchone()
    return after is not None and after[0] == "started"
