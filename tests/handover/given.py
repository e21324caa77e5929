"""Orders to be taken along, and a page that serves them on loopback."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone

from kiosk.domain.assets import ApplePasses, Assets, CalendarFile, GooglePass, Lack, Missing, TakeHome
from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.handover import HandOver
from kiosk.handover.limits import Limits
from kiosk.ports import Clock
from tests.fakes import FakeClock

SUMMER = timezone(timedelta(hours=13))
EVENING = datetime(2026, 11, 21, 19, 0, tzinfo=SUMMER)
SHOWTIME = SeatsOfShowtime("0002-2681", "The Long Take", "Screen 3", EVENING, ("C5", "C6"))
GOOGLE = GooglePass("https://pay.google.com/gp/v/save/eyJ0.eyJ1.c2ln")
CALENDAR = CalendarFile(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
NONE = Missing(Lack.NOT_OFFERED)


def passes() -> ApplePasses:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("pass-1.pkpass", b"{}")
    return ApplePasses(written.getvalue())


APPLE = passes()


def take_home(
    *showtimes: SeatsOfShowtime,
    google: GooglePass | Missing = GOOGLE,
    apple: ApplePasses | Missing = APPLE,
    calendar: CalendarFile | Missing = CALENDAR,
) -> TakeHome:
    return TakeHome(showtimes or (SHOWTIME,), Assets(google, apple, calendar))


@asynccontextmanager
async def served(
    clock: Clock | None = None, *, life_s: float = 600.0, limits: Limits | None = None, base_url: str = ""
) -> AsyncIterator[HandOver]:
    """A page on a free port of this machine."""
    page = HandOver("127.0.0.1", 0, life_s, clock or FakeClock(), limits=limits, base_url=base_url)
    await page.start()
    try:
        yield page
    finally:
        await page.stop()


def link_of(page: HandOver, order_id: str = "order-1", what: TakeHome | None = None) -> str:
    """The address as a phone takes it; the token's alone is its last part."""
    return page.put(order_id, what or take_home()).replace("HTTP://", "http://")
