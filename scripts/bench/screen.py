"""What the screen costs, in its own process on a real pseudo-terminal: an event told by the engine until it is painted,
a key until it is painted, a scanner's code until the engine has it.

    python scripts/bench/screen.py [--verdicts 500] [--keys 200] [--codes 300] [--columns 80] [--rows 24]

The engine's end is a real link in this process. A letter waits for 0.11 s until it is known that no scanner typed it;
a named key does not.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.events import Command, Decided, Event, OfficeStatus, Recent, Status, Submit
from kiosk.domain.verdict import Admit, Choose, Option, Reason, Refuse, Use, Verdict
from kiosk.link.server import LinkServer
from kiosk.ports import Asker

CODE = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"
WITHIN_S = 10.0
IDLE_S = 5.0


class Terminal:
    """The screen on a terminal that reads at once and remembers when."""

    def __init__(self, place: Path, columns: int, rows: int) -> None:
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.painted, self.bytes = "", 0
        self._changed = asyncio.Event()
        self.began_s = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.tui", "--socket", str(place)],
            stdin=slave,
            stdout=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self.master, self._read)

    def _read(self) -> None:
        data = os.read(self.master, 1 << 16)
        self.bytes += len(data)
        self.painted += data.decode("utf-8", "replace")
        self._changed.set()

    async def shows(self, words: str) -> float:
        """Wait for words, and forget what was painted; the moment at which they were there, in seconds."""
        async with asyncio.timeout(WITHIN_S):
            while words not in self.painted:
                self._changed.clear()
                await self._changed.wait()
        self.painted = ""
        return time.perf_counter()

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def memory_mib(self) -> float:
        resident = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(resident) * os.sysconf("SC_PAGESIZE") / (1 << 20)

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        asyncio.get_running_loop().remove_reader(self.master)
        self.process.terminate()
        self.process.wait()
        os.close(self.master)


class Engine:
    """Tells what the bench wants told; notes when codes came in."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}

    def greeting(self, asker: Asker) -> tuple[Event, ...]:
        now = datetime.now(UTC)
        return Status(now, ("Gate A",), "redeem", (OfficeStatus("River Cruises", True, "live"),)), Recent(now)

    async def on_command(self, command: Command, asker: Asker) -> None:
        if isinstance(command, Submit):
            self.came[command.text] = time.perf_counter()


def booking(reference: str) -> Booking:
    units = tuple(UnitItem(str(n), "Adult" if n < 2 else "Child") for n in range(3))
    return Booking(reference, product="London River Cruise Return", starts_at=datetime.now(UTC), units=units)


def verdict(n: int) -> Verdict:
    """Green and red in turn: the whole panel changes."""
    of = (booking(f"R{n:05d}"),)
    return Refuse(Reason.ALREADY_REDEEMED, of, Use(datetime.now(UTC), "Gate B", 60.0)) if n % 2 else Admit(of)


def decided(n: int, verdict: Verdict) -> Decided:
    return Decided(datetime.now(UTC), f"scan-{n}", "Gate A", "camera", Code("!1|z…Gp1r"), verdict)


async def verdicts(server: LinkServer, terminal: Terminal, many: int) -> list[float]:
    times_ms = []
    for n in range(many):
        began_s = time.perf_counter()
        server.tell(decided(n, verdict(n)))
        times_ms.append((await terminal.shows(f"R{n:05d} ") - began_s) * 1000)
        await asyncio.sleep(0.005)
    return times_ms


async def arrows(server: LinkServer, terminal: Terminal, many: int) -> list[float]:
    """Down and up in a choice."""
    server.tell(decided(0, Choose(tuple(Option(booking(f"C{n}")) for n in range(9)))))
    await terminal.shows("THIS CODE HOLDS")
    times_ms = []
    for n in range(many):
        down = n % 2 == 0
        began_s = time.perf_counter()
        terminal.type("\x1b[B" if down else "\x1b[A")
        times_ms.append((await terminal.shows(f"┃ {2 if down else 1} [ ]") - began_s) * 1000)
        await asyncio.sleep(0.005)
    terminal.type("\x1b")
    await terminal.shows("scan a ticket")
    return times_ms


async def letters(terminal: Terminal, many: int) -> list[float]:
    """The help opened and closed."""
    times_ms = []
    for _ in range(many):
        began_s = time.perf_counter()
        terminal.type("?")
        times_ms.append((await terminal.shows("WHAT THE WORDS MEAN") - began_s) * 1000)
        terminal.type("\x1b")
        await terminal.shows("scan a ticket")
    return times_ms


async def codes(engine: Engine, terminal: Terminal, many: int, *, pace_s: float) -> list[float]:
    """The last character of a scanned code until the engine has the code. Raises where one did not arrive whole."""
    sent = {}
    for n in range(many):
        code = f"{CODE}{n}-{pace_s}"
        terminal.type(f"{code}\r")
        sent[code] = time.perf_counter()
        await asyncio.sleep(pace_s)
    await until(lambda: len([code for code in sent if code in engine.came]) == many)
    return [(engine.came[code] - at_s) * 1000 for code, at_s in sent.items()]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not holds():  # noqa: ASYNC110 (what it waits for happens in another process)
            await asyncio.sleep(0.005)


def told(what: str, times_ms: list[float]) -> None:
    ordered = sorted(times_ms)
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99))
    print(f"{what:<44} {len(ordered):>5}  p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  p99 {p99:7.1f} ms")


async def main(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kiosk") as folder:
        engine, server = Engine(), LinkServer(Path(folder) / "gate.sock")
        async with server:
            await server.let_in(engine.greeting, engine.on_command)
            terminal = Terminal(server.path, asked.columns, asked.rows)
            try:
                ready_s = await terminal.shows("scan a ticket")
                took_ms = (ready_s - terminal.began_s) * 1000
                print(f"{asked.columns}x{asked.rows}: start until joined and painted {took_ms:.0f} ms")
                idle_s = terminal.cpu_s()
                await asyncio.sleep(IDLE_S)
                print(f"idle: {(terminal.cpu_s() - idle_s) * 1000 / IDLE_S:.1f} ms of CPU a second")
                before_mib, before_s, before_b = terminal.memory_mib(), terminal.cpu_s(), terminal.bytes
                told("verdict told until painted", await verdicts(server, terminal, asked.verdicts))
                cpu_ms = (terminal.cpu_s() - before_s) * 1000 / asked.verdicts
                size = (terminal.bytes - before_b) / asked.verdicts
                print(f"    {cpu_ms:.1f} ms of CPU and {size:.0f} bytes a verdict")
                told("arrow key until painted", await arrows(server, terminal, asked.keys))
                told("letter until painted (0.11 s of it waiting)", await letters(terminal, asked.keys // 5))
                told("scanned code until the engine has it", await codes(engine, terminal, asked.codes, pace_s=0.05))
                told("the same, 18,000 characters a second", await codes(engine, terminal, asked.codes, pace_s=0.005))
                print(f"memory {before_mib:.0f} MiB at first, {terminal.memory_mib():.0f} MiB now")
            finally:
                terminal.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("verdicts", 500), ("keys", 200), ("codes", 300), ("columns", 80), ("rows", 24)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asyncio.run(main(parser.parse_args()))
