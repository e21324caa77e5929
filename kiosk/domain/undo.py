"""Taking a redemption of ours back: what may be undone, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.attempt import Attempt, Outcome, State
from kiosk.domain.verdict import Doubt


class UndoRefusal(StrEnum):
    """Why a redemption is not taken back."""

    NOTHING = "nothing"
    """No redemption of ours is known for it."""
    OTHER_LANE = "other_lane"
    TOO_LATE = "too_late"
    OPEN = "open"
    """Its outcome is not known yet."""
    DECLINED = "declined"
    """The office said no."""
    NO_REASON = "no_reason"


@dataclass(frozen=True, slots=True)
class UndoDone:
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class UndoRefused:
    refusal: UndoRefusal
    note: str = ""


@dataclass(frozen=True, slots=True)
class UndoUnknown:
    """No usable answer: nothing is known to have changed."""

    doubt: Doubt


UndoResult = UndoDone | UndoRefused | UndoUnknown


def undoable(attempts: Iterable[Attempt], lane: str, now: datetime, limit: timedelta) -> Attempt | UndoRefusal:
    """The attempt that an undo at this lane would take back: the lane's own latest, within the time allowed."""
    known = sorted(attempts, key=lambda attempt: attempt.opened_at)
    admitted = [a for a in known if a.outcome is Outcome.OURS]
    if not admitted:
        return UndoRefusal.OPEN if any(a.is_open for a in known) else UndoRefusal.NOTHING
    last = admitted[-1]
    if last.state is not State.SETTLED:
        return UndoRefusal.OPEN
    if (last.admitted_lane or last.lane) != lane:
        return UndoRefusal.OTHER_LANE
    if now - (last.admitted_at or last.settled_at or last.opened_at) > limit:
        return UndoRefusal.TOO_LATE
    return last
