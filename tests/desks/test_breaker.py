"""The breaker: down after failures in a row, verdicts at once while it is, up again by itself."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.desks.breaker import FAILURES, FIRST_PROBE_S, LONGEST_PROBE_S, Breaker
from kiosk.domain.reply import Failed, Found
from kiosk.domain.verdict import Doubt
from tests.fakes import CODE, FakeClock, FakeOffice, Fault, booking


class Outage:
    """An office that is away until told otherwise, behind a breaker."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.office = FakeOffice(self.clock, always=Fault.OFFLINE)
        self.office.add(CODE, booking())
        self.is_back = False
        self.changes: list[bool] = []
        self.breaker = Breaker(self.office, self.clock, self._is_back, self.changes.append)

    async def _is_back(self) -> bool:
        return self.is_back

    async def look_up(self) -> Found | Failed:
        return await self.breaker.look_up(CODE, within_s=2.0)

    async def fail(self, times: int = FAILURES) -> None:
        for _ in range(times):
            assert isinstance(await self.look_up(), Failed)


class SteppedClock(FakeClock):
    """Sleeps last until the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeping: list[tuple[float, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleeping.append((seconds, woken))
        await woken.wait()

    async def wake(self) -> float:
        """Let the one sleeper go on; how long it meant to sleep."""
        while not self.sleeping:  # noqa: ASYNC110 (the clock is the test's own)
            await asyncio.sleep(0)
        seconds, woken = self.sleeping.pop()
        self.move(seconds)
        woken.set()
        for _ in range(5):
            await asyncio.sleep(0)
        return seconds


@pytest.fixture
def outage() -> Outage:
    return Outage()


async def test_it_stays_closed_until_enough_have_failed_in_a_row(outage: Outage) -> None:
    await outage.fail(FAILURES - 1)
    outage.office.always = Fault.NONE
    assert isinstance(await outage.look_up(), Found)
    outage.office.always = Fault.OFFLINE
    await outage.fail(FAILURES - 1)
    assert outage.breaker.is_up
    assert outage.changes == []


async def test_open_it_answers_at_once_and_asks_nobody(outage: Outage) -> None:
    await outage.fail()
    requests = len(outage.office.requests)
    began = outage.clock.monotonic()
    assert await outage.look_up() == Failed(Doubt.OFFLINE)
    assert (len(outage.office.requests), outage.clock.monotonic()) == (requests, began)
    assert outage.changes == [False]
    await outage.breaker.close()


async def test_it_closes_by_itself_when_the_office_is_back(outage: Outage) -> None:
    await outage.fail()
    since = outage.breaker.down_since
    assert since is not None
    pauses = [await outage.clock.wake() for _ in range(6)]
    assert pauses[0] == FIRST_PROBE_S
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PROBE_S
    outage.office.always, outage.is_back = Fault.NONE, True
    await outage.clock.wake()
    assert outage.breaker.is_up
    assert outage.changes == [False, True]
    assert isinstance(await outage.look_up(), Found)
    await outage.breaker.close()


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.RATE_LIMITED])
async def test_an_office_that_says_no_is_not_away(outage: Outage, fault: Fault) -> None:
    outage.office.always = fault
    await outage.fail(FAILURES * 3)
    assert outage.breaker.is_up


async def test_it_opens_again_after_it_has_closed(outage: Outage) -> None:
    await outage.fail()
    outage.is_back = True
    await outage.clock.wake()
    assert outage.breaker.is_up
    outage.is_back = False
    await outage.fail()
    assert outage.changes == [False, True, False]
    await outage.breaker.close()
