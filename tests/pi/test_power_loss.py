"""The disk whose power can be cut does what a disk may do, and a gate on it loses nothing that was told."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench.cut_disk import SECTOR, Disk

HERE = Path(__file__).parents[2]
A, B, NOTHING = b"a" * SECTOR, b"b" * SECTOR, bytes(SECTOR)


def disk(*, lies: bool = False) -> Disk:
    made = Disk(bytearray(4 * SECTOR), lies=lies)
    made.power_on(None)
    return made


def test_what_was_flushed_survives_and_the_machine_sees_its_own_writes() -> None:
    made = disk()
    made.write(0, A)
    made.flush()
    made.write(100, b"new")
    assert made.read(99, 5) == b"anewa"
    made.fail(random.Random(1))
    assert bytes(made.kept[: SECTOR - 1]).startswith(b"a")


def test_what_was_not_flushed_is_kept_lost_or_torn() -> None:
    found = set()
    for seed in range(40):
        made = disk()
        made.write(0, A + A)
        made.fail(random.Random(seed))
        found.add((bytes(made.kept[:SECTOR]), bytes(made.kept[SECTOR : 2 * SECTOR])))
    assert found == {(NOTHING, NOTHING), (A, A), (A, NOTHING), (NOTHING, A)}


def test_after_the_cut_nothing_is_written_any_more() -> None:
    made = disk()
    made.power_on(2)
    made.dead.set()
    made.write(0, A)
    made.flush()  # meets the cut
    assert made.cut.is_set()
    made.write(SECTOR, B)
    made.flush()
    assert bytes(made.kept) == bytes(4 * SECTOR)
    assert made.waiting == [(0, A)]


def test_a_disk_that_lies_keeps_nothing_for_sure() -> None:
    made = disk(lies=True)
    made.write(0, A)
    made.flush()
    assert made.waiting == [(0, A)]


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/dev/fuse").exists() or not Path("/dev/loop-control").exists(),
    reason="mounting needs root, FUSE and a loop device",
)
def test_a_gate_whose_power_is_cut_twice_loses_nothing() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.bench.power_loss", "--cuts", "2", "--seed", "7"],
        capture_output=True,
        text=True,
        cwd=HERE,
        timeout=170,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "admitted twice: 0   turned away: 0" in ran.stdout
