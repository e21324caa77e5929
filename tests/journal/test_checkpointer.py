"""The log is emptied into the file without anybody's waiting for it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.attempt import Started
from kiosk.journal.checkpointer import EVERY_COMMITS, Checkpointer
from kiosk.journal.database import connect_to_write
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import NOON, FakeClock


def rows_without_the_log(path: Path, copy: Path) -> int:
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as db:
        (count,) = db.execute("SELECT count(*) FROM entry").fetchone()
    return int(count)


async def test_what_is_in_the_log_reaches_the_file_while_it_is_written(
    file_journal: SqliteJournal, path: Path, tmp_path: Path
) -> None:
    await file_journal.append(Started(NOON, "Gate A"))
    checkpointer = Checkpointer(connect_to_write(path))
    checkpointer.wake()
    checkpointer.close()
    assert rows_without_the_log(path, tmp_path / "copy") == 1
    await file_journal.append(Started(NOON, "Gate A"))
    assert rows_without_the_log(path, tmp_path / "copy2") == 1, "nobody asked for it"


async def test_the_log_does_not_grow_for_ever_however_fast_it_is_written(
    file_journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.journal.checkpointer.LARGEST_LOG_PAGES", 50)
    log = path.with_name(path.name + "-wal")
    sizes = [0]
    while len(sizes) < 40 and sizes[-1] not in sizes[:-1]:
        for _ in range(EVERY_COMMITS):
            await file_journal.append(Started(NOON, "Gate A"))
        sizes.append(log.stat().st_size)
    assert sizes[-1] == sizes[-2], "it began anew, and had room"


async def test_a_checkpoint_that_fails_is_no_harm(
    file_journal: SqliteJournal, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            raise sqlite3.OperationalError

    checkpointer = Checkpointer(sqlite3.connect(":memory:", factory=Broken, check_same_thread=False))
    checkpointer.wake()
    checkpointer.close()
    assert "action=checkpoint failed=OperationalError" in caplog.text


async def test_the_log_of_engines_that_are_cut_off_early_does_not_grow_from_one_to_the_next(
    path: Path, tmp_path: Path, clock: FakeClock
) -> None:
    sizes = []
    for life in range(5):
        journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
        for _ in range(EVERY_COMMITS // 2):
            await journal.append(Started(NOON, "Gate A"))
        left = tmp_path / str(life)
        left.mkdir()
        for part in path.parent.iterdir():
            shutil.copy(part, left)
        await journal.close()
        path = left / path.name  # as it was found after a cut
        sizes.append(path.with_name(path.name + "-wal").stat().st_size)
    assert max(sizes[1:]) <= 2 * sizes[0]
