"""Orders as the pretend cinema keeps them: what is in one, what it costs, how long it lives, how it is completed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from kiosk.sandbox.vista.cinemas import Site
from kiosk.sandbox.vista.money import total
from kiosk.sandbox.vista.prices import TicketType
from kiosk.sandbox.vista.programme import Showtime
from kiosk.sandbox.vista.vouchers import Voucher

Mode = Literal["Paid", "Unpaid", "UnpaidConfirmed"]
MODES: tuple[Mode, ...] = ("Paid", "Unpaid", "UnpaidConfirmed")

End = Literal["", "completed", "deleted", "expired"]
Outcome = Literal["Completed", "Failed"]


def new_id() -> str:
    """32 hex characters. Not the same from run to run: a client's journal may outlive the sandbox."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket of an order; `voucher_id` is empty where no voucher pays it."""

    id: str
    type: TicketType
    voucher_id: str = ""

    @property
    def saved(self) -> Decimal:
        return self.type.covered if self.voucher_id else Decimal(0)

    @property
    def price(self) -> Decimal:
        """What the guest pays for it, booking fee apart."""
        return self.type.price - self.saved


@dataclass(slots=True)
class Line:
    """The tickets of one showtime in an order, with their seats where seats are allocated."""

    showtime: Showtime
    tickets: tuple[Ticket, ...]
    seats: tuple[str, ...] = ()


@dataclass(slots=True)
class Completion:
    """`outcome` shows from `settles_at` on, `meanwhile` before it."""

    settles_at: datetime
    outcome: Outcome = "Completed"
    meanwhile: str = "Pending"

    def is_pending(self, now: datetime) -> bool:
        return now < self.settles_at

    def status(self, now: datetime) -> str:
        return self.meanwhile if self.is_pending(now) else self.outcome


@dataclass(slots=True)
class Sale:
    """What a completed order is known by. `opened_at`: when the guest opens the link to it, None for never."""

    booking_id: str
    booking_number: int
    transaction_number: int
    completed_at: datetime
    collected: bool = False
    opened_at: datetime | None = None


@dataclass(slots=True)
class Order:
    """`resets` counts how often its expiry has been put off."""

    site: Site
    mode: Mode
    created_at: datetime
    expires_at: datetime
    id: str = field(default_factory=new_id)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    resets: int = 0
    completion: Completion | None = None
    sale: Sale | None = None
    end: End = ""

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return tuple(ticket for line in self.lines.values() for ticket in line.tickets)

    @property
    def fees(self) -> Decimal:
        return total(ticket.type.fee or Decimal(0) for ticket in self.tickets)

    @property
    def due(self) -> Decimal:
        """What the guest has to pay: nobody has paid anything yet."""
        return total(ticket.price for ticket in self.tickets) + self.fees

    def uses_of(self, voucher_id: str) -> int:
        return sum(1 for ticket in self.tickets if ticket.voucher_id == voucher_id)

    def is_pending(self, now: datetime) -> bool:
        return self.completion is not None and self.completion.is_pending(now)
