"""What has been acknowledged is there, whatever happens to the process, the disk or the log's last page."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.journal.checking import verify
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.sqlite import SqliteJournal
from tests.fakes import FakeClock
from tests.journal.samples import admission, intended

KILLS = 8
TEARS = 40
ROOT = Path(__file__).parents[2]


def test_no_acknowledged_row_is_lost_when_the_process_is_killed(path: Path) -> None:
    choice = random.Random(2026)
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        acknowledged |= _append_and_kill(
            path, f"k{kill}", choice.choice((choice.randrange(1, 20), choice.randrange(100, 250)))
        )
        with JournalReader(path) as reader:
            rows = list(reader.rows(Wanted()))
        kept = [row["attempt"] for row in rows if row["kind"] == "told"]
        assert acknowledged <= set(kept)
        assert len(rows) == 3 * len(kept), "an append is whole, or not there"
        assert verify(path).is_good
    assert len(acknowledged) >= KILLS


def _append_and_kill(path: Path, prefix: str, after: int) -> set[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journal.appender", str(path), prefix], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(after)]
        process.kill()
        heard += [line.strip() for line in process.stdout if line.endswith("\n")]
    assert heard[0].startswith(prefix), "the killed one before has let go of the lock"
    return set(heard)


async def test_a_torn_end_of_the_log_costs_only_what_was_not_yet_acknowledged(
    path: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """A sync that has returned covers every page before it: only pages written after it can be torn.

    So each copy is cut, or overwritten, behind a point up to which it was acknowledged.
    """
    choice = random.Random(2026)
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    sizes = []
    for n in range(10):
        await journal.append(*admission(f"a{n}", f"CODE-{n}"))
        sizes.append(_log(path).stat().st_size)
    for tear in range(TEARS):
        done = choice.randrange(len(sizes))
        copy = await asyncio.to_thread(_tear, path, tmp_path / str(tear), choice, sizes[done])
        opened = await SqliteJournal.open(copy, lane="Gate A", clock=clock)
        kept = [bool(await opened.attempts_of(f"CODE-{n}")) for n in range(10)]
        assert all(kept[: done + 1])
        assert kept == sorted(kept, reverse=True), "a later append never outlives an earlier one"
        await opened.append(intended("next", "CODE-NEXT"))
        await opened.close()
        findings = await asyncio.to_thread(verify, copy)
        assert findings.is_good
        assert findings.tip.seq == 3 * sum(kept) + 1, "an append is whole, or not there"
    await journal.close()


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _tear(path: Path, folder: Path, choice: random.Random, acknowledged: int) -> Path:
    """A copy of the journal as a power cut might leave it: its log cut off, or spoilt, somewhere behind a point."""
    folder.mkdir()
    for part in (path, _log(path), path.with_name(path.name + ".key")):
        shutil.copy(part, folder)
    copy = folder / path.name
    log = bytearray(_log(copy).read_bytes())
    at = choice.randrange(acknowledged, len(log) + 1)
    if choice.random() < 0.5:
        del log[at:]
    else:
        log[at:] = choice.randbytes(len(log) - at)
    _log(copy).write_bytes(log)
    return copy


def test_a_full_disk_fails_in_plain_words_and_the_next_append_works_when_there_is_room(path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.journal.full_disk", str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    said = json.loads(ran.stdout)
    assert len(said["errors"]) == 3
    assert all("check the disk" in error for error in said["errors"])
    assert said["readable"] == ["before"]
    assert said["kept"] == ["before", "after"]
    assert verify(path).is_good


async def test_what_was_submitted_before_closing_is_written(path: Path, clock: FakeClock) -> None:
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    tasks = [asyncio.create_task(journal.append(intended(f"a{n}", f"CODE-{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await journal.close()
    await asyncio.gather(*tasks)
    assert verify(path).tip.seq == 20


@pytest.mark.parametrize("code", ["CODE-1"])
async def test_an_open_attempt_survives_a_restart(path: Path, clock: FakeClock, code: str) -> None:
    for _ in range(2):
        journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
        if not await journal.open_attempts():
            await journal.append(intended("a1", code))
        await journal.close()
    journal = await SqliteJournal.open(path, lane="Gate A", clock=clock)
    assert [attempt.code for attempt in await journal.open_attempts()] == [code]
    await journal.close()
