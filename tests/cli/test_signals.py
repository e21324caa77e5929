"""A gate with a turnstile and a bell: who is let in, and that a device that hangs holds up nobody's ticket."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import select
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import signals
from kiosk.domain.signalling import EXAMPLES
from kiosk.sandbox import Sandbox
from tests.cli.gates import GateFiles, gate_files
from tests.device.signals.rings import heard

TURNSTILE = "[signals.turnstile]\npin = 24\npulse_s = 0.01\ngap_s = 0.01\n"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with asyncio.timeout(120), Sandbox() as running:
        yield running


async def scanned(gate: GateFiles, *codes: str) -> tuple[list[dict[str, object]], str]:
    """The verdicts, and the log."""
    gate.env["GPIOZERO_PIN_FACTORY"] = "mock"
    process = await gate.run("scan", "--source", "lines", "-v")
    out, errors = await process.communicate("".join(f"{code}\n" for code in codes).encode())
    lines = [json.loads(line) for line in out.decode().splitlines()]
    return [line for line in lines if line["event"] == "verdict"], errors.decode()


async def test_the_turnstile_lets_in_those_who_are_admitted_and_nobody_else(tmp_path: Path, sandbox: Sandbox) -> None:
    names = ("good-1", "good-1", "cancelled", "used-today", "tomorrow", "package", "party", "unknown")
    gate = gate_files(tmp_path, sandbox, more=TURNSTILE)
    verdicts, log = await scanned(gate, *(sandbox.samples[name].code for name in names))
    admitted = [
        sum(booking["pax"] for booking in line["bookings"])  # type: ignore[attr-defined]
        for line in verdicts
        if line["outcome"] == "admit" and not line["repeat"]
    ]
    assert len(admitted) == 2
    assert re.findall(r"action=open_turnstile guests=(\d+)", log) == [str(guests) for guests in admitted]


async def test_a_turnstile_of_another_lane_stays_shut(tmp_path: Path, sandbox: Sandbox) -> None:
    gate = gate_files(tmp_path, sandbox, more=f'{TURNSTILE}lane = "Gate B"\n')
    [line], log = await scanned(gate, sandbox.samples["good-1"].code)
    assert (line["outcome"], "open_turnstile" in log) == ("admit", False)


async def test_without_pins_the_gate_goes_on_and_says_so(tmp_path: Path, sandbox: Sandbox) -> None:
    gate = gate_files(tmp_path, sandbox, more=TURNSTILE)
    gate.env["GPIOZERO_PIN_FACTORY"] = "native"
    process = await gate.run("scan", "--source", "lines")
    out, errors = await process.communicate(f"{sandbox.samples['good-1'].code}\n".encode())
    assert b'"outcome":"admit"' in out
    assert process.returncode == 0
    assert "turnstile: pin 24 cannot be used" in errors.decode()


async def test_the_bell_is_heard(tmp_path: Path, sandbox: Sandbox) -> None:
    near, far = pty.openpty()
    more = f'[signals.sound]\noutput = "bell"\nterminal = "{os.ttyname(far)}"\n'
    verdicts, _ = await scanned(gate_files(tmp_path, sandbox, more=more), sandbox.samples["cancelled"].code)
    assert verdicts[0]["outcome"] == "refuse"
    assert heard(near, 1) == b"\a"  # a gate that ends is silent at once
    for fd in (near, far):
        os.close(fd)


async def test_a_broker_that_hangs_delays_no_ticket_and_no_end(tmp_path: Path, sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        more = f'[signals.mqtt]\nhost = "127.0.0.1"\nport = {deaf.getsockname()[1]}\ntls = false\n'
        verdicts, _ = await scanned(gate_files(tmp_path, sandbox, more=more), sandbox.samples["good-1"].code)
    assert [line["outcome"] for line in verdicts] == ["admit"]


def test_staff_can_learn_the_sounds_and_the_turnstile_stays_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = pty.openpty()
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[signals.sound]\noutput = "bell"\nterminal = "{os.ttyname(far)}"\n{TURNSTILE}')
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "native")  # the turnstile would fail here, were it touched
    monkeypatch.setattr("kiosk.cli.signals.time.sleep", lambda seconds: None)
    result = CliRunner().invoke(signals.command, ["--config", str(config)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == list(EXAMPLES)
    tones = sum(len(cue.beats) for cue in EXAMPLES.values())
    assert heard(near, tones) == b"\a" * tones
    assert not select.select([near], [], [], 0)[0]
    for fd in (near, far):
        os.close(fd)
