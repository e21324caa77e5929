"""What the day's list costs: how fast it is fetched, the memory that takes, and how soon a code is found on it.

The pretend office has a process of its own. For each size a fresh process fetches the whole list, as the engine does it
with its pauses, then looks codes up, then asks for what has changed, then looks up for a while as all is fetched again.

    python scripts/bench/daylist.py [SIZE ...]        (default: 1000 10000 100000)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SIZES = (1000, 10_000, 100_000)
LOOK_UPS = 5000
BUSY_S = 20.0
RIVER = "River Cruises"
LONDON = ZoneInfo("Europe/London")  # the sandbox's cruises
BAR = 40


@contextmanager
def sandbox(bookings: int) -> Iterator[dict[str, Any]]:
    """The pretend office in its own process; what it says about itself."""
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--bookings", str(bookings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield json.loads(line)
        finally:
            process.terminate()


def memory_kb(name: str) -> int:
    """`VmRSS`: resident now; `VmHWM`: the most that has been resident."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1])


def written_bytes() -> int:
    """What this process has sent to disks."""
    return int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["write_bytes"])


def size_mb(folder: Path) -> float:
    """Of the list's file and its log."""
    return sum(file.stat().st_size for file in folder.glob("daylist*")) / 2**20


async def measure(office: dict[str, Any], folder: Path) -> dict[str, float]:
    """In a process of its own, that has done nothing else."""
    from pydantic import SecretStr

    from kiosk.desks.prefetch import Prefetch
    from kiosk.device.clock import SystemClock
    from kiosk.journal.daylist import SqliteDayList
    from kiosk.offices.octo.office import OctoOffice, SupplierKey

    clock = SystemClock()
    key = next(one["api_key"] for one in office["octo"]["suppliers"] if one["name"] == RIVER)
    client = OctoOffice(office["octo"]["base_url"], [SupplierKey(RIVER, SecretStr(key))], clock=clock)
    await client.is_back()
    day_list = await SqliteDayList.open(folder / "journal.sqlite3", (RIVER,))
    prefetch = Prefetch(client, day_list, clock, (RIVER,), zone=LONDON)

    before_kb, before_bytes = memory_kb("VmRSS"), written_bytes()
    began = time.perf_counter()
    pause_s = await prefetch.round(RIVER)
    fetched_s = time.perf_counter() - began
    states = await day_list.states()
    assert pause_s == prefetch.refresh_s, states
    assert all(state.complete for state in states), states
    result = {
        "bookings": float(sum(state.bookings for state in states)),
        "fetch_s": fetched_s,
        "peak_mb": (memory_kb("VmHWM") - before_kb) / 1024,
        "kept_mb": (memory_kb("VmRSS") - before_kb) / 1024,
        "written_mb": (written_bytes() - before_bytes) / 2**20,
        "file_mb": size_mb(folder),
    }
    codes = office["bulk"]
    result |= named("quiet", await look_ups(day_list, codes, LOOK_UPS))

    began = time.perf_counter()
    await prefetch.round(RIVER)
    result["changes_s"] = time.perf_counter() - began

    prefetch.oldest = timedelta()
    fetching = asyncio.create_task(prefetch.round(RIVER))
    times: list[float] = []
    began = time.perf_counter()
    while not fetching.done() and time.perf_counter() - began < BUSY_S:
        times += await look_ups(day_list, codes, 10)
        await asyncio.sleep(0.01)
    fetching.cancel()
    await asyncio.gather(fetching, return_exceptions=True)
    result |= named("fetching", times)
    await day_list.close()
    await client.aclose()
    return result


async def look_ups(day_list: Any, codes: list[str], count: int) -> list[float]:
    """Milliseconds from the question to the bookings, thread and all."""
    times = []
    for code in random.choices(codes, k=count):
        began = time.perf_counter()
        listed = await day_list.find(code)
        times.append((time.perf_counter() - began) * 1000)
        assert len(listed.bookings) == 1
    return times


def named(name: str, times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"{name}_p{share}_ms": ordered[int(share / 100 * (len(ordered) - 1))] for share in (50, 99)}


def in_own_process(office: dict[str, Any]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        about = Path(folder) / "office.json"
        about.write_text(json.dumps(office))
        run = subprocess.run(
            [sys.executable, __file__, "--measure", str(about)], capture_output=True, text=True, env=dict(os.environ)
        )
        if run.returncode:
            raise SystemExit(run.stderr)
        result = json.loads(run.stdout)
        assert isinstance(result, dict)
        return result


COLUMNS = {
    "bookings": ("bookings", "{:>9.0f}"),
    "rate": ("bookings/s", "{:>10.0f}"),
    "fetch_s": ("fetched in s", "{:>12.1f}"),
    "peak_mb": ("peak +MiB", "{:>9.1f}"),
    "kept_mb": ("kept +MiB", "{:>9.1f}"),
    "file_mb": ("file MiB", "{:>8.1f}"),
    "written_mb": ("written MiB", "{:>11.1f}"),
    "quiet_p50_ms": ("p50 ms", "{:>6.3f}"),
    "quiet_p99_ms": ("p99 ms", "{:>6.3f}"),
    "fetching_p50_ms": ("p50 busy", "{:>8.3f}"),
    "fetching_p99_ms": ("p99 busy", "{:>8.3f}"),
    "changes_s": ("changes s", "{:>9.2f}"),
}


def show(results: list[dict[str, float]]) -> None:
    print("  ".join(heading for heading, _ in COLUMNS.values()))
    for result in results:
        print("  ".join(form.format(result[name]) for name, (_, form) in COLUMNS.items()))
    for name in ("fetch_s", "peak_mb", "quiet_p99_ms"):
        heading, form = COLUMNS[name]
        most = max(result[name] for result in results) or 1.0
        print(f"\n{heading}")
        for result in results:
            print(f"{result['bookings']:>9.0f}  {form.format(result[name])}  {'█' * round(BAR * result[name] / most)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        office = json.loads(options.measure.read_text())
        result = asyncio.run(measure(office, options.measure.parent))
        print(json.dumps(result | {"rate": result["bookings"] / result["fetch_s"]}))
        return
    results = []
    for size in options.sizes:
        with sandbox(size) as office:
            results.append(in_own_process(office))
    show(results)


if __name__ == "__main__":
    main()
