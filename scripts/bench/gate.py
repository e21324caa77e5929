"""What the kiosk costs: bare httpx doing look-up and redemption, and the whole engine doing the same, in one run.

Both talk to one sandbox in a process of its own, in turns, a guest at a time. The engine is `kiosk scan` in its own
process, fed code by code over a pipe, with the durable journal and everything else that a gate has.

    python scripts/bench/gate.py [--guests 2000] [--memory 100000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROUNDS = 5
KEY_NAME = "BENCH_KEY"


@dataclass(frozen=True)
class Office:
    """The sandbox, as it describes itself."""

    base_url: str
    supplier: str
    key: str
    codes: list[str]


@contextmanager
def sandbox(bookings: int) -> Iterator[Office]:
    """The pretend office in its own process."""
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--bookings", str(bookings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            river = said["octo"]["suppliers"][0]
            yield Office(said["octo"]["base_url"], river["name"], river["api_key"], said["bulk"])
        finally:
            process.terminate()


def environment(office: Office, folder: Path) -> dict[str, str]:
    config = folder / "bench.toml"
    config.write_text(
        f'[octo]\nbase_url = "{office.base_url}"\n'
        f'[[octo.suppliers]]\nname = "{office.supplier}"\napi_key_env = "{KEY_NAME}"\n'
        '[[sources]]\nkind = "lines"\n'
    )
    return {**os.environ, KEY_NAME: office.key, "KIOSK_STATE_DIR": str(folder), "KIOSK_CONFIG": str(config)}


async def bare(office: Office, codes: list[str]) -> list[float]:
    """Milliseconds a guest, with nothing but the two calls."""
    base_url = office.base_url
    headers = {"Authorization": f"Bearer {office.key}", "Octo-Capabilities": "octo/redemption"}
    times = []
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        await client.get(f"{base_url}/whoami")
        for code in codes:
            began = time.perf_counter()
            found = (await client.get(f"{base_url}/redemption/lookup", params={"reference": code})).json()
            body = {"redemptionCode": found[0]["redemptionCode"]}
            done = (await client.post(f"{base_url}/redemption/redeem", json=body)).json()
            times.append((time.perf_counter() - began) * 1000)
            assert done["status"] == "REDEEMED", done
    return times


class Engine:
    """`kiosk scan` as a child, a code in and a verdict out."""

    def __init__(self, env: dict[str, str]) -> None:
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "scan"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.into, self.out = self.process.stdin, self.process.stdout
        while json.loads(self.out.readline())["event"] != "ready":
            pass
        self.ready_s = time.perf_counter() - began

    def scan(self, code: str) -> tuple[float, dict[str, object]]:
        """Milliseconds from the code's last byte to the verdict's line, and the line."""
        began = time.perf_counter()
        self.into.write(code.encode() + b"\n")
        while True:
            line = json.loads(self.out.readline())
            if line["event"] == "verdict":
                return (time.perf_counter() - began) * 1000, line

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def close(self) -> None:
        self.into.close()
        self.process.wait(30)


def imports_s(env: dict[str, str]) -> float:
    """Seconds to start python and import what the engine imports: the floor under its start."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import kiosk.station, kiosk.headless, kiosk.cli.scan"], env=env, check=True)
    return time.perf_counter() - began


def told(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p50, p95, p99 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95, 0.99))
    return f"{name:<28} p50 {p50:7.2f}   p95 {p95:7.2f}   p99 {p99:7.2f}   ms, {len(times)} guests"


def compare(guests: int) -> None:
    with sandbox(guests * 2) as office, tempfile.TemporaryDirectory() as folder:
        codes = office.codes
        env = environment(office, Path(folder))
        engine = Engine(env)
        engine.scan("WARM-UP")
        ours: list[float] = []
        own: list[float] = []
        theirs: list[float] = []
        share = guests // ROUNDS
        for turn in range(ROUNDS):
            mine = codes[turn * share : (turn + 1) * share]
            his = codes[guests + turn * share : guests + (turn + 1) * share]
            theirs += asyncio.run(bare(office, his))
            for code in mine:
                ms, line = engine.scan(code)
                assert line["outcome"] == "admit", line
                ours.append(ms)
                own.append(float(line["elapsed_ms"]) - float(line["office_ms"]))  # type: ignore[arg-type]
        engine.close()
        print(told("bare httpx, both calls", theirs))
        print(told("kiosk scan, pipe to pipe", ours))
        print(told("the kiosk's own share", own))
        for share_ in (0.5, 0.99):
            place = int(share_ * (len(ours) - 1))
            print(f"added at p{share_ * 100:.0f}: {sorted(ours)[place] - sorted(theirs)[place]:.2f} ms")


def start(times: int = 5) -> None:
    with sandbox(0) as office, tempfile.TemporaryDirectory() as folder:
        env = environment(office, Path(folder))
        engines, floors = [], []
        for _ in range(times):
            floors.append(imports_s(env))
            engine = Engine(env)
            engines.append(engine.ready_s)
            engine.close()
        ready, floor = statistics.median(engines), statistics.median(floors)
        print(f"start to ready {ready:.3f} s, imports alone {floor:.3f} s, difference {ready - floor:.3f} s (medians)")


def memory(scans: int) -> None:
    """Resident memory over many scans: 1,000 bookings, scanned again and again."""
    with sandbox(1000) as office, tempfile.TemporaryDirectory() as folder:
        codes = office.codes
        env = {**environment(office, Path(folder)), "KIOSK_KIOSK__REPEAT_S": "0.01"}
        engine = Engine(env)
        for number in range(scans):
            engine.scan(codes[number % len(codes)])
            if number % (scans // 10) == 0:
                print(f"after {number:>7} scans: {engine.resident_kb() / 1024:.1f} MiB", flush=True)
        print(f"after {scans:>7} scans: {engine.resident_kb() / 1024:.1f} MiB")
        engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guests", type=int, default=2000)
    parser.add_argument("--memory", type=int, default=0, help="also watch memory over so many scans")
    options = parser.parse_args()
    compare(options.guests)
    start()
    if options.memory:
        memory(options.memory)
