"""What `kiosk voucher` leaves behind, how it is stopped, and what it does beside other kiosk programs."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from kiosk.config import load
from kiosk.sandbox import FaultPlan, Rules
from kiosk.station import Station
from tests.cli.cinemas import ADULT, EVENING, Desk, open_desk, told

PLAIN = ("--price", ADULT)
YES = (*PLAIN, "--yes")


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is a process's own: a test must not set it for all others."""
    monkeypatch.setattr("kiosk.cli.logs.log_to", lambda *_: None)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


# ── what is left behind ─────────────────────────────────────────────────────────────────────────────


async def test_nothing_left_open_is_success(desk: Desk) -> None:
    result = await desk.kiosk("resume")
    assert (result.exit_code, result.stdout) == (0, "Nothing was left open.\n")


async def test_a_completion_that_nobody_answered_for_is_finished_later(desk: Desk) -> None:
    desk.sandbox.faults.add(FaultPlan("lost", ("POST /vista/ocapi/v1/orders/{order}/completion",)))
    desk.sandbox.faults.add(FaultPlan("forbidden", ("GET /vista/ocapi/v1/orders/completed/{order}",), times=None))
    result = await desk.redeem("good-1", more=(*YES, "--json"))
    assert told(result)["outcome"] == "redeemed"
    desk.sandbox.faults.clear()
    resumed = await desk.kiosk("resume", "--json")
    assert resumed.exit_code == 0
    found = told(resumed)
    assert (found["outcome"], found["film"]) == ("redeemed", "The Long Take")
    assert found["booking_id"]
    assert desk.redeemed("good-1") == 1


async def test_an_order_that_could_not_be_deleted_is_deleted_by_the_next_command(desk: Desk) -> None:
    desk.sandbox.faults.add(FaultPlan("error_500", ("DELETE /vista/ocapi/v1/orders/{order}",)))
    first = await desk.redeem("surcharge", more=("--yes",))
    assert first.exit_code == 3
    assert "kiosk voucher resume" in first.stderr
    assert not desk.is_clean
    second = await desk.redeem("good-1", more=YES)
    assert second.exit_code == 0
    assert "Left open before, The Long Take: Nothing was redeemed: sent to the till." in second.stderr
    assert desk.is_clean


# ── stopped ─────────────────────────────────────────────────────────────────────────────────────────


async def redeeming(desk: Desk, *more: str, stdin: int, ignored: signal.Signals | None = None) -> Process:
    words = ("voucher", "redeem", desk.code("good-1"), "--showtime", EVENING, *PLAIN, *more)
    before = signal.signal(ignored, signal.SIG_IGN) if ignored else None
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk", *words, stdin=stdin, stdout=PIPE, stderr=PIPE, env=desk.files.env
        )
    finally:
        if ignored:
            signal.signal(ignored, before)


@pytest.mark.parametrize(
    ("stop", "ignored"),
    [
        (signal.SIGINT, None),
        (signal.SIGTERM, None),
        (signal.SIGHUP, None),
        # Started in the background by a shell without job control.
        (signal.SIGTERM, signal.SIGINT),
    ],
)
async def test_stopped_at_the_question_it_deletes_the_order(
    tmp_path: Path, stop: signal.Signals, ignored: signal.Signals | None
) -> None:
    """Stopped as soon as the question can be read: before, perhaps, the program waits for its answer."""
    async with open_desk(tmp_path, rules=Rules(pending_s=0.0)) as desk:
        master, slave = pty.openpty()
        process = await redeeming(desk, "--json", stdin=slave, ignored=ignored)
        os.close(slave)
        assert process.stderr is not None
        asked = await asyncio.wait_for(process.stderr.readuntil(b"[y/N]"), 60)
        assert b"This cannot be undone" in asked
        assert not desk.is_clean
        process.send_signal(stop)
        out, err = await asyncio.wait_for(process.communicate(), 60)
        os.close(master)
        assert process.returncode == 130
        assert b"Nothing was redeemed: given up. The vouchers are unused." in err
        assert json.loads(out)["outcome"] == "cancelled"
        assert desk.redeemed("good-1") == 0
        assert desk.is_clean


async def test_a_terminal_that_is_closed_leaves_no_order_behind(tmp_path: Path) -> None:
    """The kernel says so to whoever reads it, and the shell once more to its jobs."""
    async with open_desk(tmp_path, rules=Rules(pending_s=0.0)) as desk:
        master, slave = pty.openpty()
        words = ("voucher", "redeem", desk.code("good-1"), "--showtime", EVENING, *PLAIN)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", OWN_TERMINAL, *words),
            stdin=slave, stdout=slave, stderr=slave, env=desk.files.env, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        asked = b""
        while b"[y/N]" not in asked:
            asked += await asyncio.to_thread(os.read, master, 1000)
        os.close(master)
        for _ in range(3):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.005)
        await asyncio.wait_for(process.wait(), 60)
        assert desk.redeemed("good-1") == 0
        assert desk.is_clean


OWN_TERMINAL = """
import fcntl, termios
from kiosk.cli import main
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
main()
"""

ORDERS = "/vista/ocapi/v1/orders"


@pytest.mark.parametrize(
    "route",
    [f"POST {ORDERS}/standard/booking", f"POST {ORDERS}/{{order}}/vouchers", f"PUT {ORDERS}/{{order}}/showtimes/"],
)
async def test_stopped_while_a_request_is_on_its_way_it_deletes_the_order(tmp_path: Path, route: str) -> None:
    """Also an order whose number is learnt only after the stop."""
    async with open_desk(tmp_path) as desk:
        desk.sandbox.faults.add(FaultPlan("slow", (route,), seconds=1.0))
        process = await redeeming(desk, "--yes", stdin=DEVNULL)
        await until(lambda: bool(desk.sandbox.books.asked(route)))
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 130
        assert desk.redeemed("good-1") == 0
        assert desk.is_clean


async def test_stopped_while_it_is_completed_the_ticket_is_told_all_the_same(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        route = f"POST {ORDERS}/{{order}}/completion"
        desk.sandbox.faults.add(FaultPlan("slow", (route,), seconds=1.0))
        process = await redeeming(desk, "--yes", "--json", stdin=DEVNULL)
        await until(lambda: bool(desk.sandbox.books.asked(route)))
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 130
        assert json.loads(out)["outcome"] == "redeemed"
        assert b"Redeemed \xc2\xb7 booking" in err
        assert desk.redeemed("good-1") == 1
        assert (await desk.kiosk("resume")).stdout == "Nothing was left open.\n"


async def test_a_slow_office_is_spoken_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli.voucher_clerk.SLOW_S", 0.05)
    desk.sandbox.faults.add(FaultPlan("completion_slow", seconds=0.3))
    result = await desk.redeem("good-1", more=YES)
    assert result.exit_code == 0
    assert "The office has not said yet how it ended: wait." in result.stderr
    assert desk.redeemed("good-1") == 1


# ── beside an engine ────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def engine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Station]:
    """On the desk's own journal."""
    for name, value in desk.files.env.items():
        monkeypatch.setenv(name, value)
    async with Station.open(load(desk.files.config)) as station:
        yield station


async def test_beside_an_engine_nothing_is_redeemed_and_it_is_said_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine(desk, monkeypatch):
        result = await desk.redeem("good-1", more=YES)
        assert result.exit_code == 4
        assert "writes this journal" in result.stderr
        assert "An engine serves vouchers at its own screen" in result.stderr
        assert (await desk.kiosk("showtimes")).exit_code == 0
    assert desk.redeemed("good-1") == 0
    assert desk.sandbox.books.asked("POST /vista/ocapi") == 0


async def test_beside_an_engine_resume_tells_what_that_has_not_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sandbox.faults.add(FaultPlan("error_500", ("DELETE /vista/ocapi/v1/orders/{order}",), times=3))
    await desk.redeem("surcharge", more=("--yes",))
    async with engine(desk, monkeypatch) as station:
        resumed = await desk.kiosk("resume")
        assert resumed.exit_code == 1
        assert "…0001" in resumed.stdout
        assert "closing" in resumed.stdout
        assert "an engine finishes these within a minute" in resumed.stderr
        assert told(await desk.kiosk("resume", "--json"))["outcome"] == "open"
        assert station.vouchers is not None
        desk.sandbox.faults.clear()
        await station.vouchers.resume()
        done = await desk.kiosk("resume")
        assert (done.exit_code, done.stdout) == (0, "Nothing is left open.\n")
    assert desk.is_clean


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 (another process brings it about)
            await asyncio.sleep(0.01)
