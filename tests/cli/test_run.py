"""`kiosk run` on a terminal: the two processes, killed and ended, with the real engine and the real screen."""

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
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.cli.run import gate_of
from kiosk.config import load
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Decided, Submit
from kiosk.link.client import EngineLink
from tests.cli.gates import GateFiles, gate_files

PAINTS = b"\x1b[?1049h"
"""How a screen begins."""


@pytest.fixture
def gate() -> Iterator[GateFiles]:
    """A gate without an office, in a folder with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))
    more = f'[kiosk]\nlane = "Gate A"\nsocket = "{folder}/gate.sock"\n'
    yield gate_files(folder, more=more)
    shutil.rmtree(folder)


@dataclass
class Terminal:
    """A terminal with a program on it; everything that is painted is taken off at once."""

    process: subprocess.Popen[bytes]
    far: int
    painted: bytearray = field(default_factory=bytearray)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self) -> None:
        while True:
            try:
                data = os.read(self.far, 65536)
            except OSError:
                return
            with self._changed:
                self.painted += data
                self._changed.notify_all()

    def wait_for(self, count: int, what: bytes) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.painted.count(what) >= count, 20), bytes(self.painted[-2000:])

    def child(self, module: str) -> int:
        """The process of the gate that runs this module."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (found,) = [pid for pid in children if module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return int(found)


@contextmanager
def on_terminal(gate: GateFiles, *words: str) -> Iterator[Terminal]:
    far, near = pty.openpty()
    fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    command = [sys.executable, "-m", "kiosk", *words]
    env = {**gate.env, "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdin=near, stdout=near, stderr=near, env=env, start_new_session=True) as process:
        os.close(near)
        terminal = Terminal(process, far)
        taking = threading.Thread(target=terminal.take)
        taking.start()
        try:
            yield terminal
        finally:
            process.terminate()
            process.wait(20)
            taking.join(5)
            os.close(far)


async def decided(link: EngineLink, code: str) -> Decided:
    await link.send(Submit(code))
    async with asyncio.timeout(10):
        async for event in link.events():
            if isinstance(event, Decided):
                return event
    raise LinkError("the engine has gone")


async def test_the_gate_survives_its_screen_and_its_engine_and_ends_in_order(gate: GateFiles) -> None:
    socket = gate.folder / "gate.sock"
    with on_terminal(gate, "run") as terminal:
        await asyncio.to_thread(terminal.wait_for, 1, PAINTS)
        engine = terminal.child("engine")
        link = await EngineLink.join(socket)

        os.kill(terminal.child("kiosk.tui"), signal.SIGSTOP)
        assert await decided(link, "STOPPED")
        os.kill(terminal.child("kiosk.tui"), signal.SIGKILL)
        assert await decided(link, "KILLED")
        await asyncio.to_thread(terminal.wait_for, 2, PAINTS)
        assert terminal.child("engine") == engine

        os.kill(engine, signal.SIGKILL)
        async for _ in link.events():
            pass  # until the engine has gone
        await link.close()
        link = await _joined(socket)
        assert await decided(link, "AGAIN")
        await link.close()

        terminal.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(terminal.process.wait, 20) == 0
    assert not socket.exists()
    painted = bytes(terminal.painted).replace(
        b"stopping: the engine finishes what is under way", b""
    )  # if it took long
    assert painted.rstrip().endswith(b"\x1b[<u")


async def test_a_scanner_in_the_wrong_layout_is_put_right_on_its_way_to_the_engine(gate: GateFiles) -> None:
    wedge = '[[sources]]\nkind = "wedge"\ntranslate = "us>gb"\nterminators = "\\t"\nreplace = { "^" = "+" }\n'
    gate.config.write_text(gate.config.read_text() + wedge)
    with on_terminal(gate, "run") as terminal:
        await asyncio.to_thread(terminal.wait_for, 1, PAINTS)
        link = await EngineLink.join(gate.folder / "gate.sock")
        await asyncio.to_thread(terminal.wait_for, 1, b"Gate A")
        os.write(terminal.far, "!1~zmEIG@£^9\t".encode())
        async with asyncio.timeout(10):
            codes = [event.code.text async for event in _until_decided(link) if event.code]
        assert codes == ['!1|z…"#+9']
        await link.close()


async def _until_decided(link: EngineLink) -> AsyncIterator[Decided]:
    async for event in link.events():
        if isinstance(event, Decided):
            yield event
            return


async def _joined(socket: Path) -> EngineLink:
    async with asyncio.timeout(20):
        while True:
            try:
                return await EngineLink.join(socket)
            except LinkError:
                await asyncio.sleep(0.02)


def test_no_terminal_no_screen(gate: GateFiles) -> None:
    command = [sys.executable, "-m", "kiosk", "run"]
    process = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=gate.env, check=False)
    assert process.returncode == 2
    assert b"kiosk scan" in process.stderr


def test_a_wrong_configuration_is_told_on_the_terminal(gate: GateFiles) -> None:
    gate.config.write_text(
        '[octo]\nbase_url = "http://127.0.0.1:1"\n[[octo.suppliers]]\nname = "A"\napi_key_env = "NO"\n'
    )
    with on_terminal(gate, "run") as terminal:
        assert terminal.process.wait(20) == 2
    assert b"api_key_env: the variable it names is not set" in terminal.painted
    assert PAINTS not in terminal.painted


def test_a_unit_says_on_its_console_and_in_the_systems_log_that_it_is_out_of_order(gate: GateFiles) -> None:
    gate.config.write_text("[nonsense]\n")
    far, near = pty.openpty()
    command = [sys.executable, "-m", "kiosk", "run", "--locked"]
    ran = subprocess.run(command, stdin=near, stdout=near, stderr=subprocess.PIPE, env=gate.env, check=False)
    assert ran.returncode == 2
    assert b"OUT OF ORDER" in os.read(far, 4096)
    assert b"OUT OF ORDER" in ran.stderr
    assert b"nonsense" in ran.stderr
    for end in (far, near):
        os.close(end)


def test_no_key_and_no_code_stands_in_the_commands_of_a_gate(gate: GateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", gate.env["KIOSK_STATE_DIR"])
    wedge = '[[sources]]\nkind = "wedge"\nname = "hand"\nprefix = "~"\nmin_length = 6\n'
    gate.config.write_text(gate.config.read_text() + wedge)
    made = gate_of(load(gate.config), gate.config, locked=True, attach=False)
    assert made.engine is not None
    assert made.engine[1:] == [
        "-m", "kiosk", "engine", "--log", f"{gate.folder}/state/engine.log", "--config", str(gate.config),
    ]  # fmt: skip
    assert made.screen[1:] == [
        "-m", "kiosk.tui", "--socket", f"{gate.folder}/gate.sock", "--locked",
        "--name=hand", "--lane=Gate A", "--prefix=~", "--suffix=", "--min-length=6",
    ]  # fmt: skip
    assert gate_of(load(gate.config), gate.config, locked=False, attach=True).engine is None


def test_in_a_unit_the_engine_logs_to_the_system(gate: GateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", gate.env["KIOSK_STATE_DIR"])
    stderr = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{stderr.st_dev}:{stderr.st_ino}")
    made = gate_of(load(gate.config), gate.config, locked=True, attach=False)
    assert made.engine is not None
    assert "--log" not in made.engine
    assert made.output is None


def test_what_mends_a_wedge_reaches_the_screen(gate: GateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", gate.env["KIOSK_STATE_DIR"])
    mended = 'translate = "us>de"\nreplace = { "~" = "\\u001d" }\nterminators = "\\t"\nstrip_aim = false\n'
    gate.config.write_text(gate.config.read_text() + f'[[sources]]\nkind = "wedge"\nname = "hand"\n{mended}')
    made = gate_of(load(gate.config), gate.config, locked=False, attach=False)
    assert made.screen[-4:] == ["--terminators=\t", "--keep-aim", "--translate=us>de", '--replace={"~": "\\u001d"}']
