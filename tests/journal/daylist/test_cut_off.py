"""A list whose process is killed, or whose disk is full: whole pages or nothing, and gone on with."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.fakes import NOON
from tests.journal.daylist.filler import PAGES, SIZE
from tests.journal.daylist.lists import found, opened_at, state
from tests.listings import RIVER, TODAY

KILLS = 8


def filler(path: Path, what: str) -> list[str]:
    return [sys.executable, "-m", "tests.journal.daylist.filler", str(path), what]


def killed_after(seconds: float, path: Path) -> int:
    """Let a process fill the list, and kill it so long after its first page; the last page that it told."""
    with subprocess.Popen(filler(path, "fill"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)  # the moment of the kill is what is tried
        process.kill()
        whole_lines = (first + process.stdout.read()).split("\n")[:-1]
    return int(whole_lines[-1])


async def test_killed_at_any_moment_the_list_has_every_page_that_was_told_and_goes_on(path: Path) -> None:
    path.parent.mkdir(parents=True)
    dice = random.Random(4)
    for _ in range(KILLS):
        told = killed_after(dice.uniform(0, 0.05), path)
        notices: list[str] = []
        day_list = await opened_at(path, notices, (RIVER,))
        known = (await state(day_list)).bookings
        assert notices == []
        assert known % SIZE == 0
        assert known >= told * SIZE
        assert (await state(day_list)).expected == PAGES * SIZE
        assert await found(day_list, f"code-p{told}n{SIZE - 1}")
        assert await day_list.begin(RIVER, TODAY, NOON) == known // SIZE + 1
        await day_list.close()


def on_a_full_disk(path: Path) -> dict[str, Any]:
    run = subprocess.run(filler(path, "full"), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert isinstance(said, dict)
    return said


def test_on_a_full_disk_a_page_is_refused_what_is_known_is_known_and_room_is_enough(path: Path) -> None:
    path.parent.mkdir(parents=True)
    said = on_a_full_disk(path)
    assert len(said["errors"]) == 3
    assert all("disk" in error for error in said["errors"]), said["errors"]
    assert said["during"] == [1, 0]
    assert (said["next_page"], said["after"]) == (2, [1, 1])
