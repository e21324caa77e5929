"""The heartbeat falls silent when a lane or the record's writer hangs, and comes back when they move again."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

from kiosk.desks.gate import GateDesk
from kiosk.desks.intake import Lane
from kiosk.domain.events import Scan
from kiosk.domain.gate import Policy
from kiosk.journal.memory import MemoryJournal
from kiosk.journal.sqlite import SqliteJournal
from kiosk.station.heartbeat import STUCK_AFTER_S, Heart
from tests.cli.gates import gate_files
from tests.fakes import CODE, FakeClock, FakeOffice, Listener, booking

OFFICE_S = 4.0
EVERY_S = 10.0


class HeldJournal(MemoryJournal):
    """Its writer stands still while `moves` is not set."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock=clock)
        self.moves = asyncio.Event()
        self.moves.set()

    async def take_turn(self) -> None:
        await self.moves.wait()


class HeldOffice(FakeOffice):
    """Never answers, in spite of its promise."""

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> object:  # type: ignore[override]
        await asyncio.Event().wait()
        return None


def lane_of(office: FakeOffice, journal: MemoryJournal, clock: FakeClock) -> Lane:
    desk = GateDesk(office, journal, clock, Policy(), OFFICE_S, lambda: "id")
    return Lane("Gate A", desk, Listener(), clock, 5.0, lambda: "scan")


async def beats(heart: Heart, turns: int = 20) -> int:
    """How often a heart beats while the loop turns so often."""
    counted: list[None] = []
    beating = asyncio.create_task(heart.run(lambda: counted.append(None), EVERY_S))
    for _ in range(turns):
        await asyncio.sleep(0)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    return len(counted)


async def test_it_beats_while_nobody_comes() -> None:
    clock = FakeClock()
    journal = MemoryJournal(clock=clock)
    assert await beats(Heart([lane_of(FakeOffice(clock), journal, clock)], journal, clock, OFFICE_S)) > 5


async def test_a_guest_who_is_served_does_not_stop_it_and_a_lane_that_hangs_does() -> None:
    clock = FakeClock()
    journal = MemoryJournal(clock=clock)
    lane = lane_of(HeldOffice(clock), journal, clock)
    serving = asyncio.create_task(lane.run())
    await lane.put(Scan(CODE, "lines", clock.now()))
    await asyncio.sleep(0.001)
    heart = Heart([lane], journal, clock, OFFICE_S)
    clock.move(STUCK_AFTER_S + OFFICE_S - 1)
    assert heart.stuck() == ()
    clock.move(2)
    assert heart.stuck() == ("Gate A",)
    assert await beats(heart) == 0
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_lane_that_has_served_somebody_is_free_again() -> None:
    clock = FakeClock()
    journal = MemoryJournal(clock=clock)
    office = FakeOffice(clock)
    office.add(CODE, booking("b1"))
    lane = lane_of(office, journal, clock)
    await lane.put(Scan(CODE, "lines", clock.now()))
    await lane.finish()
    await lane.run()
    clock.move(1000)
    assert Heart([lane], journal, clock, OFFICE_S).stuck() == ()


async def test_a_writer_that_hangs_stops_it_and_one_that_moves_again_lets_it_beat() -> None:
    clock = FakeClock()
    journal = HeldJournal(clock)
    heart = Heart([], journal, clock, OFFICE_S)
    journal.moves.clear()
    assert await beats(heart) == 0
    journal.moves.set()
    assert await beats(heart) > 5


async def test_a_journal_that_has_been_closed_ends_it(tmp_path: Path) -> None:
    clock = FakeClock()
    journal = await SqliteJournal.open(tmp_path / "journal.sqlite3", lane="Gate A", clock=clock)
    await journal.take_turn()
    await journal.close()
    counted: list[None] = []
    await Heart([], journal, clock, OFFICE_S).run(lambda: counted.append(None), EVERY_S)
    assert counted == []


async def test_an_engine_tells_that_it_is_up_alive_and_going_down(tmp_path: Path) -> None:
    gate = gate_files(tmp_path)
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.setblocking(False)
        gate.env.update(NOTIFY_SOCKET=address, WATCHDOG_USEC="30000")
        engine = await gate.run("engine")
        hear = asyncio.get_running_loop().sock_recv
        async with asyncio.timeout(60):
            assert (await hear(manager, 200)).startswith(b"READY=1\n")
            for _ in range(3):
                assert await hear(manager, 200) == b"WATCHDOG=1"
            engine.send_signal(signal.SIGTERM)
            while (said := await hear(manager, 200)) == b"WATCHDOG=1":
                pass
            assert said.startswith(b"STOPPING=1\n")
            await engine.communicate()
    assert engine.returncode == 0
