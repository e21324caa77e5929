"""Ten thousand codes typed into the real screen on a pseudo-terminal, as a wedge scanner types them, preview on.

Each pace has its share of the codes, from 20 to 20,000 characters a second, in pieces from one byte to a whole code;
hostile input comes between codes. Every code has to arrive whole, once and in order. A pause above 110 ms after a first
character is a person's, so that the slow paces need a machine that has a core to spare.

    python -m scripts.bench.keystrokes [--codes 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import string
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.events import Command, Event, OfficeStatus, Preview, Recent, SourceStatus, Status, Submit
from kiosk.link.server import LinkServer
from kiosk.ports import Asker
from scripts.bench.screen import Terminal, until

SHARES = {20: 0.001, 50: 0.004, 200: 0.02, 1_000: 0.1, 5_000: 0.3, 20_000: 0.575}
"""Characters a second → its share of the codes: the slow ones take longest."""
SLOW = 200
"""Up to this pace characters come one by one and codes are short."""
PREVIEW_FPS = 5.0
QUIET_S = 0.4
BETWEEN_HOSTILE = 500
HOSTILE = (
    b"\x1b[:;1u", b"\x1b[200~", b"\x1b[200~pasted\x1b[201~", b"\x1b[48;99999;99999;1;1t", b"\xff\xfe\x80\xc3(",
    b"\x1b[97;5:3;98:99u", b"\x1b" * 40, b"\x00\x01\x1c\x7f\x9b31m", b"\x03\x11\x1a\x13\x0c", b"\x1b[I\x1b[O\x1bOP",
    b"a" * 300, b"\r\r\n\n\r\n",
)  # fmt: skip
LETTERS = string.ascii_letters + string.digits + "!|+/-_ ~\x1d"


@dataclass
class Engine:
    """Takes the codes that the screen hands in; what becomes of hostile input is its own affair."""

    tickets: list[str] = field(default_factory=list)

    def greeting(self, asker: Asker) -> tuple[Event, ...]:
        now = datetime.now(UTC)
        camera = (SourceStatus("camera", "camera"),)
        return Status(now, ("Gate A",), "redeem", (OfficeStatus("River Cruises", True, "live"),), camera), Recent(now)

    async def on_command(self, command: Command, asker: Asker) -> None:
        if isinstance(command, Submit) and command.text.startswith("T"):
            self.tickets.append(command.text)


def code(dice: random.Random, number: int, pace: int) -> str:
    """Never twice the same; with spaces, signs and GS inside."""
    length = dice.randint(2, 8) if pace <= SLOW else dice.randint(2, 84)
    return f"T{number:05}" + "".join(dice.choices(LETTERS, k=length)) + "E"


class Scanner:
    """Types into a terminal at a pace, in pieces."""

    def __init__(self, master: int, dice: random.Random) -> None:
        self._master, self._dice = master, dice
        self.longest_gap_s = 0.0
        """Between two pieces. On a starved machine this program pauses too, as no scanner does."""

    def type(self, data: bytes, pace: int) -> None:
        """Blocks until it is typed: not on the loop that reads the screen."""
        begun_s = last_s = time.monotonic()
        sent = 0
        while sent < len(data):
            piece = 1 if pace <= SLOW else self._dice.choice((1, 2, 7, 32, 90))
            sent += os.write(self._master, data[sent : sent + piece])
            now_s = time.monotonic()
            self.longest_gap_s, last_s = max(self.longest_gap_s, now_s - last_s), now_s
            if (ahead_s := begun_s + sent / pace - time.monotonic()) > 0.001:
                time.sleep(ahead_s)


async def show(server: LinkServer, dice: random.Random) -> None:
    """A preview whose every dot changes, as of a camera that is moved."""
    while True:
        server.tell(Preview(datetime.now(UTC), "camera", 60, 17, dice.randbytes(60 * 17), ""))
        await asyncio.sleep(1 / PREVIEW_FPS)


async def at_pace(scanner: Scanner, codes: list[str], pace: int, dice: random.Random) -> tuple[float, int]:
    """Type them, with something hostile after every few hundred; seconds of typing, and characters."""
    seconds, characters = 0.0, 0
    for begin in range(0, len(codes), BETWEEN_HOSTILE):
        data = "".join(text + dice.choice(("\r", "\r\n")) for text in codes[begin : begin + BETWEEN_HOSTILE]).encode()
        begun_s = time.monotonic()
        await asyncio.to_thread(scanner.type, data, pace)
        seconds, characters = seconds + time.monotonic() - begun_s, characters + len(data)
        await asyncio.sleep(QUIET_S)
        await asyncio.to_thread(scanner.type, dice.choice(HOSTILE) + b"\r", 20_000)
        await asyncio.sleep(QUIET_S)
    return seconds, characters


async def main(asked: argparse.Namespace) -> bool:
    dice, whole, number = random.Random(asked.seed), True, 0
    with tempfile.TemporaryDirectory(prefix="kiosk") as folder:
        engine, server = Engine(), LinkServer(Path(folder) / "gate.sock")
        async with server:
            await server.let_in(engine.greeting, engine.on_command)
            terminal = Terminal(server.path, 120, 40)
            showing = asyncio.create_task(show(server, dice))
            try:
                await terminal.shows("scan a ticket")
                for pace, share in SHARES.items():
                    codes = [code(dice, number + n, pace) for n in range(max(round(asked.codes * share), 1))]
                    number += len(codes)
                    scanner = Scanner(terminal.master, dice)
                    seconds, characters = await at_pace(scanner, codes, pace, dice)
                    with contextlib.suppress(TimeoutError):
                        await until(lambda wanted=codes: len(engine.tickets) >= len(wanted))  # type: ignore[misc]
                    missing = [text for text in codes if text not in engine.tickets]
                    right, engine.tickets = engine.tickets == codes, []
                    whole &= right
                    told = "all whole and in order" if right else f"{len(missing)} NOT AS TYPED: {missing[:3]}"
                    print(
                        f"{pace:6} a second asked, {characters / seconds:6.0f} typed: {len(codes):5} codes, {told} "
                        f"(longest pause in typing {scanner.longest_gap_s * 1000:.0f} ms)"
                    )
                alive = terminal.process.poll() is None
                print(f"screen {'alive' if alive else 'DEAD'}, preview {'on' if server.preview_wanted else 'OFF'}")
                return whole and alive and server.preview_wanted
            finally:
                showing.cancel()
                terminal.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    sys.exit(0 if asyncio.run(main(parser.parse_args())) else 1)
