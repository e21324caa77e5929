"""Opening, filling and asking a day's list."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from kiosk.domain.booking import Booking
from kiosk.domain.listing import ListedBooking
from kiosk.domain.offline import ListState
from kiosk.journal.daylist import SqliteDayList
from tests.fakes import NOON
from tests.listings import RIVER, TODAY, a_page

TOWER = "Tower"


async def opened_at(
    path: Path, notices: list[str] | None = None, suppliers: tuple[str, ...] = (RIVER, TOWER)
) -> SqliteDayList:
    path.parent.mkdir(parents=True, exist_ok=True)
    return await SqliteDayList.open(path, suppliers, on_notice=(notices if notices is not None else []).append)


async def fill(
    day_list: SqliteDayList,
    *bookings: ListedBooking,
    day: date = TODAY,
    supplier: str = RIVER,
    now: datetime = NOON,
) -> ListState:
    """One pass over one page."""
    await day_list.begin(supplier, day, now)
    await day_list.put_page(supplier, day, 1, a_page(*bookings))
    return await day_list.finish(supplier, day)


async def found(day_list: SqliteDayList, code: str) -> tuple[Booking, ...]:
    return (await day_list.find(code)).bookings


async def state(day_list: SqliteDayList, day: date = TODAY, supplier: str = RIVER) -> ListState:
    [one] = [s for s in await day_list.states() if (s.supplier, s.day) == (supplier, day)]
    return one
