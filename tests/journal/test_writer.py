"""One thread writes: appends that wait share a commit, in order, and none spoils another's."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.domain.attempt import Started
from kiosk.domain.errors import JournalError, TransitionError
from kiosk.journal.chain import Tip
from kiosk.journal.checking import verify
from kiosk.journal.database import connect_to_write, make_file
from kiosk.journal.fingerprints import Fingerprints
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.scribe import Scribe
from kiosk.journal.sqlite import SqliteJournal
from kiosk.journal.writer import Writer
from tests.fakes import NOON, FakeClock
from tests.journal.samples import intended, settled


@contextmanager
def held_up(path: Path) -> Iterator[None]:
    """While this lasts, nobody else can commit: as if the disk took its time."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def db(path: Path) -> sqlite3.Connection:
    make_file(path)
    return connect_to_write(path)


@pytest.fixture
def scribe(clock: FakeClock) -> Scribe:
    return Scribe(Fingerprints(bytes(32)), clock)


def test_every_commit_is_synced(db: sqlite3.Connection) -> None:
    """A kill cannot show it, a power cut would: so the settings themselves are looked at."""
    names = ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
    in_force = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    db.close()
    assert in_force == [2, "wal", 1, 2000]


def test_appends_that_wait_together_share_a_commit_and_keep_their_order(
    path: Path, db: sqlite3.Connection, scribe: Scribe
) -> None:
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    writer = Writer(db, path, Tip())
    with held_up(path):
        futures = [writer.submit((scribe.draft(intended(f"a{n}", f"CODE-{n}")),)) for n in range(30)]
    for future in futures:
        future.result(5)
    writer.close()
    assert statements.count("COMMIT") <= 2, "the one that was under way, and one for all that waited"
    with JournalReader(path) as reader:
        assert [row["attempt"] for row in reader.rows(Wanted())] == [f"a{n}" for n in range(30)]


def test_an_impossible_append_fails_alone(path: Path, db: sqlite3.Connection, scribe: Scribe) -> None:
    writer = Writer(db, path, Tip())
    with held_up(path):
        first = writer.submit((scribe.draft(Started(NOON, "Gate A")),))
        good = writer.submit((scribe.draft(intended("a1", "CODE-1")),))
        bad = writer.submit((scribe.draft(intended("a2", "CODE-2")), scribe.draft(settled("nobody"))))
        odd = writer.submit((scribe.draft(Started(NOON, "\ud800")),))
        last = writer.submit((scribe.draft(intended("a3", "CODE-3")),))
    for future in (first, good, last):
        future.result(5)
    with pytest.raises(TransitionError):
        bad.result(5)
    with pytest.raises(JournalError, match="cannot be written"):
        odd.result(5)
    writer.close()
    with JournalReader(path) as reader:
        assert [row["attempt"] for row in reader.rows(Wanted())] == [None, "a1", "a3"]
    assert verify(path).broken is None


def test_no_room_is_told_in_plain_words_and_is_not_the_end(path: Path, db: sqlite3.Connection, scribe: Scribe) -> None:
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    writer = Writer(db, path, Tip())
    big = tuple(scribe.draft(intended(f"a{n}", f"CODE-{n}")) for n in range(100))
    with pytest.raises(JournalError, match="no space left"):
        writer.submit(big).result(5)
    db.execute("PRAGMA max_page_count = 1000000")
    writer.submit(big).result(5)
    writer.close()
    findings = verify(path)
    assert (findings.broken, findings.tip.seq) == (None, 100)


def test_a_closed_writer_takes_nothing_more(path: Path, db: sqlite3.Connection, scribe: Scribe) -> None:
    writer = Writer(db, path, Tip())
    writer.close()
    writer.close()
    with pytest.raises(JournalError, match="closed"):
        writer.submit((scribe.draft(Started(NOON, "Gate A")),))


async def test_giving_up_waiting_does_not_undo_an_append(file_journal: SqliteJournal, path: Path) -> None:
    with held_up(path):
        task = asyncio.create_task(file_journal.append(intended("a1", "CODE-1"), settled("a1")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await file_journal.append(intended("a2", "CODE-2"))
    with JournalReader(path) as reader:
        assert [row["attempt"] for row in reader.rows(Wanted())] == ["a1", "a1", "a2"]


async def test_a_journal_that_others_hold_for_too_long_fails_in_plain_words(
    file_journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file_journal.close()
    monkeypatch.setattr("kiosk.journal.database.BUSY_TIMEOUT_MS", 20)
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    with held_up(path), pytest.raises(JournalError, match="another program holds it"):
        await journal.append(intended())
    await journal.append(intended())
    await journal.close()


async def test_a_slow_reader_holds_nobody_up(file_journal: SqliteJournal, path: Path) -> None:
    for n in range(5):
        await file_journal.append(intended(f"a{n}", f"CODE-{n}"))
    with closing(sqlite3.connect(path)) as slow:
        rows = slow.execute("SELECT seq FROM entry")
        assert rows.fetchone() == (1,)
        await file_journal.append(intended("a5", "CODE-5"))
        assert len(rows.fetchall()) == 4, "it reads on as it was"
    assert len(await file_journal.open_attempts()) == 6
