"""A lane: order, repeats, one scan from two sources, and choices."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest

from kiosk.desks.gate import GateDesk
from kiosk.desks.intake import Lane
from kiosk.domain.events import Checking, ChooseBookings, Decided, Dismiss, Dismissed, Scan
from kiosk.domain.gate import Policy
from kiosk.domain.verdict import Admit, Choose, Reason, Refuse, Undecided
from kiosk.journal.memory import MemoryJournal
from tests.fakes import CODE, FakeClock, FakeOffice, Fault, Listener, booking

REPEAT_S = 5.0


@dataclass
class Bench:
    """One lane with a desk behind it, served scan by scan."""

    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.office = FakeOffice(self.clock)
        self.office.add(CODE, booking("b1"))
        self.office.add("SECOND", booking("b2"))
        self.office.add("PACKAGE", booking("p1"), booking("p2"))
        ids = itertools.count(1)
        journal = MemoryJournal(clock=self.clock)
        self.desk = GateDesk(self.office, journal, self.clock, Policy(), 4.0, lambda: f"id{next(ids)}")
        self.feed = Listener()
        self.lane = Lane("Gate A", self.desk, self.feed, self.clock, REPEAT_S, lambda: f"scan{next(ids)}")

    async def put(self, *texts: str, source: str = "lines") -> list[Decided]:
        """The verdicts on these scans."""
        before = len(self.feed.decided)
        for text in texts:
            await self.lane.put(Scan(text, source, self.clock.now()))
        return await self.serve(before)

    async def serve(self, before: int) -> list[Decided]:
        await self.lane.finish()
        await self.lane.run()
        return self.feed.decided[before:]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_every_scan_gets_one_verdict_in_order(bench: Bench) -> None:
    decided = await bench.put(CODE, "SECOND", "NOBODYS")
    assert [type(one.verdict) for one in decided] == [Admit, Admit, Refuse]
    assert [one.code.text if one.code else None for one in decided] == [CODE, "SECOND", "NOBODYS"]


async def test_checking_is_told_before_the_verdict(bench: Bench) -> None:
    await bench.put(CODE)
    assert [type(event) for event in bench.feed.events] == [Checking, Decided]


async def test_the_same_ticket_again_is_told_quietly_and_nothing_is_asked(bench: Bench) -> None:
    await bench.put(CODE)
    requests = len(bench.office.requests)
    bench.clock.move(3)
    [again] = await bench.put(CODE)
    assert again.repeat
    assert isinstance(again.verdict, Admit)
    assert again.repeated_s == pytest.approx(3, abs=0.1)
    assert len(bench.office.requests) == requests


async def test_a_ticket_held_up_all_the_time_stays_a_repeat(bench: Bench) -> None:
    await bench.put(CODE)
    for _ in range(5):
        bench.clock.move(REPEAT_S - 1)
        [again] = await bench.put(CODE)
        assert again.repeat


async def test_after_its_verdict_no_longer_stands_the_ticket_is_looked_up_again(bench: Bench) -> None:
    await bench.put(CODE)
    bench.clock.move(REPEAT_S + 1)
    [again] = await bench.put(CODE)
    assert isinstance(again.verdict, Refuse)
    assert again.verdict.reason is Reason.ALREADY_REDEEMED
    assert not again.repeat


async def test_a_different_code_passes_at_once(bench: Bench) -> None:
    decided = await bench.put(CODE, "SECOND", CODE)
    assert [one.repeat for one in decided] == [False, False, True]


async def test_one_ticket_read_by_two_sources_is_one_scan(bench: Bench) -> None:
    await bench.put(CODE, source="camera")
    bench.clock.move(0.3)
    assert await bench.put(CODE, source="wedge") == []
    bench.clock.move(2)
    [later] = await bench.put(CODE, source="wedge")
    assert later.repeat


async def test_no_verdict_stands_while_the_outcome_is_open(bench: Bench) -> None:
    bench.office.redeem_faults = [Fault.DROPPED]
    first, second = await bench.put(CODE, CODE)
    assert isinstance(first.verdict, Undecided)
    assert isinstance(second.verdict, Admit)
    assert not second.repeat


@pytest.mark.parametrize(
    "text", ["", "   ", "a\x00b", "\x1b[31mred", "x" * 1025, "bad\ufffd", "abc\u202edef", "\ud800"]
)
async def test_what_cannot_be_a_code_is_unreadable_and_asked_nowhere(bench: Bench, text: str) -> None:
    [decided] = await bench.put(text)
    assert decided.verdict == Refuse(Reason.UNREADABLE)
    assert decided.code is None
    assert bench.office.requests == []


async def test_without_an_office_every_ticket_is_told_so() -> None:
    bench = Bench()
    bench.lane.desk = None
    [decided] = await bench.put(CODE)
    assert decided.verdict == Refuse(Reason.NO_OFFICE)


async def test_staff_choose_by_position(bench: Bench) -> None:
    [choice] = await bench.put("PACKAGE")
    assert isinstance(choice.verdict, Choose)
    await bench.lane.put(ChooseBookings(choice.scan_id, (1,)))
    [decided] = await bench.serve(1)
    assert isinstance(decided.verdict, Admit)
    assert [uuid for uuid, _ in bench.office.books] == ["p2"]


async def test_the_next_scan_wins_over_a_choice(bench: Bench) -> None:
    [choice] = await bench.put("PACKAGE")
    await bench.put(CODE)
    await bench.lane.put(ChooseBookings(choice.scan_id, (0,)))
    assert await bench.serve(2) == []
    assert [uuid for uuid, _ in bench.office.books] == ["b1"]


@pytest.mark.parametrize("picked", [(), (7,), (-1,)])
async def test_a_pick_of_nothing_redeems_nothing(bench: Bench, picked: tuple[int, ...]) -> None:
    [choice] = await bench.put("PACKAGE")
    await bench.lane.put(ChooseBookings(choice.scan_id, picked))
    assert await bench.serve(1) == []
    assert bench.office.books == []


async def test_a_choice_put_away_cannot_be_taken_up(bench: Bench) -> None:
    [choice] = await bench.put("PACKAGE")
    bench.lane.dismiss(Dismiss(choice.scan_id))
    assert isinstance(bench.feed.events[-1], Dismissed)
    await bench.lane.put(ChooseBookings(choice.scan_id, (0,)))
    assert await bench.serve(1) == []
    assert bench.office.books == []


# ── only looking ─────────────────────────────────────────────────────────────────────────────────────


async def test_looking_redeems_nothing_and_leaves_no_trace(bench: Bench) -> None:
    bench.lane.look_only(True)
    [looked] = await bench.put(CODE)
    assert looked.looked
    assert isinstance(looked.verdict, Choose)
    assert bench.office.books == []
    bench.lane.look_only(False)
    [decided] = await bench.put(CODE)
    assert isinstance(decided.verdict, Admit)
    assert not decided.looked


async def test_looking_shows_when_and_where_a_ticket_was_used(bench: Bench) -> None:
    await bench.put(CODE)
    bench.lane.look_only(True)
    [looked] = await bench.put(CODE)
    assert isinstance(looked.verdict, Refuse)
    assert looked.verdict.use is not None
    assert looked.verdict.use.lane == "Gate A"


async def test_a_lane_left_looking_goes_back_to_work_by_itself(bench: Bench) -> None:
    bench.lane.look_only(True)
    bench.clock.move(100)
    [looked] = await bench.put(CODE)
    bench.clock.move(100)
    assert bench.lane.is_looking  # two minutes from the last scan, not from the key
    bench.clock.move(100)
    [decided] = await bench.put(CODE)
    assert looked.looked
    assert isinstance(decided.verdict, Admit)


async def test_what_is_only_looked_at_cannot_be_chosen(bench: Bench) -> None:
    bench.lane.look_only(True)
    [looked] = await bench.put("PACKAGE")
    await bench.lane.put(ChooseBookings(looked.scan_id, (0,)))
    assert await bench.serve(1) == []
    assert bench.office.books == []


async def test_the_last_admissions_can_be_named_for_an_undo(bench: Bench) -> None:
    [decided] = await bench.put(CODE)
    assert bench.lane.admission(decided.scan_id) == decided
    assert bench.lane.admission("another") is None


async def test_an_undone_ticket_is_looked_up_again_at_once(bench: Bench) -> None:
    [decided] = await bench.put(CODE)
    assert isinstance(decided.verdict, Admit)
    bench.lane.forget((decided.verdict.bookings[0].reference,))
    [again] = await bench.put(CODE)
    assert not again.repeat
