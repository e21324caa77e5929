"""A distribution on the sandbox, as `kiosk issue distribute` does it: time, memory, the event loop's longest pause.

    python scripts/bench/issuing.py [--recipients 5000] [--per-request 1]

The sandbox is a process of its own; the record is synced with every request.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.config import Settings, load
from kiosk.desks.issuing import IssuingDesk, Limits, OpenJob
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.recipients import read_recipients
from kiosk.domain.issuing.report import count
from kiosk.domain.issuing.wanted import Channel, Kind
from kiosk.journal.checking import verify
from kiosk.station.issuing import job_folders, new_job, open_management

CONFIG = """
[vista]
base_url = "{root}/vista"
auth_url = "{root}/vista/auth"
username_env = "NOBODY"
password_env = "NOTHING"
site_id = "0002"
[vista.management]
base_url = "{base_url}"
identity_url = "{identity_url}"
client_id_env = "BENCH_CLIENT_ID"
client_secret_env = "BENCH_CLIENT_SECRET"
api_key_env = "BENCH_API_KEY"
tenant = "{tenant}"
"""
BEAT_S = 0.005


async def main(recipients: int, per_request: int) -> None:
    with tempfile.TemporaryDirectory() as folder, _sandbox() as about:
        place = about["management"]
        os.environ.update(
            KIOSK_STATE_DIR=folder,
            BENCH_CLIENT_ID=place["client_id"],
            BENCH_CLIENT_SECRET=place["client_secret"],
            BENCH_API_KEY=place["api_key"],
        )
        root = place["base_url"].removesuffix("/integration")
        settings = _settings(Path(folder, "kiosk.toml"), CONFIG.format(root=root, **place))
        began_s = time.monotonic()
        listed = "\n".join(["email", *(f"guest{number}@x.example" for number in range(recipients))])
        everybody = read_recipients(listed, Channel.EMAIL)
        assert isinstance(everybody, tuple)
        read_s = time.monotonic() - began_s
        table = {
            "reference": "BENCH",
            "items": [{"client_order_item_id": place["client_order_items"][0], "quantity_per_recipient": 1}],
        }
        papers = Papers(Kind.EMAIL, table, "GBP", everybody, per_request)
        before_mib = _mib()
        async with open_management(settings) as office, new_job(settings, papers) as opened:
            pauses = asyncio.create_task(_pauses())
            began_s, cpu_s = time.monotonic(), time.process_time()
            halt = await IssuingDesk(opened.clock).work(opened, office, Limits(), asyncio.Event())
            took_s, cpu_s = time.monotonic() - began_s, time.process_time() - cpu_s
            pauses.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pauses
            _tell(opened, halt, recipients, took_s, cpu_s, before_mib)
        (job,) = job_folders().all()
        print(f"list read in {read_s:.2f} s, record {job.record.stat().st_size / 2**20:.1f} MiB, "
              f"{'whole' if verify(job.record).is_good else 'BROKEN'}")  # fmt: skip


def _settings(config: Path, text: str) -> Settings:
    config.write_text(text)
    return load(config)


def _tell(opened: OpenJob, halt: object, recipients: int, took_s: float, cpu_s: float, before_mib: float) -> None:
    rows = opened.rows()
    states = count(rows)
    once = Counter(row.recipient for row in rows)
    assert halt is None, halt
    assert set(once.values()) == {1}
    assert len(once) == recipients
    print(f"{recipients} recipients in {len(opened.requests)} requests: {took_s:.1f} s, {cpu_s:.1f} s of CPU, "
          f"{dict(states)}")  # fmt: skip
    print(f"memory {before_mib:.0f} MiB before, {_mib():.0f} MiB at most")
    for name, found in (("late", sorted(_late_ms)), ("at work without a pause", sorted(_busy_ms))):
        longest = ", ".join(f"{one:.0f}" for one in reversed(found[-5:]))
        print(f"event loop {name}: p99 {found[int(0.99 * len(found))]:.1f} ms, longest {longest} ms")


_late_ms: list[float] = []
_busy_ms: list[float] = []
"""What the loop itself has worked from one beat to the next: not lengthened by what else the machine does."""


async def _pauses() -> None:
    """How late a timer is that is due every few milliseconds: what a Ctrl-C, or the bar, would wait."""
    while True:
        due_s, cpu_s = time.monotonic() + BEAT_S, time.thread_time()
        await asyncio.sleep(BEAT_S)
        _late_ms.append((time.monotonic() - due_s) * 1000)
        _busy_ms.append((time.thread_time() - cpu_s) * 1000)


def _mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def _sandbox() -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--recipients", type=int, default=5000)
    options.add_argument("--per-request", type=int, default=1)
    asked = options.parse_args()
    asyncio.run(main(asked.recipients, asked.per_request))
