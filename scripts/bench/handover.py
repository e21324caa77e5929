"""What a flood at the hand-over page costs a scan: how late the engine's loop is, quiet and under attack.

    python scripts/bench/handover.py [--seconds 10] [--clients 40]

The page is served in this process, as the engine does; the flood comes from another one, as fast as it can: unknown
links, half requests and connections that say nothing. A scan waits for the loop as this timer does. On a busy machine
look at the time that a connection costs: that does not depend on who else computes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from kiosk.device.clock import SystemClock
from kiosk.handover import HandOver

EVERY_S = 0.005


def flood(port: int, clients: int, seconds: float) -> None:
    """As many at a time as there are clients: each asks something, half of it, or nothing, again and again."""
    os.nice(19)  # a real one computes on other machines
    with ThreadPoolExecutor(clients) as pool:
        counts = list(pool.map(lambda number: attack(port, number, seconds), range(clients)))
    print(sum(counts), flush=True)


def attack(port: int, number: int, seconds: float) -> int:
    until, count = time.monotonic() + seconds, 0
    said = (b"GET /AAAA HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /", b"")[number % 3]
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as one:
            one.sendall(said)
            one.recv(1)
        count += 1
    return count


async def late(seconds: float) -> list[float]:
    """By how many milliseconds the loop comes too late to a timer."""
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        await asyncio.sleep(EVERY_S)
        found.append((time.perf_counter() - began - EVERY_S) * 1000)
    return sorted(found)


def told(name: str, found: list[float]) -> None:
    p50, p99 = (found[int(len(found) * share)] for share in (0.5, 0.99))
    print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, worst {found[-1]:.1f} ms late")


async def run(seconds: float, clients: int) -> None:
    page = HandOver("127.0.0.1", 0, 600.0, SystemClock())
    await page.start()
    port = page.url.rpartition(":")[2]
    told("quiet", await late(seconds))
    words = [sys.executable, __file__, "--flood", port, "--clients", str(clients), "--seconds", str(seconds)]
    attack = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    began_s, cpu_s = time.perf_counter(), time.process_time()
    told("under attack", await late(seconds))
    count, _ = await attack.communicate()
    cpu_s, elapsed_s = time.process_time() - cpu_s, time.perf_counter() - began_s
    each_us = cpu_s / int(count) * 1e6
    print(f"{int(count) / seconds:.0f} connections a second, {each_us:.0f} µs of this process's time each")
    print(f"which is {cpu_s / elapsed_s:.0%} of a core")
    await page.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--flood", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.flood:
        flood(asked.flood, asked.clients, asked.seconds)
    else:
        asyncio.run(run(asked.seconds, asked.clients))


if __name__ == "__main__":
    main()
