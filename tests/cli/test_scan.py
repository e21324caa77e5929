"""`kiosk scan` as a process: codes in, one verdict a line out, and an exit status that tells how it went."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.sandbox import FaultPlan, Sandbox
from tests.cli.cinemas import OFFICE
from tests.cli.gates import GateFiles, gate_files

LINES = ("scan", "--source", "lines")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with asyncio.timeout(60), Sandbox() as running:
        yield running


@pytest.fixture
def gate(tmp_path: Path, sandbox: Sandbox) -> GateFiles:
    return gate_files(tmp_path, sandbox)


async def scanned(gate: GateFiles, *codes: str, more: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the verdicts, and what stood on standard error."""
    process = await gate.run(*LINES, *more)
    out, errors = await process.communicate("".join(f"{code}\n" for code in codes).encode())
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert process.returncode is not None
    return process.returncode, [line for line in lines if line["event"] == "verdict"], errors.decode()


async def verdict(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    while line := json.loads(await process.stdout.readline()):
        if line["event"] == "verdict":
            break
    assert isinstance(line, dict)
    return line


async def test_each_code_gets_a_verdict_in_order_and_the_books_agree(gate: GateFiles, sandbox: Sandbox) -> None:
    names = ("good-1", "cancelled", "package", "good-2")
    status, verdicts, errors = await scanned(gate, *(sandbox.samples[name].code for name in names))
    assert [line["outcome"] for line in verdicts] == ["admit", "refuse", "choose", "admit"]
    assert (status, errors) == (1, "")
    redeemed = {entry.subject for entry in sandbox.books.entries if entry.action == "redeem"}
    assert redeemed == {uuid for name in ("good-1", "good-2") for uuid in sandbox.samples[name].uuids}


async def test_nothing_is_left_open_when_all_are_admitted(gate: GateFiles, sandbox: Sandbox) -> None:
    status, verdicts, _ = await scanned(gate, "", sandbox.samples["good-1"].code, "  ", sandbox.samples["good-2"].code)
    assert [line["outcome"] for line in verdicts] == ["admit", "admit"]
    assert status == 0


async def test_no_code_is_written_in_full_unless_it_is_asked_for(gate: GateFiles, sandbox: Sandbox) -> None:
    code = sandbox.samples["good-1"].code
    _, masked, errors = await scanned(gate, code, more=("-vv",))
    assert code not in json.dumps(masked)
    assert code not in errors
    _, (full,), _ = await scanned(gate, sandbox.samples["good-2"].code, more=("--show-codes",))
    assert full["code"] == sandbox.samples["good-2"].code


async def test_an_office_out_of_reach_shows_in_the_exit_status(tmp_path: Path, sandbox: Sandbox) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gate = gate_files(tmp_path, sandbox, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        status, (line,), _ = await scanned(gate, "X749G9")
    assert (status, line["outcome"], line["reason"]) == (3, "undecided", "offline")


async def test_a_cinema_whose_login_is_missing_keeps_no_guest_from_the_gate(tmp_path: Path, sandbox: Sandbox) -> None:
    cinema = '[vista]\nbase_url = "https://a.example"\nauth_url = "https://b.example"\nsite_id = "1"\n'
    names = 'username_env = "NOT_SET_1"\npassword_env = "NOT_SET_2"\n'
    gate = gate_files(tmp_path, sandbox, more=cinema + names)
    status, (line,), errors = await scanned(gate, sandbox.samples["good-1"].code)
    assert (status, line["outcome"]) == (0, "admit")
    assert "username_env: the variable it names is not set" in errors


async def test_a_journal_that_cannot_be_kept_redeems_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    gate = gate_files(tmp_path, sandbox)
    gate.journal.mkdir(parents=True)
    status, verdicts, errors = await scanned(gate, sandbox.samples["good-1"].code)
    assert (status, verdicts) == (4, [])
    assert errors.count("\n") == 1
    assert not sandbox.books.entries


async def test_told_to_stop_it_finishes_the_redemption_that_is_under_way(gate: GateFiles, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultPlan.parse("slow@redeem"))
    process = await gate.run(*LINES)
    assert process.stdin is not None
    process.stdin.write(f"{sandbox.samples['good-1'].code}\n".encode())
    while not sandbox.books.asked("POST /octo/redemption/redeem"):  # noqa: ASYNC110 (the books tell nobody)
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert (await verdict(process))["outcome"] == "admit"
    assert await process.wait() == 0
    process.stdin.close()


async def test_when_nobody_reads_any_more_it_stops_in_order(gate: GateFiles, sandbox: Sandbox) -> None:
    process = await gate.run(*LINES)
    assert process.stdin is not None
    process.stdin.write(f"{sandbox.samples['good-1'].code}\n".encode())
    assert (await verdict(process))["outcome"] == "admit"
    process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    assert await process.wait() == 0
    process.stdin.close()
    journal = await gate.run("journal", "list", "--kind", "stopped", "--json")
    out, _ = await journal.communicate()
    assert out.count(b"\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scan",), "only a wedge"),
        (("scan", "--source", "replay"), "path"),
        (("scan", "--config", "nowhere.toml"), "there is no such file"),
    ],
)
async def test_what_cannot_be_scanned_from_is_told(gate: GateFiles, words: tuple[str, ...], says: str) -> None:
    process = await gate.run(*words)
    out, errors = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert says in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_a_voucher_desk_beside_the_gate_adds_no_line(tmp_path: Path, sandbox: Sandbox) -> None:
    vista = sandbox.vista
    more = OFFICE.format(base_url=vista.base_url, auth_url=vista.auth_url, surcharge="send_to_till")
    gate = gate_files(tmp_path, sandbox, more=more)
    gate.env.update(CINEMA_USER=vista.username, CINEMA_PASSWORD=vista.password)
    process = await gate.run(*LINES)
    out, errors = await process.communicate(f"{vista.samples['good-1'].code}\n".encode())
    told = [json.loads(line) for line in out.decode().splitlines()]
    assert sorted(line["event"] for line in told) == ["ready", "stopping", "verdict"]
    (verdict_line,) = [line for line in told if line["event"] == "verdict"]
    assert (verdict_line["outcome"], verdict_line["reason"], errors) == ("refuse", "not_found", b"")
    assert not vista.open_orders
