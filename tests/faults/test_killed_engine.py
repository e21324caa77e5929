"""The engine is killed at every step of a scan and started again: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from kiosk.sandbox import Sandbox

STEPS = range(1, 11)
AFTER_TOLD_BEFORE_SHOWN = (8, 9)
"""Durably told, and not yet on any screen: whether the guest went in is for staff to ask."""


async def one_life(folder: Path, sandbox: Sandbox, step: int) -> tuple[int, dict[str, object] | None]:
    """Scan `good-1` in an engine that is killed at this step: its exit status and what it told, if it got that far."""
    key = sandbox.keys["River Cruises"]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.killed_engine",
        str(folder),
        sandbox.base_url,
        key,
        str(step),
        sandbox.samples["good-1"].code,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await child.communicate()
    assert child.returncode is not None
    return child.returncode, json.loads(told) if told else None


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_a_guest_is_admitted_exactly_once(tmp_path: Path, step: int) -> None:
    async with Sandbox() as sandbox:
        status, first = await one_life(tmp_path, sandbox, step)
        assert status == -signal.SIGKILL
        _, second = await one_life(tmp_path, sandbox, 0)
        assert second is not None
        seen = [told["outcome"] for told in (first, second) if told]
        assert sandbox.books.count("redeem") == 1
        if step in AFTER_TOLD_BEFORE_SHOWN:
            assert seen == ["Refuse"]
            assert second["unsure"]
        else:
            assert seen.count("Admit") == 1
        _, third = await one_life(tmp_path, sandbox, 0)
        assert third is not None
        assert third["outcome"] == "Refuse"
        assert sandbox.books.count("redeem") == 1


async def test_an_engine_that_lives_takes_no_more_steps_than_are_tried(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        status, told = await one_life(tmp_path, sandbox, STEPS[-1] + 1)
        assert status == 0
        assert told == {"outcome": "Admit", "recovered": False, "unsure": False}
