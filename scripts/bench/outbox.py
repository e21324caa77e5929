"""How soon what is owed is paid: from "network back" to "nothing owed", against bare httpx doing the same calls.

A network that is cut and mended for real lies between the engine (`kiosk scan` in its own process) and the pretend
office. The guests are admitted while it is cut, and their redemptions owed. Bare httpx goes the same way, look-up and
redemption for as many other guests, before and after: the ratio is of times taken in one run.

    python -m scripts.bench.outbox [--owed 1000] [--away 0]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.bench.gate import Office, bare, environment, sandbox
from tests.faults.proxy import Cable, Proxy, proxy_to

IN_HAND = 20
"""Codes that the engine has been given and not answered yet, while guests come."""


class Engine:
    """`kiosk scan` that admits anybody while the office is away."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._into, self._out = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, env: dict[str, str]) -> Engine:
        command = [sys.executable, "-m", "kiosk", "scan"]
        process = await asyncio.create_subprocess_exec(*command, env=env, stdin=PIPE, stdout=PIPE, limit=1 << 20)
        engine = cls(process)
        await engine.until("ready")
        return engine

    async def until(self, event: str) -> dict[str, Any]:
        while True:
            line: dict[str, Any] = json.loads(await self._out.readline())
            if line["event"] == event:
                return line

    async def admit(self, codes: list[str]) -> None:
        """Scan these guests, without the office, and see that all come in."""
        for start in range(0, len(codes), IN_HAND):
            some = codes[start : start + IN_HAND]
            self._into.write("".join(f"{code}\n" for code in some).encode())
            for _ in some:
                verdict = await self.until("verdict")
                assert verdict["grade"] == "provisional", verdict

    async def paid(self, count: int) -> list[float]:
        """When each of so many was settled (monotonic seconds), and last that nothing is owed any more."""
        times: list[float] = []
        while True:
            line = json.loads(await self._out.readline())
            if line["event"] == "settled":
                assert line["outcome"] == "ours", line
                times.append(time.perf_counter())
            if line["event"] == "owed" and line["count"] == 0:
                assert len(times) == count, f"{len(times)} of {count} were settled"
                return [*times, time.perf_counter()]

    async def close(self) -> None:
        self._into.close()
        await self._process.wait()


async def run(owed: int, away_s: float) -> None:
    with sandbox(3 * owed) as office, tempfile.TemporaryDirectory() as folder:
        async with proxy_to(office.base_url) as proxy:
            office = Office(proxy.base_url, office.supplier, office.key, office.codes)
            env = environment(office, Path(folder)) | {"KIOSK_OFFLINE__ADMIT": "any"}
            engine = await Engine.start(env)
            bare_s = [sum(await bare(office, office.codes[owed : 2 * owed])) / 1000]
            noticed_s, times = await outage(engine, proxy, office.codes[:owed], away_s)
            await engine.close()
            bare_s.append(sum(await bare(office, office.codes[2 * owed : 3 * owed])) / 1000)
    report(noticed_s, times, bare_s)


async def outage(engine: Engine, proxy: Proxy, codes: list[str], away_s: float) -> tuple[float, list[float]]:
    """Cut the network, admit, mend it. The seconds until the engine asks again, and those until each was settled."""
    await proxy.set(Cable.REFUSED)
    await engine.admit(codes)
    await asyncio.sleep(away_s)
    asked_s: list[float] = []
    proxy.on_sent = lambda connection, data: asked_s.append(time.perf_counter())
    await proxy.set(Cable.WHOLE)
    back_s = time.perf_counter()
    times = await engine.paid(len(codes))
    return asked_s[0] - back_s, [at - back_s for at in times]


def report(noticed_s: float, times: list[float], bare_s: list[float]) -> None:
    owed, bare_mean_s = len(times) - 1, statistics.mean(bare_s)
    paying_s = times[-1] - noticed_s
    gaps = sorted(after - before for before, after in itertools.pairwise(times))
    print(f"bare httpx, look-up and redemption for {owed}: {bare_s[0]:.2f} s before, {bare_s[1]:.2f} s after")
    print(f"the engine asked again {noticed_s:.2f} s after the network was back")
    print(f"from its first question to nothing owed: {paying_s:.2f} s, {paying_s / owed * 1000:.2f} ms each")
    print(f"between two payments: p50 {gaps[len(gaps) // 2] * 1000:.2f} ms, longest {gaps[-1]:.2f} s")
    print(f"ratio of paying to bare httpx: {paying_s / bare_mean_s:.2f}")
    print(f"ratio of network back to nothing owed, to bare httpx: {times[-1] / bare_mean_s:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owed", type=int, default=1000)
    parser.add_argument("--away", type=float, default=0.0, help="seconds that the network stays away after the last")
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(run(options.owed, options.away))
