"""Whatever happens to one of the two processes of a gate, the other goes on and the dead one comes back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk import supervise as supervising
from kiosk.domain.errors import LinkError
from kiosk.link.client import EngineLink
from kiosk.link.server import LinkServer
from kiosk.supervise import Gate, next_wait, supervise
from kiosk.tty import Tty

ENGINE = """
import asyncio, os, signal, socket, sys
from pathlib import Path
from kiosk.link.server import LinkServer

place, report, deaf = Path(sys.argv[1]), socket.socket(socket.AF_UNIX), "deaf" in sys.argv

async def nothing(command):
    pass

async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: None if deaf else stop.set())
    report.connect(str(place.with_name("report")))
    async with LinkServer(place) as link:
        await link.let_in(lambda asker: (), nothing)
        report.sendall(f"engine {os.getpid()}\\n".encode())
        await stop.wait()
        report.sendall(b"draining\\n")
        await asyncio.sleep(0.1)
    report.sendall(b"drained\\n")

asyncio.run(main())
"""

SCREEN = """
import os, socket, sys
report = socket.socket(socket.AF_UNIX)
report.connect(sys.argv[1])
report.sendall(f"screen {os.getpid()}\\n".encode())
sys.exit(int(report.recv(10)))
"""


class FakeTty(Tty):
    """Counts how often it was put right."""

    def __init__(self) -> None:
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1


@dataclass
class Floor:
    """What the children report, and what they are told."""

    folder: Path
    tty: FakeTty = field(default_factory=FakeTty)
    reports: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    told: list[str] = field(default_factory=list)
    pids: dict[str, int] = field(default_factory=dict)
    _screen: asyncio.StreamWriter | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "gate.sock"

    def gate(self, *, engine: str | None = ENGINE, deaf: bool = False) -> Gate:
        screen = [sys.executable, "-c", SCREEN, str(self.folder / "report")]
        command = [sys.executable, "-c", engine, str(self.socket), *(["deaf"] if deaf else [])] if engine else None
        return Gate(self.socket, screen, command, self.folder / "engine.err")

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            name, _, pid = line.partition(" ")
            if pid:
                self.pids[name] = int(pid)
            if name == "screen":
                self._screen = writer
            self.reports.put_nowait(name)
        writer.close()

    async def until(self, *names: str) -> None:
        for name in names:
            assert await self.reports.get() == name

    def close_screen(self, status: int = 0) -> None:
        assert self._screen is not None
        self._screen.write(str(status).encode())

    def hit(self, name: str, blow: signal.Signals) -> None:
        os.kill(self.pids[name], blow)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))
    made = Floor(folder)
    async with asyncio.timeout(30), await asyncio.start_unix_server(made.hear, folder / "report"):
        yield made
    shutil.rmtree(folder)


@asynccontextmanager
async def supervised(floor: Floor, gate: Gate) -> AsyncIterator[asyncio.Task[int]]:
    """A gate that is up."""
    running = asyncio.create_task(supervise(gate, floor.told.append, floor.tty))
    try:
        yield running
    finally:
        if not running.done():
            os.kill(os.getpid(), signal.SIGTERM)
        await running


@pytest.mark.parametrize(
    ("waited_s", "lived_s", "wait_s"),
    [(0.0, 0.0, 0.1), (0.1, 0.5, 0.2), (1.6, 2.0, 3.2), (3.2, 2.0, 5.0), (5.0, 29.0, 5.0), (5.0, 31.0, 0.1)],
)
def test_who_dies_young_waits_longer_each_time(waited_s: float, lived_s: float, wait_s: float) -> None:
    assert next_wait(waited_s, lived_s) == wait_s


async def test_a_killed_screen_comes_back_to_the_same_engine(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        first = dict(floor.pids)
        floor.hit("screen", signal.SIGKILL)
        await floor.until("screen")
        assert floor.pids["screen"] != first["screen"]
        assert floor.pids["engine"] == first["engine"]
        assert floor.tty.resets == 1
        floor.close_screen()
        await floor.until("draining", "drained")
        assert await running == 0


async def test_a_screen_that_crashes_comes_back(floor: Floor) -> None:
    async with supervised(floor, floor.gate()):
        await floor.until("engine", "screen")
        floor.close_screen(1)
        await floor.until("screen")
        floor.close_screen()
        await floor.until("draining", "drained")


async def test_a_killed_engine_comes_back_under_the_same_screen(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        screen = floor.pids["screen"]
        floor.hit("engine", signal.SIGKILL)
        await floor.until("engine")
        assert floor.pids["screen"] == screen
        await (await EngineLink.join(floor.socket)).close()
        floor.close_screen()
        await floor.until("draining", "drained")
        assert await running == 0


async def test_a_closed_screen_stops_the_engine_and_its_drain_is_awaited(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        floor.close_screen()
        assert await running == 0
    await floor.until("draining", "drained")
    assert not floor.socket.exists()


async def test_the_screen_cannot_speak_to_systemd_and_the_end_is_told_to_it(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(floor.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        async with supervised(floor, floor.gate()) as running:
            await floor.until("engine", "screen")
            environ = await asyncio.to_thread(Path(f"/proc/{floor.pids['screen']}/environ").read_bytes)
            assert b"NOTIFY_SOCKET" not in environ
            assert b"WATCHDOG" not in environ
            floor.close_screen()
            assert await running == 0
        assert manager.recv(200).startswith(b"STOPPING=1\n")


async def test_what_an_engine_writes_may_go_where_the_supervisors_own_complaints_go(
    floor: Floor, capfd: pytest.CaptureFixture[str]
) -> None:
    gate = replace(floor.gate(engine="import sys; sys.exit('it does not start')"), output=None)
    assert await supervise(gate, floor.told.append, floor.tty) == 1
    assert "it does not start" in capfd.readouterr().err
    assert floor.told == []


async def test_the_engine_is_out_of_reach_of_the_terminals_signals(floor: Floor) -> None:
    async with supervised(floor, floor.gate()):
        await floor.until("engine", "screen")
        assert os.getsid(floor.pids["engine"]) == floor.pids["engine"]
        assert os.getsid(floor.pids["screen"]) == os.getsid(0)
        floor.close_screen()


async def test_told_to_stop_it_ends_both(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
    await floor.until("draining", "drained")
    with pytest.raises(ProcessLookupError):
        floor.hit("screen", signal.SIGKILL)


async def test_a_stopped_screen_can_be_ended_too(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        floor.hit("screen", signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0


async def test_an_engine_that_will_not_end_is_ended(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "DRAINED_WITHIN_S", 0.2)
    async with supervised(floor, floor.gate(deaf=True)) as running:
        await floor.until("engine", "screen")
        floor.close_screen()
        assert await running == 1


async def test_an_engine_that_cannot_start_is_heard_and_its_status_passed_on(floor: Floor) -> None:
    broken = "import sys; sys.exit(print('octo.base_url: is \\x1b[2Jmissing', file=sys.stderr) or 2)"
    assert await supervise(floor.gate(engine=broken), floor.told.append, floor.tty) == 2
    assert floor.told == ["octo.base_url: is ·[2Jmissing"]
    assert floor.reports.empty()


@pytest.mark.parametrize(("status", "fault"), [(2, "E06"), (4, "E01"), (1, "E02")])
async def test_on_a_kiosk_what_keeps_the_engine_down_has_a_code(floor: Floor, status: int, fault: str) -> None:
    gate = replace(floor.gate(engine=f"import sys; sys.exit({status})"), locked=True)
    assert await supervise(gate, floor.told.append, floor.tty) == status
    assert f"OUT OF ORDER  {fault}" in floor.told


async def test_an_engine_that_dies_without_a_word_is_told_of(floor: Floor) -> None:
    silent = "import os; os.kill(os.getpid(), 9)"
    assert await supervise(floor.gate(engine=silent), floor.told.append, floor.tty) == 1
    assert floor.told == ["the engine ended before it served, and said nothing"]


async def test_a_screen_that_cannot_be_shown_is_not_tried_again(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        floor.close_screen(2)
        assert await running == 2


async def test_where_an_engine_serves_already_it_says_what_to_do(floor: Floor) -> None:
    async with LinkServer(floor.socket):
        with pytest.raises(LinkError, match="--attach"):
            await supervise(floor.gate(), floor.told.append, floor.tty)


async def test_there_must_be_an_engine_to_attach_to(floor: Floor) -> None:
    with pytest.raises(LinkError, match="no engine runs"):
        await supervise(floor.gate(engine=None), floor.told.append, floor.tty)


async def test_an_attached_screen_leaves_the_engine_alone(floor: Floor) -> None:
    async with supervised(floor, floor.gate()) as running:
        await floor.until("engine", "screen")
        main = floor.pids["screen"]
        attached = asyncio.create_task(supervise(floor.gate(engine=None), floor.told.append, floor.tty))
        await floor.until("screen")
        floor.hit("screen", signal.SIGKILL)
        await floor.until("screen")
        floor.close_screen()
        assert await attached == 0
        assert not running.done()
        await (await EngineLink.join(floor.socket)).close()
        os.kill(main, signal.SIGKILL)
        await floor.until("screen")
        floor.close_screen()
        assert await running == 0
