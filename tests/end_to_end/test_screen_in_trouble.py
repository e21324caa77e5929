"""A screen that is killed, stopped or cannot paint, in the middle of a redemption: nothing changes for the guest."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.domain.events import Decided, Submit
from kiosk.domain.verdict import Admit
from kiosk.link.client import EngineLink
from kiosk.sandbox import FaultPlan, Sandbox
from tests.cli.gates import GateFiles, gate_files
from tests.end_to_end.terminal import gate_on_terminal

SLOW_S = 1.0
"""Long enough for something to happen to the screen while the office thinks; shorter than the gate's time-out."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def gate(sandbox: Sandbox) -> AsyncIterator[GateFiles]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    more = f'[kiosk]\nsocket = "{folder}/gate.sock"\n'
    yield gate_files(folder, sandbox, more=more)
    shutil.rmtree(folder)


async def verdict_on(link: EngineLink, reference: str) -> Decided:
    async with asyncio.timeout(15):
        async for event in link.events():
            if isinstance(event, Decided) and reference in [b.reference for b in event.verdict.bookings]:  # type: ignore[union-attr]
                return event
    raise AssertionError("the engine has gone")


@pytest.mark.parametrize("trouble", ["killed", "stopped", "unread"])
async def test_a_redemption_goes_on_without_its_screen(gate: GateFiles, sandbox: Sandbox, trouble: str) -> None:
    first, second = sandbox.samples["good-1"], sandbox.samples["good-2"]
    async with gate_on_terminal(gate) as terminal:
        await terminal.shows("scan a ticket")
        link = await EngineLink.join(gate.folder / "gate.sock", viewer="supervisor")
        sandbox.faults.add(FaultPlan("slow", ("POST /octo/redemption/redeem",), seconds=SLOW_S))

        terminal.type(first.code + "\r")
        async with asyncio.timeout(10):
            while not sandbox.books.asked("POST /octo/redemption/redeem"):  # noqa: ASYNC110 (another process asks)
                await asyncio.sleep(0.01)
        match trouble:
            case "killed":
                terminal.signal_screen(signal.SIGKILL)
            case "stopped":
                terminal.signal_screen(signal.SIGSTOP)
            case _:
                terminal.stop_reading()

        decided = await verdict_on(link, first.references[0])
        assert isinstance(decided.verdict, Admit)
        assert len(sandbox.books.of(first.references[0], "redeem")) == 1
        await link.send(Submit(second.code, source="serial"))  # another source goes on
        assert isinstance((await verdict_on(link, second.references[0])).verdict, Admit)

        if trouble == "stopped":
            terminal.signal_screen(signal.SIGCONT)
        terminal.read_on()
        await terminal.shows(second.references[0])  # it is back, and shows where things stand
        await terminal.shows(first.references[0])
        await link.close()
    assert terminal.process.returncode == 0
