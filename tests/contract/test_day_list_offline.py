"""The sandbox's whole day with the office gone: whom the list lets in, and whom it does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kiosk.desks.gate import GateDesk, Visit
from kiosk.desks.standby import Standby
from kiosk.domain.clock import ClockState
from kiosk.domain.code import Code
from kiosk.domain.gate import Policy
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.verdict import Admit, Grade, ListGap, Undecided, Verdict
from kiosk.journal.memory import MemoryJournal
from kiosk.sandbox import Sandbox
from tests.contract.listing import DaysList, days_list
from tests.fakes import FakeClock

ONLY_A_LOOK_UP_TELLS = {"not-redeemable", "hostile"}
"""The supplier has blocked these, and says so in look-ups only."""

NOT_LISTED = {"freesale", "ean", "good-7", "good-15", "good-23", "nulls", "yesterday", "used-yesterday", "unknown"}
"""Open-dated, of another day, unknown; and one whose barcode the office sends as null."""


async def scan(lists: DaysList, name: str, code: str) -> Verdict:
    """At a gate that has never seen a guest."""
    journal = MemoryJournal(clock=lists.clock)
    standby = Standby(OfflineAdmission.LISTED, lists.day_list, lambda: ClockState.SYNCED, timedelta(hours=12))
    desk = GateDesk(lists.office, journal, lists.clock, Policy(), 2.0, lambda: name, standby=standby)
    return (await desk.serve(Visit(name, "Gate A", "test", Code(code)))).verdict


async def test_the_list_lets_in_whom_the_office_would_have_and_calls_nobody_invalid(tmp_path: Path) -> None:
    clock = FakeClock()
    async with Sandbox(clock=clock) as sandbox, days_list(sandbox, clock, tmp_path) as lists:
        await lists.fetch()
        samples = dict(sandbox.samples)
        await sandbox.stop()
        clock.move(600)
        verdicts = {name: await scan(lists, name, sample.code) for name, sample in samples.items()}

    admitted = {name: verdict for name, verdict in verdicts.items() if isinstance(verdict, Admit)}
    undecided = {name: verdict for name, verdict in verdicts.items() if isinstance(verdict, Undecided)}
    assert set(verdicts) == set(admitted) | set(undecided)

    good = {name for name, sample in samples.items() if sample.outcome != "refuse"} - {"unknown-status"}
    assert set(admitted) == (good - NOT_LISTED) | ONLY_A_LOOK_UP_TELLS
    for name, verdict in admitted.items():
        assert verdict.grade is Grade.PROVISIONAL
        assert verdict.list_age_s is not None
        assert 600 <= verdict.list_age_s < 660
        if samples[name].outcome == "admit":
            assert sum(booking.pax for booking in verdict.bookings) == samples[name].pax, name

    assert {name for name, v in undecided.items() if v.list_gap is ListGap.NOT_LISTED} == NOT_LISTED
    assert {v.list_gap for v in undecided.values()} == {ListGap.NOT_LISTED, ListGap.NOT_ADMISSIBLE}
