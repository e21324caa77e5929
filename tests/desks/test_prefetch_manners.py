"""Fetching the day's list at the scans' leisure: pauses, offices in trouble, beginning and end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.desks.prefetch import (
    LONGEST_PAUSE_S,
    PATIENCE_S,
    PAUSE_S,
    SLOWER,
)
from kiosk.domain.errors import JournalError
from kiosk.domain.listing import BookingsPage, Wanted
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.journal.daylist import SqliteDayList
from tests.desks.fetching import OFFLINE, REFRESH_S, TOWER, Fetching
from tests.fakes import FakeClock
from tests.listings import RIVER, TODAY, FakeListing


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Fetching]:
    day_list = await SqliteDayList.open(tmp_path / "journal.sqlite3", (RIVER, TOWER))
    yield Fetching(day_list)
    await day_list.close()


async def test_the_pauses_grow_and_end_with_the_first_answer(fetching: Fetching) -> None:
    fetching.listing.faults = [OFFLINE] * 10
    pauses = [await fetching.round() for _ in range(10)]
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == LONGEST_PAUSE_S
    assert await fetching.round() == REFRESH_S


async def test_an_office_that_says_too_many_is_left_alone_for_as_long_as_it_says(fetching: Fetching) -> None:
    fetching.listing.faults = [Failed(Doubt.RATE_LIMITED, retry_after_s=60)]
    assert await fetching.round() == 60
    fetching.clock.move(20)
    assert await fetching.round() == pytest.approx(40)
    assert len(fetching.listing.asked) == 1
    fetching.clock.move(41)
    assert await fetching.round() == REFRESH_S


async def test_after_too_many_pages_are_asked_for_more_slowly(fetching: Fetching) -> None:
    async def seconds_of_a_page() -> float:
        began_s = fetching.clock.monotonic()
        before = len(fetching.listing.asked)
        fetching.clock.move(REFRESH_S)
        await fetching.round()
        return (fetching.clock.monotonic() - began_s - REFRESH_S) / (len(fetching.listing.asked) - before)

    await fetching.round()
    assert await seconds_of_a_page() == pytest.approx(PAUSE_S)
    fetching.listing.faults = [Failed(Doubt.RATE_LIMITED, retry_after_s=1)]
    await fetching.round()
    assert await seconds_of_a_page() == pytest.approx(PAUSE_S * SLOWER)


async def test_a_key_that_may_not_list_is_told_once_and_asked_seldom(fetching: Fetching) -> None:
    fetching.listing.faults = [Failed(Doubt.NOT_AUTHORISED)] * 2
    assert [await fetching.round() for _ in range(2)] == [LONGEST_PAUSE_S] * 2
    [notice] = fetching.notices
    assert RIVER in notice


async def test_one_supplier_in_trouble_does_not_hold_the_others_up(fetching: Fetching) -> None:
    fetching.listing.faults = [OFFLINE]
    await fetching.round(RIVER)
    assert await fetching.round(TOWER) == REFRESH_S
    assert {s.supplier for s in await fetching.day_list.states() if s.complete} == {TOWER}


async def test_a_list_that_cannot_be_written_is_tried_again(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching.hold(1)
    put_page = fetching.day_list.put_page

    async def full(*page: object) -> None:
        raise JournalError("daylist.sqlite3: there is no space left on its disk: make some")

    monkeypatch.setattr(fetching.day_list, "put_page", full)
    assert await fetching.round() == 2
    monkeypatch.setattr(fetching.day_list, "put_page", put_page)
    assert await fetching.round() == REFRESH_S
    assert await fetching.knows("code-d0n0") == ["CONFIRMED"]


async def test_no_page_is_asked_for_while_a_guest_is_served(fetching: Fetching) -> None:
    fetching.busy = True
    asked_at: list[float] = []
    fetching.listing.on_request = lambda number: asked_at.append(fetching.clock.monotonic())
    began_s = fetching.clock.monotonic()
    await fetching.round()
    assert [round(at - began_s) for at in asked_at] == [PATIENCE_S, 2 * PATIENCE_S]


async def test_it_tells_how_complete_the_lists_are_while_they_grow(fetching: Fetching) -> None:
    fetching.hold(5, size=2)
    await fetching.round()
    of_today = [(s.bookings, s.expected, s.complete) for told in fetching.told for s in told if s.day == "2026-11-21"]
    assert [*dict.fromkeys(of_today)] == [(2, 6, False), (4, 6, False), (5, 5, False), (5, 5, True)]


async def until(condition: Callable[[], bool]) -> None:
    """Let others run until something is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (threads of the list are among those waited for)
            await asyncio.sleep(0.001)


async def test_it_runs_until_it_is_cancelled_and_leaves_a_list_to_go_on_with(fetching: Fetching) -> None:
    fetching.hold(6, size=1)
    stuck = asyncio.Event()

    class Stuck(FakeListing):
        async def bookings_page(
            self, supplier: str, wanted: Wanted, page: int, *, within_s: float
        ) -> BookingsPage | Failed:
            if len(self.asked) == 3:
                await stuck.wait()
            return await super().bookings_page(supplier, wanted, page, within_s=within_s)

    fetching.listing = Stuck(size=1, holds=fetching.listing.holds, updated=fetching.listing.updated)
    fetching.restart()
    running = asyncio.create_task(fetching.prefetch.run())
    await until(lambda: bool(fetching.told) and any(s.bookings == 3 for s in fetching.told[-1]))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert fetching.told[0] == ()
    assert (await fetching.state()).bookings == 3
    stuck.set()
    fetching.restart()
    await fetching.round()
    assert [page for day, page in fetching.listing.days_asked() if day == TODAY] == [1, 2, 3, 4, 5, 6]


class StillClock(FakeClock):
    """Time passes only when it is moved, for those who sleep, too; but for the pauses between two pages."""

    async def sleep(self, seconds: float) -> None:
        if seconds > 1:
            await asyncio.Event().wait()
        await super().sleep(seconds)


async def test_the_offices_return_ends_a_pause(tmp_path: Path) -> None:
    day_list = await SqliteDayList.open(tmp_path / "journal.sqlite3", (RIVER,))
    fetching = Fetching(day_list, clock=StillClock(datetime(2026, 11, 21, 12, tzinfo=UTC)))
    fetching.listing.faults = [OFFLINE]
    running = asyncio.create_task(fetching.prefetch.run())
    await until(lambda: len(fetching.listing.asked) == 1 and len(fetching.told) == 2)
    fetching.prefetch.wake()
    await until(lambda: len(fetching.listing.asked) == 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await day_list.close()
