"""An open list, and what it has told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.journal.daylist import SqliteDayList
from tests.journal.daylist.lists import opened_at


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
async def day_list(path: Path, notices: list[str]) -> AsyncIterator[SqliteDayList]:
    opened = await opened_at(path, notices)
    yield opened
    await opened.close()
