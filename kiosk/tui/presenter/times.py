"""Times as staff say them: "11:30 today", "tomorrow 14:00", "47 min ago".

A product's times are shown in the product's own offset, everything else in the time of this screen's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from kiosk.domain.booking import Booking

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Here:
    """The moment and the place of this screen. `zone` None: the system's, with its changes over the year."""

    now: datetime
    zone: tzinfo | None = None

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def clock(at: datetime, here: Here) -> str:
    """`10:00:02`, the time on the wall."""
    return here.local(at).strftime("%H:%M:%S")


def hour(at: datetime) -> str:
    """`09:12`, in the offset that it carries."""
    return at.strftime("%H:%M")


def day(that: date, today: date) -> str:
    """`today`, `yesterday`, `tomorrow`, `Sat 21 Nov`; with the year where it is another."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((that - today).days)
    if near is not None:
        return near
    year = "" if that.year == today.year else f" {that.year}"
    return f"{_DAYS[that.weekday()][:3]} {that.day} {_MONTHS[that.month - 1][:3]}{year}"


def whole_day(that: date, today: date) -> str:
    """`Saturday 21 November`; with the year where it is another."""
    year = "" if that.year == today.year else f" {that.year}"
    return f"{_DAYS[that.weekday()]} {that.day} {_MONTHS[that.month - 1]}{year}"


def on_the_day(at: datetime, today: date) -> str:
    """`11:30 today`, `tomorrow 14:00`, `Sat 21 Nov 14:00`, in the offset that it carries."""
    named = day(at.date(), today)
    return f"{hour(at)} today" if named == "today" else f"{named} {hour(at)}"


def then(at: datetime, here: Here) -> str:
    """When something happened, on the clock of this place: `09:12 today`, `yesterday 14:03`."""
    return on_the_day(here.local(at), here.local(here.now).date())


def today_there(at: datetime, here: Here) -> date:
    """Which day it is now where `at` is told: a product far away may be in another day."""
    return here.now.astimezone(at.tzinfo).date()


def starts(booking: Booking, here: Here) -> str:
    """What a booking is for: `11:30 today`, `today, all day`, `any time` for an open-dated one."""
    if booking.starts_at is None:
        return "any time"
    today = today_there(booking.starts_at, here)
    if booking.all_day:
        return f"{day(booking.starts_at.date(), today)}, all day"
    return on_the_day(booking.starts_at, today)


def ago(seconds: float) -> str:
    """`3 s ago`, `47 min ago`, `1 h 35 min ago`, `5 h ago`, `3 days ago`: never more than is true."""
    return f"{age(timedelta(seconds=max(0.0, seconds)))} ago"


def age(span: timedelta) -> str:
    """`12 s`, `47 min`, `1 h 35 min`, `5 h`, `3 days`: to the minute for two hours, then to the hour."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 2 * MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * HOUR:
        minutes = seconds % HOUR // MINUTE
        return f"1 h {minutes} min" if minutes else "1 h"
    return f"{seconds // HOUR} h" if seconds < 2 * DAY else f"{seconds // DAY} days"


def away(that: date, today: date) -> str:
    """How far off a day is: `that is tomorrow`, `that was 3 days ago`, `that is in 3 days`."""
    days = (that - today).days
    if abs(days) <= 1:
        verb = "was" if days < 0 else "is"
        return f"that {verb} {day(that, today)}"
    return f"that is in {days} days" if days > 0 else f"that was {-days} days ago"
