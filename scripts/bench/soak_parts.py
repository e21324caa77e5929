"""What a day at the gate is made of: a clock that hurries, an office, scanners with cables, a bell."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pty
import random
import subprocess
import sys
import time
import tty
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

KEYS = ("SOAK_KEY_0", "SOAK_KEY_1")


@dataclass(frozen=True)
class FastClock:
    """A `ports.Clock`, `scale` times as fast as the world's; the same in every process that is given its numbers."""

    scale: float
    begun_s: float
    """The world's monotonic seconds at its start, when it showed nine in the morning of today."""

    @classmethod
    def of(cls, scale: float) -> FastClock:
        return cls(scale, time.monotonic())

    def now(self) -> datetime:
        morning = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
        return morning + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self.begun_s) * self.scale

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.scale)


@dataclass(frozen=True)
class Office:
    """The sandbox in its own process."""

    root: str
    base_url: str
    suppliers: tuple[str, ...]
    keys: tuple[str, ...]
    codes: list[str]

    def redemptions(self) -> Counter[str]:
        """How often each ticket was redeemed, by the office's own books."""
        with urllib.request.urlopen(f"{self.root}/_sandbox/books") as reply:
            entries = json.load(reply)["entries"]
        return Counter(entry["subject"] for entry in entries if entry["action"] == "redeem")


def _child(words: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scripts.bench.soak_parts", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


@asynccontextmanager
async def office(clock: FastClock, bookings: int) -> AsyncIterator[Office]:
    words = [str(clock.scale), str(clock.begun_s), str(bookings)]
    with _child(words) as child:
        assert child.stdout is not None
        said = json.loads(await asyncio.to_thread(child.stdout.readline))
        try:
            yield Office(
                said["root"], said["base_url"], tuple(said["keys"]), tuple(said["keys"].values()), said["codes"]
            )
        finally:
            child.terminate()


class Scanner:
    """A serial scanner on a cable: the path that the engine opens, for as long as it is plugged in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug()

    def plug(self) -> None:
        self._near, self._far = pty.openpty()
        tty.setraw(self._far)
        self.path.symlink_to(os.ttyname(self._far))

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._far)
        os.close(self._near)

    def scan(self, code: str) -> None:
        os.write(self._near, code.encode() + b"\r")


class Guests:
    """Codes as guests hold them up at one lane: most are good, some used, repeated, unknown or nonsense."""

    def __init__(self, codes: Sequence[str], seed: int) -> None:
        self._fresh, self._dice = iter(codes), random.Random(seed)
        self._seen: list[str] = []

    def next(self) -> str:
        kind = self._dice.random()
        if self._seen and kind < 0.2:
            return self._dice.choice(self._seen)
        if self._seen and kind < 0.3:
            return self._seen[-1]
        if kind < 0.4:
            return f"NOBODY{self._dice.randrange(10**9):09}"
        if kind < 0.45:
            return "".join(self._dice.choices("\x01\x1b[]|!äß漢💥 abc", k=20))
        code = next(self._fresh)
        self._seen = [*self._seen[-200:], code]
        return code


@asynccontextmanager
async def bell(folder: Path) -> AsyncIterator[str]:
    """A terminal whose bell is heard by nobody."""
    near, far = pty.openpty()
    loop = asyncio.get_running_loop()
    loop.add_reader(near, os.read, near, 4096)
    yield os.ttyname(far)
    loop.remove_reader(near)
    os.close(near)
    os.close(far)


def configuration(where: Office, folder: Path, scanners: dict[str, Scanner], terminal: str, timeout_s: float) -> str:
    """`timeout_s` by the fast clock."""
    lines = ["[kiosk]", 'lane = "Gate A"', f'socket = "{folder}/gate.sock"', "[offline]", 'admit = "listed"']
    lines += ["[octo]", f'base_url = "{where.base_url}"', f"timeout_s = {timeout_s}"]
    for name, key in zip(where.suppliers, KEYS, strict=True):
        lines += ["[[octo.suppliers]]", f'name = "{name}"', f'api_key_env = "{key}"']
    for lane, scanner in scanners.items():
        lines += [
            "[[sources]]",
            'kind = "serial"',
            f'name = "{lane}"',
            f'lane = "{lane}"',
            f'device = "{scanner.path}"',
        ]
    lines += ["[signals.sound]", 'output = "bell"', f'terminal = "{terminal}"']
    return "\n".join(lines) + "\n"


async def serve(clock: FastClock, bookings: int) -> None:
    """What the office's process does."""
    from kiosk.sandbox import Sandbox

    async with Sandbox(bookings=bookings, clock=clock) as sandbox:
        codes = list(sandbox.bulk)
        said = {"root": sandbox.root_url, "base_url": sandbox.base_url, "keys": dict(sandbox.keys), "codes": codes}
        print(json.dumps(said), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The office of a soak; started by it.")
    parser.add_argument("scale", type=float)
    parser.add_argument("begun_s", type=float)
    parser.add_argument("bookings", type=int)
    options = parser.parse_args()
    asyncio.run(serve(FastClock(options.scale, options.begun_s), options.bookings))
