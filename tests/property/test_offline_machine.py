"""The same evenings with outages, clock jumps, and a house that admits by the list, or anybody.

Nobody twice by our own doing; every promise kept once the network is back; what somebody else used meanwhile ends as a
conflict for the supervisor, never in silence.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.desks.standby import Standby
from kiosk.domain.booking import Booking
from kiosk.domain.clock import ClockState
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.verdict import Admit, Undecided
from tests.desks.test_offline import OLDEST, FakeList, state
from tests.fakes import Fault, booking
from tests.property.test_gate_machine import LANES, TICKETS, Season


class OfflineSeason(Season):
    """`elsewhere` holds what another gate used while we may have let somebody in on it."""

    admission = OfflineAdmission.LISTED

    @initialize()
    def tickets(self) -> None:
        self.stock()
        listed: dict[str, tuple[Booking, ...]] = {
            code: (booking(code.lower(), redemption_code=""),) for code in TICKETS
        }
        if self.knows_aliases:
            listed |= {f"{code}-TYPED": bookings for code, bookings in listed.items()}
        self.list = FakeList(listed, (state(bookings=3),))
        self.gate.slow_the_disk_down()
        self.stand_by()

    def stand_by(self) -> None:
        self.gate.desk.standby = Standby(self.admission, self.list, lambda: ClockState.SYNCED, OLDEST)

    @precondition(lambda self: self.knows_aliases)
    @rule(
        code=st.sampled_from(TICKETS),
        lane=st.sampled_from(LANES),
        redeem=st.lists(st.sampled_from(list(Fault)), max_size=1),
    )
    def scan_typed(self, code: str, lane: str, redeem: list[Fault]) -> None:
        """The reference that is printed beside the barcode."""
        self.gate.office.redeem_faults = list(redeem)
        self.judge(self.loop.run_until_complete(self.gate.scan(f"{code}-TYPED", lane=lane)), code)
        self.gate.office.redeem_faults = []

    @rule(fault=st.sampled_from([Fault.OFFLINE, Fault.DROPPED, Fault.ERROR]))
    def network_down(self, fault: Fault) -> None:
        self.gate.office.always = fault

    @rule()
    def network_back(self) -> None:
        self.gate.office.always = Fault.NONE

    @rule(seconds=st.sampled_from([-3600, -5, 5, 3600]))
    def clock_is_set(self, seconds: int) -> None:
        """NTP corrects the machine's clock; the office's own clock goes on as before, and its Date header shows it."""
        self.gate.clock.jump(seconds)
        self.gate.office.skew -= type(self.gate.office.skew)(seconds=seconds)

    @rule()
    def restart(self) -> None:
        self.gate.restart()
        self.stand_by()

    @invariant()
    def nobody_is_admitted_on_somebody_elses_use(self) -> None:
        """Only what nobody could know: the list is older than the other gate's use, and no answer says otherwise."""

    @invariant()
    def every_admission_is_in_the_offices_books(self) -> None:
        """Not yet, perhaps: it is owed. See `run_outbox_dry`."""

    def run_outbox_dry(self) -> None:
        self.gate.office.always = Fault.NONE
        self.gate.office.look_up_faults, self.gate.office.redeem_faults = [], []
        self.loop.run_until_complete(self.gate.wait(200))
        assert self.loop.run_until_complete(self.gate.journal.open_attempts()) == ()
        parked = self.loop.run_until_complete(self.gate.journal.parked_attempts())
        conflicts = {b.uuid for attempt in parked for b in attempt.bookings}
        booked = {uuid for uuid, _ in self.gate.office.books}
        assert set(self.admitted) <= booked | conflicts
        assert set(self.admitted) & self.elsewhere <= conflicts
        for code in TICKETS:
            verdict = self.loop.run_until_complete(self.gate.scan(code))
            if code.lower() not in set(self.admitted) | self.elsewhere:
                assert isinstance(verdict, Admit), f"{code} has paid and was never let in: {verdict}"
            else:
                assert not isinstance(verdict, Admit | Undecided), f"{code}: {verdict}"


class OpenHouseSeason(OfflineSeason):
    admission = OfflineAdmission.ANY
    knows_aliases = False


@pytest.mark.parametrize("season", [OfflineSeason, OpenHouseSeason])
def test_any_evening_with_outages(season: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        season,
        settings=settings(
            max_examples=500,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
