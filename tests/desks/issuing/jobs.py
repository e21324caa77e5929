"""A job on a journal in memory, worked on, cut off and taken up again."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from kiosk.desks.issuing import Halt, IssuingDesk, Limits, OpenJob
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.report import State, count
from kiosk.domain.issuing.wanted import Distribution, Kind, Wanted
from kiosk.journal.memory import MemoryJournal
from tests.desks.issuing.fake import FakeManagement
from tests.fakes import FakeClock

LIMITS = Limits(timeout_s=5.0, patience_s=60.0)


def papers_of(wanted: Distribution, per_request: int = 1) -> Papers:
    table = {
        "reference": wanted.reference,
        "items": [
            {"client_order_item_id": share.client_order_item_id, "quantity_per_recipient": share.quantity}
            for share in wanted.items
        ],
    }
    return Papers(Kind(wanted.channel.value), table, "GBP", wanted.recipients, per_request)


@dataclass
class Bench:
    """What a job is worked on with. `record` outlives every worker."""

    office: FakeManagement
    clock: FakeClock
    record: MemoryJournal = field(init=False)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    papers: Papers | None = None

    def __post_init__(self) -> None:
        self.record = MemoryJournal(clock=self.clock)

    @property
    def desk(self) -> IssuingDesk:
        return IssuingDesk(self.clock)

    async def begin(self, wanted: Wanted, per_request: int = 1) -> OpenJob:
        if isinstance(wanted, Distribution):
            self.papers = papers_of(wanted, per_request)
        return await self.desk.begin("7f3a91c2", self.record, wanted, per_request, "ab" * 16)

    async def work(self, opened: OpenJob) -> Halt | None:
        return await self.desk.work(opened, self.office, LIMITS, self.stop)

    async def taken_up(self) -> OpenJob:
        """By another worker, from what is on the record."""
        assert self.papers is not None
        self.stop = asyncio.Event()
        return await self.desk.take_up(await self.record.notes(), self.record, self.papers)


def counted(opened: OpenJob) -> Counter[State]:
    return count(opened.rows())


def bench() -> Bench:
    clock = FakeClock()
    return Bench(FakeManagement(clock), clock)
