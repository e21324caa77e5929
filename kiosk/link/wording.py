"""A verdict in one short sentence, for programs that log it and people who read such logs.

Screens have words of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.booking import Booking
from kiosk.domain.code import show_hostile
from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, ListGap, Reason, Refuse, Undecided, Use, Verdict

LONGEST_NAME = 40
LONGEST_MESSAGE = 200

_REFUSED = {
    Reason.UNREADABLE: "unreadable code",
    Reason.NO_OFFICE: "no ticket office is configured for this code",
    Reason.NOT_FOUND: "no booking has this code",
    Reason.CANCELLED: "cancelled",
    Reason.EXPIRED: "expired",
    Reason.NOT_CONFIRMED: "not confirmed",
    Reason.TEST_BOOKING: "a test booking",
    Reason.NO_SHOW: "marked as not having come",
    Reason.ALREADY_REDEEMED: "already used",
    Reason.WRONG_DAY: "for another day",
    Reason.NOT_REDEEMABLE: "cannot be redeemed",
}

_DOUBTED = {
    Doubt.OFFLINE: "the office cannot be reached",
    Doubt.NO_ANSWER: "no answer from the office",
    Doubt.OFFICE_ERROR: "the office answered with an error",
    Doubt.NOT_AUTHORISED: "the office does not accept this kiosk's key",
    Doubt.RATE_LIMITED: "the office asks to wait",
    Doubt.JOURNAL_FAILED: "the record cannot be written",
    Doubt.CLOCK_UNTRUSTED: "nobody knows what day it is: the clock is not set",
}


def message(verdict: Verdict) -> str:
    """What happened: `2 Adult, 1 Child`, `already used 2026-11-21 09:12 at Gate B`, `3 bookings: choose`.

    Safe to print: an office's own words pass through `show_hostile`.
    """
    match verdict:
        case Admit():
            text = _admitted(verdict)
        case Refuse():
            text = _refused(verdict)
        case Choose(options=options):
            text = f"{len(options)} bookings: choose" if len(options) > 1 else "1 booking: redeem it?"
        case Undecided():
            text = _undecided(verdict)
        case _:
            assert_never(verdict)
    return show_hostile(text, LONGEST_MESSAGE)


def _admitted(admit: Admit) -> str:
    text = _party(admit.bookings)
    if admit.grade is Grade.PROVISIONAL:
        text += ", to be confirmed by the office"
    if admit.left_out:
        text += "; not redeemed: " + ", ".join(_name(booking.reference) for booking in admit.left_out)
    return text


def _party(bookings: Sequence[Booking]) -> str:
    """`2 Adult, 1 Child`; with the heads where they are not as many: `1 Family (4 guests)`."""
    counts: Counter[str] = Counter()
    for booking in bookings:
        counts.update({unit: count for unit, count in booking.unit_counts if unit})
    pax = sum(booking.pax for booking in bookings)
    guests = "1 guest" if pax == 1 else f"{pax} guests"
    if not counts:
        return guests
    units = ", ".join(f"{count} {_name(unit)}" for unit, count in counts.items())
    return units if pax == counts.total() else f"{units} ({guests})"


def _refused(refuse: Refuse) -> str:
    text = _REFUSED[refuse.reason]
    match refuse.reason:
        case Reason.ALREADY_REDEEMED if refuse.use is not None:
            return text + _used(refuse.use, refuse.bookings)
        case Reason.WRONG_DAY:
            day = next((b.local_date for b in refuse.bookings if b.local_date is not None), None)
            return text if day is None else f"{text}: {day.isoformat()}"
        case Reason.NOT_REDEEMABLE:
            note = next((b.office_note for b in refuse.bookings if b.office_note), "")
            return f"{text}: {show_hostile(note)}" if note else text
        case _:
            return text


def _used(use: Use, bookings: Sequence[Booking]) -> str:
    when = "" if use.at is None else f" {_clock_time(use.at, bookings)}"
    where = "" if use.lane is None else f" at {_name(use.lane)}"
    return when + where + (", just before the engine was cut off" if use.unsure else "")


def _clock_time(at: datetime, bookings: Sequence[Booking]) -> str:
    """In the product's own time, where it is known; else as the office said it, with its offset."""
    local = next((b.starts_at.tzinfo for b in bookings if b.starts_at is not None), None)
    try:
        shown = at if local is None else at.astimezone(local)
    except OverflowError:
        shown, local = at, None
    text = shown.replace(tzinfo=None).isoformat(" ", "minutes")
    if local is not None:
        return text
    return f"{text} UTC" if at.utcoffset() == timedelta(0) else f"{text} {at:%z}"


_LIST_GAPS = {
    ListGap.EMPTY: "the day's list is empty",
    ListGap.PARTIAL: "the day's list is not complete",
    ListGap.OTHER_DAY: "the list is for another day",
    ListGap.OUTDATED: "the day's list is too old",
    ListGap.NOT_LISTED: "not on the day's list",
    ListGap.NOT_ADMISSIBLE: "not admissible by the day's list",
}


def _undecided(undecided: Undecided) -> str:
    text = _DOUBTED[undecided.doubt]
    if undecided.list_gap is not None:
        text += f", {_LIST_GAPS[undecided.list_gap]}"
    if undecided.retry_after_s is not None:
        text += f", try again in {undecided.retry_after_s:.0f} s"
    return f"{text}: owed, will be settled" if undecided.owed else text


def _name(text: str) -> str:
    return show_hostile(text, LONGEST_NAME)
