"""A prefetch of an office in memory into a list on disk, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from kiosk.desks.prefetch import Prefetch
from kiosk.domain.events import ListStatus
from kiosk.domain.offline import ListState
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.journal.daylist import SqliteDayList
from tests.fakes import NOON, FakeClock
from tests.listings import RIVER, TODAY, FakeListing, listed

TOWER = "Tower"
REFRESH_S = 300.0
OFFLINE = Failed(Doubt.OFFLINE)


@dataclass
class Fetching:
    """A prefetch of an office in memory into a list on disk, with all that it tells."""

    day_list: SqliteDayList
    clock: FakeClock = field(default_factory=FakeClock)
    listing: FakeListing = field(default_factory=FakeListing)
    suppliers: tuple[str, ...] = (RIVER,)
    told: list[tuple[ListStatus, ...]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    busy: bool = False

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new engine on the same list."""
        self.prefetch = Prefetch(
            listing=self.listing,
            day_list=self.day_list,
            clock=self.clock,
            suppliers=self.suppliers,
            refresh_s=REFRESH_S,
            is_busy=lambda: self.busy,
            on_lists=self.told.append,
            on_notice=self.notices.append,
            zone=UTC,
        )

    async def round(self, supplier: str = RIVER) -> float:
        return await self.prefetch.round(supplier)

    async def knows(self, code: str) -> list[str]:
        """The statuses of what a code finds."""
        return [booking.status for booking in (await self.day_list.find(code)).bookings]

    async def state(self, day: date = TODAY, supplier: str = RIVER) -> ListState:
        [one] = [s for s in await self.day_list.states() if (s.supplier, s.day) == (supplier, day)]
        return one

    def hold(self, count: int, size: int = 100, day: int = 0) -> None:
        """Let the office have so many bookings, listed so many to a page."""
        self.listing.size = size
        starts_at = NOON + timedelta(days=day)
        bookings = [listed(f"d{day}n{n}", starts_at=starts_at, ends_at=None) for n in range(count)]
        self.listing.add(NOON - timedelta(days=20), *bookings)
