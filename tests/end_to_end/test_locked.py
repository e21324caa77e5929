"""Every way out that a guest at the keyboard has of `kiosk run --locked`, in one table. None leads out.

The real command, with a controlling terminal of its own, so that keys could make signals; an engine and a sandbox.
After each attempt the same process still serves: a code typed then gets its verdict on the screen.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.device.pin_file import Person, change
from kiosk.domain.events import Decided
from kiosk.domain.roles import Role
from kiosk.domain.secret import Secret
from kiosk.link.client import EngineLink
from kiosk.sandbox import Sandbox
from tests.cli.gates import GateFiles, gate_files
from tests.device.test_pin_file import cheap
from tests.end_to_end.terminal import Terminal

SLOWLY_S = 0.06
"""Between two keys of a person: slower than any scanner."""

PAUSE_S = 0.4
"""After which a key is no part of the next code any more: the wedge forgets it after 250 ms."""

ANSWERED_WITHIN_S = 60.0

Attempt = Callable[["Locked"], Awaitable[None]]


class Locked(Terminal):
    """A locked gate on its terminal, and what a guest may do to it."""

    far: int

    async def hushed(self) -> None:
        """Until the command has taken the terminal: before that it is Python that starts, and systemd that watches."""
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            while termios.tcgetattr(self.far)[3] & termios.ISIG:  # noqa: ASYNC110 (another process does it)
                await asyncio.sleep(0.01)

    async def press(self, *keys: bytes) -> None:
        """As a person does, one after the other."""
        for key in keys:
            os.write(self.far, key)
            await asyncio.sleep(SLOWLY_S)

    async def flood(self, data: bytes) -> None:
        """All at once, as a barcode or a paste does."""
        while data:
            data = data[os.write(self.far, data[:1024]) :]
            await asyncio.sleep(0)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.far, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def signal_foreground(self, number: signal.Signals) -> None:
        """To the whole foreground group, as the kernel does for a key."""
        os.killpg(os.tcgetpgrp(self.far), number)

    async def screen_again(self, before: int) -> None:
        """Until a new screen has taken the place of the one that died."""
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            while self.screen() in (None, before):  # noqa: ASYNC110 (another process starts it)
                await asyncio.sleep(0.02)

    def screen(self) -> int | None:
        try:
            return self._child("kiosk.tui")
        except (ValueError, OSError):
            return None


def keys(*pressed: bytes) -> Attempt:
    return lambda gate: gate.press(*pressed)


def burst(data: bytes) -> Attempt:
    return lambda gate: gate.flood(data)


def from_the_terminal(*numbers: signal.Signals) -> Attempt:
    async def attempt(gate: Locked) -> None:
        for number in numbers:
            gate.signal_foreground(number)
            await asyncio.sleep(SLOWLY_S)

    return attempt


async def make_it_tiny(gate: Locked) -> None:
    for rows, columns in ((1, 1), (0, 0), (500, 900), (24, 80)):
        gate.resize(rows, columns)
        await gate.press(b"q", b"y", b"\x1b")


async def kill_the_screen(gate: Locked) -> None:
    before = gate.screen()
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await gate.press(b"\x03", b"\x1a", b"\x1c", b"q")  # while nothing reads the keys
    await gate.screen_again(before)


async def end_the_screen_in_order(gate: Locked) -> None:
    before = gate.screen()
    assert before is not None
    os.kill(before, signal.SIGTERM)
    await gate.screen_again(before)


async def freeze_and_kill(gate: Locked) -> None:
    before = gate.screen()
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    await gate.press(b"\x03", b"\x1a")
    os.kill(before, signal.SIGCONT)


async def leave_without_a_pin(gate: Locked) -> None:
    await gate.press(b"q", b"y", b"\r", b"\x1b")
    await gate.press(b"p", *(bytes([one]) for one in b"Ana\r\r"), b"\x1b", b"\x1b")


async def guess(gate: Locked) -> None:
    await gate.press(b"p", *(bytes([one]) for one in b"Ana\r111111\r222222\r333333\r444444\r"))
    await asyncio.sleep(0.5)
    await gate.press(b"q", b"y", b"\x1b", b"\x1b", b"q", b"y", b"\x1b")


async def leave_as_staff(gate: Locked) -> None:
    """Ben may do more than a guest; leaving is not among it."""
    await gate.press(b"p", *(bytes([one]) for one in b"Ben\r918273\r"))
    await gate.shows("Ben · staff")
    await gate.press(b"q", b"y", b"\r", b"\x1b", b"p")


ESCAPES: dict[str, Attempt] = {
    "Ctrl-C": keys(b"\x03", b"\x03", b"\x03"),
    "Ctrl-Z": keys(b"\x1a"),
    "Ctrl-\\": keys(b"\x1c"),
    "Ctrl-D": keys(b"\x04", b"\x04"),
    "Ctrl-Q": keys(b"\x11"),
    "Ctrl-S freezes nothing": keys(b"\x13"),
    "Ctrl-Y, -V, -O, -R, -T, -W, -U": keys(b"\x19", b"\x16", b"\x0f", b"\x12", b"\x14", b"\x17", b"\x15"),
    "q and y": keys(b"q", b"y", b"\r", b"\x1b"),
    "Esc, many": keys(*[b"\x1b"] * 5),
    "the command palette (Ctrl-P), Tab, Enter": keys(b"\x10", b"\t", b"\r", b"\x1b"),
    "F1 to F12, Alt-F2": keys(b"\x1bOP", b"\x1bOQ", b"\x1b[21~", b"\x1b[24~", b"\x1b[[A", b"\x1b[1;3Q", b"\x1b\x1b[[B"),
    "Ctrl-Alt-Delete as keys": keys(b"\x1b\x7f", b"\x1b[3;7~"),
    "the mouse, pressed and dragged": burst(b"\x1b[<0;5;5M\x1b[<0;5;5m\x1b[<32;6;6M\x1b[M !!"),
    "a middle-click paste of commands": burst(b"\x1b[200~q\ry\r:quit\rexit\r\x03\x1b[201~"),
    "a paste that never ends": burst(b"\x1b[200~" + b"q" * 3000),
    "six bytes that end a stock Textual app": burst(b"\x1b[:;1u"),
    "kitty keys: Ctrl-C, Ctrl-Q, Ctrl-Z": burst(b"\x1b[99;5u\x1b[113;5u\x1b[122;5u\x1b[>1u\x1b[<u"),
    "a report of a giant size": burst(b"\x1b[48;99999;99999;1;1t\x1b[8;1;1t"),
    "other reports: focus, cursor, device, colours": burst(
        b"\x1b[I\x1b[O\x1b[1;1R\x1b[?62;c\x1b[?997;1n\x1b]11;?\x07\x1bP1$r\x1b\\"
    ),
    "reset and alternate screen sequences": burst(b"\x1bc\x1b[?1049l\x1b[!p\x1b[3J"),
    "bytes that are no text": burst(bytes(range(128, 256)) + b"\xc3\x28\xf0\x9f"),
    "every control character": burst(bytes(range(32))),
    "a sequence without an end": burst(b"\x1b[" + b"1;" * 4000),
    "20,000 keys at once": burst(b"qy\x1b" * 6700),
    "SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGCONT from the terminal": from_the_terminal(
        signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTOU, signal.SIGCONT
    ),
    "a terminal of one cell, and none": make_it_tiny,
    "the screen killed, keys meanwhile": kill_the_screen,
    "the screen told to end": end_the_screen_in_order,
    "the screen stopped, keys meanwhile": freeze_and_kill,
    "leaving without a PIN": leave_without_a_pin,
    "guessing a PIN": guess,
    "leaving with a PIN that may not": leave_as_staff,
}
"""What a guest tries."""


@asynccontextmanager
async def locked(gate: GateFiles) -> AsyncIterator[Locked]:
    far, near = pty.openpty()
    fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    process = subprocess.Popen(  # noqa: ASYNC220 (asyncio's children cannot be given a pseudo-terminal as well)
        ["setsid", "--ctty", sys.executable, "-m", "kiosk", "run", "--locked"],
        stdin=near,
        stdout=near,
        stderr=near,
        env={**gate.env, "TERM": "xterm-256color"},
    )
    os.close(near)
    terminal = Locked(process, far)
    terminal.far = far
    try:
        yield terminal
    finally:
        terminal.read_on()
        process.terminate()
        await asyncio.to_thread(process.wait, 60)
        terminal.stop_reading()
        os.close(far)


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    yield folder
    shutil.rmtree(folder)


async def served(folder: Path, gate: Locked, number: int) -> None:
    """A code that is typed now gets its verdict, from the engine and on the screen. A guest scans twice if need be."""
    code = f"GUEST{number:02d}WANTSOUT{number:04d}"
    gate.painted = b""
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        await asyncio.sleep(PAUSE_S)
        while not await typed(folder, gate, code):
            pass
        while code[-4:].encode() not in gate.painted:  # noqa: ASYNC110 (another process paints)
            await asyncio.sleep(0.02)


async def typed(folder: Path, gate: Locked, code: str) -> bool:
    """Whether the engine has given a verdict on a code that was typed just now."""
    link = await EngineLink.join(folder / "gate.sock", "supervisor")
    try:
        os.write(gate.far, code.encode() + b"\r")
        async with asyncio.timeout(3):
            async for event in link.events():
                if isinstance(event, Decided) and event.code is not None and event.code.text[-4:] == code[-4:]:
                    return True
    except TimeoutError:
        pass
    finally:
        await link.close()
    return False


async def test_no_key_leads_out_and_the_gate_still_serves(folder: Path) -> None:
    async with Sandbox() as sandbox:
        files = gate_files(
            folder,
            sandbox,
            more=f'[kiosk]\nsocket = "{folder}/gate.sock"\n[roles]\npins_file = "pins.json"\nidle_s = 600\n',
        )
        people = (Person("Ana", Role.SUPERVISOR, cheap()), Person("Ben", Role.STAFF, cheap(Secret("918273"))))
        change(folder / "pins.json", lambda _: people)
        async with locked(files) as gate:
            await gate.hushed()
            await gate.press(b"\x03", b"\x1a", b"\x1c")  # while the engine comes up
            await gate.shows("scan a ticket")
            for number, (name, attempt) in enumerate(ESCAPES.items(), 1):
                try:
                    await attempt(gate)
                    await served(folder, gate, number)
                except TimeoutError:
                    pytest.fail(f"{name}: no verdict any more: {gate.painted[-2000:]!r}")
                assert gate.process.poll() is None, name
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await leave(gate)
        assert gate.process.returncode == 0


async def leave(gate: Locked) -> None:
    """And who may, does: as soon as the next PIN is heard, for the guest above has guessed."""
    gate.painted = b""
    while b"Ana \xc2\xb7 supervisor" not in gate.painted:
        await gate.press(b"\x1b", b"\x1b")
        await asyncio.sleep(PAUSE_S)
        await gate.press(b"p", *(bytes([one]) for one in b"Ana\r730518\r"))
        await asyncio.sleep(3)
    await gate.press(b"q", b"y")
    await asyncio.to_thread(gate.process.wait, 60)
