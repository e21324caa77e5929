"""One scan in a process of its own that is cut off, by SIGKILL, at the step that the command line names.

    python -m tests.faults.killed_engine FOLDER BASE_URL KEY STEP CODE

Prints one JSON object when a verdict has been told. Steps are before and after each call to journal, office and
standard output. STEP 0 lives on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kiosk.desks.gate import GateDesk, Visit
from kiosk.device.clock import SystemClock
from kiosk.domain.attempt import Attempt, Entry, Mode, Owed, Started, State, Stopped
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.gate import Policy
from kiosk.domain.reply import LookUpReply, RedeemReply
from kiosk.domain.verdict import Admit, Doubt, Refuse
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.octo.office import OctoOffice, SupplierKey


class Fuse:
    """Blows at the nth step."""

    def __init__(self, at: int) -> None:
        self._at, self._steps = at, 0

    def step(self) -> None:
        self._steps += 1
        if self._steps == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedJournal:
    def __init__(self, journal: SqliteJournal, fuse: Fuse) -> None:
        self._journal, self._fuse = journal, fuse

    async def append(self, *entries: Entry) -> None:
        self._fuse.step()
        await self._journal.append(*entries)
        self._fuse.step()

    async def take_turn(self) -> None:
        await self._journal.take_turn()

    async def attempts_of(self, code: str, bookings: Sequence[Booking] = ()) -> tuple[Attempt, ...]:
        return await self._journal.attempts_of(code, bookings)

    async def open_attempts(self) -> tuple[Attempt, ...]:
        return await self._journal.open_attempts()

    async def parked_attempts(self) -> tuple[Attempt, ...]:
        return await self._journal.parked_attempts()

    async def was_cut_off_after(self, attempt: str) -> bool:
        return await self._journal.was_cut_off_after(attempt)


class FusedOffice:
    name = "octo"
    is_test = False

    def __init__(self, office: OctoOffice, fuse: Fuse) -> None:
        self._office, self._fuse = office, fuse

    @property
    def office_ahead(self) -> Any:
        return self._office.office_ahead

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        self._fuse.step()
        reply = await self._office.look_up(code, within_s=within_s, supplier=supplier)
        self._fuse.step()
        return reply

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        self._fuse.step()
        reply = await self._office.redeem(bookings, mode, within_s=within_s)
        self._fuse.step()
        return reply


async def main(folder: str, base_url: str, key: str, step: str, code: str) -> None:
    clock, fuse = SystemClock(), Fuse(int(step))
    journal = await SqliteJournal.open(Path(folder) / "journal.sqlite3", lane="Gate A", clock=clock)
    left = [attempt for attempt in await journal.open_attempts() if attempt.state is State.INTENDED]
    now = clock.now()
    await journal.append(Started(now, "Gate A"), *(Owed(now, attempt.id, Doubt.NO_ANSWER) for attempt in left))
    office = OctoOffice(base_url, [SupplierKey("River Cruises", SecretStr(key))], clock=clock)
    desk = GateDesk(
        FusedOffice(office, fuse), FusedJournal(journal, fuse), clock, Policy(), 4.0, lambda: uuid.uuid4().hex
    )
    served = await desk.serve(Visit(uuid.uuid4().hex, "Gate A", "test", Code(code)))
    fuse.step()
    verdict = served.verdict
    told = {
        "outcome": type(verdict).__name__,
        "recovered": isinstance(verdict, Admit) and verdict.recovered,
        "unsure": isinstance(verdict, Refuse) and verdict.use is not None and verdict.use.unsure,
    }
    os.write(1, json.dumps(told).encode())
    fuse.step()
    await journal.append(Stopped(clock.now(), "Gate A"))
    await office.aclose()
    await journal.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:6]))
