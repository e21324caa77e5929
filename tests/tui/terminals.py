"""The real screen on a real pseudo-terminal, and a real link to an engine that the test plays."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kiosk.domain.events import Command, Event, Recent, Submit
from kiosk.link.server import LinkServer
from kiosk.ports import Asker
from tests.tui.given import NOW, status

WITHIN_S = 15.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78])")


async def until(holds: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Wait until something holds. Fails when it does not in time."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 (what it waits for happens in another process)
            await asyncio.sleep(0.01)


class Engine:
    """An engine that only says what the test makes it say, and remembers what it was asked."""

    def __init__(self, server: LinkServer) -> None:
        self.server = server
        self.commands: list[Command] = []

    @property
    def codes(self) -> list[str]:
        return [command.text for command in self.commands if isinstance(command, Submit)]

    async def on_command(self, command: Command, asker: Asker) -> None:
        self.commands.append(command)

    def greeting(self, asker: Asker) -> tuple[Event, ...]:
        return status(), Recent(NOW)

    def tell(self, event: Event) -> None:
        self.server.tell(event)


@asynccontextmanager
async def engine_at(place: Path) -> AsyncIterator[Engine]:
    async with LinkServer(place) as server:
        engine = Engine(server)
        await server.let_in(engine.greeting, engine.on_command)
        yield engine


class Screen:
    """A running screen, and the terminal that it runs on."""

    def __init__(
        self, place: Path, arguments: tuple[str, ...], typed_before: bytes, environ: Mapping[str, str]
    ) -> None:
        self.master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        self.before: list[Any] = termios.tcgetattr(self.slave)
        self.painted = ""
        if typed_before:
            os.write(self.master, typed_before)
        ours = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.tui", "--socket", str(place), *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=subprocess.PIPE,
            env={**ours, "TERM": "xterm-256color", **environ},
            start_new_session=True,
        )
        asyncio.get_running_loop().add_reader(self.master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.master, 65536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self.master)
            return
        self.painted += data.decode("utf-8", "ignore")

    @property
    def text(self) -> str:
        """What was painted since the last `forget`, without colours and positions."""
        return _ESCAPES.sub("", self.painted)

    def forget(self) -> None:
        self.painted = ""

    def stop_reading(self) -> None:
        asyncio.get_running_loop().remove_reader(self.master)

    def read_again(self) -> None:
        asyncio.get_running_loop().add_reader(self.master, self._read)

    def type(self, data: bytes) -> None:
        os.write(self.master, data)

    async def shows(self, words: str, within_s: float = WITHIN_S) -> None:
        await until(lambda: words in self.text or not self.is_running, within_s)
        assert words in self.text, self.close()

    async def scan(self, engine: Engine, code: str) -> None:
        """Scan a code, and wait until the engine has got it, whole."""
        self.type(code.encode() + b"\r")
        await until(lambda: code in engine.codes)

    @property
    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self.slave)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return await self.ended()

    async def ended(self, within_s: float = WITHIN_S) -> int:
        await until(lambda: self.process.poll() is not None, within_s)
        return int(self.process.returncode)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def close_terminal(self) -> None:
        asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> str:
        """Clean up; what was written to standard error."""
        if self.is_running:
            self.process.kill()
        self.process.wait()
        for end in (self.master, self.slave):
            if end >= 0:
                asyncio.get_running_loop().remove_reader(end)
                os.close(end)
        assert self.process.stderr is not None
        with self.process.stderr as pipe:
            return pipe.read().decode()


@asynccontextmanager
async def screen_at(
    place: Path, *arguments: str, typed_before: bytes = b"", environ: Mapping[str, str] | None = None
) -> AsyncIterator[Screen]:
    """A screen that has joined its engine and painted."""
    screen = Screen(place, arguments, typed_before, environ or {})
    try:
        await screen.shows("scan a ticket")
        yield screen
    finally:
        screen.close()
