"""A supplier's list of bookings, as an office lists it: pages, and every code that is printed on a booking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk.domain.booking import Booking

PER_PAGE = 100
"""Bookings asked for at a time: the most that the vendor allows."""

_USABLE = ("", "CONFIRMED", "REDEEMED")
"""Statuses of a whole booking that say nothing against one ticket of it."""


@dataclass(frozen=True, slots=True)
class OfDay:
    """Bookings for a day, in the products' own time."""

    day: date


@dataclass(frozen=True, slots=True)
class UpdatedBetween:
    """Bookings changed within these times of the office's clock, to the second, both included."""

    start: datetime
    end: datetime


Wanted = OfDay | UpdatedBetween


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code, and what it stands for: the whole booking, or the unit items at these places."""

    text: str = field(repr=False)
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """A booking with its codes: barcodes and references of the party and of each ticket.

    `unit_statuses` goes with `booking.units`; empty where the office did not say. `is_open_dated`: the office says that
    it is for any day; without that, a booking that names no day is one whose day is not known.
    """

    booking: Booking
    codes: tuple[ListedCode, ...] = ()
    unit_statuses: tuple[str, ...] = ()
    is_open_dated: bool = False


@dataclass(frozen=True, slots=True)
class BookingsPage:
    """One page. `entries` is how many the office sent, with those that cannot be read; `pages` None: it did not say."""

    bookings: tuple[ListedBooking, ...]
    entries: int
    pages: int | None = None

    def is_last(self, page: int) -> bool:
        """Whether nothing comes after this page, the `page`-th. Where the office does not say, a short one is it."""
        return self.entries < PER_PAGE if self.pages is None else page >= self.pages


def reduced(booking: Booking, places: tuple[int, ...], unit_statuses: tuple[str, ...]) -> Booking:
    """The booking that a ticket's own code stands for: its unit items alone, as they stand.

    What forbids the whole forbids each ticket, and a party that is used up has no ticket left.
    """
    units = tuple(booking.units[place] for place in places if place < len(booking.units))
    stamps = tuple(unit.redeemed_at for unit in units if unit.redeemed_at is not None)
    redeemed_at = max(stamps) if stamps and len(stamps) == len(units) else booking.redeemed_at
    said = {unit_statuses[place] for place in places if place < len(unit_statuses)} - {""}
    return replace(booking, units=units, redeemed_at=redeemed_at, status=_status(booking, said, redeemed_at))


def _status(booking: Booking, said: set[str], redeemed_at: datetime | None) -> str:
    if booking.status not in _USABLE:
        return booking.status
    if redeemed_at is not None or booking.status == "REDEEMED":
        return "REDEEMED"
    return min(said - {"CONFIRMED"}, default=booking.status)
