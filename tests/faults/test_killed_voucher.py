"""`kiosk voucher redeem` killed at every step, then `kiosk voucher resume`: completed or cleanly cancelled."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.device.clock import SystemClock
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Submit
from kiosk.domain.voucher import Conversation, Stage
from kiosk.domain.voucher_events import (
    AskToConfirm,
    AtCounter,
    OpenCounter,
    Phase,
    PickShowtime,
    Redeem,
    UseVoucher,
)
from kiosk.journal.checking import verify
from kiosk.journal.sqlite import SqliteJournal
from kiosk.link.client import EngineLink
from kiosk.sandbox import FaultPlan, Rules
from tests.cli.cinemas import ADULT, EVENING, Desk, open_desk

FAMILY = ("good-1", "no-price", "pin")
"""One that is taken, one that is for another showtime and comes off again, one with a PIN."""
STEPS = range(1, 23)
AGAIN_STEPS = range(10, 17)
"""Tickets that cost something are held: the order is given up, and the voucher put on another one, booked unpaid."""


@dataclass(frozen=True)
class Killer:
    """`tests.faults.killed_voucher`, which forks a process for each life."""

    process: subprocess.Popen[str]

    async def redeem(self, desk: Desk, *samples: str, step: int) -> dict[str, Any]:
        """How the command ended that was killed at this step; 0: that was not."""
        pins = desk.files.folder / "pins"
        pins.write_text("".join(f"{desk.sandbox.vista.samples[name].pin}\n" for name in samples))
        codes = [desk.code(name) for name in samples]
        words = ["voucher", "redeem", *codes, "--showtime", EVENING, "--price", ADULT, "--yes"]
        told = {
            "step": step,
            "words": [*words, "--pin-file", str(pins)],
            "env": desk.files.env,
            "out": str(desk.files.folder / "out"),
        }
        return await asyncio.to_thread(self._ask, json.dumps(told))

    def _ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    command = [sys.executable, "-m", "tests.faults.killed_voucher"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is a process's own: a test must not set it for all others."""
    monkeypatch.setattr("kiosk.cli.logs.log_to", lambda *_: None)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, rules=Rules(pending_s=0.3)) as opened:
        yield opened


async def resumed(desk: Desk) -> None:
    result = await desk.kiosk("resume")
    assert result.exit_code == 0, result.output


async def conversations(desk: Desk, sample: str) -> tuple[Conversation, ...]:
    """Those on whose order a voucher was, as the journal has them."""
    journal = await SqliteJournal.open(desk.files.journal, lane="Desk", clock=SystemClock())
    try:
        assert await journal.open_conversations() == ()
        return await journal.conversations_of(desk.code(sample))
    finally:
        await journal.close()


async def check(desk: Desk, *samples: str) -> None:
    """Nothing is held, nothing was posted twice, and the books say what the journal says."""
    vista, books = desk.sandbox.vista, desk.sandbox.books
    assert vista.held_seats == {}
    for order_id in vista.open_orders:  # its number was never learnt: nobody can delete it, and it runs out by itself
        assert not vista.office.orders[order_id].vouchers
        assert not vista.office.orders[order_id].tickets
    assert len(vista.open_orders) <= 1
    assert books.count("completion_repeated") == 0
    completed = {entry.subject for entry in books.entries if entry.action == "order_completed"}
    told = set()
    for sample in samples:
        done = [one.order_id for one in await conversations(desk, sample) if one.stage is Stage.DONE]
        assert len(done) == desk.redeemed(sample) <= 1
        told.update(done)
    assert told == completed
    assert verify(desk.files.journal).is_good


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_it_is_completed_or_cleanly_cancelled(desk: Desk, killer: Killer, step: int) -> None:
    assert (await killer.redeem(desk, *FAMILY, step=step))["status"] == -signal.SIGKILL
    await resumed(desk)
    await check(desk, *FAMILY)
    was_redeemed = desk.redeemed("good-1")
    again = await killer.redeem(desk, *FAMILY, step=0)
    assert again["status"] == 1  # one of them is for another showtime
    assert [desk.redeemed(sample) for sample in FAMILY] == [1, 0, 1]
    await check(desk, *FAMILY)
    said = (desk.files.folder / "out").read_text()
    assert ("It was redeemed here, at Gate A, " in said) is bool(was_redeemed)


@pytest.mark.parametrize("step", AGAIN_STEPS)
async def test_killed_between_an_order_and_the_next_one(tmp_path: Path, killer: Killer, step: int) -> None:
    async with open_desk(tmp_path, surcharge="unpaid_booking") as desk:
        assert (await killer.redeem(desk, "surcharge", step=step))["status"] == -signal.SIGKILL
        await resumed(desk)
        await check(desk, "surcharge")


async def test_a_command_that_lives_takes_no_more_steps_than_are_tried(tmp_path: Path, killer: Killer) -> None:
    async with open_desk(tmp_path, surcharge="unpaid_booking") as desk:
        assert (await killer.redeem(desk, *FAMILY, step=0))["steps"] == STEPS[-1]
        assert (await killer.redeem(desk, "surcharge", step=0))["steps"] > AGAIN_STEPS[-1]


ORDERS = "/vista/ocapi/v1/orders"


@pytest.mark.parametrize(
    "route",
    [
        f"POST {ORDERS}/standard/booking",
        f"POST {ORDERS}/{{order}}/vouchers",
        f"PUT {ORDERS}/{{order}}/showtimes/{{showtime}}",
        f"POST {ORDERS}/{{order}}/completion",
    ],
)
async def test_killed_while_a_request_is_on_its_way_that_arrives_later(desk: Desk, route: str) -> None:
    """The office carries it out when the program is dead, and when `resume` has perhaps looked already."""
    desk.sandbox.faults.add(FaultPlan("late", (route,), seconds=1.0))
    process = await desk.files.run(
        "voucher", "redeem", desk.code("good-1"), "--showtime", EVENING, "--price", ADULT, "--yes"
    )
    await until(lambda: bool(desk.sandbox.books.asked(route)))
    process.kill()
    await process.communicate()
    await resumed(desk)
    await asyncio.sleep(1.0)
    await check(desk, "good-1")


async def at_counter(link: EngineLink, is_so: Callable[[AtCounter], bool]) -> AtCounter:
    async with asyncio.timeout(60):
        async for event in link.events():
            if isinstance(event, AtCounter) and is_so(event):
                return event
    raise AssertionError("the engine has gone")


@pytest.mark.parametrize("is_confirmed", [False, True])
async def test_an_engine_killed_while_a_guest_is_served(desk: Desk, is_confirmed: bool) -> None:
    """Its order is finished by `resume` as one of the command's own is."""
    completion = f"POST {ORDERS}/{{order}}/completion"
    desk.sandbox.faults.add(FaultPlan("slow", (completion,), seconds=5.0))
    socket = desk.files.folder / "e.sock"
    desk.files.env["KIOSK_KIOSK__SOCKET"] = str(socket)
    engine = await desk.files.run("engine", stdin=DEVNULL)
    link = await joined(socket)
    try:
        for command in (OpenCounter("Gate A"), PickShowtime(EVENING, "Gate A")):
            await link.send(command)
        await at_counter(link, lambda now: now.phase is Phase.ORDER and now.doing is None)
        await link.send(Submit(desk.code("good-1"), "Gate A"))
        shown = await at_counter(link, lambda now: bool(now.vouchers) and now.doing is None)
        await link.send(UseVoucher(shown.vouchers[0].voucher.id, ticket_type_id=ADULT, lane="Gate A"))
        await at_counter(link, lambda now: now.holding is not None and now.doing is None)
        assert desk.sandbox.vista.held_seats
        if is_confirmed:
            await link.send(AskToConfirm("Gate A"))
            asked = await at_counter(link, lambda now: now.confirmation is not None)
            await link.send(Redeem(asked.turn, "Gate A"))
            await until(lambda: bool(desk.sandbox.books.asked(completion)))
        engine.kill()
        await engine.communicate()
    finally:
        await link.close()
    await resumed(desk)
    await check(desk, "good-1")
    assert desk.redeemed("good-1") == is_confirmed


async def joined(socket: Path) -> EngineLink:
    async with asyncio.timeout(60):
        while True:
            try:
                return await EngineLink.join(socket)
            except LinkError:
                await asyncio.sleep(0.05)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 (another process brings it about)
            await asyncio.sleep(0.01)
