"""`kiosk doctor` as a process: on a bare machine, with an office, beside a running engine, with what is broken."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.device.pin_file import Person, change
from kiosk.domain.roles import Role
from kiosk.sandbox import Sandbox
from tests.cli.gates import GateFiles, gate_files
from tests.device.test_pin_file import cheap

LINES = '[[sources]]\nkind = "lines"\n'


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with asyncio.timeout(120), Sandbox() as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name: a socket's path is short."""
    made = Path(tempfile.mkdtemp(prefix="kiosk"))
    yield made
    shutil.rmtree(made)


async def examined(gate: GateFiles, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and the document."""
    process = await gate.run("doctor", "--json", *words)
    out, errors = await process.communicate()
    assert errors == b""
    assert process.returncode is not None
    document = json.loads(out)
    assert (process.returncode == 0) == document["can_serve"]
    return process.returncode, document


def standing(document: dict[str, Any], part: str, name: str = "") -> tuple[str, str]:
    """How a part stands, and everything that is said of it."""
    [one] = [one for one in document["findings"] if (one["part"], one["name"]) == (part, name)]
    return one["standing"], f"{one['what']} {one['advice']}"


async def test_who_can_sign_in_is_told(folder: Path) -> None:
    gate = gate_files(folder, more=LINES)
    _, document = await examined(gate)
    assert "may do everything" in standing(document, "credential", "PINs")[1]
    gate.config.write_text(LINES + '[roles]\npins_file = "pins.json"\n')
    _, document = await examined(gate)
    assert standing(document, "credential", "PINs")[0] == "failed"
    change(folder / "pins.json", lambda _: (Person("Ben", Role.STAFF, cheap()),))
    _, document = await examined(gate)
    assert standing(document, "credential", "PINs")[0] == "note"
    change(folder / "pins.json", lambda people: (*people, Person("Ana", Role.SUPERVISOR, cheap())))
    _, document = await examined(gate)
    assert standing(document, "credential", "PINs") == ("ok", "2 can sign in, 1 as supervisor ")


async def test_a_machine_with_nothing_attached_is_told_completely(folder: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("KIOSK_", "XDG_"))}
    bare = GateFiles(folder, {**env, "HOME": str(folder), "KIOSK_STATE_DIR": str(folder / "state")})
    config = folder / "kiosk.toml"
    config.write_text('[[sources]]\nkind = "serial"\ndevice = "/dev/serial/by-id/none"\n')
    process = await bare.run("doctor", "--config", str(config))
    out, errors = await process.communicate()
    assert (process.returncode, errors) == (1, b"")
    *told, blank, verdict = out.decode().splitlines()
    parts = ["configuration", "engine", "disk", "record", "clock", "credential", "office", "scanner"]
    assert [line.split()[1] for line in told] == parts
    assert all(line.startswith(("ok ", "note ", "FAILED ")) for line in told)
    assert [line for line in told if line.startswith("FAILED") and ". To do: " not in line] == []
    assert (blank, verdict) == ("", "NO GUEST CAN BE SERVED: no office answers; no scanner works.")
    assert not (folder / "state").exists()


async def test_without_a_configuration_the_machine_is_examined_all_the_same(folder: Path) -> None:
    gate = gate_files(folder)
    gate.config.unlink()
    status, document = await examined(gate)
    assert status == 1
    assert standing(document, "configuration")[0] == "failed"
    assert standing(document, "disk")[0] == "ok"


async def test_every_mistake_of_the_configuration_is_a_line(folder: Path) -> None:
    status, document = await examined(gate_files(folder, more='[kiosk]\nlan = "A"\n[journal]\npath = 3\n'))
    bad = [one["what"] for one in document["findings"] if one["part"] == "configuration"]
    assert (status, len(bad)) == (1, 2)
    assert "kiosk.lan" in bad[0]


async def test_a_gate_that_is_ready_and_what_its_offices_say(folder: Path, sandbox: Sandbox) -> None:
    status, document = await examined(gate_files(folder, sandbox, more=LINES))
    assert (status, document["lacks"]) == (0, [])
    for name in sandbox.keys:
        assert standing(document, "credential", name)[0] == "ok"
        how, what = standing(document, "office", name)
        assert (how, "may redeem" in what, "live" in what) == ("ok", True, True)
    assert not sandbox.books.entries


async def test_a_key_that_is_not_there_and_one_that_is_refused(folder: Path, sandbox: Sandbox) -> None:
    gate = gate_files(folder, sandbox, more=LINES)
    first, second = sandbox.keys
    del gate.env["GATE_KEY_0"]
    gate.env["GATE_KEY_1"] = "not-a-key-that-anybody-knows"
    status, document = await examined(gate)
    assert (status, document["lacks"]) == (1, ["no office answers"])
    assert standing(document, "credential", first)[0] == "failed"
    assert standing(document, "office", second)[0] == "failed"
    assert "put the right key" in standing(document, "office", second)[1]
    assert "not-a-key-that-anybody-knows" not in json.dumps(document)


async def test_an_office_that_answers_nonsense(folder: Path, sandbox: Sandbox) -> None:
    sandbox.faults.plan("error_503", times=None)
    status, document = await examined(gate_files(folder, sandbox, more=LINES))
    assert (status, document["lacks"]) == (1, ["no office answers"])


async def test_beside_a_running_engine_it_asks_that(folder: Path, sandbox: Sandbox) -> None:
    more = f'[kiosk]\nsocket = "{folder}/gate.sock"\n[[sources]]\nkind = "serial"\ndevice = "{folder}/no-scanner"\n'
    gate = gate_files(folder, sandbox, more=more)
    engine = await gate.run("engine")
    for _ in range(100):  # it may not serve yet, or not have heard of its scanner
        _, document = await examined(gate)
        if "runs, Gate A" in standing(document, "engine")[1] and "not heard" not in json.dumps(document):
            break
    assert standing(document, "engine")[0] == "ok"
    assert standing(document, "record")[0] == "ok"
    how, what = standing(document, "scanner", "serial")
    assert (how, "is not there" in what) == ("failed", True)
    assert document["lacks"] == ["no scanner works"]
    assert engine.returncode is None
    engine.terminate()
    await engine.communicate()


async def test_a_damaged_journal(folder: Path, sandbox: Sandbox) -> None:
    gate = gate_files(folder, sandbox, more=LINES)
    gate.journal.parent.mkdir()
    gate.journal.write_bytes(b"nothing that SQLite knows" * 100)
    status, document = await examined(gate)
    assert (status, document["lacks"]) == (1, ["the record cannot be written"])
    assert standing(document, "record")[0] == "failed"


async def test_what_failed_before_too_does_not_count_since_then(folder: Path) -> None:
    broken = '[[sources]]\nkind = "serial"\ndevice = "/dev/serial/by-id/none"\n'
    gate = gate_files(folder, more=broken)
    status, document = await examined(gate)
    assert status == 1
    earlier = folder / "earlier.json"
    earlier.write_text(json.dumps(document))
    assert await since(gate, earlier) == (0, "Nothing has failed that did not fail before.\n")
    for one in document["findings"]:
        one["standing"] = "ok" if one["part"] == "scanner" else one["standing"]
    earlier.write_text(json.dumps(document))
    worse, told = await since(gate, earlier)
    assert worse == 1
    assert told.startswith("worse   scanner")
    assert told.count("\n") == 1


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"findings": [1], "can_serve": true}'])
async def test_what_no_doctor_wrote_cannot_be_compared_with(folder: Path, content: str) -> None:
    (folder / "earlier.json").write_text(content)
    status, told = await since(gate_files(folder, more=LINES), folder / "earlier.json")
    assert status == 2
    assert told.endswith("is not what `kiosk doctor --json` writes\n")


async def since(gate: GateFiles, earlier: Path) -> tuple[int | None, str]:
    process = await gate.run("doctor", "--since", str(earlier))
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


async def test_what_is_to_be_heard_and_opened_is_tried_and_left_as_it_was(folder: Path, sandbox: Sandbox) -> None:
    more = f"{LINES}[signals.turnstile]\npin = 24\n[signals.lamps]\ngreen = 17\n"
    more += '[signals.mqtt]\nhost = "127.0.0.1"\nport = 9\ntls = false\n'
    gate = gate_files(folder, sandbox, more=more)
    gate.env["GPIOZERO_PIN_FACTORY"] = "mock"
    status, document = await examined(gate)
    assert (status, document["lacks"]) == (0, [])
    assert standing(document, "turnstile", "turnstile")[0] == "ok"
    assert standing(document, "signal", "lamps")[0] == "ok"
    assert standing(document, "signal", "mqtt")[0] == "failed"
    gate.env["GPIOZERO_PIN_FACTORY"] = "native"
    status, document = await examined(gate)
    assert (status, document["lacks"]) == (1, ["the turnstile cannot be opened"])


async def test_an_engine_says_itself_what_of_that_does_not_work(folder: Path, sandbox: Sandbox) -> None:
    more = (
        f'[kiosk]\nsocket = "{folder}/gate.sock"\n{LINES}[signals.lamps]\ngreen = 17\n[signals.turnstile]\npin = 24\n'
    )
    gate = gate_files(folder, sandbox, more=more)
    gate.env["GPIOZERO_PIN_FACTORY"] = "native"
    engine = await gate.run("engine")
    for _ in range(100):
        _, document = await examined(gate)
        if standing(document, "turnstile", "turnstile")[0] == "failed" and "runs" in json.dumps(document):
            break
    assert standing(document, "turnstile", "turnstile")[0] == "failed"
    assert standing(document, "signal", "lamps")[0] == "failed"
    engine.terminate()
    await engine.communicate()
