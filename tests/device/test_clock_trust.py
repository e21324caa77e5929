"""How far the clock is trusted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.device.clock_trust import ClockTrust, kernel_is_synchronised
from kiosk.domain.clock import ClockEvidence, ClockState, judge_clock
from tests.fakes import FakeClock

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (ClockEvidence(True), ClockState.SYNCED),
        (ClockEvidence(True, HOUR, 24 * HOUR), ClockState.SYNCED),
        (ClockEvidence(False, 47 * HOUR), ClockState.HOLDOVER),
        (ClockEvidence(False, 49 * HOUR), ClockState.UNTRUSTED),
        (ClockEvidence(False, None, timedelta(seconds=3)), ClockState.HOLDOVER),
        (ClockEvidence(False, None, timedelta(minutes=-4)), ClockState.HOLDOVER),
        (ClockEvidence(False, None, timedelta(minutes=6)), ClockState.UNTRUSTED),
        (ClockEvidence(None), ClockState.UNTRUSTED),
    ],
)
def test_what_the_evidence_amounts_to(evidence: ClockEvidence, state: ClockState) -> None:
    assert judge_clock(evidence) is state


def test_a_clock_that_was_synchronised_is_trusted_for_a_while_whatever_the_wall_clock_does() -> None:
    clock = FakeClock()
    synced: list[bool] = [True]
    trust = ClockTrust(clock, is_synchronised=lambda: synced[0])
    assert trust.state() is ClockState.SYNCED
    synced[0] = False
    clock.jump(-1e9)
    clock.move(3600)
    assert trust.state() is ClockState.HOLDOVER
    clock.move(48 * 3600)
    assert trust.state() is ClockState.UNTRUSTED


def test_an_office_that_agrees_vouches_for_the_day() -> None:
    ahead: list[timedelta | None] = [None]
    trust = ClockTrust(FakeClock(), office_ahead=lambda: ahead[0], is_synchronised=lambda: False)
    assert trust.state() is ClockState.UNTRUSTED
    ahead[0] = timedelta(seconds=1)
    assert trust.state() is ClockState.HOLDOVER


def test_the_kernel_can_be_asked() -> None:
    assert kernel_is_synchronised() in (True, False, None)
