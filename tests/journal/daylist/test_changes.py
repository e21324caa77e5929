"""Changes on the list, and bookings that are for any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kiosk.domain.listing import ListedBooking, ListedCode
from kiosk.domain.offline import ListState
from kiosk.journal.daylist import SqliteDayList
from kiosk.journal.daylist.ledger import OPEN_DATED_DAYS
from tests.fakes import NOON
from tests.journal.daylist.lists import fill, found, state
from tests.listings import RIVER, TODAY, TOMORROW, listed


async def test_changes_are_seen_at_once_and_date_the_list_only_with_the_last(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"), listed("b2"))
    await fill(day_list, listed("b3", starts_at=NOON + timedelta(days=1)), day=TOMORROW)
    later = NOON + timedelta(minutes=5)
    used = listed("b1", status="REDEEMED", redeemed_at=later)
    await day_list.update(RIVER, [used], later, is_last=False)
    assert await found(day_list, "code-b1") == (used.booking,)
    assert (await state(day_list)).as_of == NOON
    await day_list.update(RIVER, [listed("b2", status="CANCELLED"), listed("b4")], later, is_last=True)
    assert [b.status for b in await found(day_list, "code-b2")] == ["CANCELLED"]
    assert await state(day_list) == ListState(RIVER, TODAY, 3, 3, complete=True, as_of=later)
    assert (await state(day_list, TOMORROW)).as_of == later


async def test_a_change_never_dates_a_list_back(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await day_list.update(RIVER, [], NOON - timedelta(hours=1), is_last=True)
    assert (await state(day_list)).as_of == NOON


async def test_new_codes_take_the_old_ones_places(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await day_list.update(RIVER, [replace(listed("b1"), codes=(ListedCode("new"),))], NOON, is_last=True)
    assert await found(day_list, "code-b1") == ()
    assert [b.uuid for b in await found(day_list, "new")] == ["b1"]


async def test_a_booking_moves_with_its_day(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"), listed("b2"))
    await fill(day_list, day=TOMORROW)
    tomorrow, far = NOON + timedelta(days=1), NOON + timedelta(days=30)
    moved = [listed("b1", starts_at=tomorrow, ends_at=None), listed("b2", starts_at=far, ends_at=None)]
    await day_list.update(RIVER, moved, NOON, is_last=True)
    assert [b.starts_at for b in await found(day_list, "code-b1")] == [tomorrow]
    assert await found(day_list, "code-b2") == ()
    assert [s.bookings for s in await day_list.states()] == [0, 1]


async def test_a_change_of_another_day_is_not_for_the_list(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await day_list.update(RIVER, [listed("b2", starts_at=NOON + timedelta(days=3))], NOON, is_last=True)
    assert await found(day_list, "code-b2") == ()


async def test_an_unknown_day_stays_what_it_was_and_never_becomes_any_day(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    undated = [listed(uuid, starts_at=None, ends_at=None) for uuid in ("b1", "b2")]
    await day_list.update(RIVER, undated, NOON, is_last=True)
    [one] = await found(day_list, "code-b1")
    assert one.local_date == TODAY
    assert await found(day_list, "code-b2") == ()


def for_any_day(uuid: str, **changes: Any) -> ListedBooking:
    return listed(uuid, open_dated=True, starts_at=None, ends_at=None, **changes)


async def test_open_dated_bookings_come_with_the_changes_and_stay_for_any_day(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await day_list.update(RIVER, [for_any_day("b2")], NOON, is_last=True)
    await fill(day_list, day=TOMORROW)
    await day_list.forget(TOMORROW)
    assert await found(day_list, "code-b2") == (for_any_day("b2").booking,)


async def test_open_dated_bookings_nobody_hears_of_any_more_are_dropped(day_list: SqliteDayList) -> None:
    last_day = TODAY + timedelta(days=OPEN_DATED_DAYS + 1)
    await fill(day_list, listed("b1"))
    await fill(day_list, day=last_day)
    await day_list.update(RIVER, [for_any_day("b2")], NOON, is_last=True)
    await day_list.forget(last_day - timedelta(days=1))
    assert await found(day_list, "code-b2")
    await fill(day_list, day=TODAY, now=NOON)
    await day_list.forget(last_day)
    assert await found(day_list, "code-b2") == ()


async def test_a_gap_in_the_changes_ends_what_only_the_changes_tell(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"))
    await day_list.update(RIVER, [for_any_day("b2")], NOON, is_last=True)
    await fill(day_list, listed("b1"), now=NOON + timedelta(hours=7))
    assert await found(day_list, "code-b2") == ()
    assert await found(day_list, "code-b1")
