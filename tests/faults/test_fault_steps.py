"""Every named fault at every request of a scan, against the sandbox's own books.

Whatever happens: a guest is admitted at most once for one redemption, and one who has paid gets in once the network is
back, by scanning again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.verdict import Admit, Refuse
from kiosk.sandbox import FAULTS, FaultPlan, Sandbox
from tests.faults.real_gate import real_gate

TIMEOUT_S = 0.5
LONGER_THAN_THE_TIMEOUT_S = 0.7
STEPS = {
    "look-up": ("GET /octo/redemption/lookup", 0),
    "redemption": ("POST /octo/redemption/redeem", 0),
    "second look-up": ("GET /octo/redemption/lookup", 1),
}


@pytest.mark.parametrize("step", list(STEPS))
@pytest.mark.parametrize("fault", list(FAULTS))
async def test_one_fault_at_one_step(tmp_path: Path, fault: str, step: str) -> None:
    route, after = STEPS[step]
    seconds = LONGER_THAN_THE_TIMEOUT_S if fault in ("slow", "late") else None
    async with (
        Sandbox() as sandbox,
        real_gate(sandbox, tmp_path, timeout_s=TIMEOUT_S, suppliers=("River Cruises",)) as gate,
    ):
        if step == "second look-up":
            sandbox.faults.add(FaultPlan("lost", ("POST /octo/redemption/redeem",)))
        sandbox.faults.add(FaultPlan(fault, (route,), after=after, seconds=seconds))
        sample = sandbox.samples["good-1"]

        verdicts = [await gate.scan(sample.code)]
        if not isinstance(verdicts[0], Admit):
            if seconds is not None:
                await gate.desk.clock.sleep(seconds)
            sandbox.faults.clear()
            await gate.outbox.round()
            verdicts.append(await gate.scan(sample.code))
        admitted = sum(isinstance(verdict, Admit) for verdict in verdicts)
        answered_no = isinstance(verdicts[0], Refuse)
        assert admitted == 1, verdicts
        assert not answered_no or fault in ("refuse", "not_found", "error_in_200"), verdicts
        assert gate.redemptions("good-1") == 1

        again = await gate.scan(sample.code, lane="Gate B")
        assert isinstance(again, Refuse)
        assert again.use is not None
        assert again.use.lane == "Gate A"
