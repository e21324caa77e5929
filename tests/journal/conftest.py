"""A journal of each kind, for the tests that every journal must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.journal.memory import MemoryJournal
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite3"


@pytest.fixture
async def file_journal(path: Path, clock: FakeClock) -> AsyncIterator[SqliteJournal]:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    yield journal
    await journal.close()


@pytest.fixture(params=["memory", "sqlite"])
async def journal(
    request: pytest.FixtureRequest, path: Path, clock: FakeClock
) -> AsyncIterator[MemoryJournal | SqliteJournal]:
    if request.param == "memory":
        yield MemoryJournal(clock=clock)
        return
    opened = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    yield opened
    await opened.close()
