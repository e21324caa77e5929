"""Every answer to a redemption is lost, for fifty guests: each comes in once, none hears "already used" before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kiosk.domain.attempt import Outcome
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.verdict import Admit, Doubt, Grade, Refuse, Undecided, Verdict
from kiosk.sandbox import FaultPlan, Sandbox
from tests.faults.clocks import MovableClock, OfficeClock
from tests.faults.proxy import Cable, proxy_to
from tests.faults.real_gate import RealGate, real_gate

GUESTS = 50
LANES = ("Gate A", "Gate B")
RIVER = ("River Cruises",)
REDEEM = "POST /octo/redemption/redeem"
LOST = FaultPlan("lost", (REDEEM,), times=None)


@asynccontextmanager
async def gate_at(folder: Path, sandbox: Sandbox, clock: MovableClock, base_url: str = "") -> AsyncIterator[RealGate]:
    async with real_gate(sandbox, folder, suppliers=RIVER, clock=clock, base_url=base_url, failures=3) as gate:
        yield gate


async def all_come(gate: RealGate) -> list[Verdict]:
    """Half of the guests at each lane, one after the other."""

    async def queue(lane: int) -> list[Verdict]:
        return [await gate.scan(code, lane=LANES[lane]) for code in gate.sandbox.bulk[lane::2]]

    return [verdict for verdicts in await asyncio.gather(queue(0), queue(1)) for verdict in verdicts]


async def settled_as_ours(gate: RealGate) -> int:
    attempts = [a for code in gate.sandbox.bulk for a in await gate.journal.attempts_of(code)]
    return sum(attempt.outcome is Outcome.OURS for attempt in attempts)


async def test_each_is_recognised_as_ours_at_the_first_scan(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        Sandbox(clock=OfficeClock(clock), bookings=GUESTS, faults=[LOST]) as sandbox,
        gate_at(tmp_path, sandbox, clock) as gate,
    ):
        verdicts = await all_come(gate)
        assert all(isinstance(verdict, Admit) and verdict.recovered for verdict in verdicts)
        assert sandbox.books.count("redeem") == sandbox.books.asked(REDEEM) == GUESTS
        assert all(isinstance(verdict, Refuse) for verdict in await all_come(gate))
        assert await gate.journal.open_attempts() == ()


async def test_each_is_let_in_at_the_second_scan_where_the_network_was_gone_too(tmp_path: Path) -> None:
    """Nobody could even look it up again: the cable is cut behind each redemption, and mended for the next guest."""
    clock = MovableClock()
    async with (
        Sandbox(clock=OfficeClock(clock), bookings=GUESTS) as sandbox,
        proxy_to(sandbox.base_url) as proxy,
        gate_at(tmp_path, sandbox, clock, proxy.base_url) as gate,
    ):
        for code in sandbox.bulk:
            proxy.cut_behind(REDEEM, Cable.REFUSED)
            verdict = await gate.scan(code)
            assert isinstance(verdict, Undecided)
            assert (verdict.doubt, verdict.owed) == (Doubt.NO_ANSWER, True)
            await proxy.set(Cable.WHOLE)
        assert sandbox.books.count("redeem") == GUESTS
        assert all(isinstance(verdict, Admit) and verdict.recovered for verdict in await all_come(gate))
        assert all(isinstance(verdict, Refuse) for verdict in await all_come(gate))
        assert sandbox.books.asked(REDEEM) == GUESTS


async def test_what_was_let_in_offline_is_paid_once_although_each_answer_is_lost(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        Sandbox(clock=OfficeClock(clock), bookings=GUESTS) as sandbox,
        proxy_to(sandbox.base_url) as proxy,
        gate_at(tmp_path, sandbox, clock, proxy.base_url) as gate,
    ):
        await gate.fetch_list()
        gate.admit_offline(OfflineAdmission.LISTED)
        await proxy.set(Cable.REFUSED)
        verdicts = await all_come(gate)
        assert [getattr(verdict, "grade", None) for verdict in verdicts] == [Grade.PROVISIONAL] * GUESTS
        assert len(await gate.journal.open_attempts()) == GUESTS

        sandbox.faults.add(LOST)
        await proxy.set(Cable.WHOLE)
        async with asyncio.timeout(30):
            while await gate.journal.open_attempts():
                await gate.outbox.round()
                await asyncio.sleep(0.01)
                clock.move(5)
        assert sandbox.books.count("redeem") == sandbox.books.asked(REDEEM) == await settled_as_ours(gate) == GUESTS
        assert await gate.journal.parked_attempts() == ()
        assert all(isinstance(verdict, Refuse) for verdict in await all_come(gate))
