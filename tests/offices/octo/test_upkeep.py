"""What goes on beside the scans: when the office is asked again, and when names are refreshed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from kiosk.domain.events import OfficeStatus
from kiosk.offices.octo.office import OctoOffice
from tests.fakes import CODE, FakeClock
from tests.offices.octo.wire import RIVER, Asked, Route, Wire, answer, example, never


class StandingClock(FakeClock):
    """Tells every sleep, and ends it only when told to."""

    def __init__(self) -> None:
        super().__init__()
        self._slept: asyncio.Queue[float] = asyncio.Queue()
        self._go = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        self._slept.put_nowait(seconds)
        await self._go.acquire()

    async def next_sleep(self) -> float:
        return await asyncio.wait_for(self._slept.get(), 5)

    async def stands_still(self) -> bool:
        """Whether nobody sleeps, once everybody has had his turn."""
        for _ in range(20):
            await asyncio.sleep(0)
        return self._slept.empty()

    def wake(self) -> None:
        self._go.release()


class Statuses:
    """What `on_status` was told, to be waited for."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[OfficeStatus] = asyncio.Queue()

    def tell(self, status: OfficeStatus) -> None:
        self._told.put_nowait(status)

    async def next_up(self) -> bool | None:
        return (await asyncio.wait_for(self._told.get(), 5)).up

    @property
    def is_silent(self) -> bool:
        return self._told.empty()


@asynccontextmanager
async def started(wire: Wire, clock: FakeClock, statuses: Statuses | None = None) -> AsyncIterator[OctoOffice]:
    on_status = (statuses or Statuses()).tell
    office = wire.office(RIVER, clock=clock, on_status=on_status, refresh_every_s=3600.0)
    await office.start()
    try:
        yield office
    finally:
        await office.aclose()


def a_wire(whoami: Route = never, products: Route = never) -> Wire:
    wire = Wire()
    wire.on("whoami", whoami)
    wire.on("products", products)
    return wire


def unavailable(asked: Asked) -> httpx.Response:
    return answer({}, 503)


def well(asked: Asked) -> httpx.Response:
    return answer({})


async def sleeps(clock: StandingClock, count: int) -> list[float]:
    """The lengths of the next sleeps; the last of them goes on."""
    slept = [await clock.next_sleep()]
    while len(slept) < count:
        clock.wake()
        slept.append(await clock.next_sleep())
    return slept


async def test_an_office_that_is_away_is_asked_less_and_less_often() -> None:
    clock, statuses = StandingClock(), Statuses()
    wire = a_wire(whoami=unavailable)
    async with started(wire, clock, statuses):
        assert await sleeps(clock, 8) == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
        assert await statuses.next_up() is False
        wire.on("whoami", well)
        clock.wake()
        assert await statuses.next_up() is True
    assert statuses.is_silent


@pytest.mark.parametrize(("wish_s", "wait_s"), [("30", 30.0), ("0", 1.0)])
async def test_the_offices_wish_to_be_left_alone_is_respected(wish_s: str, wait_s: float) -> None:
    clock = StandingClock()
    async with started(a_wire(whoami=lambda asked: answer({}, 429, Retry_After=wish_s)), clock):
        assert await clock.next_sleep() == wait_s


async def test_an_office_that_goes_down_under_scans_is_asked_until_it_is_back() -> None:
    clock, statuses = StandingClock(), Statuses()
    wire = a_wire(whoami=well)
    wire.on("lookup", unavailable)
    async with started(wire, clock, statuses) as office:
        assert await statuses.next_up() is True
        assert await clock.stands_still(), "an office that is up is left alone"
        for _ in range(2):
            await office.look_up(CODE, within_s=5)
        assert await statuses.next_up() is False
        assert await clock.next_sleep() == 1.0
        clock.wake()
        assert await statuses.next_up() is True
        assert wire.routes_asked.count("whoami") == 2


async def test_names_are_refreshed_every_hour_and_sooner_after_a_failure() -> None:
    clock = StandingClock()
    wire = a_wire(products=unavailable)
    async with started(wire, clock):
        assert await sleeps(clock, 3) == [1.0, 2.0, 4.0]
        wire.on("products", lambda asked: answer(example("products")))
        clock.wake()
        assert await sleeps(clock, 2) == [3600.0, 3600.0]
        wire.on("products", unavailable)
        clock.wake()
        assert (await sleeps(clock, 20))[:2] == [1.0, 2.0], "its patience starts afresh"
        assert await sleeps_on(clock) == 3600.0, "and is never longer than between refreshes"


async def sleeps_on(clock: StandingClock) -> float:
    clock.wake()
    return await clock.next_sleep()


async def test_products_that_fail_do_not_make_the_office_look_down() -> None:
    clock, statuses = StandingClock(), Statuses()
    async with started(a_wire(products=lambda asked: answer({}, 403)), clock, statuses):
        assert len(await sleeps(clock, 4)) == 4
    assert statuses.is_silent


async def test_a_reply_that_is_no_array_of_products_is_asked_for_again() -> None:
    clock = StandingClock()
    async with started(a_wire(products=lambda asked: answer({"error": None})), clock):
        assert await sleeps(clock, 2) == [1.0, 2.0]
