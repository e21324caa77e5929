"""The day's list in SQLite: every code of today's and tomorrow's bookings, for when the office cannot be asked.

It can be fetched again, so it is not synced with every commit, and a damaged one is thrown away. Reading has a thread
and a connection of its own and never waits for a page that is being written.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Self, TypeVar

from kiosk.domain.booking import Booking
from kiosk.domain.code import read_code
from kiosk.domain.errors import JournalError
from kiosk.domain.gate import is_used
from kiosk.domain.listing import BookingsPage, ListedBooking
from kiosk.domain.offline import Listed, ListState
from kiosk.journal.daylist import ledger
from kiosk.journal.daylist.file import SQL, Unusable, daylist_path, is_damage, open_file, throw_away
from kiosk.journal.daylist.rows import Found, bookings_of
from kiosk.journal.failure import explain
from kiosk.journal.fingerprints import Fingerprints, read_or_make_key

log = logging.getLogger(__name__)

SHORTEST_SEARCH = 3
MOST_FOUND = 50

T = TypeVar("T")


class SqliteDayList:
    """A `ports.DayList` and a `ports.DayListWriting`. `suppliers` in configured order; others' lists are dropped.

    `on_notice` hears, once for each, that a file was thrown away.
    """

    def __init__(
        self,
        path: Path,
        fingerprints: Fingerprints,
        suppliers: Sequence[str],
        on_notice: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.path = path
        self._prints = fingerprints
        self._suppliers = tuple(suppliers)
        self._on_notice = on_notice
        self._states: tuple[ListState, ...] = ()
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._reader_free = Lock()
        self._damaged = False
        self._to_tell: list[str] = []
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="daylist-writer")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="daylist-reader")
        self._closed = False

    @classmethod
    async def open(
        cls, journal: Path, suppliers: Sequence[str], *, on_notice: Callable[[str], None] = lambda words: None
    ) -> Self:
        """The list that belongs to a journal: beside it, with its key.

        Raises JournalError for a key that is unusable. A list that cannot be opened knows nothing, and is opened
        again when something is to be written.
        """
        fingerprints = await asyncio.to_thread(read_or_make_key, journal)
        day_list = cls(daylist_path(journal), fingerprints, suppliers, on_notice)
        try:
            await day_list._write(lambda db: ledger.forget_others(db, suppliers))
        except JournalError as error:
            log.warning("action=open_daylist %s", error)
        return day_list

    async def close(self) -> None:
        """Write what is under way, then let go of the file. May be called again."""
        if not self._closed:
            self._closed = True
            await asyncio.shield(asyncio.to_thread(self._close))

    # ── what it knows ───────────────────────────────────────────────────────────────────────────────

    async def find(self, code: str) -> Listed:
        """See ports.DayList. Short codes are not unique among suppliers: the bookings are those of one of them."""
        found = await self._read(SQL["by_code"], (self._prints.of_code(code),))
        return Listed(self._of_one_supplier(found), self._states)

    async def search(self, text: str) -> tuple[Booking, ...]:
        """Bookings whose reference begins with a text, in upper or lower case, or that have it as any other code.

        Nothing for fewer than three characters; never raises.
        """
        code = read_code(text)
        if code is None or len(code.text) < SHORTEST_SEARCH:
            return ()
        begins = await self._read(SQL["by_reference"], (code.text, code.text, MOST_FOUND))
        exact = await self._read(SQL["by_code"], (self._prints.of_code(code.text),))
        return tuple(dict.fromkeys((*exact, *begins)))

    async def states(self) -> tuple[ListState, ...]:
        """See ports.DayListWriting."""
        return self._states

    def _of_one_supplier(self, found: tuple[Booking, ...]) -> tuple[Booking, ...]:
        """Of the first supplier with a booking that may be used; else of the first that has any."""
        theirs = [tuple(b for b in found if b.supplier == supplier) for supplier in self._suppliers]
        usable = (bookings for bookings in theirs if any(b.status == "CONFIRMED" and not is_used(b) for b in bookings))
        return next(usable, next(filter(None, theirs), ()))

    # ── what it is told ─────────────────────────────────────────────────────────────────────────────

    async def begin(self, supplier: str, day: date, now: datetime) -> int:
        """See ports.DayListWriting."""
        return await self._write(lambda db: ledger.begin(db, supplier, day, now))

    async def put_page(self, supplier: str, day: date, number: int, page: BookingsPage) -> None:
        """See ports.DayListWriting."""
        if not await self._write(lambda db: ledger.put_page(db, self._prints, supplier, day, number, page)):
            raise JournalError(f"{self.path}: the list has been begun anew meanwhile")

    async def finish(self, supplier: str, day: date) -> ListState:
        """See ports.DayListWriting."""
        await self._write(lambda db: ledger.finish(db, supplier, day))
        known = (state for state in self._states if (state.supplier, state.day) == (supplier, day))
        return next(known, ListState(supplier, day))

    async def update(self, supplier: str, bookings: Sequence[ListedBooking], as_of: datetime, *, is_last: bool) -> None:
        """See ports.DayListWriting."""
        await self._write(lambda db: ledger.update(db, self._prints, supplier, bookings, as_of, is_last))

    async def forget(self, before: date) -> None:
        """See ports.DayListWriting."""
        if any(state.day < before for state in self._states):
            await self._write(lambda db: ledger.forget(db, before))

    # ── threads and files ───────────────────────────────────────────────────────────────────────────

    async def _read(self, query: str, values: Sequence[object]) -> tuple[Booking, ...]:
        if self._closed:
            return ()
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._fetch, query, values)

    def _fetch(self, query: str, values: Sequence[object]) -> tuple[Booking, ...]:
        """In the reader's thread. A list that cannot be read knows nothing, and says no more that it does."""
        with self._reader_free:
            if self._reader is None:
                return ()
            try:
                return tuple(bookings_of([Found._make(row) for row in self._reader.execute(query, values)]))
            except (sqlite3.Error, ValueError, KeyError, TypeError, IndexError) as error:
                log.error("action=read_daylist failed=%s", getattr(error, "sqlite_errorname", type(error).__name__))
                if not isinstance(error, sqlite3.Error) or is_damage(error):
                    self._damaged, self._states = True, ()
                return ()

    async def _write(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Whoever gives up waiting does not undo it: it is written all the same, whole."""
        if self._closed:
            raise JournalError(f"{self.path}: the day's list is closed")
        try:
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._writing, self._transact, act))
        finally:
            while self._to_tell:
                self._on_notice(self._to_tell.pop())

    def _transact(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """In the writer's thread."""
        if self._damaged:
            self._begin_anew("damaged", is_damage=True)
        db = self._writer or self._open()
        try:
            db.execute("BEGIN IMMEDIATE")
            done, states = act(db), ledger.states(db)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            if is_damage(error):
                self._damaged, self._states = True, ()
                raise JournalError(f"{self.path}: the day's list is damaged, and is fetched again") from None
            raise explain(error, self.path) from None
        finally:
            if db.in_transaction:
                db.rollback()
        self._states = states
        return done

    def _open(self) -> sqlite3.Connection:
        try:
            self._connect()
        except Unusable as found:
            self._begin_anew(str(found), is_damage=found.is_damage)
        assert self._writer is not None  # noqa: S101
        return self._writer

    def _connect(self) -> None:
        writer, reader = open_file(self.path, self._prints.check)
        with self._reader_free:
            self._writer, self._reader = writer, reader

    def _begin_anew(self, why: str, *, is_damage: bool) -> None:
        self._disconnect()
        throw_away(self.path)
        log.warning("action=throw_daylist_away why=%r", why)
        if is_damage:
            self._to_tell.append("the day's list was damaged: it is fetched again")
        self._damaged, self._states = False, ()
        try:
            self._connect()
        except Unusable as found:
            raise JournalError(f"{self.path}: cannot be begun anew ({found})") from None

    def _disconnect(self) -> None:
        with self._reader_free:
            for db in (self._reader, self._writer):
                if db is not None:
                    db.close()
            self._reader = self._writer = None

    def _close(self) -> None:
        self._reading.shutdown()
        self._writing.shutdown()
        self._disconnect()
