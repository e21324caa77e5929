"""A gate with nothing pretended on our side: HTTP to the sandbox, SQLite on disk, the real clock."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from kiosk.desks.breaker import Breaker
from kiosk.desks.gate import GateDesk, Visit
from kiosk.desks.outbox import Outbox
from kiosk.desks.prefetch import Prefetch
from kiosk.desks.standby import Standby
from kiosk.device.clock import SystemClock
from kiosk.domain.booking import Booking
from kiosk.domain.clock import ClockState
from kiosk.domain.code import Code
from kiosk.domain.gate import Policy
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.verdict import Verdict
from kiosk.journal.daylist import SqliteDayList
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import Clock
from kiosk.sandbox import Sandbox
from tests.fakes import Listener

OLDEST = timedelta(hours=12)


@dataclass
class RealGate:
    sandbox: Sandbox
    journal: SqliteJournal
    office: OctoOffice
    breaker: Breaker
    desk: GateDesk
    outbox: Outbox
    listener: Listener
    day_list: SqliteDayList
    suppliers: tuple[str, ...]

    async def scan(self, code: str, *, lane: str = "Gate A", chosen: tuple[Booking, ...] = ()) -> Verdict:
        served = await self.desk.serve(Visit(uuid.uuid4().hex, lane, "test", Code(code), chosen))
        return served.verdict

    def redemptions(self, name: str) -> int:
        """How often the sandbox's books say that a sample was redeemed."""
        uuids = self.sandbox.samples[name].uuids
        return sum(entry.action == "redeem" and entry.subject in uuids for entry in self.sandbox.books.entries)

    async def fetch_list(self) -> None:
        """One round for each supplier: all pages of its days, as far as the office lets."""
        prefetch = Prefetch(self.office, self.day_list, self.desk.clock, self.suppliers)
        for supplier in self.suppliers:
            await prefetch.round(supplier)

    def admit_offline(self, admission: OfflineAdmission) -> None:
        """What the house does from now on while the office is silent."""
        self.desk.standby = Standby(admission, self.day_list, lambda: ClockState.SYNCED, OLDEST)


@asynccontextmanager
async def real_gate(
    sandbox: Sandbox,
    folder: Path,
    *,
    timeout_s: float = 4.0,
    policy: Policy | None = None,
    suppliers: tuple[str, ...] | None = None,
    base_url: str = "",
    use_credentials: bool = True,
    clock: Clock | None = None,
    failures: int | None = None,
) -> AsyncIterator[RealGate]:
    """A gate on a sandbox that is already running. Opening it twice on one folder is a restart.

    `failures`: after so many in a row a circuit breaker opens; without it there is none.
    """
    clock, listener, policy = clock or SystemClock(), Listener(), policy or Policy()
    names = suppliers or tuple(sandbox.keys)
    async with AsyncExitStack() as stack:
        journal = await SqliteJournal.open(folder / "journal.sqlite3", lane="Gate A", clock=clock)
        stack.push_async_callback(journal.close)
        day_list = await SqliteDayList.open(folder / "journal.sqlite3", names)
        stack.push_async_callback(day_list.close)
        office = OctoOffice(
            base_url or sandbox.base_url,
            [SupplierKey(name, SecretStr(sandbox.keys[name])) for name in names],
            clock=clock,
            cache_dir=folder / "catalogue",
            use_credentials=use_credentials,
        )
        stack.push_async_callback(office.aclose)
        await office.start()

        def on_change(is_up: bool) -> None:
            if is_up:
                outbox.office_is_back()

        breaker = Breaker(office, clock, office.is_back, on_change, failures=failures or 0)
        stack.push_async_callback(breaker.close)
        front = breaker if failures else office
        desk = GateDesk(front, journal, clock, policy, timeout_s, lambda: uuid.uuid4().hex)
        outbox = Outbox(front, journal, clock, listener, policy, timeout_s, desk.turns)
        if failures:
            outbox.is_away = lambda: not breaker.is_up
        yield RealGate(sandbox, journal, office, breaker, desk, outbox, listener, day_list, names)
