"""`kiosk doctor --doors-open`: the card played, held before a scanner, held before a running gate; and the slip."""

from __future__ import annotations

import asyncio
import os
import pty
import shutil
import tempfile
import tty
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kiosk.cli.doctor_slip import WIDTH
from kiosk.domain.calibration.card import CARD
from kiosk.sandbox import Sandbox
from tests.cli.gates import GateFiles, gate_files

LINES = '[[sources]]\nkind = "lines"\n'


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with asyncio.timeout(120), Sandbox() as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="kiosk"))
    yield made
    shutil.rmtree(made)


class Cable:
    """A serial scanner."""

    def __init__(self) -> None:
        self.near, self._far = pty.openpty()
        tty.setraw(self._far)
        self.device = os.ttyname(self._far)

    def scan(self, text: str) -> None:
        os.write(self.near, text.encode() + b"\r")

    def close(self) -> None:
        os.close(self.near)
        os.close(self._far)


@pytest.fixture
def cable() -> Iterator[Cable]:
    made = Cable()
    yield made
    made.close()


def with_scanner(folder: Path, sandbox: Sandbox, cable: Cable) -> GateFiles:
    more = f'[kiosk]\nsocket = "{folder}/gate.sock"\n[[sources]]\nkind = "serial"\ndevice = "{cable.device}"\n'
    return gate_files(folder, sandbox, more=more)


async def slip_of(process: Process) -> tuple[int, str]:
    """The exit status, and the slip with its lines joined again."""
    out, _ = await process.communicate()
    assert max(map(len, out.decode().splitlines())) <= WIDTH
    assert process.returncode is not None
    return process.returncode, " ".join(out.decode().split())


async def test_the_card_is_played_and_looked_up_and_nothing_is_redeemed(folder: Path, sandbox: Sandbox) -> None:
    gate = gate_files(folder, sandbox, more=LINES)
    status, slip = await slip_of(await gate.run("doctor", "--doors-open"))
    assert "[x] doors-open card: read by the decoder after" in slip
    assert "[x] doors-open card: the office does not know it" in slip
    assert "READY: a guest can be served." in slip
    assert status == 0
    assert not sandbox.books.entries
    assert not gate.journal.exists()


async def test_an_office_that_falls_silent_is_not_ready(folder: Path, sandbox: Sandbox) -> None:
    sandbox.faults.plan("error_503", "lookup", "credentials", times=None)
    gate = gate_files(folder, sandbox, more=LINES)
    status, slip = await slip_of(await gate.run("doctor", "--doors-open"))
    assert "[ ] doors-open card: the office could not say: office_error" in slip
    assert "NOT READY: - the doors-open test has failed" in slip
    assert status == 1


async def test_a_card_held_before_a_scanner(folder: Path, sandbox: Sandbox, cable: Cable) -> None:
    process = await with_scanner(folder, sandbox, cable).run("doctor", "--doors-open", "--source", "serial")
    assert process.stderr is not None
    asked = await process.stderr.readline()
    assert asked.startswith(b"Hold the calibration card before serial")
    cable.scan("something else")
    cable.scan(CARD[4].text)
    status, slip = await slip_of(process)
    assert "[x] doors-open card: read by serial after" in slip
    assert "the office does not know it" in slip
    assert status == 0


async def test_a_card_held_before_a_running_gate(folder: Path, sandbox: Sandbox, cable: Cable) -> None:
    gate = with_scanner(folder, sandbox, cable)
    engine = await gate.run("engine")
    for _ in range(500):
        if (folder / "gate.sock").exists():
            break
        await asyncio.sleep(0.02)
    process = await gate.run("doctor", "--doors-open", "--source", "serial")
    assert process.stderr is not None
    await process.stderr.readline()

    async def keep_holding() -> None:
        while True:
            cable.scan(CARD[0].text)
            await asyncio.sleep(0.5)

    holding = asyncio.create_task(keep_holding())
    status, slip = await slip_of(process)
    holding.cancel()
    assert "[x] doors-open card: read by serial after" in slip
    assert "[x] doors-open card: the office does not know it" in slip
    assert status == 0
    assert not sandbox.books.entries
    engine.terminate()
    await engine.communicate()
