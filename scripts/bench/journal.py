"""What the journal costs: appends alone and together, against one bare SQLite commit; look-ups as the journal grows.

The rows are those of a gate: an intent before the request, the outcome and the verdict after it.

    python scripts/bench/journal.py [--appends 2000] [--attempts 1000 10000 100000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from kiosk.domain.attempt import Entry, Intended, Mode, Outcome, Owed, Settled, Told
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.verdict import Doubt, Grade
from kiosk.journal.checking import verify
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.sqlite import SqliteJournal

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
CHUNK = 250
LOOK_UPS = 500
STILL_OPEN = 30
LANES = 8


class SystemClock:
    """The real one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def code(n: int) -> str:
    """As long as a Ventrata code."""
    return f"!1|{n:040d}|{n * 7:020d}|{n * 13:016d}"


def booking(n: int) -> Booking:
    units = tuple(UnitItem(f"T{n}-{unit}", "Adult" if unit < 2 else "Child") for unit in range(3))
    return Booking(
        f"X{n:06d}", f"{n:08x}-0000-4000-8000-{n:012x}", f"{n:012x}|0|,_", True, "CONFIRMED", False, "River Cruises",
        "London River Cruise Return", "Evening", NOW, NOW, False, units,
    )  # fmt: skip


def intent(n: int) -> Intended:
    return Intended(NOW, f"attempt-{n:08d}", "Gate A", Mode.REDEEM, code(n), "River Cruises", (booking(n),))


def outcome(n: int) -> tuple[Entry, ...]:
    attempt = f"attempt-{n:08d}"
    told = Told(NOW, f"scan-{n}", "Gate A", "wedge", code(n), "admit", attempt, Grade.CONFIRMED, pax=3)
    return Settled(NOW, attempt, Outcome.OURS, (booking(n),)), told


async def timed(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return (time.perf_counter() - began) * 1000


def told(what: str, times_ms: list[float], note: str = "") -> None:
    ordered = sorted(times_ms)
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99))
    print(f"{what:<46} p50 {p50:7.3f}  p95 {p95:7.3f}  p99 {p99:7.3f}  max {ordered[-1]:8.3f} ms  {note}")


# ── appends ─────────────────────────────────────────────────────────────────────────────────────────


def bare_commits(folder: Path, count: int) -> list[float]:
    """One row of the same size, one commit, no thread, nothing derived: what this disk takes for a sync."""
    times = []
    with closing(sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE row (seq INTEGER PRIMARY KEY, body TEXT)")
        for _ in range(count):
            began = time.perf_counter()
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO row (body) VALUES (?)", ("x" * 900,))
            db.execute("COMMIT")
            times.append((time.perf_counter() - began) * 1000)
    return times


async def appends(folder: Path, count: int) -> None:
    told("bare SQLite commit, one row", bare_commits(folder, count))
    journal = await SqliteJournal.open(folder / "appends.sqlite3", lane="Gate A", clock=SystemClock())
    cpu, began = time.process_time(), time.perf_counter()
    alone = [await timed(partial(journal.append, intent(n))) for n in range(count)]
    spent, lasted = time.process_time() - cpu, time.perf_counter() - began
    told("append an intent, alone", alone, f"CPU {spent / count * 1000:.3f} ms each, {count / lasted:.0f}/s")
    told(
        "append outcome and verdict, alone",
        [await timed(partial(journal.append, *outcome(n))) for n in range(count)],
    )

    async def lane(number: int) -> list[float]:
        first = count * (number + 1)
        return [await timed(partial(journal.append, intent(n))) for n in range(first, first + count // LANES)]

    began = time.perf_counter()
    together = [ms for times in await asyncio.gather(*map(lane, range(LANES))) for ms in times]
    told(f"append an intent, {LANES} at a time", together, f"{len(together) / (time.perf_counter() - began):.0f}/s")
    await journal.close()


# ── look-ups ────────────────────────────────────────────────────────────────────────────────────────


async def look_ups(folder: Path, attempts: int) -> None:
    path = folder / f"{attempts}.sqlite3"
    journal = await SqliteJournal.open(path, lane="Gate A", clock=SystemClock())
    settled = attempts - STILL_OPEN
    for first in range(0, settled, CHUNK):
        numbers = range(first, min(first + CHUNK, settled))
        await journal.append(*(row for n in numbers for row in (intent(n), *outcome(n))))
    for n in range(settled, attempts):
        await journal.append(intent(n), Owed(NOW, f"attempt-{n:08d}", Doubt.NO_ANSWER))
    await journal.close()

    began = time.perf_counter()
    journal = await SqliteJournal.open(path, lane="Gate A", clock=SystemClock())
    opening_ms = (time.perf_counter() - began) * 1000
    asked = [n * 7919 % attempts for n in range(LOOK_UPS)]
    print(f"\n{attempts} attempts, {path.stat().st_size / 1e6:.1f} MB, opened in {opening_ms:.1f} ms")
    told("attempts_of, known", [await timed(partial(journal.attempts_of, code(n), (booking(n),))) for n in asked])
    told("attempts_of, unknown", [await timed(partial(journal.attempts_of, code(-n - 1))) for n in asked])
    told(f"open_attempts, {STILL_OPEN} open", [await timed(journal.open_attempts) for _ in asked])
    told(
        "was_cut_off_after",
        [await timed(partial(journal.was_cut_off_after, f"attempt-{n:08d}")) for n in asked[:100]],
    )
    await journal.close()
    began = time.perf_counter()
    with JournalReader(path) as reader:
        count = sum(1 for _ in reader.rows(Wanted()))
    reading_s, began = time.perf_counter() - began, time.perf_counter()
    assert verify(path).is_good
    print(f"all {count} rows read for people in {reading_s:.1f} s, verified in {time.perf_counter() - began:.1f} s")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--appends", type=int, default=2000)
    parser.add_argument("--attempts", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one otherwise")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        print(f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, {folder}")
        await appends(Path(folder), asked.appends)
        for attempts in asked.attempts:
            await look_ups(Path(folder), attempts)


if __name__ == "__main__":
    asyncio.run(main())
