"""What the link between engine and screen costs: a round trip between two processes, and telling a verdict.

    python scripts/bench/link.py [--trips 5000]

A round trip is a command sent, carried out, answered by a verdict, and that verdict read: what a screen waits for
beyond the gate's own work. `tell` is what the engine spends on a verdict before it goes on, whatever viewers do.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Decided, Dismiss
from kiosk.domain.verdict import Admit
from kiosk.link.client import EngineLink
from kiosk.link.server import LinkServer
from kiosk.link.wire import decode_event, encode, encode_hello
from kiosk.ports import Asker

NOW = datetime.now(UTC)
PARTY = tuple(UnitItem(str(number), unit) for number, unit in enumerate(("Adult", "Adult", "Child")))
BOOKING = Booking(
    "X749G9",
    product="London River Cruise Return",
    status="REDEEMED",
    supplier="River Cruises",
    starts_at=NOW + timedelta(hours=1),
    redeemed_at=NOW,
    units=PARTY,
)
VERDICT = Decided(
    NOW, "0" * 32, "Gate A", "wedge", Code("!1|z" + 76 * "q" + "Gp1r"), Admit((BOOKING,)), "QRCODE", office="octo"
)


@asynccontextmanager
async def serving(path: Path) -> AsyncIterator[LinkServer]:
    async with LinkServer(path) as link:

        async def answer(command: Command, asker: Asker) -> None:
            link.tell(VERDICT)

        await link.let_in(lambda asker: (), answer)
        yield link


def engine(path: Path) -> None:
    async def serve() -> None:
        async with serving(path):
            await asyncio.Event().wait()

    asyncio.run(serve())


async def round_trips(path: Path, trips: int) -> list[float]:
    link = await joined(path)
    events = link.events()
    times = []
    for _ in range(trips):
        began = time.perf_counter()
        await link.send(Dismiss("7"))
        await anext(events)
        times.append((time.perf_counter() - began) * 1e6)
    await link.close()
    return times


async def joined(path: Path) -> EngineLink:
    while True:
        try:
            return await EngineLink.join(path)
        except LinkError:
            await asyncio.sleep(0.02)


def reader(path: Path) -> None:
    """A viewer that reads and throws away."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(encode_hello("bench").encode() + b"\n")
        while link.recv(1 << 16):
            pass


async def telling(path: Path, readers: int, stuck: int, verdicts: int) -> list[float]:
    """Microseconds for each `tell`, with so many viewers that read and so many that never do."""
    times = []
    async with serving(path) as link:
        processes = [multiprocessing.Process(target=reader, args=(path,)) for _ in range(readers)]
        for process in processes:
            process.start()
        sleepers = [await asyncio.open_unix_connection(path) for _ in range(stuck)]
        for asleep, writer in sleepers:
            writer.write(encode_hello("stuck").encode() + b"\n")
            await asleep.readline()
            writer.transport.pause_reading()  # type: ignore[attr-defined]
        while sum(viewer.has_joined for viewer in link._viewers) < readers + stuck:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.01)
        for _ in range(verdicts):
            began = time.perf_counter()
            link.tell(VERDICT)
            times.append((time.perf_counter() - began) * 1e6)
            await asyncio.sleep(0.0002)
        for _, writer in sleepers:
            writer.transport.abort()
    for process in processes:
        process.join(5)
    return times


def told(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p50, p99 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
    print(f"{name:<44} p50 {p50:7.1f}   p99 {p99:7.1f}   us, {len(times)} times")


def timed(count: int, work: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1e6)
    return times


def main(trips: int) -> None:
    line = encode(VERDICT)
    told(f"a verdict to a line of {len(line.encode())} bytes", timed(trips, lambda: encode(VERDICT)))
    told("a line to a verdict", timed(trips, lambda: decode_event(line)))
    with tempfile.TemporaryDirectory(prefix="kiosk") as folder:
        path = Path(folder) / "gate.sock"
        process = multiprocessing.Process(target=engine, args=(path,))
        process.start()
        told("command out, verdict back, two processes", asyncio.run(round_trips(path, trips)))
        process.terminate()
        process.join()
        for readers, stuck in ((0, 0), (1, 0), (3, 0), (1, 3)):
            name = f"tell, {readers} that read and {stuck} that do not"
            told(name, asyncio.run(telling(path, readers, stuck, trips)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trips", type=int, default=5000)
    main(parser.parse_args().trips)
