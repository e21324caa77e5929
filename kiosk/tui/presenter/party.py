"""Who comes in and with what: head counts, units and bookings in a few words. Outside text is made safe here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kiosk.domain.booking import Booking
from kiosk.domain.code import show_hostile
from kiosk.tui.presenter.times import Here, starts

_LONGEST_NAME = 60
_LONGEST_REFERENCE = 24


def guests(count: int) -> str:
    """`1 guest`, `3 guests`."""
    return f"{count} guest" if count == 1 else f"{count} guests"


def party(bookings: Iterable[Booking]) -> str:
    """`2 Adult · 1 Child`: the units of all bookings together, in their order."""
    units: Counter[str] = Counter()
    for booking in bookings:
        for unit, count in booking.unit_counts:
            units[unit] += count
    return " · ".join(f"{count} {named(unit)}" for unit, count in units.items() if unit)


def named(text: str) -> str:
    """A product's, unit's or office's name, safe to show."""
    return show_hostile(text, _LONGEST_NAME)


def reference(booking: Booking) -> str:
    return show_hostile(booking.reference, _LONGEST_REFERENCE)


def product(booking: Booking) -> str:
    """The product, with its option where it has a telling one."""
    if booking.option and booking.option.casefold() not in ("default", booking.product.casefold()):
        return f"{named(booking.product)}, {named(booking.option)}" if booking.product else named(booking.option)
    return named(booking.product)


def about(booking: Booking, here: Here) -> tuple[str, ...]:
    """One booking over two lines: what for; when and under which reference."""
    return tuple(line for line in (product(booking), joined(starts(booking, here), reference(booking))) if line)


def for_what(booking: Booking, here: Here) -> str:
    """`Tower entry · 11:30 today`."""
    return joined(product(booking), starts(booking, here))


def in_one_line(booking: Booking, here: Here) -> str:
    """One booking among several."""
    return joined(product(booking), starts(booking, here), party([booking]), reference(booking))


def joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
