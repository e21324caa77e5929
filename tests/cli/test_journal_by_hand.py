"""What a person decides on the command line: through the engine that runs, and without one."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.device.clock import SystemClock
from kiosk.domain.attempt import Intended, Mode, Owed, Parked
from kiosk.domain.errors import LinkError
from kiosk.domain.verdict import Doubt
from kiosk.journal.sqlite import SqliteJournal
from kiosk.link.client import EngineLink
from kiosk.sandbox import Sandbox
from tests.cli.gates import GateFiles, gate_files
from tests.fakes import booking

SIGNED = ("--by", "supervisor", "--why", "wrong family")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def gate(sandbox: Sandbox) -> AsyncIterator[GateFiles]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    yield gate_files(folder, sandbox, more=f'[kiosk]\nsocket = "{folder}/gate.sock"\n')
    shutil.rmtree(folder)


async def scan(gate: GateFiles, code: str) -> str:
    process = await gate.run("scan", "--source", "lines")
    out, _ = await process.communicate(code.encode() + b"\n")
    [verdict] = [line for line in map(json.loads, out.splitlines()) if line["event"] == "verdict"]
    return str(verdict["outcome"])


async def journal(gate: GateFiles, *words: str) -> tuple[int, str]:
    process = await gate.run("journal", *words)
    out, err = await process.communicate()
    return process.returncode or 0, (out + err).decode()


@asynccontextmanager
async def engine(gate: GateFiles) -> AsyncIterator[None]:
    process = await gate.run("engine")
    async with asyncio.timeout(20):
        while True:
            try:
                await (await EngineLink.join(gate.folder / "gate.sock")).close()
                break
            except LinkError:
                await asyncio.sleep(0.05)
    yield
    process.terminate()
    await process.communicate()


@pytest.mark.parametrize("is_open", [False, True])
async def test_a_redemption_is_taken_back_and_the_ticket_is_good_again(
    gate: GateFiles, sandbox: Sandbox, is_open: bool
) -> None:
    sample = sandbox.samples["good-1"]
    assert await scan(gate, sample.code) == "admit"
    words = ("undo", sample.references[0], *SIGNED)
    if is_open:
        async with engine(gate):
            status, said = await journal(gate, *words)
    else:
        status, said = await journal(gate, *words)
    assert (status, said) == (0, f"{sample.references[0]}: done, and in the journal\n")
    assert sandbox.books.count("unredeem") == 1
    assert await scan(gate, sample.code) == "admit"


async def test_what_was_never_redeemed_is_not_taken_back(gate: GateFiles) -> None:
    status, said = await journal(gate, "undo", "NOBODYS", *SIGNED)
    assert status == 1
    assert "nothing of that kind" in said


async def test_without_a_name_and_a_reason_nothing_is_done(gate: GateFiles) -> None:
    assert (await journal(gate, "undo", "ANY"))[0] == 2


async def test_an_owed_attempt_is_parked_and_settled_by_a_person(gate: GateFiles) -> None:
    now = datetime.now(UTC)
    record = await SqliteJournal.open(gate.journal, lane="Gate A", clock=SystemClock())
    await record.append(
        Intended(now, "attempt-1", "Gate A", Mode.REDEEM, "CODE-1", "River Cruises", (booking("b1"),)),
        Owed(now, "attempt-1", Doubt.NO_ANSWER),
        Intended(now, "attempt-2", "Gate A", Mode.REDEEM, "CODE-2", "River Cruises", (booking("b2"),)),
        Owed(now, "attempt-2", Doubt.NO_ANSWER),
        Parked(now, "attempt-2", "redeemed elsewhere", conflict=True),
    )
    await record.close()

    assert await journal(gate, "park", "REFB1", *SIGNED) == (0, "done, and in the journal\n")
    assert await journal(gate, "settle", "attempt-2", *SIGNED) == (0, "done, and in the journal\n")
    assert await journal(gate, "settle", "REFB1", *SIGNED) == (0, "done, and in the journal\n")
    status, said = await journal(gate, "settle", "REFB1", *SIGNED)
    assert status == 1
    assert "no parked attempt has the name REFB1" in said
    assert (await journal(gate, "verify"))[0] == 0
