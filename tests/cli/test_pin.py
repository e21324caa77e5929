"""`kiosk pin` on a real terminal: asked for twice, never shown, never on the command line; and signing in with it."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.device.pin_file import Person, change, people_in, read_private
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Event, Leave, Rights, SignIn
from kiosk.domain.roles import Place, Role
from kiosk.domain.secret import Secret
from kiosk.link.client import EngineLink
from tests.cli.gates import GateFiles, gate_files
from tests.device.test_pin_file import cheap

PIN = "730518"


@pytest.fixture
def gate() -> Iterator[GateFiles]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    yield gate_files(folder, more=f'[kiosk]\nsocket = "{folder}/gate.sock"\n[roles]\npins_file = "pins.json"\n')
    shutil.rmtree(folder)


def typed(gate: GateFiles, words: list[str], *answers: str) -> tuple[int, str]:
    """Run a command on a terminal of its own and answer what it asks; its exit status and all that was to be seen."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kiosk", *words]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=gate.env, start_new_session=True
    )
    os.close(theirs)
    seen, waiting, deadline = "", list(answers), time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the other end has gone
                break
            if not data:
                break
            seen += data.decode()
            if waiting and seen.rstrip(" ").endswith(":"):
                os.write(ours, f"{waiting.pop(0)}\n".encode())
                seen += "\n"
    os.close(ours)
    return process.wait(60), seen


def people(gate: GateFiles) -> dict[str, Role]:
    return {person.name: person.role for person in people_in(read_private(gate.folder / "pins.json"))}


def test_a_pin_is_typed_twice_and_seen_nowhere(gate: GateFiles) -> None:
    status, seen = typed(gate, ["pin", "set", "Ana", "--role", "supervisor"], PIN, PIN)
    assert (status, people(gate)) == (0, {"Ana": Role.SUPERVISOR}), seen
    assert PIN not in seen
    assert PIN not in (gate.folder / "pins.json").read_text()
    status, seen = typed(gate, ["pin", "set", "ana"], "918273", "918273")
    assert (status, people(gate)) == (0, {"ana": Role.STAFF}), seen


def test_what_is_not_typed_alike_or_too_easy_changes_nothing(gate: GateFiles) -> None:
    status, seen = typed(gate, ["pin", "set", "Ana"], PIN, "730519")
    assert status == 1
    assert "not the same" in seen
    status, seen = typed(gate, ["pin", "set", "Ana"], "123456")
    assert status == 1
    assert "keys in a row" in seen
    assert "123456" not in seen
    assert not (gate.folder / "pins.json").exists()


def test_a_pin_is_taken_from_a_terminal_only(gate: GateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in gate.env.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["pin", "set", "Ana"], input=f"{PIN}\n{PIN}\n")
    assert result.exit_code == 1
    assert "terminal" in result.output
    assert CliRunner().invoke(main, ["pin", "set", "Ana", PIN]).exit_code == 2


def test_list_and_remove(gate: GateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in gate.env.items():
        monkeypatch.setenv(name, value)
    change(gate.folder / "pins.json", lambda _: (Person("Ana", Role.SUPERVISOR, cheap()),))
    assert "Ana" in CliRunner().invoke(main, ["pin", "list"]).output
    assert CliRunner().invoke(main, ["pin", "remove", "Eve"]).exit_code == 1
    assert CliRunner().invoke(main, ["pin", "remove", "Ana"]).exit_code == 0
    assert people(gate) == {}


def test_without_a_place_for_pins_the_command_says_what_to_set(
    gate: GateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.config.write_text("")
    for name, value in gate.env.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["pin", "list"])
    assert (result.exit_code, "roles.pins_file" in result.output) == (2, True)


# ── and at an engine ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def engine(gate: GateFiles) -> AsyncIterator[GateFiles]:
    change(gate.folder / "pins.json", lambda _: (Person("Ana", Role.SUPERVISOR, cheap()),))
    process = await gate.run("engine", "-vv")
    yield gate
    process.terminate()
    _, err = await process.communicate()
    assert PIN.encode() not in err
    assert b"555551" not in err


async def joined(gate: GateFiles, name: str) -> EngineLink:
    async with asyncio.timeout(30):
        while True:
            try:
                return await EngineLink.join(gate.folder / "gate.sock", name)
            except LinkError:
                await asyncio.sleep(0.05)


async def rights(events: AsyncIterator[Event]) -> Rights:
    async with asyncio.timeout(30):
        async for event in events:
            if isinstance(event, Rights):
                return event
    raise AssertionError("the engine went away")


async def test_a_pin_crosses_the_link_and_is_written_nowhere(engine: GateFiles) -> None:
    screen, other = await joined(engine, Place.LOCKED.value), await joined(engine, "screen")
    events, elsewhere = screen.events(), other.events()
    standing = await rights(events)
    assert (standing.guarded, standing.by, "leave" in standing.may) == (True, "", False)
    await rights(elsewhere)
    await screen.send(Leave())
    assert (await rights(events)).word == "not_allowed"
    await screen.send(SignIn("Ana", Secret("555551")))
    assert (await rights(events)).word == "wrong"
    await screen.send(SignIn("ana", Secret(PIN)))
    signed_in = await rights(events)
    assert (signed_in.word, signed_in.by, signed_in.role) == ("signed_in", "Ana", "supervisor")
    await screen.send(Leave())
    assert (await rights(events)).word == "leave"
    await other.send(Leave())
    assert (await rights(elsewhere)).word == "not_allowed"  # what the other one was answered, this one never heard
    await screen.close()
    await other.close()

    listed = await engine.run("journal", "list", "--kind", "override", "--json")
    out, _ = await listed.communicate()
    rows = [json.loads(line) for line in out.splitlines()]
    assert sorted((row["by"], row["action"]) for row in rows) == [
        ("Ana", "leave"),
        ("Ana", "sign_in"),
        ("Ana", "wrong_pin"),
    ]
    verified = await engine.run("journal", "verify")
    await verified.communicate()
    assert verified.returncode == 0
    for file in (engine.folder / "state").rglob("*"):
        if file.is_file():
            assert PIN.encode() not in file.read_bytes(), file
