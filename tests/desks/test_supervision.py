"""What staff ask besides scanning, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kiosk.desks.supervision import Supervision
from kiosk.domain.attempt import Outcome, Parked, Settled
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.events import Decided, Noted, ParkedList, Search, SettleParked, Undo
from kiosk.domain.reply import Failed, Found, LookUpReply
from kiosk.domain.verdict import Admit, Choose, Doubt, Undecided
from tests.desks.test_undo import Bench
from tests.fakes import CODE, NOON, Fault, booking


@dataclass
class FakeSearching:
    reply: LookUpReply = field(default_factory=lambda: Found((booking(),)))
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def search(self, field: str, text: str, *, within_s: float) -> LookUpReply:
        self.asked.append((field, text))
        return self.reply


class Staffed(Bench):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.searching = FakeSearching()
        self.supervision = Supervision(
            self.journal, self.clock, self.listener, self.undo_desk, self.searching, self.policy, timeout_s=4.0
        )

    async def decided(self) -> Decided:
        verdict = await self.scan()
        return Decided(NOON, "s1", "Gate A", "test", Code(CODE), verdict)

    async def undo(self, scan: Decided | None, why: str = "wrong family") -> Noted:  # type: ignore[override]
        await self.supervision.undo(Undo("s1", why, "supervisor"), scan, "Gate A")
        noted = self.listener.events[-1]
        assert isinstance(noted, Noted)
        return noted

    async def conflict(self) -> ParkedList:
        """A guest let in on the list, and the ticket used elsewhere meanwhile."""
        self.office.redeem_faults = [Fault.DROPPED]
        self.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
        await self.scan()
        attempt = (await self.journal.open_attempts())[0]
        self.clock.move(60)
        await self.journal.append(
            Parked(self.clock.now(), attempt.id, "redeemed elsewhere", conflict=True, redeemed_at=NOON)
        )
        await self.supervision.list_parked()
        told = self.listener.events[-1]
        assert isinstance(told, ParkedList)
        return told


@pytest.fixture
def staff() -> Staffed:
    return Staffed()


async def test_an_undo_tells_what_came_of_it(staff: Staffed) -> None:
    scan = await staff.decided()
    assert isinstance(scan.verdict, Admit)
    noted = await staff.undo(scan)
    assert (noted.about, noted.word, noted.references) == ("undo", "done", ("REFB1",))
    assert (await staff.undo(scan)).word == "nothing"


@pytest.mark.parametrize(("why", "word"), [("", "no_reason"), ("x", "done")])
async def test_an_undo_wants_a_reason(staff: Staffed, why: str, word: str) -> None:
    assert (await staff.undo(await staff.decided(), why)).word == word


async def test_a_scan_that_the_lane_has_forgotten_cannot_be_undone(staff: Staffed) -> None:
    assert (await staff.undo(None)).word == "nothing"


async def test_a_search_shows_bookings_and_redeems_nothing(staff: Staffed) -> None:
    await staff.supervision.search(Search("  guest@example.org ", "email"), "s2", "Gate A")
    told = staff.listener.events[-1]
    assert isinstance(told, Decided)
    assert told.looked
    assert isinstance(told.verdict, Choose)
    assert told.code is None  # an address is nobody's business
    assert staff.searching.asked == [("email", "guest@example.org")]
    assert staff.office.books == []


@pytest.mark.parametrize(("text", "field"), [("ab", "reference"), ("   ", "email"), ("abc", "surname")])
async def test_too_little_to_search_for_asks_nobody(staff: Staffed, text: str, field: str) -> None:
    await staff.supervision.search(Search(text, field), "s2", "Gate A")
    assert isinstance(staff.listener.events[-1], Noted)
    assert staff.searching.asked == []


async def test_a_search_without_an_office_is_in_doubt(staff: Staffed) -> None:
    staff.searching.reply = Failed(Doubt.OFFLINE)
    await staff.supervision.search(Search("X749G9"), "s2", "Gate A")
    told = staff.listener.events[-1]
    assert isinstance(told, Decided)
    assert told.verdict == Undecided(Doubt.OFFLINE)


async def test_a_conflict_is_listed_and_settled_by_a_person(staff: Staffed) -> None:
    [parked] = (await staff.conflict()).attempts
    assert (parked.conflict, parked.redeemed_at, parked.why) == (True, NOON, "redeemed elsewhere")
    await staff.supervision.settle_parked(SettleParked(parked.id, "guest showed both tickets", "supervisor"))
    [settled] = [entry for entry in staff.journal.entries if isinstance(entry, Settled)]
    assert (settled.outcome, settled.by, settled.why) == (
        Outcome.SUPERVISOR,
        "supervisor",
        "guest showed both tickets",
    )
    assert staff.listener.events[-1] == ParkedList(staff.clock.now())


@pytest.mark.parametrize(("why", "by"), [("", "supervisor"), ("because", " ")])
async def test_settling_wants_a_reason_and_a_name(staff: Staffed, why: str, by: str) -> None:
    [parked] = (await staff.conflict()).attempts
    await staff.supervision.settle_parked(SettleParked(parked.id, why, by))
    noted = staff.listener.events[-2]
    assert isinstance(noted, Noted)
    assert noted.word == "no_reason"
    assert len(await staff.journal.parked_attempts()) == 1


async def test_a_listed_booking_is_found_without_the_office_and_looks_good(staff: Staffed) -> None:
    class List:
        async def search(self, text: str) -> tuple[Booking, ...]:
            return (booking(redeemable=False, redemption_code=""),)  # as a list holds it

    staff.supervision.day_list = List()
    await staff.supervision.search(Search("REFB1"), "s2", "Gate A")
    told = staff.listener.events[-1]
    assert isinstance(told, Decided)
    assert isinstance(told.verdict, Choose)
    assert [option.obstacle for option in told.verdict.options] == [None]
    assert staff.searching.asked == []
