"""The day's list of a sandbox, fetched over real HTTP into a real file, at noon of a fixed day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

from pydantic import SecretStr

from kiosk.desks.prefetch import Prefetch
from kiosk.domain.booking import Booking
from kiosk.domain.events import ListStatus
from kiosk.domain.offline import ListState
from kiosk.journal.daylist import SqliteDayList
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.sandbox import Sandbox
from kiosk.sandbox.octo.bookings import Booking as Kept
from tests.fakes import FakeClock
from tests.listings import RIVER, TODAY

HARBOUR = "Harbour Museum"
REFRESH_S = 240.0


@dataclass
class DaysList:
    """Everything between a sandbox and its list on our disk."""

    sandbox: Sandbox
    clock: FakeClock
    office: OctoOffice
    day_list: SqliteDayList
    prefetch: Prefetch
    told: list[tuple[ListStatus, ...]] = field(default_factory=list)

    async def round(self, supplier: str = RIVER) -> float:
        return await self.prefetch.round(supplier)

    async def fetch(self) -> None:
        """All suppliers, once, with nothing in the way."""
        for supplier in self.sandbox.keys:
            assert await self.round(supplier) == REFRESH_S, supplier

    async def state(self, supplier: str = RIVER) -> ListState:
        [one] = [s for s in await self.day_list.states() if (s.supplier, s.day) == (supplier, TODAY)]
        return one

    async def found(self, code: str) -> tuple[Booking, ...]:
        return (await self.day_list.find(code)).bookings

    def kept(self, supplier: str = RIVER) -> Iterator[Kept]:
        """The bookings as the sandbox keeps them."""
        yield from self.sandbox._stock.registers[self.sandbox.keys[supplier]]

    def pages_asked(self) -> int:
        return self.sandbox.books.requests["GET /octo/bookings"]


@asynccontextmanager
async def days_list(sandbox: Sandbox, clock: FakeClock, folder: Path) -> AsyncIterator[DaysList]:
    """Opening it twice on one folder is a restart."""
    keys = [SupplierKey(name, SecretStr(key)) for name, key in sandbox.keys.items()]
    office = OctoOffice(sandbox.base_url, keys, clock=clock)
    day_list = await SqliteDayList.open(folder / "journal.sqlite3", tuple(sandbox.keys))
    prefetch = Prefetch(office, day_list, clock, tuple(sandbox.keys), refresh_s=REFRESH_S, zone=UTC)
    lists = DaysList(sandbox, clock, office, day_list, prefetch)
    prefetch.on_lists = lists.told.append
    try:
        yield lists
    finally:
        await day_list.close()
        await office.aclose()


def as_listed(booking: Booking) -> Booking:
    """What a list can know of a booking that was looked up."""
    return replace(booking, redemption_code="", redeemable=False, office_note="")
