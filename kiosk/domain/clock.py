"""How far the machine's clock may be trusted. A Pi without a battery wakes up in the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

HOLDOVER = timedelta(hours=48)
"""How long a clock that was synchronised is trusted without it: a Pi's crystal drifts by seconds in two days."""

LARGEST_OFFSET = timedelta(minutes=5)
"""An office's clock that differs by more than this says that one is wrong: ours, until NTP says otherwise."""


class ClockState(StrEnum):
    """`synced`: NTP says so now. `holdover`: it did, not long ago. `untrusted`: nobody vouches for it."""

    SYNCED = "synced"
    HOLDOVER = "holdover"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class ClockEvidence:
    """`synced_now`: what the system's NTP state says, None where it cannot be asked; `since_synced`: time since it last
    said yes, None where it never did in this run; `office_ahead`: an office's clock minus ours, None where no office
    has answered."""

    synced_now: bool | None = None
    since_synced: timedelta | None = None
    office_ahead: timedelta | None = None


def judge_clock(evidence: ClockEvidence) -> ClockState:
    """What the evidence amounts to. An office that agrees is as good as an NTP server for telling the day."""
    if evidence.synced_now:
        return ClockState.SYNCED
    if evidence.since_synced is not None and evidence.since_synced <= HOLDOVER:
        return ClockState.HOLDOVER
    if evidence.office_ahead is not None and abs(evidence.office_ahead) <= LARGEST_OFFSET:
        return ClockState.HOLDOVER
    return ClockState.UNTRUSTED
