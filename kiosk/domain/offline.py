"""What may be decided without the office: the house's offline policy, and the day's list.

A list that is empty, partial, old or of another day can never say that a ticket is invalid: it only fails to help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kiosk.domain.booking import Booking
from kiosk.domain.clock import LARGEST_OFFSET
from kiosk.domain.gate import is_used
from kiosk.domain.verdict import ListGap


class OfflineAdmission(StrEnum):
    """Whom the house lets in while the office cannot be asked."""

    NEVER = "never"
    LISTED = "listed"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ListState:
    """How much of one supplier's bookings of one day is on the list.

    `as_of`: the office's answers that make up the list are not older than this; None: nothing was fetched yet.
    `expected` is the number of bookings that the office spoke of, where it did.
    """

    supplier: str
    day: date
    bookings: int = 0
    expected: int | None = None
    complete: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list knows about a code: its bookings (reduced for a ticket's own code), and the lists asked."""

    bookings: tuple[Booking, ...]
    states: tuple[ListState, ...]


@dataclass(frozen=True, slots=True)
class FromList:
    """Let these in on the list's word; its age in seconds."""

    bookings: tuple[Booking, ...]
    age_s: float


def by_the_list(listed: Listed, now: datetime, oldest: timedelta) -> FromList | ListGap:
    """Whether a code may be admitted by the list: CONFIRMED, for today, and not used by the list.

    Whether our own journal has admitted it is for the desk to know. All of a package's bookings that fit are admitted.
    """
    if not listed.bookings:
        return _gap(listed.states, now, oldest) or ListGap.NOT_LISTED
    fit = admissible(listed.bookings, now)
    if not fit:
        return ListGap.NOT_ADMISSIBLE
    as_of = _as_of(fit, listed.states)
    if as_of is None or now - as_of > oldest or is_dated_ahead(as_of, now):
        return ListGap.OUTDATED
    return FromList(fit, max(0.0, (now - as_of).total_seconds()))


def admissible(bookings: tuple[Booking, ...], now: datetime) -> tuple[Booking, ...]:
    """Those that nothing on the list speaks against, however old it is."""
    return tuple(b for b in bookings if b.status == "CONFIRMED" and not b.test and not is_used(b) and b.is_for(now))


def is_dated_ahead(as_of: datetime, now: datetime) -> bool:
    """Whether a list was made while the clock was wrong: nobody knows how old it is."""
    return as_of - now > LARGEST_OFFSET


def _as_of(bookings: tuple[Booking, ...], states: tuple[ListState, ...]) -> datetime | None:
    """How fresh these bookings surely are: as the oldest of their days' lists, or of all where they name no day."""
    theirs = [state for state in states if state.supplier == bookings[0].supplier and state.as_of is not None]
    days = {booking.local_date for booking in bookings}
    of_their_days = [state for state in theirs if state.day in days] if None not in days else []
    return min((state.as_of for state in of_their_days or theirs if state.as_of is not None), default=None)


def _gap(states: tuple[ListState, ...], now: datetime, oldest: timedelta) -> ListGap | None:
    """What is wrong with the lists themselves; None where a code that is not on them is simply not on them."""
    if not any(state.bookings or state.complete for state in states):
        return ListGap.EMPTY
    today = [state for state in states if abs((state.day - now.date()).days) <= 1]
    if not today:
        return ListGap.OTHER_DAY
    if not all(state.complete for state in today):
        return ListGap.PARTIAL
    if any(state.as_of is None or now - state.as_of > oldest for state in today):
        return ListGap.OUTDATED
    return None
