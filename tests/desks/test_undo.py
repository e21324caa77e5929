"""Undo: the lane's own, in time, with a reason; and the ticket is good again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from kiosk.desks.undo import UndoDesk
from kiosk.domain.attempt import Undone
from kiosk.domain.booking import Booking
from kiosk.domain.reply import Declined, Done, Failed, RedeemReply
from kiosk.domain.undo import UndoDone, UndoRefusal, UndoRefused, UndoResult, UndoUnknown
from kiosk.domain.verdict import Admit, Doubt, Refuse
from tests.desks.gate import Gate
from tests.fakes import CODE, FakeOffice, Fault, booking

LIMIT = timedelta(minutes=5)


@dataclass
class FakeUndoing:
    """Takes back in the office in memory; `reply` stands in for its answer, which may be lost."""

    office: FakeOffice
    reply: RedeemReply | None = None
    applies: bool = True

    async def cancel(self, bookings: Sequence[Booking], *, no_show: bool, within_s: float) -> RedeemReply:
        if self.applies:
            status = "NO_SHOW" if no_show else "CONFIRMED"
            for one in bookings:
                fresh = replace(self.office.bookings[one.uuid], status=status, redeemed_at=None, redeemable=not no_show)
                self.office.bookings[one.uuid] = fresh
        return self.reply or Done(tuple(self.office.bookings[b.uuid] for b in bookings))


class Bench(Gate):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.office.add(CODE, booking())
        self.undoing = FakeUndoing(self.office)
        self.undo_desk = UndoDesk(
            self.office, self.undoing, self.journal, self.clock, self.desk.turns, LIMIT, timeout_s=4.0
        )

    async def undo(
        self, code: str = CODE, *, lane: str = "Gate A", why: str = "wrong family", no_show: bool = False
    ) -> UndoResult:
        return await self.undo_desk.undo(code, lane=lane, by="supervisor", why=why, no_show=no_show)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("code", [CODE, "REFB1"])
async def test_an_undone_ticket_is_good_again_and_both_stay_in_the_record(bench: Bench, code: str) -> None:
    await bench.scan()
    assert isinstance(await bench.undo(code), UndoDone)
    [undone] = [entry for entry in bench.journal.entries if isinstance(entry, Undone)]
    assert (undone.by, undone.why, undone.lane) == ("supervisor", "wrong family", "Gate A")
    verdict = await bench.scan()
    assert isinstance(verdict, Admit)
    assert not verdict.recovered
    assert len(bench.office.books) == 2


async def test_it_cannot_be_undone_twice(bench: Bench) -> None:
    await bench.scan()
    await bench.undo()
    assert await bench.undo() == UndoRefused(UndoRefusal.NOTHING)


@pytest.mark.parametrize(
    ("lane", "wait_s", "why", "refusal"),
    [
        ("Gate B", 0, "x", UndoRefusal.OTHER_LANE),
        ("Gate A", 301, "x", UndoRefusal.TOO_LATE),
        ("Gate A", 0, "  ", UndoRefusal.NO_REASON),
    ],
)
async def test_only_the_lanes_own_in_time_and_with_a_reason(
    bench: Bench, lane: str, wait_s: int, why: str, refusal: UndoRefusal
) -> None:
    await bench.scan()
    bench.clock.move(wait_s)
    assert await bench.undo(lane=lane, why=why) == UndoRefused(refusal)
    assert isinstance(await bench.scan(), Refuse)


async def test_what_we_never_redeemed_cannot_be_undone(bench: Bench) -> None:
    assert await bench.undo() == UndoRefused(UndoRefusal.NOTHING)


async def test_what_is_still_open_cannot_be_undone(bench: Bench) -> None:
    bench.office.redeem_faults = [Fault.DROPPED]
    await bench.scan()
    assert await bench.undo() == UndoRefused(UndoRefusal.OPEN)


async def test_a_lost_answer_is_looked_up(bench: Bench) -> None:
    await bench.scan()
    bench.undoing.reply = Failed(Doubt.NO_ANSWER, may_have_applied=True)
    assert isinstance(await bench.undo(), UndoDone)


async def test_a_request_that_did_not_arrive_changes_nothing(bench: Bench) -> None:
    await bench.scan()
    bench.undoing.reply, bench.undoing.applies = Failed(Doubt.NO_ANSWER, may_have_applied=True), False
    assert await bench.undo() == UndoUnknown(Doubt.NO_ANSWER)
    assert isinstance(await bench.scan(), Refuse)


async def test_the_offices_no_is_passed_on(bench: Bench) -> None:
    await bench.scan()
    bench.undoing.reply, bench.undoing.applies = Declined("too late for that"), False
    assert await bench.undo() == UndoRefused(UndoRefusal.DECLINED, "too late for that")


async def test_a_guest_may_be_marked_as_not_come(bench: Bench) -> None:
    await bench.scan()
    assert isinstance(await bench.undo(no_show=True), UndoDone)
    verdict = await bench.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason == "no_show"
