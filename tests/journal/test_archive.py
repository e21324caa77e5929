"""Putting a journal by: whole, over, and not while anything is open in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.attempt import Entry
from kiosk.domain.errors import JournalError, JournalLocked
from kiosk.journal.archive import QUIET, archive
from kiosk.journal.checking import verify
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import NOON, FakeClock
from tests.journal.samples import OWED, admission, intended

LATER = NOON + QUIET + timedelta(minutes=1)


async def written(path: Path, *entries: Entry) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    await journal.append(*entries)
    await journal.close()


def is_there(path: Path) -> bool:
    return path.exists()


def change(path: Path) -> None:
    """Somebody's hand in the file."""
    path.write_bytes(path.read_bytes().replace(b"Gate A", b"Gate X"))


async def test_a_journal_of_days_that_are_over_is_put_by_whole(path: Path) -> None:
    await written(path, *admission())
    before = verify(path).tip
    done = archive(path, LATER)
    assert done.tip == before
    assert done.path.name == "journal.sqlite3.archived-20261121T160100Z"
    assert verify(done.path, before.chain).is_good
    assert not is_there(path)
    await written(path, *admission("a2", "another"))
    assert verify(path).tip.seq == 3


async def test_what_is_open_keeps_it_in_its_place(path: Path) -> None:
    await written(path, intended(), OWED)
    with pytest.raises(JournalError, match="1 owed, 0 parked, 0 orders under way"):
        archive(path, LATER)
    assert verify(path).is_good


async def test_so_do_guests_who_may_come_back(path: Path) -> None:
    await written(path, *admission())
    with pytest.raises(JournalError, match="not 4 hours old"):
        archive(path, NOON + QUIET)
    assert is_there(path)


async def test_so_does_an_engine_that_runs(path: Path) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=FakeClock())
    await journal.append(*admission())
    with pytest.raises(JournalLocked):
        archive(path, LATER)
    await journal.close()


async def test_so_does_damage(path: Path) -> None:
    await written(path, *admission())
    change(path)
    with pytest.raises(JournalError, match="not whole"):
        archive(path, LATER)
    assert is_there(path)
