"""A gate with nothing pretended on our side: HTTP to the sandbox, SQLite on disk, the real clock."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from kiosk.desks.gate import GateDesk, Visit
from kiosk.desks.outbox import Outbox
from kiosk.device.clock import SystemClock
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.gate import Policy
from kiosk.domain.verdict import Verdict
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.sandbox import Sandbox
from tests.fakes import Listener


@dataclass
class RealGate:
    sandbox: Sandbox
    journal: SqliteJournal
    office: OctoOffice
    desk: GateDesk
    outbox: Outbox
    listener: Listener

    async def scan(self, code: str, *, lane: str = "Gate A", chosen: tuple[Booking, ...] = ()) -> Verdict:
        served = await self.desk.serve(Visit(uuid.uuid4().hex, lane, "test", Code(code), chosen))
        return served.verdict

    def redemptions(self, name: str) -> int:
        """How often the sandbox's books say that a sample was redeemed."""
        uuids = self.sandbox.samples[name].uuids
        return sum(entry.action == "redeem" and entry.subject in uuids for entry in self.sandbox.books.entries)


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
) -> AsyncIterator[RealGate]:
    """A gate on a sandbox that is already running. Opening it twice on one folder is a restart."""
    clock, listener, policy = SystemClock(), Listener(), policy or Policy()
    journal = await SqliteJournal.open(folder / "journal.sqlite3", lane="Gate A", clock=clock)
    names = suppliers or tuple(sandbox.keys)
    office = OctoOffice(
        base_url or sandbox.base_url,
        [SupplierKey(name, SecretStr(sandbox.keys[name])) for name in names],
        clock=clock,
        cache_dir=folder / "catalogue",
        use_credentials=use_credentials,
    )
    await office.start()
    try:
        desk = GateDesk(office, journal, clock, policy, timeout_s, lambda: uuid.uuid4().hex)
        outbox = Outbox(office, journal, clock, listener, policy, timeout_s, desk.turns)
        yield RealGate(sandbox, journal, office, desk, outbox, listener)
    finally:
        await office.aclose()
        await journal.close()
