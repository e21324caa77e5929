"""Without the office: the house's policy, the day's list, and what is owed afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from kiosk.desks.standby import Standby
from kiosk.domain.attempt import Intended, Outcome, Owed, Parked, Settled, Told
from kiosk.domain.booking import Booking
from kiosk.domain.clock import ClockState
from kiosk.domain.offline import Listed, ListState, OfflineAdmission
from kiosk.domain.verdict import Admit, Doubt, Grade, ListGap, Reason, Refuse, Undecided
from tests.desks.gate import Gate
from tests.fakes import CODE, NOON, Fault, booking

OLDEST = timedelta(hours=12)


def state(**changes: object) -> ListState:
    plain = {"supplier": "River Cruises", "day": NOON.date(), "bookings": 5, "complete": True, "as_of": NOON}
    return ListState(**{**plain, **changes})  # type: ignore[arg-type]


@dataclass
class FakeList:
    """A day's list in memory."""

    bookings: dict[str, tuple[Booking, ...]] = field(default_factory=dict)
    states: tuple[ListState, ...] = (state(),)

    async def find(self, code: str) -> Listed:
        return Listed(self.bookings.get(code, ()), self.states)


@dataclass
class OfflineGate(Gate):
    """A gate whose office is away, with a list that has one booking on it."""

    admission: OfflineAdmission = OfflineAdmission.LISTED

    def __post_init__(self) -> None:
        super().__post_init__()
        self.clock_state = ClockState.SYNCED
        self.list = FakeList({CODE: (booking(redemption_code=""),)})
        self.office.add(CODE, booking())
        self.desk.standby = Standby(self.admission, self.list, lambda: self.clock_state, OLDEST)
        self.office.always = Fault.OFFLINE


@pytest.fixture
def gate() -> OfflineGate:
    return OfflineGate()


async def test_a_listed_ticket_is_admitted_with_its_grade_and_owed(gate: OfflineGate) -> None:
    gate.clock.move(600)
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert (verdict.grade, verdict.list_age_s) == (Grade.PROVISIONAL, 600)
    assert [type(entry) for entry in gate.journal.entries] == [Intended, Owed, Told]


async def test_the_same_ticket_again_is_refused_with_our_own_lane(gate: OfflineGate) -> None:
    await gate.scan(lane="Gate B")
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED
    assert verdict.use is not None
    assert verdict.use.lane == "Gate B"


async def test_another_code_of_the_same_booking_is_refused_too(gate: OfflineGate) -> None:
    gate.list.bookings["REFB1"] = gate.list.bookings[CODE]
    await gate.scan()
    assert isinstance(await gate.scan("REFB1"), Refuse)


async def test_two_lanes_with_two_codes_of_one_booking_admit_once(gate: OfflineGate) -> None:
    """Found by the fault matrix."""
    gate.slow_the_disk_down()
    gate.list.bookings["REFB1"] = gate.list.bookings[CODE]
    verdicts = await asyncio.gather(gate.scan(lane="Gate A"), gate.scan("REFB1", lane="Gate B"))
    assert [isinstance(verdict, Admit) for verdict in verdicts] == [True, False]
    assert isinstance(verdicts[1], Refuse)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DROPPED])
async def test_a_lost_answer_and_then_another_code_of_the_booking_are_one_attempt(
    gate: OfflineGate, fault: Fault
) -> None:
    """Found by the fault matrix: the first attempt's redemption made the second a conflict."""
    gate.list.bookings["REFB1"] = gate.list.bookings[CODE]
    gate.desk.standby, standby = None, gate.desk.standby
    gate.office.always = Fault.NONE
    gate.office.redeem_faults = [fault]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    assert isinstance(await gate.scan(), Undecided)
    gate.desk.standby, gate.office.always = standby, Fault.OFFLINE
    assert isinstance(await gate.scan("REFB1"), Admit)
    gate.office.always = Fault.NONE
    await gate.wait(70)
    assert len(gate.office.books) == 1
    assert [e.outcome for e in gate.journal.entries if isinstance(e, Settled)] == [Outcome.OURS]
    assert isinstance(await gate.scan(), Refuse)


async def test_what_we_have_redeemed_and_nobody_has_seen_admits_by_another_code_too(gate: OfflineGate) -> None:
    gate.list.bookings["REFB1"] = gate.list.bookings[CODE]
    gate.desk.standby, standby = None, gate.desk.standby
    gate.office.always = Fault.NONE
    gate.office.redeem_faults = [Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    assert isinstance(await gate.scan(), Undecided)
    await gate.wait(3)
    gate.desk.standby, gate.office.always = standby, Fault.OFFLINE
    verdict = await gate.scan("REFB1")
    assert isinstance(verdict, Admit)
    assert (verdict.recovered, verdict.grade) == (True, Grade.CONFIRMED)
    assert await gate.journal.open_attempts() == ()
    assert isinstance(await gate.scan(), Refuse)


async def test_back_online_and_not_yet_paid_the_ticket_is_still_used(gate: OfflineGate) -> None:
    await gate.scan()
    gate.office.always = Fault.NONE
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED


async def test_what_is_owed_is_paid_once_the_network_is_back(gate: OfflineGate) -> None:
    await gate.scan()
    await gate.wait(10)
    gate.office.always = Fault.NONE
    await gate.wait(70)
    assert len(gate.office.books) == 1
    assert await gate.journal.open_attempts() == ()
    settled = [entry for entry in gate.journal.entries if isinstance(entry, Settled)]
    assert [entry.outcome for entry in settled] == [Outcome.OURS]


async def test_a_lost_answer_while_paying_is_looked_up_and_not_paid_twice(gate: OfflineGate) -> None:
    await gate.scan()
    gate.office.always = Fault.NONE
    gate.office.redeem_faults = [Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    await gate.wait(70)
    assert len(gate.office.books) == 1
    assert gate.office.requests.count("redeem") == 1


async def test_used_elsewhere_meanwhile_is_a_conflict_for_the_supervisor(gate: OfflineGate) -> None:
    await gate.scan()
    gate.clock.move(60)
    gate.office.redeem_elsewhere("b1")
    gate.office.always = Fault.NONE
    await gate.wait(70)
    [parked] = [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert parked.conflict
    assert parked.redeemed_at is not None
    assert isinstance(await gate.scan(), Refuse)


@pytest.mark.parametrize(
    ("states", "gap"),
    [
        ((), ListGap.EMPTY),
        ((state(bookings=0, complete=False, as_of=None),), ListGap.EMPTY),
        ((state(complete=False),), ListGap.PARTIAL),
        ((state(day=NOON.date() - timedelta(days=5)),), ListGap.OTHER_DAY),
        ((state(as_of=NOON - timedelta(hours=13)),), ListGap.OUTDATED),
        ((state(),), ListGap.NOT_LISTED),
    ],
)
async def test_a_list_that_cannot_help_never_calls_a_ticket_invalid(
    gate: OfflineGate, states: tuple[ListState, ...], gap: ListGap
) -> None:
    gate.list.states = states
    verdict = await gate.scan("UNLISTED")
    assert isinstance(verdict, Undecided)
    assert (verdict.doubt, verdict.list_gap) == (Doubt.OFFLINE, gap)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "CANCELLED"},
        {"status": "REDEEMED", "redeemed_at": NOON},
        {"starts_at": NOON + timedelta(days=1)},
        {"test": True},
        {"status": "PENDING"},
    ],
)
async def test_a_listed_ticket_that_does_not_fit_cannot_be_checked(
    gate: OfflineGate, changes: dict[str, object]
) -> None:
    gate.list.bookings[CODE] = (booking("b1", **{"ends_at": None, **changes}),)
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.list_gap is ListGap.NOT_ADMISSIBLE


async def test_on_a_clock_that_nobody_vouches_for_the_day_is_unknown(gate: OfflineGate) -> None:
    gate.clock_state = ClockState.UNTRUSTED
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.doubt is Doubt.CLOCK_UNTRUSTED


async def test_never_means_never() -> None:
    gate = OfflineGate(admission=OfflineAdmission.NEVER)
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.list_gap is None


async def test_any_admits_an_unlisted_ticket_once_and_pays_for_what_it_turns_out_to_be() -> None:
    gate = OfflineGate(admission=OfflineAdmission.ANY)
    gate.list.bookings.clear()
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert (verdict.grade, verdict.bookings) == (Grade.PROVISIONAL, ())
    assert isinstance(await gate.scan(), Refuse)
    gate.office.always = Fault.NONE
    assert isinstance(await gate.scan(), Refuse)
    await gate.wait(70)
    assert len(gate.office.books) == 1
    assert await gate.journal.open_attempts() == ()


async def test_a_key_that_is_refused_lets_nobody_in(gate: OfflineGate) -> None:
    gate.office.always = Fault.FORBIDDEN
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.doubt is Doubt.NOT_AUTHORISED


async def test_an_office_that_falls_silent_between_look_up_and_answer_is_vouched_for(gate: OfflineGate) -> None:
    gate.office.always = Fault.NONE
    gate.office.redeem_faults = [Fault.DROPPED]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.grade is Grade.PROVISIONAL
    await gate.wait(70)
    assert len(gate.office.books) == 1
    assert isinstance(await gate.scan(), Refuse)


async def test_our_clock_set_back_does_not_make_anothers_use_ours(gate: OfflineGate) -> None:
    gate.office.always = Fault.NONE
    gate.office.redeem_faults = [Fault.OFFLINE]
    assert isinstance(await gate.scan(), Admit)
    gate.clock.jump(-10)
    gate.office.skew += timedelta(seconds=10)
    gate.clock.move(40)
    gate.office.redeem_elsewhere("b1")
    gate.clock.move(40)
    await gate.wait(70)
    [parked] = [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert parked.conflict
