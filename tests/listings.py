"""Bookings as an office lists them, and an office in memory that lists its own by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from kiosk.domain.booking import Booking
from kiosk.domain.listing import BookingsPage, ListedBooking, ListedCode, OfDay, UpdatedBetween, Wanted
from kiosk.domain.reply import Failed
from tests.fakes import NOON, booking

RIVER = "River Cruises"
TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)


def listed(uuid: str = "b1", *, open_dated: bool = False, **changes: Any) -> ListedBooking:
    """A booking as an office lists it: `code-UUID` is its voucher, `ticket-UUID-N` the N-th ticket's own code."""
    one = booking(uuid, **{"redemption_code": "", "redeemable": False, **changes})
    whole = [ListedCode(f"code-{uuid}"), ListedCode(one.reference)]
    parts = [
        ListedCode(code, (place,))
        for place, unit in enumerate(one.units)
        for code in (f"ticket-{uuid}-{place + 1}", unit.reference)
    ]
    return ListedBooking(one, (*whole, *parts), is_open_dated=open_dated)


def a_page(*bookings: ListedBooking, pages: int | None = 1) -> BookingsPage:
    return BookingsPage(bookings, len(bookings), pages)


@dataclass
class FakeListing:
    """Lists what it holds, `size` to a page, in the order of its dict. `faults` happen to the next requests."""

    size: int = 100
    office_ahead: timedelta = timedelta()
    holds: dict[str, ListedBooking] = field(default_factory=dict)
    updated: dict[str, datetime] = field(default_factory=dict)
    asked: list[tuple[str, Wanted, int]] = field(default_factory=list)
    faults: list[Failed] = field(default_factory=list)
    on_request: Callable[[int], None] = lambda number: None
    names_pages: bool = True

    def add(self, at: datetime, *bookings: ListedBooking) -> None:
        """Put bookings in, or in the place of the same ones, as changed at this time of the office's clock."""
        for one in bookings:
            self.holds[one.booking.uuid] = one
            self.updated[one.booking.uuid] = at

    def change(self, at: datetime, uuid: str, **changes: Any) -> None:
        one = self.holds[uuid]
        self.add(at, replace(one, booking=replace(one.booking, **changes)))

    def days_asked(self) -> list[tuple[date, int]]:
        """The days and pages asked for, in order."""
        return [(wanted.day, page) for _, wanted, page in self.asked if isinstance(wanted, OfDay)]

    def changes_asked(self) -> list[UpdatedBetween]:
        return [wanted for _, wanted, _ in self.asked if isinstance(wanted, UpdatedBetween)]

    async def bookings_page(
        self, supplier: str, wanted: Wanted, page: int, *, within_s: float
    ) -> BookingsPage | Failed:
        self.asked.append((supplier, wanted, page))
        self.on_request(len(self.asked))
        if self.faults:
            return self.faults.pop(0)
        found = [one for uuid, one in self.holds.items() if self._fits(uuid, one.booking, wanted)]
        pages = max(1, -(-len(found) // self.size))
        shown = tuple(found[(page - 1) * self.size : page * self.size])
        return BookingsPage(shown, len(shown), pages if self.names_pages else None)

    def _fits(self, uuid: str, one: Booking, wanted: Wanted) -> bool:
        if isinstance(wanted, OfDay):
            return one.local_date == wanted.day
        return wanted.start <= self.updated[uuid] <= wanted.end
