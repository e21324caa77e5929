"""Fetching the day's list: whole days in order, gone on with, then what changes; honest about what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.desks.prefetch import (
    LONGEST_PAUSE_S,
    MOST_SHORT,
    OVERLAP,
    days_wanted,
)
from kiosk.domain.offline import ListState
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.journal.daylist import SqliteDayList
from tests.desks.fetching import OFFLINE, REFRESH_S, TOWER, Fetching
from tests.fakes import NOON
from tests.listings import RIVER, TODAY, TOMORROW, listed


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Fetching]:
    day_list = await SqliteDayList.open(tmp_path / "journal.sqlite3", (RIVER, TOWER))
    yield Fetching(day_list)
    await day_list.close()


async def test_today_comes_first_then_tomorrow_page_by_page(fetching: Fetching) -> None:
    fetching.hold(5, size=2)
    fetching.hold(1, day=1, size=2)
    assert await fetching.round() == REFRESH_S
    assert fetching.listing.days_asked() == [(TODAY, 1), (TODAY, 2), (TODAY, 3), (TOMORROW, 1)]
    assert [(s.day, s.bookings, s.complete) for s in await fetching.day_list.states()] == [
        (TODAY, 5, True),
        (TOMORROW, 1, True),
    ]
    assert await fetching.knows("ticket-d0n4-3") == ["CONFIRMED"]


async def test_what_is_complete_is_not_fetched_again(fetching: Fetching) -> None:
    fetching.hold(5)
    await fetching.round()
    fetching.restart()
    await fetching.round()
    assert fetching.listing.days_asked() == [(TODAY, 1), (TOMORROW, 1)]


async def test_a_failure_in_the_middle_is_gone_on_with_where_it_was(fetching: Fetching) -> None:
    fetching.hold(5, size=2)
    fetching.listing.on_request = lambda number: fetching.listing.faults.extend([OFFLINE] * (number == 2))
    await fetching.round()
    assert await fetching.state() == ListState(RIVER, TODAY, 2, 6, complete=False, as_of=NOON)
    fetching.restart()
    await fetching.round()
    assert fetching.listing.days_asked() == [(TODAY, 1), (TODAY, 2), (TODAY, 2), (TODAY, 3), (TOMORROW, 1)]
    assert (await fetching.state()).complete


async def test_a_list_is_as_fresh_as_the_begin_of_its_first_page(fetching: Fetching) -> None:
    fetching.hold(6, size=2)
    fetching.listing.on_request = lambda number: fetching.clock.move(20)
    await fetching.round()
    as_of = (await fetching.state()).as_of
    assert as_of == NOON


async def test_an_office_that_does_not_count_its_pages_is_read_to_the_first_short_one(fetching: Fetching) -> None:
    fetching.listing.names_pages = False
    fetching.hold(250)
    await fetching.round()
    assert fetching.listing.days_asked()[:3] == [(TODAY, 1), (TODAY, 2), (TODAY, 3)]
    assert (await fetching.state()).bookings == 250
    assert (await fetching.state()).complete


async def test_pages_that_do_not_add_up_are_read_again_but_not_for_ever(fetching: Fetching) -> None:
    fetching.hold(4, size=2)
    uuids = list(fetching.listing.holds)

    def shuffle(number: int) -> None:
        """The third booking is always on the page that is not looked at, and the second is on both."""
        order = [uuids[0], uuids[2], uuids[1], uuids[3]] if fetching.listing.asked[-1][2] == 2 else uuids
        fetching.listing.holds = {uuid: fetching.listing.holds[uuid] for uuid in order}

    fetching.listing.on_request = shuffle
    for _ in range(MOST_SHORT + 2):
        await fetching.round()
        fetching.clock.move(LONGEST_PAUSE_S)
    assert [asked for asked in fetching.listing.days_asked() if asked == (TODAY, 1)] == [(TODAY, 1)] * MOST_SHORT
    state = await fetching.state()
    assert (state.bookings, state.expected, state.complete) == (3, 4, False)


async def test_one_that_adds_up_the_second_time_is_complete(fetching: Fetching) -> None:
    fetching.hold(4, size=2)
    before = dict(fetching.listing.holds)
    uuids = list(before)

    def shuffle(number: int) -> None:
        order = [uuids[0], uuids[2], uuids[1], uuids[3]] if number == 2 else uuids
        fetching.listing.holds = {uuid: before[uuid] for uuid in order}

    fetching.listing.on_request = shuffle
    assert await fetching.round() < REFRESH_S
    assert not (await fetching.state()).complete
    await fetching.round()
    assert (await fetching.state()).complete
    assert (await fetching.state()).bookings == 4


@pytest.mark.parametrize(
    ("hour", "days"),
    [(0, (0, -1, 1)), (5, (0, -1, 1)), (6, (0, 1)), (23, (0, 1))],
)
def test_until_the_night_is_over_the_day_before_is_wanted_too(hour: int, days: tuple[int, ...]) -> None:
    here = NOON.replace(hour=hour, minute=59)
    assert days_wanted(here) == tuple(TODAY + timedelta(days=day) for day in days)


async def test_the_days_are_those_of_the_kiosks_own_zone(fetching: Fetching) -> None:
    fetching.prefetch.zone = ZoneInfo("Pacific/Auckland")  # NOON is 01:00 of the next day there
    await fetching.round()
    assert [day for day, _ in fetching.listing.days_asked()] == [TOMORROW, TODAY, TOMORROW + timedelta(days=1)]


async def test_at_midnight_the_next_day_is_fetched_and_in_the_morning_the_last_one_dropped(fetching: Fetching) -> None:
    fetching.hold(1)
    await fetching.round()
    fetching.clock.move(13 * 3600)
    await fetching.round()
    days = [state.day for state in await fetching.day_list.states()]
    assert days == [TODAY, TOMORROW, TOMORROW + timedelta(days=1)]
    fetching.clock.move(6 * 3600)
    await fetching.round()
    assert [state.day for state in await fetching.day_list.states()] == days[1:]
    assert await fetching.knows("code-d0n0") == []


async def test_changes_come_with_every_round_and_make_the_list_fresh(fetching: Fetching) -> None:
    fetching.hold(3)
    await fetching.round()
    fetching.clock.move(REFRESH_S)
    now = fetching.clock.now()
    fetching.listing.change(now, "d0n1", status="CANCELLED")
    fetching.listing.change(now, "d0n2", status="REDEEMED", redeemed_at=now)
    fetching.listing.add(now, listed("new"))
    await fetching.round()
    assert [await fetching.knows(f"code-{uuid}") for uuid in ("d0n1", "d0n2", "new")] == [
        ["CANCELLED"],
        ["REDEEMED"],
        ["CONFIRMED"],
    ]
    state = await fetching.state()
    assert (state.as_of, state.bookings, state.expected) == (now, 4, 4)


async def test_changes_are_asked_for_in_the_offices_time_with_an_overlap(fetching: Fetching) -> None:
    await fetching.round()
    fetching.listing.office_ahead = timedelta(minutes=-90)
    fetching.clock.move(REFRESH_S)
    await fetching.round()
    [asked] = fetching.listing.changes_asked()
    assert asked.start == NOON - timedelta(minutes=90) - OVERLAP
    assert asked.end > fetching.clock.now() - timedelta(minutes=90)


async def test_changes_that_could_not_be_had_are_asked_for_from_where_they_were(fetching: Fetching) -> None:
    fetching.hold(2)
    await fetching.round()
    fetching.clock.move(REFRESH_S)
    fetching.listing.change(fetching.clock.now(), "d0n1", status="CANCELLED")
    fetching.listing.faults = [OFFLINE]
    await fetching.round()
    assert (await fetching.state()).as_of == NOON
    fetching.clock.move(3600)
    assert await fetching.round() == REFRESH_S
    assert len({asked.start for asked in fetching.listing.changes_asked()}) == 1
    assert await fetching.knows("code-d0n1") == ["CANCELLED"]


async def test_a_change_missed_between_two_pages_is_asked_for_again(fetching: Fetching) -> None:
    fetching.hold(4)
    await fetching.round()
    fetching.clock.move(REFRESH_S)
    now, since = fetching.clock.now(), len(fetching.listing.asked)
    fetching.listing.size = 2
    for uuid in list(fetching.listing.holds):
        fetching.listing.change(now, uuid, status="CANCELLED")
    whole = dict(fetching.listing.holds)
    first, second, third, fourth = whole

    def move_up(number: int) -> None:
        """What is third moves to the first page while the first is read."""
        order = [first, third, second, fourth] if number == since + 2 else [first, second, third, fourth]
        fetching.listing.holds = {uuid: whole[uuid] for uuid in order}

    fetching.listing.on_request = move_up
    assert await fetching.round() < REFRESH_S
    assert (await fetching.state()).as_of == NOON
    assert await fetching.round() == REFRESH_S
    assert await fetching.knows(f"code-{third}") == ["CANCELLED"]


async def test_a_list_whose_changes_cannot_be_had_is_fetched_anew_before_it_is_too_old(fetching: Fetching) -> None:
    fetching.hold(1)
    await fetching.round()
    fetching.clock.move(6 * 3600 + 1)
    fetching.listing.faults = [Failed(Doubt.OFFICE_ERROR)]
    await fetching.round()
    state = await fetching.state()
    assert state.as_of is not None
    assert state.as_of > NOON + timedelta(hours=6)
    assert fetching.listing.days_asked() == [(TODAY, 1), (TOMORROW, 1), (TODAY, 1), (TOMORROW, 1)]


async def test_a_list_dated_ahead_is_fetched_anew(fetching: Fetching) -> None:
    fetching.hold(1)
    await fetching.round()
    fetching.clock.jump(-3600)
    await fetching.round()
    for state in await fetching.day_list.states():
        assert state.complete
        assert state.as_of is not None
        assert NOON - timedelta(hours=1) <= state.as_of <= fetching.clock.now()
