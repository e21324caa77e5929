"""`kiosk run` on a pseudo-terminal whose far end may be read, or left unread, as a terminal stopped by Ctrl-S is."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.cli.gates import GateFiles


class Terminal:
    def __init__(self, process: subprocess.Popen[bytes], far: int) -> None:
        self.process = process
        self.painted = b""
        self._far = far
        self._loop = asyncio.get_running_loop()
        self.read_on()

    def read_on(self) -> None:
        self._loop.add_reader(self._far, self._read)

    def stop_reading(self) -> None:
        self._loop.remove_reader(self._far)

    def type(self, text: str) -> None:
        os.write(self._far, text.encode())

    async def shows(self, word: str) -> None:
        async with asyncio.timeout(20):
            while word.encode() not in self.painted:  # noqa: ASYNC110 (it is painted by another process)
                await asyncio.sleep(0.02)

    def forget(self) -> None:
        """What is waited for from now on is painted anew."""
        self.painted = b""

    async def answers(self, keys: str, word: str) -> None:
        """Type keys, and wait for what they bring up."""
        self.forget()
        self.type(keys)
        await self.shows(word)

    def signal_screen(self, number: signal.Signals) -> None:
        os.kill(self._child("kiosk.tui"), number)

    def _child(self, module: str) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        [found] = [pid for pid in children if module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return int(found)

    def _read(self) -> None:
        try:
            self.painted += os.read(self._far, 65536)
        except OSError:
            self.stop_reading()


@asynccontextmanager
async def gate_on_terminal(gate: GateFiles) -> AsyncIterator[Terminal]:
    far, near = pty.openpty()
    fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    process = subprocess.Popen(  # noqa: ASYNC220 (asyncio's children cannot be given a pseudo-terminal as well)
        [sys.executable, "-m", "kiosk", "run"],
        stdin=near,
        stdout=near,
        stderr=near,
        env={**gate.env, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(near)
    terminal = Terminal(process, far)
    try:
        yield terminal
    finally:
        terminal.read_on()
        process.terminate()
        await asyncio.to_thread(process.wait, 20)
        terminal.stop_reading()
        os.close(far)
