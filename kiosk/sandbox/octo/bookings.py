"""Bookings as the pretend supplier keeps them, and its rules: what can be redeemed, and what redeeming does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kiosk.sandbox.octo.catalogue import Product

_CONNECTION = "connect_9KXTQWMNB"

Shape = Literal["full", "minimal", "nulls"]
"""How much of a booking the office sends: all; what the vendor's own look-up example has; null wherever it may be."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be redeemed: `unredeemableReasonCode` and `unredeemableReason` (both undocumented words)."""

    code: str
    text: str


@dataclass(slots=True)
class Ticket:
    """One unit item. `code` is its own barcode, empty where the party has only one for all."""

    uuid: str
    reference: str
    unit_id: str
    code: str = ""
    redeemed_at: datetime | None = None
    noshowed_at: datetime | None = None


@dataclass(slots=True)
class Booking:
    """`code` is the voucher's barcode, empty where every ticket has its own; a package shares it among its bookings.

    `starts_at` and `ends_at` are in the product's time zone, None for open-dated bookings. `block` is an obstacle of
    the supplier's own making.
    """

    uuid: str
    reference: str
    product: Product
    tickets: tuple[Ticket, ...]
    created_at: datetime
    updated_at: datetime
    code: str = ""
    reseller_reference: str | None = None
    status: str = "CONFIRMED"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    expires_at: datetime | None = None
    redeemed_at: datetime | None = None
    noshowed_at: datetime | None = None
    test: bool = False
    block: Obstacle | None = None
    notes: str | None = None
    guest: str = ""
    shape: Shape = "full"

    @property
    def standing(self) -> str:
        """The status that a reply carries."""
        if self.redeemed_at is not None:
            return "REDEEMED"
        return "NO_SHOW" if self.noshowed_at is not None else self.status

    @property
    def local_date(self) -> date | None:
        return None if self.starts_at is None else self.starts_at.date()


@dataclass(frozen=True, slots=True)
class Holding:
    """What a code stands for: a whole booking, or one ticket of it."""

    booking: Booking
    ticket: Ticket | None = None

    @property
    def redemption_code(self) -> str:
        """Opaque to clients: parts joined by `|`, `,` and `_`, one of them empty, as in the vendor's example."""
        part = f"include_{self.booking.product.id}" if self.ticket is None else f"ticket_{self.ticket.uuid}"
        return f"{_CONNECTION}|{self.booking.uuid},booking_,{part}"

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return self.booking.tickets if self.ticket is None else (self.ticket,)

    @property
    def redeemed_at(self) -> datetime | None:
        return self.booking.redeemed_at if self.ticket is None else self.ticket.redeemed_at

    @property
    def noshowed_at(self) -> datetime | None:
        return self.booking.noshowed_at if self.ticket is None else self.ticket.noshowed_at

    @property
    def standing(self) -> str:
        if self.redeemed_at is not None:
            return "REDEEMED"
        if self.noshowed_at is not None:
            return "NO_SHOW"
        return self.booking.status

    @property
    def obstacle(self) -> Obstacle | None:
        """Why it cannot be redeemed now; None where it can. A word for the status that the office does not list
        itself, and the day of the visit, are no obstacles (undocumented: the gate must know the day by itself)."""
        if self.redeemed_at is not None:
            return Obstacle("ALREADY_REDEEMED", f"Already redeemed at {self.redeemed_at:%H:%M} UTC")
        return _BY_STATUS.get(self.standing) or self.booking.block

    @property
    def can_be_undone(self) -> bool:
        """Whether it, or one of its tickets, has been redeemed or marked as a no-show."""
        stamped = any(ticket.redeemed_at or ticket.noshowed_at for ticket in self.tickets)
        return stamped or self.standing in _USED

    def redeem(self, at: datetime) -> tuple[str, ...]:
        """Stamp everything that is not stamped yet; a party whose last ticket is redeemed is redeemed. Returns the
        uuids of the tickets that changed."""
        changed = tuple(ticket for ticket in self.tickets if ticket.redeemed_at is None)
        for ticket in changed:
            ticket.redeemed_at = at
        if all(ticket.redeemed_at is not None for ticket in self.booking.tickets):
            self.booking.redeemed_at = at
        self.booking.updated_at = at
        return tuple(ticket.uuid for ticket in changed)

    def mark_noshow(self, at: datetime) -> tuple[str, ...]:
        changed = tuple(ticket for ticket in self.tickets if ticket.noshowed_at is None)
        for ticket in changed:
            ticket.noshowed_at = at
        if all(ticket.noshowed_at is not None for ticket in self.booking.tickets):
            self.booking.noshowed_at = at
        self.booking.updated_at = at
        return tuple(ticket.uuid for ticket in changed)

    def undo(self, at: datetime) -> tuple[str, ...]:
        """Take back a redemption or a no-show: of the whole party, or of this ticket."""
        changed = tuple(t for t in self.tickets if t.redeemed_at is not None or t.noshowed_at is not None)
        for ticket in changed:
            ticket.redeemed_at = ticket.noshowed_at = None
        self.booking.redeemed_at = self.booking.noshowed_at = None
        self.booking.updated_at = at
        if self.booking.status in _USED:
            self.booking.status = "CONFIRMED"
        return tuple(ticket.uuid for ticket in changed)


_USED = ("REDEEMED", "NO_SHOW", "NOSHOW")

_BY_STATUS = {
    "CANCELLED": Obstacle("CANCELLED", "This booking has been cancelled"),
    "REBOOKED": Obstacle("REBOOKED", "This booking has been moved to another one"),
    "UPGRADED": Obstacle("UPGRADED", "This booking has been replaced by a better one"),
    "EXPIRED": Obstacle("EXPIRED", "This booking has expired"),
    "ON_HOLD": Obstacle("NOT_CONFIRMED", "This booking has not been paid"),
    "PENDING": Obstacle("NOT_CONFIRMED", "This booking waits for the supplier"),
    "QUOTE": Obstacle("NOT_CONFIRMED", "This is an offer, not a booking"),
    "REJECTED": Obstacle("NOT_CONFIRMED", "This booking was not accepted"),
    "NO_SHOW": Obstacle("NO_SHOW", "The guest did not come"),
    "NOSHOW": Obstacle("NO_SHOW", "The guest did not come"),
}


class Register:
    """The bookings of one supplier, found by every code that is printed on them."""

    def __init__(self, bookings: Iterable[Booking] = ()) -> None:
        self._bookings: dict[str, Booking] = {}
        self._by_code: dict[str, list[Holding]] = {}
        for booking in bookings:
            self.add(booking)

    def __iter__(self) -> Iterator[Booking]:
        return iter(self._bookings.values())

    def __len__(self) -> int:
        return len(self._bookings)

    def add(self, booking: Booking) -> None:
        self._bookings[booking.uuid] = booking
        self._index(Holding(booking), booking.code, booking.reference, booking.reseller_reference or "")
        for ticket in booking.tickets:
            self._index(Holding(booking, ticket), ticket.code, ticket.reference)

    def _index(self, holding: Holding, *codes: str) -> None:
        for code in codes:
            if code:
                self._by_code.setdefault(code, []).append(holding)

    def look_up(self, code: str) -> tuple[Holding, ...]:
        """Exact and case-sensitive."""
        return tuple(self._by_code.get(code, ()))

    def by_redemption_code(self, code: str) -> Holding | None:
        """Exact. To the office its own code is not opaque: it names the booking."""
        booking = self._bookings.get(code.partition("|")[2].partition(",")[0])
        if booking is None:
            return None
        holdings = (Holding(booking), *(Holding(booking, ticket) for ticket in booking.tickets))
        return next((holding for holding in holdings if holding.redemption_code == code), None)

    def by_uuid(self, uuid: str) -> Booking | None:
        return self._bookings.get(uuid)
