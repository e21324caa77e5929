"""The network is cut for real, before a scan or in the middle of one: answers in time, nothing lost or doubled."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk.domain.verdict import Admit, Doubt, Refuse, Undecided
from kiosk.sandbox import FaultPlan, Sandbox
from tests.faults.proxy import Cable, proxy_to
from tests.faults.real_gate import real_gate

TIMEOUT_S = 0.6
CUTS = [cable for cable in Cable if cable is not Cable.WHOLE]


@pytest.mark.parametrize("cut", CUTS)
async def test_cut_before_a_scan(tmp_path: Path, cut: Cable) -> None:
    async with (
        Sandbox() as sandbox,
        proxy_to(sandbox.base_url) as proxy,
        real_gate(sandbox, tmp_path, timeout_s=TIMEOUT_S, base_url=proxy.base_url) as gate,
    ):
        code = sandbox.samples["good-1"].code
        await proxy.set(cut)
        began = asyncio.get_running_loop().time()
        verdict = await gate.scan(code)
        assert asyncio.get_running_loop().time() - began < TIMEOUT_S + 0.4
        assert isinstance(verdict, Undecided)
        assert verdict.doubt in (Doubt.OFFLINE, Doubt.NO_ANSWER)
        assert gate.redemptions("good-1") == 0
        await proxy.set(Cable.WHOLE)
        assert isinstance(await gate.scan(code), Admit)


@pytest.mark.parametrize("cut", CUTS)
async def test_cut_in_the_middle_of_a_redemption(tmp_path: Path, cut: Cable) -> None:
    """The office has the request in hand when the cable goes; it finishes it, and nobody hears."""
    async with (
        Sandbox() as sandbox,
        proxy_to(sandbox.base_url) as proxy,
        real_gate(
            sandbox, tmp_path, timeout_s=TIMEOUT_S, base_url=proxy.base_url, suppliers=("River Cruises",)
        ) as gate,
    ):
        sample = sandbox.samples["good-1"]
        sandbox.faults.add(FaultPlan("slow", ("POST /octo/redemption/redeem",), seconds=0.1))
        scan = asyncio.create_task(gate.scan(sample.code))
        while not sandbox.books.asked("POST /octo/redemption/redeem"):  # noqa: ASYNC110 (the office is asked meanwhile)
            await asyncio.sleep(0.002)
        await proxy.set(cut)
        verdict = await scan
        assert isinstance(verdict, Undecided)
        assert verdict.owed
        assert gate.redemptions("good-1") == 1

        await proxy.set(Cable.WHOLE)
        verdict = await gate.scan(sample.code)
        assert isinstance(verdict, Admit)
        assert verdict.recovered
        assert isinstance(await gate.scan(sample.code), Refuse)
        assert sandbox.books.asked("POST /octo/redemption/redeem") == 1
