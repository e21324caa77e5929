"""The file: who may read it, who may write it, what stands in it and what does not."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.attempt import Started
from kiosk.domain.errors import JournalError, JournalLocked
from kiosk.journal.checking import verify
from kiosk.journal.fingerprints import key_path
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.sqlite import SqliteJournal
from kiosk.journal.statements import migrations
from tests.fakes import CODE, NOON, FakeClock
from tests.journal.samples import admission, booking, intended, told


async def reopen(path: Path) -> SqliteJournal:
    return await SqliteJournal.open(path, lane="Gate B", clock=FakeClock())


def contents(path: Path) -> bytes:
    """Everything that stands on the disk, log included."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.iterdir()) if part.is_file())


async def test_only_its_owner_may_read_it(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.append(intended())
    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
    assert set(modes) == {path.name + suffix for suffix in ("", "-wal", "-shm", ".key", ".lock")}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_second_who_opens_it_hears_who_has_it(file_journal: SqliteJournal, path: Path) -> None:
    with pytest.raises(JournalLocked) as caught:
        await reopen(path)
    assert f"process {os.getpid()} (lane Gate A) writes this journal: stop it first" in str(caught.value)
    await file_journal.append(intended())
    await file_journal.close()
    second = await reopen(path)
    assert len(await second.open_attempts()) == 1
    await second.close()


async def test_a_failed_opening_lets_go_of_the_lock(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    for _ in range(2):
        with pytest.raises(JournalError, match=rf"newer kiosk \(schema 99, this one knows {len(migrations())}\)"):
            await reopen(path)
    with pytest.raises(JournalError, match="newer kiosk"):
        JournalReader(path)


async def test_a_closed_journal_says_so(file_journal: SqliteJournal) -> None:
    await file_journal.close()
    await file_journal.close()
    with pytest.raises(JournalError, match="closed"):
        await file_journal.append(intended())
    with pytest.raises(JournalError, match="closed"):
        await file_journal.open_attempts()


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(JournalError, match="another program"):
        await reopen(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


async def test_a_place_that_cannot_hold_a_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "journal"):
        with pytest.raises(JournalError, match=str(path)):
            await reopen(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET lane = 'Gate B'",
        "UPDATE entry SET seq = 9 WHERE seq = 1",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE seq = 1",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 1",
        "INSERT INTO entry SELECT 9, at, kind, lane, attempt, code_key, mono_ns, clock_state, body, chain FROM entry",
    ],
)
async def test_rows_are_neither_changed_nor_deleted_nor_put_in(
    file_journal: SqliteJournal, path: Path, statement: str
) -> None:
    await file_journal.append(*admission())
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.IntegrityError, match="of the journal"):
        db.execute(statement)
    assert verify(path).is_good


async def test_a_whole_code_stands_only_where_an_attempt_began(file_journal: SqliteJournal, path: Path) -> None:
    refused = "REFUSED-CODE-OF-SOMEBODY"
    await file_journal.append(told(None, outcome="refuse", code=refused))
    assert refused.encode() not in contents(path)
    await file_journal.append(*admission())
    await file_journal.close()
    assert contents(path).count(CODE.encode()) == 1


async def test_identifiers_in_the_index_need_the_key(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.append(intended())
    with closing(sqlite3.connect(path)) as db:
        identities = {identity for (identity,) in db.execute("SELECT identity FROM attempt_identity")}
    assert len(identities) == 4
    assert all(len(identity) == 16 for identity in identities)


async def test_a_lost_key_is_replaced_and_every_attempt_is_still_found(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.append(*admission("a1", "CODE-1"))
    await file_journal.close()
    key_path(path).unlink()
    journal = await reopen(path)
    assert [a.id for a in await journal.attempts_of("CODE-1")] == ["a1"]
    assert [a.id for a in await journal.attempts_of("ANOTHER", (booking("a1"),))] == ["a1"]
    await journal.close()
    assert verify(path).is_good
    assert verify(path).index_checked


async def test_a_key_that_is_none_is_refused(file_journal: SqliteJournal, path: Path) -> None:
    await file_journal.close()
    key_path(path).write_bytes(b"short")
    with pytest.raises(JournalError, match="no key"):
        await reopen(path)


async def test_two_devices_hash_one_code_differently(tmp_path: Path) -> None:
    keys = []
    for device in ("one", "two"):
        journal = await reopen(tmp_path / device / "j")
        await journal.append(told(None))
        await journal.close()
        with closing(sqlite3.connect(tmp_path / device / "j")) as db:
            keys += db.execute("SELECT code_key FROM entry").fetchall()
    assert keys[0] != keys[1]


async def test_rows_say_how_far_the_clock_could_be_trusted(path: Path, clock: FakeClock) -> None:
    states = iter(["untrusted", "synced"])
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock, clock_state=lambda: next(states))
    await journal.append(Started(NOON, "Gate A"))
    clock.move(1.5)
    clock.jump(-3600)
    await journal.append(Started(clock.now(), "Gate A"))
    await journal.close()
    with JournalReader(path) as reader:
        rows = list(reader.rows(Wanted()))
    assert [(row["clock_state"], row["mono_ns"]) for row in rows] == [
        ("untrusted", 1_000_000_000_000),
        ("synced", 1_001_500_000_000),
    ]
    assert rows[0]["at"] > rows[1]["at"], "the order is that of writing, whatever the clock says"
