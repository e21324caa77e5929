"""A day's pages: taken in whole, gone on with after a restart, and never at the cost of what was there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.domain.booking import Booking
from kiosk.domain.listing import BookingsPage
from kiosk.domain.offline import ListState
from kiosk.journal.daylist import SqliteDayList
from kiosk.journal.daylist.ledger import RESUMABLE
from tests.fakes import NOON
from tests.journal.daylist.lists import fill, found, opened_at, state
from tests.listings import RIVER, TODAY, a_page, listed


async def test_a_list_says_how_far_it_has_come(day_list: SqliteDayList) -> None:
    assert await day_list.states() == ()
    assert await day_list.begin(RIVER, TODAY, NOON) == 1
    assert await day_list.states() == (ListState(RIVER, TODAY),)
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1"), listed("b2"), pages=3))
    assert await day_list.states() == (ListState(RIVER, TODAY, 2, 6, complete=False, as_of=NOON),)
    await day_list.put_page(RIVER, TODAY, 2, a_page(listed("b3"), listed("b4"), pages=3))
    await day_list.put_page(RIVER, TODAY, 3, a_page(listed("b5"), pages=3))
    whole = ListState(RIVER, TODAY, 5, 5, complete=True, as_of=NOON)
    assert await day_list.finish(RIVER, TODAY) == whole
    assert (await day_list.find("unknown")).states == (whole,)


async def test_a_pass_that_was_cut_off_is_gone_on_with_after_a_restart(path: Path) -> None:
    first = await opened_at(path)
    await first.begin(RIVER, TODAY, NOON)
    await first.put_page(RIVER, TODAY, 1, a_page(listed("b1"), pages=2))
    await first.close()
    second = await opened_at(path)
    assert await second.states() == (ListState(RIVER, TODAY, 1, 2, complete=False, as_of=NOON),)
    assert await second.begin(RIVER, TODAY, NOON + RESUMABLE) == 2
    await second.put_page(RIVER, TODAY, 2, a_page(listed("b2"), pages=2))
    assert await second.finish(RIVER, TODAY) == ListState(RIVER, TODAY, 2, 2, complete=True, as_of=NOON)
    await second.close()


@pytest.mark.parametrize("later", [RESUMABLE + timedelta(seconds=1), -timedelta(seconds=1)])
async def test_a_pass_of_long_ago_or_of_a_clock_set_back_begins_anew(day_list: SqliteDayList, later: timedelta) -> None:
    await day_list.begin(RIVER, TODAY, NOON)
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1"), pages=2))
    assert await day_list.begin(RIVER, TODAY, NOON + later) == 1


async def test_what_a_later_pass_does_not_meet_is_gone_at_its_end_and_not_before(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"), listed("b2"))
    later = NOON + timedelta(hours=6)
    await day_list.begin(RIVER, TODAY, later)
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b2"), pages=2))
    assert await found(day_list, "code-b1")
    assert (await state(day_list)).complete
    assert (await state(day_list)).as_of == NOON
    await day_list.put_page(RIVER, TODAY, 2, a_page(listed("b3"), pages=2))
    assert await day_list.finish(RIVER, TODAY) == ListState(RIVER, TODAY, 2, 2, complete=True, as_of=later)
    assert await found(day_list, "code-b1") == ()
    assert await found(day_list, "b1-1") == ()


async def test_a_booking_met_twice_means_that_another_was_missed(day_list: SqliteDayList) -> None:
    await day_list.begin(RIVER, TODAY, NOON)
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1"), listed("b2"), pages=2))
    await day_list.put_page(RIVER, TODAY, 2, a_page(listed("b2"), pages=2))
    assert await day_list.finish(RIVER, TODAY) == ListState(RIVER, TODAY, 2, 3, complete=False, as_of=NOON)


async def test_passes_that_met_all_together_fill_a_list_that_is_as_old_as_the_first(day_list: SqliteDayList) -> None:
    later = NOON + timedelta(minutes=1)
    for now, second_page in (NOON, ("b2", "b3")), (later, ("b2", "b4")):
        await day_list.begin(RIVER, TODAY, now)
        await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1"), listed("b2"), pages=2))
        await day_list.put_page(RIVER, TODAY, 2, a_page(*map(listed, second_page), pages=2))
        last = await day_list.finish(RIVER, TODAY)
    assert last == ListState(RIVER, TODAY, 4, 4, complete=True, as_of=NOON)


async def test_a_short_pass_takes_nothing_from_a_list_that_was_complete(day_list: SqliteDayList) -> None:
    whole = await fill(day_list, listed("b1"), listed("b2"))
    await day_list.begin(RIVER, TODAY, NOON + timedelta(hours=6))
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b2"), listed("b2")))
    assert await day_list.finish(RIVER, TODAY) == whole
    assert await found(day_list, "code-b1")


async def test_an_entry_that_cannot_be_read_is_missing(day_list: SqliteDayList) -> None:
    await day_list.begin(RIVER, TODAY, NOON)
    nobody = replace(listed("b2"), booking=Booking(reference=""))
    await day_list.put_page(RIVER, TODAY, 1, BookingsPage((listed("b1"), nobody), 3, 1))
    assert await day_list.finish(RIVER, TODAY) == ListState(RIVER, TODAY, 1, 3, complete=False, as_of=NOON)


async def test_an_empty_day_is_complete(day_list: SqliteDayList) -> None:
    assert await fill(day_list) == ListState(RIVER, TODAY, 0, 0, complete=True, as_of=NOON)


async def test_a_page_is_taken_in_whole_or_not_at_all(day_list: SqliteDayList) -> None:
    await day_list.begin(RIVER, TODAY, NOON)
    broken = replace(listed("b2"), codes=cast(Any, (None,)))
    with pytest.raises(AttributeError):
        await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1"), broken))
    assert await found(day_list, "code-b1") == ()
    assert await day_list.begin(RIVER, TODAY, NOON) == 1
    await day_list.put_page(RIVER, TODAY, 1, a_page(listed("b1")))
    assert await found(day_list, "code-b1")


async def test_a_list_from_a_clock_that_was_ahead_is_not_believed_any_more(day_list: SqliteDayList) -> None:
    await fill(day_list, listed("b1"), now=NOON + timedelta(days=100))
    await day_list.begin(RIVER, TODAY, NOON)
    assert await state(day_list) == ListState(RIVER, TODAY, 1, 1)
