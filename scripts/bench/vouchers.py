"""What the voucher desk costs: bare httpx making a ticket of a voucher, and the desk doing the same, in one run.

Both talk to one sandbox in a process of its own, in turns, a guest at a time, with the same seven calls: prices, order,
voucher, tickets and seats, the order once more before staff say yes, completion, tickets. The desk has its journal,
durable on disk, and everything else that `kiosk voucher redeem` has; office time is what its HTTP transport waits for.

    python scripts/bench/vouchers.py [--rounds 30]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from kiosk.desks.vouchers import Rules, Talk, VoucherDesk
from kiosk.device.clock import SystemClock
from kiosk.domain.cinema import Showtime
from kiosk.domain.redeeming import Added, Confirmation, Done, Holding
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.sandbox import Rules as Tenant
from kiosk.sandbox import Sandbox
from kiosk.station.gate import new_id

SITE, SHOWTIME, ADULT = "0002", "0002-2681", "0002-0050"
GUESTS = 6
"""Of a round for each of the two: between rounds the sandbox is set back, and its vouchers are good again."""


@dataclass(frozen=True)
class Office:
    """The sandbox, as it describes itself."""

    said: dict[str, Any]
    reset_url: str
    barcodes: list[str]


@contextmanager
def sandbox() -> Iterator[Office]:
    """The pretend office in its own process, whose completions are done at once."""
    with subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            good = [said["samples"][f"good-{number}"]["code"] for number in range(1, 2 * GUESTS + 1)]
            yield Office(said, said["reset"], good)
        finally:
            process.terminate()


async def serve() -> None:
    async with Sandbox(rules=Tenant(pending_s=0.0)) as running:
        said = {**running.vista.as_json(), "reset": f"{running.root_url}/_sandbox/reset"}
        print(json.dumps(said), flush=True)
        await asyncio.Event().wait()


# ── nothing but the calls ───────────────────────────────────────────────────────────────────────────


async def bare(http: httpx.AsyncClient, barcode: str) -> float:
    """Milliseconds from a voucher to its tickets."""
    began = time.perf_counter()
    (await http.get(f"/showtimes/{SHOWTIME}/ticket-prices")).json()
    opened = (await http.post("/orders/standard/booking", json={"siteId": SITE, "bookingMode": "Paid"})).json()
    order = f"/orders/{opened['order']['id']}"
    asked: dict[str, Any] = {"type": "Ticket", "credentials": {"barcode": barcode}, "showtimeId": SHOWTIME}
    added = (await http.post(f"{order}/vouchers", json=asked)).json()
    tickets = [{"ticketTypeId": ADULT, "voucherId": added["voucher"]["id"]}]
    (await http.put(f"{order}/showtimes/{SHOWTIME}", json={"tickets": tickets})).json()
    (await http.get(order)).json()
    completion = (await http.post(f"{order}/completion")).json()
    (await http.get(f"/orders/completed/{opened['order']['id']}")).json()
    took = (time.perf_counter() - began) * 1000
    assert completion["status"] == "Completed", completion
    return took


@asynccontextmanager
async def signed_in(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{office.said['base_url']}/ocapi/v1", trust_env=False) as http:
        form = {"grant_type": "password", "client_id": "bench", "username": office.said["username"]}
        form["password"] = office.said["password"]
        token = (await http.post(f"{office.said['auth_url']}/connect/token", data=form)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


# ── the desk ────────────────────────────────────────────────────────────────────────────────────────


class Timed(httpx.AsyncHTTPTransport):
    """Counts the time for which an answer was waited for."""

    waited_s = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        began = time.perf_counter()
        try:
            answer = await super().handle_async_request(request)
            assert isinstance(answer.stream, httpx.AsyncByteStream)
            body = b"".join([part async for part in answer.stream])
            await answer.aclose()
            return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))
        finally:
            self.waited_s += time.perf_counter() - began


@dataclass(frozen=True)
class Desk:
    desk: VoucherDesk
    showtime: Showtime
    transport: Timed

    async def redeem(self, barcode: str) -> tuple[float, float]:
        """Milliseconds from a voucher to its tickets, and those of them that were not the office's."""
        waited_before, began = self.transport.waited_s, time.perf_counter()
        talk = await self.desk.begin(self.showtime, lane="Bench")
        assert isinstance(talk, Talk), talk
        added = await talk.add(barcode)
        assert isinstance(added, Added), added
        talk.use(added.voucher.id, price=ADULT)
        held = await talk.hold()
        assert isinstance(held, Holding), held
        shown = await talk.to_confirm()
        assert isinstance(shown, Confirmation), shown
        done = await talk.complete(shown)
        took = time.perf_counter() - began
        assert isinstance(done, Done), done
        assert done.order is not None
        return took * 1000, (took - (self.transport.waited_s - waited_before)) * 1000


@asynccontextmanager
async def open_desk(office: Office, folder: Path) -> AsyncIterator[Desk]:
    clock, transport = SystemClock(), Timed()
    login = Login("bench", SecretStr(office.said["username"]), SecretStr(office.said["password"]))
    journal = await SqliteJournal.open(folder / "journal.sqlite3", lane="Bench", clock=clock)
    cinema = VistaOffice(
        office.said["base_url"], office.said["auth_url"], login, clock=clock, currency="GBP", transport=transport
    )
    try:
        desk = VoucherDesk(cinema, journal, clock, Rules(SITE), new_id)
        showtime = await desk.whats_on.find_showtime(SHOWTIME)
        assert isinstance(showtime, Showtime), showtime
        yield Desk(desk, showtime, transport)
    finally:
        await cinema.aclose()
        await journal.close()


# ── the comparison ──────────────────────────────────────────────────────────────────────────────────


async def compare(office: Office, rounds: int) -> None:
    ours, own, theirs = list[float](), list[float](), list[float]()
    cpu_ours, cpu_theirs = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        async with open_desk(office, Path(folder)) as desk, signed_in(office) as http:
            for turn in range(-1, rounds):
                await http.post(office.reset_url)
                his, mine = office.barcodes[:GUESTS], office.barcodes[GUESTS:]
                before = time.process_time()
                for barcode in his:
                    theirs.append(await bare(http, barcode))
                between = time.process_time()
                for barcode in mine:
                    took, added = await desk.redeem(barcode)
                    ours.append(took)
                    own.append(added)
                cpu_theirs.append((between - before) * 1000 / GUESTS)
                cpu_ours.append((time.process_time() - between) * 1000 / GUESTS)
                if turn < 0:  # caches are warm from now on
                    ours, own, theirs, cpu_ours, cpu_theirs = [], [], [], [], []
    print(told("bare httpx, the same calls", theirs))
    print(told("the voucher desk", ours))
    print(told("its own share of that", own))
    print(f"added, median to median: {statistics.median(ours) - statistics.median(theirs):.2f} ms")
    print(f"CPU of this process a voucher: {statistics.median(cpu_theirs):.2f} → {statistics.median(cpu_ours):.2f} ms")


def told(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"{name:<28} median {statistics.median(ordered):7.2f}   p95 {p95:7.2f}   ms, {len(times)} vouchers"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
    else:
        with sandbox() as running:
            asyncio.run(compare(running, options.rounds))
