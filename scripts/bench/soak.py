"""A day at the gate in some minutes: one engine process, faults all the time, and what it costs from hour to hour.

The whole engine runs here: two lanes on serial scanners (pseudo-terminals, unplugged and plugged in again), journal,
day list, outbox, link with a screen that stays and one that comes and goes, a bell. The office is the sandbox in a
process of its own, by the same clock, which runs faster than the world's. Answers are lost, dropped, refused and late;
every hour the office is away for some minutes. At the end: nobody admitted twice, the journal whole, nothing owed, and
memory, descriptors and threads as they were in the first hour.

    python -m scripts.bench.soak [--hours 8] [--scans 50000] [--minutes 40] [--svg soak.svg]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.config import load
from kiosk.domain.events import Decided, Event, SourceBack
from kiosk.domain.verdict import Admit, outcome_word
from kiosk.journal.checking import verify
from kiosk.link.client import EngineLink
from kiosk.link.server import LinkServer
from kiosk.station import Station
from kiosk.station.signals import signalling
from scripts.bench.killing import post
from scripts.bench.soak_parts import KEYS, FastClock, Guests, Office, Scanner, bell, configuration, office
from scripts.bench.soak_plot import svg, table

LANES = ("Gate A", "Gate B")
FAULTS = [
    {"name": "lost", "routes": ["redeem"], "times": None, "probability": 0.01},
    {"name": "drop_before", "routes": ["redeem"], "times": None, "probability": 0.01},
    {"name": "error_500", "routes": ["lookup"], "times": None, "probability": 0.01},
    {"name": "cut_json", "routes": ["redeem"], "times": None, "probability": 0.003},
    {"name": "slow", "times": None, "probability": 0.005, "seconds": 0.3},
]
AWAY = [{"name": "drop_before", "times": None}]
HOUR_S = 3600.0
SAMPLED_S = 300.0
ANSWERED_WITHIN_S = 30.0
MORE_MIB = 8.0
"""By how much memory may differ between the end of the first hour and the last: SQLite's and the lists' caches fill."""
MORE_FILES = 4
"""Connections to the office, which come and go."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process had at one moment. `hour` of the gate's time; sizes in MiB."""

    hour: float
    memory: float
    descriptors: int
    threads: int
    journal: float
    scans: int
    owed: int


@dataclass
class Day:
    """What has happened so far, kept from the feed."""

    clock: FastClock
    journal: Path
    begun: datetime
    scans: int = 0
    words: Counter[str] = field(default_factory=Counter)
    admitted: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    answers: dict[str, asyncio.Queue[Decided]] = field(
        default_factory=lambda: {lane: asyncio.Queue() for lane in LANES}
    )
    back: dict[str, asyncio.Event] = field(default_factory=lambda: {lane: asyncio.Event() for lane in LANES})

    def tell(self, event: Event) -> None:
        if isinstance(event, Decided):
            self.answers[event.lane].put_nowait(event)
        elif isinstance(event, SourceBack):
            self.back[event.source].set()

    @property
    def passed_s(self) -> float:
        return (self.clock.now() - self.begun).total_seconds()

    def sample(self, owed: int) -> None:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        files = [path for path in self.journal.parent.glob("journal.sqlite3*") if path.exists()]
        self.samples.append(
            Sample(
                self.passed_s / HOUR_S,
                int(status["VmRSS"].split()[0]) / 1024,
                len(os.listdir("/proc/self/fd")),
                threading.active_count(),
                sum(path.stat().st_size for path in files) / (1 << 20),
                self.scans,
                owed,
            )
        )


async def lane(name: str, day: Day, scanner: Scanner, guests: Guests, until_s: float, every_s: float) -> None:
    """One guest after the other, as the gate's time goes; one who gets no answer holds the ticket up again.

    On a machine that is too busy the day is longer: it is over when all its guests have come.
    """
    due_s, unplugged_s = 0.0, 0.5 * HOUR_S
    while day.passed_s < until_s or due_s < until_s:
        if day.passed_s > unplugged_s:
            unplugged_s += 0.5 * HOUR_S
            await replug(day, scanner, name)
        due_s += every_s
        if (early_s := due_s - day.passed_s) > 0:
            await day.clock.sleep(early_s)
        code = guests.next()
        for _ in range(3):
            decided = await scanned(day, name, scanner, code)
            word = outcome_word(decided.verdict)
            day.words[f"{word} (repeat)" if decided.repeat else word] += 1
            if isinstance(decided.verdict, Admit) and not decided.repeat:
                day.admitted[code] += 1
            if word != "undecided":
                break
            await day.clock.sleep(6.0)


async def scanned(day: Day, name: str, scanner: Scanner, code: str) -> Decided:
    day.scans += 1
    scanner.scan(code)
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        return await day.answers[name].get()


async def replug(day: Day, scanner: Scanner, name: str) -> None:
    """Pull the scanner's cable for a minute."""
    scanner.unplug()
    await day.clock.sleep(60)
    day.back[name].clear()
    scanner.plug()
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        await day.back[name].wait()


async def faults(day: Day, where: Office) -> None:
    """Something is always wrong with the office; for four minutes of every hour everything is."""
    while True:
        await asyncio.to_thread(post, f"{where.root}/_sandbox/faults", FAULTS)
        await day.clock.sleep(HOUR_S - 240)
        await asyncio.to_thread(post, f"{where.root}/_sandbox/faults", AWAY)
        await day.clock.sleep(240)


async def screens(day: Day, socket: Path) -> None:
    """A screen that comes and goes, once a minute."""
    while True:
        link = await EngineLink.join(socket, "soak")
        events = link.events()
        await anext(events)
        await link.close()
        await day.clock.sleep(60)


async def screen_that_stays(socket: Path) -> None:
    link = await EngineLink.join(socket, "soak")
    async for _ in link.events():
        pass


async def samples(day: Day, station: Station) -> None:
    while True:
        day.sample(station.board.status(day.clock.now()).owed)
        print(f"\r{day.passed_s / HOUR_S:5.2f} h, {day.scans:6} scans", end="", file=sys.stderr, flush=True)
        await day.clock.sleep(SAMPLED_S)


@asynccontextmanager
async def beside(*helpers: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(helper) for helper in helpers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def run(hours: float, scans: int, minutes: float, folder: Path) -> tuple[Day, Counter[str]]:
    """The day, and how often the office redeemed each ticket."""
    clock = FastClock.of(hours * 60 / minutes)
    async with office(clock, bookings=int(scans * 0.7) + 1000) as where, bell(folder) as terminal:
        scanners = {name: Scanner(folder / name.replace(" ", "-")) for name in LANES}
        for name, key in zip(KEYS, where.keys, strict=True):
            os.environ[name] = key
        os.environ["KIOSK_STATE_DIR"] = str(folder)
        (folder / "kiosk.toml").write_text(configuration(where, folder, scanners, terminal, 2.0 * clock.scale))
        settings = load(folder / "kiosk.toml")
        day = Day(clock, folder / "journal.sqlite3", clock.now())
        socket = folder / "gate.sock"
        async with (
            LinkServer(socket) as link,
            signalling(settings) as signals,
            Station.open(settings, [link, signals, day], clock) as station,
        ):
            signals.report_to(station.board)
            await link.let_in(station.greeting, station.on_command)
            stop = asyncio.Event()
            serving = asyncio.create_task(station.serve_until(stop))
            await asyncio.sleep(2)  # the scanners are opened, the first pages of the list come
            helpers = (faults(day, where), screens(day, socket), screen_that_stays(socket), samples(day, station))
            async with beside(*helpers):
                share = len(where.codes) // len(LANES)
                every_s = hours * HOUR_S / (scans / len(LANES))
                queues = [Guests(where.codes[n * share :][:share], seed=n) for n in range(len(LANES))]
                lanes = (
                    lane(name, day, scanners[name], guests, hours * HOUR_S, every_s)
                    for name, guests in zip(LANES, queues, strict=True)
                )
                await asyncio.gather(*lanes)
                await asyncio.to_thread(post, f"{where.root}/_sandbox/faults", [])
                for _ in range(60):
                    if not (await station.journal.open_attempts()):
                        break
                    await day.clock.sleep(60)
            day.sample(len(await station.journal.open_attempts()))
            stop.set()
            await serving
        return day, await asyncio.to_thread(where.redemptions)


def judge(day: Day, redeemed: Counter[str], folder: Path) -> bool:
    """Print what came of it; whether it is as it should be."""
    first = [one for one in day.samples if one.hour <= 1.01]
    later = [one for one in day.samples if one.hour > 1.01] or first
    last = day.samples[-1]
    files, threads = (
        (max(getattr(one, name) for one in first), max(getattr(one, name) for one in later))
        for name in ("descriptors", "threads")
    )
    twice = [code for code, count in day.admitted.items() if count > 1]
    found = verify(folder / "journal.sqlite3")
    memory = f"memory {first[-1].memory:.1f} MiB after the first hour, {last.memory:.1f} at the end"
    checks = {
        memory: last.memory <= first[-1].memory + MORE_MIB,
        f"descriptors: at most {files[0]} in the first hour, {files[1]} later": files[1] <= files[0] + MORE_FILES,
        f"threads: at most {threads[0]} in the first hour, {threads[1]} later": threads[1] <= threads[0] + 1,
        f"admitted twice: {len(twice)}": not twice,
        f"redeemed twice by the office's books: {sum(n > 1 for n in redeemed.values())}": max(redeemed.values()) == 1,
        f"admitted {len(day.admitted):,}, redeemed {len(redeemed):,}": len(day.admitted) <= len(redeemed),
        f"still owed: {last.owed}": last.owed == 0,
        f"journal whole, {found.tip.seq:,} rows, {last.journal:.1f} MiB": found.is_good,
    }
    print(table(day.samples))
    print(f"{day.scans:,} scans in {last.hour:.1f} hours of the gate's time")
    print(", ".join(f"{count:,} {word}" for word, count in day.words.most_common()))
    for words, is_well in checks.items():
        print(f"{'ok     ' if is_well else 'NOT OK '} {words}")
    return all(checks.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=8.0, help="of the gate's time")
    parser.add_argument("--scans", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=40.0, help="of the world's time")
    parser.add_argument("--svg", type=Path, help="write a picture of the samples there")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # faults are told by the hundred
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        day, redeemed = asyncio.run(run(options.hours, options.scans, options.minutes, Path(folder)))
        print(file=sys.stderr)
        is_well = judge(day, redeemed, Path(folder))
    if options.svg:
        options.svg.write_text(svg(day.samples))
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
