"""A gate desk with an office in memory, for the tests of this folder."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

from kiosk.desks.gate import GateDesk, Served, Visit
from kiosk.desks.outbox import Outbox
from kiosk.domain.attempt import Entry
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.gate import Policy
from kiosk.domain.verdict import Verdict
from kiosk.journal.memory import MemoryJournal
from tests.fakes import CODE, FakeClock, FakeOffice, Listener

TIMEOUT_S = 4.0


@dataclass
class Gate:
    """Everything that a desk needs, with the handles that a test pulls."""

    clock: FakeClock = field(default_factory=FakeClock)
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        self.office = FakeOffice(self.clock)
        self.journal = MemoryJournal(clock=self.clock)
        self.listener = Listener()
        self._ids = (f"id{n}" for n in itertools.count(1))
        self.restart()

    def restart(self) -> None:
        """A new engine on the same journal."""
        self.desk = GateDesk(
            self.office, self.journal, self.clock, self.policy, TIMEOUT_S, new_id=lambda: next(self._ids)
        )
        self.outbox = Outbox(
            self.office, self.journal, self.clock, self.listener, self.policy, TIMEOUT_S, self.desk.turns
        )

    async def scan(self, code: str = CODE, *, lane: str = "Gate A", chosen: tuple[Booking, ...] = ()) -> Verdict:
        return (await self.serve(code, lane=lane, chosen=chosen)).verdict

    async def serve(self, code: str = CODE, *, lane: str = "Gate A", chosen: tuple[Booking, ...] = ()) -> Served:
        return await self.desk.serve(Visit(next(self._ids), lane, "test", Code(code), chosen))

    def slow_the_disk_down(self) -> None:
        """What is written takes longer than an answer of the office."""
        append = self.journal.append

        async def slowly(*entries: Entry) -> None:
            for _ in range(50):
                await asyncio.sleep(0)
            await append(*entries)

        self.journal.append = slowly  # type: ignore[method-assign]

    async def wait(self, seconds: float) -> None:
        """Let time pass, with the outbox at work."""
        for _ in range(int(seconds)):
            self.clock.move(1.0)
            self.office.settle_late()
            await self.outbox.round()
