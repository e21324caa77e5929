"""A cinema as the voucher desk needs it: showtimes, prices, orders, tickets, and what its office may reply.

Names are the office's own, made fit to be shown, in the configured language; ids are opaque. Guests' names, addresses
and full barcodes are not even read. Statuses and types are open strings where nothing is decided by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

from kiosk.domain.money import Money, Price, nothing
from kiosk.domain.reply import Failed

VOUCHER = "Voucher"
KNOWN_RESTRICTIONS = frozenset(
    {"Member", "MemberReward", "MemberSubscriptionCard", "ThirdPartyMemberCard", VOUCHER, "Discount"}
)
"""developer.vista.co: a price with a restriction that is not understood must be hidden."""


class BookingMode(StrEnum):
    """How an order is meant to be paid. The values are the office's words."""

    PAID = "Paid"
    UNPAID = "Unpaid"
    UNPAID_CONFIRMED = "UnpaidConfirmed"


@dataclass(frozen=True, slots=True)
class Site:
    """A cinema. `time_zone` is an IANA name, or empty."""

    id: str
    name: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class AreaCategory:
    """A kind of seats that a showtime sells."""

    id: str
    is_allocated: bool = False


@dataclass(frozen=True, slots=True)
class Showtime:
    """One showing. Times are aware, in the cinema's own offset; None where the office does not say, or not readably.

    `business_date` is the day it is counted to: a showing after midnight is the evening before's. `attributes` are
    names such as "IMAX". `is_allocated`: guests have numbered seats.
    """

    id: str
    site_id: str = ""
    film: str = ""
    screen: str = ""
    starts_at: datetime | None = None
    film_starts_at: datetime | None = None
    ends_at: datetime | None = None
    business_date: date | None = None
    runtime_min: int | None = None
    rating: str = ""
    is_sold_out: bool = False
    is_allocated: bool = False
    seat_layout_id: str = ""
    areas: tuple[AreaCategory, ...] = ()
    attributes: tuple[str, ...] = ()
    requires_3d_glasses: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """The showtimes of a business date, by start. `business_date` is the one the office chose for "first"."""

    business_date: date | None
    showtimes: tuple[Showtime, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketPrice:
    """A ticket type and what it costs at a showtime. `booking_fee` comes on top of `price`; None: there is none.

    With allocated seats the seat's area category must be `area_category_id`; empty: any.
    """

    ticket_type_id: str
    price: Price
    name: str = ""
    booking_fee: Money | None = None
    restrictions: tuple[str, ...] = ()
    voucher_type_codes: tuple[str, ...] = ()
    area_category_id: str = ""
    is_default: bool = False


def prices_for(prices: Sequence[TicketPrice], voucher_type_code: str) -> tuple[TicketPrice, ...]:
    """The prices that a voucher of this type may be used for, in the office's order. None: not for this showtime.

    Prices that ask for nothing but the voucher come first: a kiosk has no member's card to show.
    """
    fitting = [
        price
        for price in prices
        if voucher_type_code
        and VOUCHER in price.restrictions
        and voucher_type_code in price.voucher_type_codes
        and KNOWN_RESTRICTIONS.issuperset(price.restrictions)
    ]
    return tuple(sorted(fitting, key=lambda price: set(price.restrictions) != {VOUCHER}))


@dataclass(frozen=True, slots=True)
class OrderVoucher:
    """A voucher on an order. `masked_barcode` is the office's own mask.

    `available_redemptions`: as many tickets may use it. Only adding it tells; None in an order's own list.
    """

    id: str
    masked_barcode: str = ""
    type: str = ""
    type_code: str = ""
    type_name: str = ""
    available_redemptions: int | None = None


@dataclass(frozen=True, slots=True)
class TicketChoice:
    """A ticket to be set on an order; `voucher_id` is the order's id of the voucher that pays for it."""

    ticket_type_id: str
    voucher_id: str = ""


@dataclass(frozen=True, slots=True)
class OrderTicket:
    """A ticket of an order that is in progress. Seat fields are empty where it has none or none is told."""

    id: str
    ticket_type_id: str = ""
    name: str = ""
    price: Price | None = None
    voucher_id: str = ""
    seat_id: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True)
class OrderShowtime:
    """What an order holds of one showtime. `seat_ids`: the seats held, told with the tickets or beside them.

    `seats` are their names, such as `C5`, one for each id; an id stands for itself where no name is told. Which ticket
    has which seat is mostly not told.
    """

    showtime_id: str
    tickets: tuple[OrderTicket, ...] = ()
    seat_ids: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An order in progress. `expires_at` is UTC: at that time it is gone and its seats are free. `total` has the tax.

    `total` is None where the office has not said it: such an order must not be called paid.
    """

    id: str
    site_id: str = ""
    status: str = ""
    mode: str = ""
    expires_at: datetime | None = None
    total: Price | None = None
    booking_fee: Money | None = None
    paid: Money | None = None
    vouchers: tuple[OrderVoucher, ...] = ()
    showtimes: tuple[OrderShowtime, ...] = ()

    @property
    def due(self) -> Money | None:
        """What is left to pay, rounded, never below zero; None where the total is not known."""
        if self.total is None:
            return None
        left = (self.total.total if self.paid is None else self.total.total - self.paid).rounded
        return left if left.is_due else nothing(left.currency).rounded

    @property
    def tickets(self) -> tuple[OrderTicket, ...]:
        return tuple(ticket for showtime in self.showtimes for ticket in showtime.tickets)


@dataclass(frozen=True, slots=True)
class Extended:
    """The order's time starts again. `expires_at` is None where the reply does not say: ask for the order."""

    expires_at: datetime | None = None


class CompletionStatus(StrEnum):
    """How far a completion is. `unknown`: a word that is not known here; neither an end nor a promise of one."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Completion:
    """The completion of an order, which redeems its vouchers. `word` is the office's own status."""

    order_id: str
    status: CompletionStatus
    word: str = ""
    transaction_number: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompletedTicket:
    """A ticket that was bought. The three statuses are the office's words (`NotAdmitted`, `NotCollected`, …).

    `refund_obstacle` says why it cannot be refunded: `VoucherRedeemed`.
    """

    id: str
    type: str = ""
    name: str = ""
    ticket_type_id: str = ""
    showtime_id: str = ""
    admission_status: str = ""
    collection_status: str = ""
    refund_status: str = ""
    price: Price | None = None
    amount_saved: Price | None = None
    voucher_id: str = ""
    seat_id: str = ""
    seat: str = ""
    is_refundable: bool | None = None
    refund_obstacle: str = ""


@dataclass(frozen=True, slots=True)
class SeatsOfShowtime:
    """What an order holds of one showtime: `seats` are names such as `C5`, none where seats have no numbers."""

    showtime_id: str
    film: str = ""
    screen: str = ""
    starts_at: datetime | None = None
    seats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompletedOrder:
    """An order that is done. `transaction_barcode` is what a ticket shows to be let in: a bearer token.

    `showtimes`: what it is for, and all its seats: which ticket has which is mostly not told.
    """

    id: str
    status: str = ""
    booking_id: str = ""
    transaction_number: str = ""
    transaction_barcode: str = field(default="", repr=False)
    vouchers: tuple[OrderVoucher, ...] = ()
    tickets: tuple[CompletedTicket, ...] = ()
    showtimes: tuple[SeatsOfShowtime, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSeats:
    """An existing order, found by a booking's or a transaction's barcode: a ticket already, no voucher."""

    showtimes: tuple[SeatsOfShowtime, ...] = ()
    order_id: str = ""
    booking_id: str = ""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A write whose answer holds nothing that is needed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no to this request: nothing of it was applied. The texts are the office's own: hostile, shown.

    `seats_unavailable`: the office cannot choose seats by itself; they must be chosen on the plan.
    """

    title: str = ""
    detail: str = ""
    status: int = 400
    seats_unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """What was asked for is not there: the order has expired or was never, no such showtime, no such barcode."""

    title: str = ""
    detail: str = ""


T = TypeVar("T")
CinemaReply: TypeAlias = T | Refused | Gone | Failed
"""What every call of a cinema's office comes back with."""
