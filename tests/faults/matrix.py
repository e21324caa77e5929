"""One cell of the fault matrix, played on a real gate: a fault at a step, while the network comes and goes.

Whatever happens, of each guest's ticket must be true: let in once; never told "already used" before that; once the
network is back nothing is owed, and the office's books say what our journal says. Where the office itself declines to
redeem a ticket that was let in meanwhile, there is a conflict for the supervisor.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.domain.attempt import Outcome
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.verdict import Admit, Grade, Reason, Refuse, Undecided, Verdict
from kiosk.sandbox import FaultPlan, Sample, Sandbox
from tests.faults.clocks import MovableClock, OfficeClock
from tests.faults.proxy import Cable, Proxy, proxy_to
from tests.faults.real_gate import RealGate, real_gate

RIVER = "River Cruises"
TIMEOUT_S = 0.3
LONGER_THAN_THE_TIMEOUT_S = 0.45
CALM_TIMEOUT_S = 4.0
"""For what a guest must get once all is well: a busy machine is no fault."""

LOOK_UP, REDEEM = "GET /octo/redemption/lookup", "POST /octo/redemption/redeem"
OFFICE_SAYS_NO = ("refuse", "not_found", "error_in_200")
LASTING = ("slow", "late")


class Step(StrEnum):
    LOOK_UP = "look-up"
    REDEMPTION = "redemption"
    LOOK_AGAIN = "second look-up"
    CREDENTIALS = "question whose code it is"
    PROBE = "question whether the office is back"
    LISTING = "fetching of the day's list"


class Network(StrEnum):
    ONLINE = "online"
    GOING_DOWN = "going down"
    DOWN = "down"
    COMING_BACK = "coming back"


@dataclass(frozen=True)
class Cell:
    fault: str
    step: Step
    network: Network
    lanes: int
    admission: OfflineAdmission
    cut: Cable

    def __str__(self) -> str:
        lanes = "one lane" if self.lanes == 1 else "two lanes"
        cut = "" if self.network is Network.ONLINE else f" ({self.cut})"
        return f"{self.fault} at the {self.step}, {self.network}{cut}, {lanes}, admit {self.admission}"


@dataclass
class Post:
    """A gate with its sandbox and its cable, for one cell after the other; each has a guest of its own."""

    sandbox: Sandbox
    proxy: Proxy
    gate: RealGate
    clock: MovableClock
    guests: list[Sample]

    async def play(self, cell: Cell) -> list[str]:
        """What is wrong after this cell; nothing, mostly."""
        play = _Play(self, cell, self.guests.pop())
        self.gate.admit_offline(cell.admission)
        self.gate.desk.timeout_s = self.gate.outbox.timeout_s = TIMEOUT_S
        await play.first_act()
        await play.second_act()
        await play.last_act()
        return [f"{cell}: {wrong}" for wrong in play.wrongs]

    async def fetch_list_anew(self) -> None:
        """As after a night: the list of these days is not there yet."""
        await self.gate.day_list.forget(date.max)
        await self.gate.fetch_list()


@asynccontextmanager
async def post_at(folder: Path, *, suppliers: tuple[str, ...] | None = (RIVER,)) -> AsyncIterator[Post]:
    """A gate whose list has been fetched: the guests are those on it."""
    clock = MovableClock()
    async with (
        Sandbox(clock=OfficeClock(clock)) as sandbox,
        proxy_to(sandbox.base_url) as proxy,
        real_gate(sandbox, folder, base_url=proxy.base_url, suppliers=suppliers, clock=clock, failures=1) as gate,
    ):
        await gate.fetch_list()
        good = [sample for name, sample in sandbox.samples.items() if name.startswith("good-")]
        yield Post(sandbox, proxy, gate, clock, [s for s in good if (await gate.day_list.find(s.code)).bookings])


@dataclass
class _Play:
    post: Post
    cell: Cell
    guest: Sample
    wrongs: list[str] = field(default_factory=list)
    admitted: int = 0

    async def first_act(self) -> None:
        """The guest comes: to one lane, or with two of the ticket's codes to two at once."""
        cell, proxy = self.cell, self.post.proxy
        if cell.network in (Network.ONLINE, Network.GOING_DOWN):
            self.arm()
            if cell.network is Network.GOING_DOWN:
                request, after = _ROUTES[cell.step]
                proxy.cut_behind(request, cell.cut, after=after)
            self.judge(await self.scans())
            return
        if cell.step is Step.LISTING:
            self.arm()
            await self.post.fetch_list_anew()
        await proxy.set(cell.cut)
        await self.post.gate.scan("A-STRANGER")
        self.expect(not self.post.gate.breaker.is_up, "the breaker has not opened")
        verdicts = await self.scans()
        self.judge(verdicts)
        if cell.admission is OfflineAdmission.NEVER:
            self.expect(all(isinstance(v, Undecided) for v in verdicts), f"{verdicts} though nobody is let in")
        elif cell.step is not Step.LISTING:
            self.expect(self.admitted == 1, f"{verdicts} though the ticket is on the list")

    async def second_act(self) -> None:
        """The network is whole again, and what is owed is paid; `coming back`: while the guest tries again."""
        cell, gate = self.cell, self.post.gate
        if cell.network in (Network.DOWN, Network.COMING_BACK) and cell.step is not Step.LISTING:
            self.arm()
        await self.post.proxy.set(Cable.WHOLE)
        await self.breaker_closes()
        if cell.network is Network.COMING_BACK:
            _, verdicts = await asyncio.gather(gate.outbox.round(), self.scans())
            self.judge(verdicts)
        else:
            await gate.outbox.round()
        if cell.fault in LASTING:
            await asyncio.sleep(LONGER_THAN_THE_TIMEOUT_S)
        self.post.sandbox.faults.clear()

    async def last_act(self) -> None:
        """All is well. Who has not come in tries again; then time passes, and the books are compared."""
        gate = self.post.gate
        gate.desk.timeout_s = gate.outbox.timeout_s = CALM_TIMEOUT_S
        await self.breaker_closes()
        if not self.admitted:
            verdict = await gate.scan(self.guest.code)
            self.judge([verdict])
            self.expect(isinstance(verdict, Admit), f"has paid and is not let in: {verdict}")
        for _ in range(3):
            self.post.clock.move(61)
            await gate.outbox.round()
        again = await gate.scan(self.guest.references[0], lane="Gate B")
        self.judge([again])
        lane = again.use.lane if isinstance(again, Refuse) and again.use else None
        self.expect(lane in ("Gate A", "Gate B"), f"scanned again: {again}")
        await self.compare_books()

    # ── small steps ─────────────────────────────────────────────────────────────────────────────────

    def arm(self) -> None:
        route, after = _ROUTES[self.cell.step]
        seconds = LONGER_THAN_THE_TIMEOUT_S if self.cell.fault in LASTING else None
        if self.cell.step is Step.LOOK_AGAIN:
            self.post.sandbox.faults.add(FaultPlan("lost", (REDEEM,)))
        self.post.sandbox.faults.add(FaultPlan(self.cell.fault, (route,), after=after, seconds=seconds))

    async def scans(self) -> list[Verdict]:
        codes = (self.guest.code, self.guest.references[0])[: self.cell.lanes]
        lanes = ("Gate A", "Gate B")
        scans = (self.post.gate.scan(code, lane=lane) for code, lane in zip(codes, lanes, strict=False))
        return list(await asyncio.gather(*scans))

    async def breaker_closes(self) -> None:
        async with asyncio.timeout(10):
            while not self.post.gate.breaker.is_up:  # noqa: ASYNC110 (it asks by itself)
                await asyncio.sleep(0.01)

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrongs.append(otherwise)

    def judge(self, verdicts: list[Verdict]) -> None:
        """Of verdicts given at one time, the admission was first: the other lane waits for its turn."""
        for verdict in sorted(verdicts, key=lambda one: not isinstance(one, Admit)):
            match verdict:
                case Admit(grade=grade):
                    self.admitted += 1
                    self.expect(self.admitted == 1, "let in twice")
                    by_list = self.cell.admission is OfflineAdmission.LISTED
                    self.expect(grade is Grade.CONFIRMED or by_list, "let in without the office")
                case Refuse(reason=Reason.ALREADY_REDEEMED):
                    self.expect(self.admitted == 1, "told that it is used, and nobody was let in")
                case Refuse(reason=reason):
                    self.expect(self.cell.fault in OFFICE_SAYS_NO, f"refused as {reason}")
                case _:
                    self.expect(isinstance(verdict, Undecided), f"{verdict}")

    async def compare_books(self) -> None:
        journal, [uuid] = self.post.gate.journal, self.guest.uuids
        still_open = [a for a in await journal.open_attempts() if _is_about(a.bookings, uuid)]
        self.expect(not still_open, "something is owed")
        parked = [a for a in await journal.parked_attempts() if _is_about(a.bookings, uuid)]
        codes = (self.guest.code, self.guest.references[0])
        attempts = {a.id: a for code in codes for a in await journal.attempts_of(code)}.values()
        ours = [b.uuid for a in attempts if a.outcome is Outcome.OURS for b in a.settled_bookings]
        booked = [entry.subject for entry in self.post.sandbox.books.of(self.guest.references[0], "redeem")]
        self.expect(ours == booked, f"journal {ours}, the office's books {booked}")
        if parked and self.cell.fault in OFFICE_SAYS_NO and self.cell.step is Step.REDEMPTION:
            self.expect(booked == [] and parked[0].conflict, f"{booked}, {parked[0].why}")
        else:
            self.expect(booked == [uuid] and not parked, f"{booked}, parked: {[a.why for a in parked]}")


_ROUTES = {
    Step.LOOK_UP: (LOOK_UP, 0),
    Step.REDEMPTION: (REDEEM, 0),
    Step.LOOK_AGAIN: (LOOK_UP, 1),
    Step.CREDENTIALS: ("POST /octo/redemption/credentials", 0),
    Step.PROBE: ("GET /octo/whoami", 0),
    Step.LISTING: ("GET /octo/bookings", 0),
}


def _is_about(bookings: tuple[object, ...], uuid: str) -> bool:
    return any(getattr(booking, "uuid", None) == uuid for booking in bookings) or not bookings
