"""What the voucher desk decides and says: which prices fit, what kind of code was scanned, and every result as a value.

No result holds a PIN or a whole barcode. `title` and `detail` are the office's own words: hostile, shown, never decided
on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.cinema import KNOWN_RESTRICTIONS, VOUCHER, CompletedOrder, Showtime, TicketPrice, prices_for
from kiosk.domain.money import Money
from kiosk.domain.seating import SeatAvailability, SeatPlan
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Conversation, KeptVoucher, Stage, Why

# ── codes ───────────────────────────────────────────────────────────────────────────────────────────


class CodeKind(StrEnum):
    """What a code looks like at the voucher desk."""

    VOUCHER = "voucher"
    TICKET = "ticket"
    """The barcode of a booking or a transaction: it is paid already, and has seats."""
    MAYBE_TICKET = "maybe_ticket"
    """May be a booking's id; only the office knows."""
    OTHER = "other"


_TICKET = re.compile(r"[BSTU][0-9]{8,}")
_BOOKING_ID = re.compile(r"(?=.*[A-Z])[A-Z0-9]{7}")


def kind_of(text: str, voucher_pattern: str) -> CodeKind:
    """The kind of a scanned code. Booking `B…`/`S…` and transaction `T…`/`U…` are the vendor's own shapes."""
    if _TICKET.fullmatch(text):
        return CodeKind.TICKET
    if re.search(voucher_pattern, text):
        return CodeKind.VOUCHER
    return CodeKind.MAYBE_TICKET if _BOOKING_ID.fullmatch(text) else CodeKind.OTHER


def masked_voucher(text: str) -> str:
    """A voucher's barcode as it may be shown: its end alone, because its beginning is that of every one of its type."""
    return "…" + text[-4:] if len(text) >= 10 else "…" + text[-2:] if len(text) > 4 else "…"


# ── prices ──────────────────────────────────────────────────────────────────────────────────────────


def offers(prices: Sequence[TicketPrice], type_code: str, showtime: Showtime) -> tuple[TicketPrice, ...]:
    """The prices that may be offered for a voucher. None: it is not for this showtime. Several: staff choose.

    Those that ask for more than the voucher (a member's card, say) are left out: this desk has nothing more to show.
    So are those of an area that this showtime does not sell.
    """
    sold = {area.id for area in showtime.areas}
    return tuple(
        price
        for price in prices_for(prices, type_code)
        if set(price.restrictions) == {VOUCHER}
        and (not sold or not price.area_category_id or price.area_category_id in sold)
    )


def may_be_shown(price: TicketPrice) -> bool:
    """Whether a price may be shown at all: developer.vista.co asks to hide one it does not understand."""
    return KNOWN_RESTRICTIONS.issuperset(price.restrictions)


# ── results ─────────────────────────────────────────────────────────────────────────────────────────


class Surcharge(StrEnum):
    """What to do where a voucher does not cover everything."""

    SEND_TO_TILL = "send_to_till"
    """The order is deleted and the voucher stays unused: the guest pays and redeems at the till."""
    UNPAID_BOOKING = "unpaid_booking"
    """Book it unpaid: the guest pays the rest at the till."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What our own journal knows of a voucher that the office refuses. `stage` says how sure it is."""

    at: datetime
    lane: str
    stage: Stage
    booking_id: str = ""
    film: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether the office has said that it was redeemed."""
        return self.stage in (Stage.REDEEMED, Stage.DONE)

    @classmethod
    def among(cls, conversations: Iterable[Conversation]) -> Earlier | None:
        """Of those whose order a voucher is on, the last in which it was used up, or may have been."""
        asked = [one for one in conversations if one.completing_at is not None and one.stage is not Stage.CANCELLED]
        if not asked:
            return None
        last = asked[-1]
        booking_id = last.ticketed.booking_id if last.ticketed else ""
        return cls(last.at, last.lane, last.stage, booking_id, last.showing.film)


@dataclass(frozen=True, slots=True)
class Added:
    """A voucher is on the order. Several `offers`: staff choose one for it, unless the seats decide."""

    voucher: KeptVoucher
    offers: tuple[TicketPrice, ...]


@dataclass(frozen=True, slots=True)
class NotForThisShowtime:
    """The office knows the voucher, and sells nothing for it at this showtime. It is off the order again."""

    voucher: KeptVoucher


@dataclass(frozen=True, slots=True)
class NotAdded:
    """The office refuses a voucher; the others stay. `pin_sent` False: with its PIN it may be another matter."""

    masked: str
    title: str = ""
    detail: str = ""
    pin_sent: bool = False
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """The same barcode once more: it is on this order already."""

    voucher: KeptVoucher


@dataclass(frozen=True, slots=True)
class Holding:
    """Tickets and seats are held until `expires_at`. `due` is None where the office does not say what it costs."""

    tickets: int
    seats: tuple[str, ...]
    due: Money | None
    tax: Money | None
    expires_at: datetime | None
    is_unpaid: bool = False
    """Booked unpaid: what is due does not stand in the way."""

    @property
    def may_be_completed(self) -> bool:
        return self.is_unpaid or (self.due is not None and not self.due.is_due)


@dataclass(frozen=True, slots=True)
class ChoosePrice:
    """Several prices fit this voucher."""

    voucher: KeptVoucher
    offers: tuple[TicketPrice, ...]


@dataclass(frozen=True, slots=True)
class Seating:
    """The plan of the screen and which seats are free, about two seconds late. `own`: ids of those held already."""

    plan: SeatPlan
    availability: SeatAvailability
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChooseSeats:
    """The office does not choose seats by itself here, or not so many: they must be picked on the plan."""

    title: str = ""
    detail: str = ""


class SeatFault(StrEnum):
    """Why seats cannot be asked for."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    """Two areas have a seat of this name."""
    TAKEN = "taken"
    TWICE = "twice"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    OTHER_AREA = "other_area"
    """The vouchers' prices are for another part of the screen."""
    NOT_ALLOCATED = "not_allocated"
    """Seats are free to choose inside: none are booked."""


@dataclass(frozen=True, slots=True)
class WrongSeats:
    fault: SeatFault
    seats: tuple[str, ...] = ()
    wanted: int = 0
    """How many there must be."""


@dataclass(frozen=True, slots=True)
class MoneyDue:
    """The vouchers do not cover everything, and nothing can be completed so. None: nobody knows what is due."""

    due: Money | None
    tax: Money | None
    surcharge: Surcharge


@dataclass(frozen=True, slots=True)
class OfficeSays:
    """The office refuses what was asked; the order stands as it stood."""

    title: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing was applied, or nothing was asked that could be: the same may be tried again."""

    doubt: Doubt
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """An answer was lost and the order does not show what became of it. Start again: the vouchers are kept."""

    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Ended:
    """The order is given up, and the vouchers are unused. `is_gone` False: the office could not be told so far."""

    why: Why
    title: str = ""
    detail: str = ""
    is_gone: bool = True


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What staff say yes to, in figures. Nothing is completed without it, nor with one whose figures have changed."""

    conversation: str
    vouchers: tuple[KeptVoucher, ...]
    tickets: int
    film: str
    starts_at: datetime | None
    seats: tuple[str, ...]
    due: Money | None
    tax: Money | None
    is_unpaid: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """The order is not what was shown: look at it again, or start again."""


@dataclass(frozen=True, slots=True)
class Done:
    """Redeemed. `order` is None where its tickets could not be read yet; `conversation` knows what was held."""

    conversation: Conversation
    order: CompletedOrder | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Asked to complete, and nobody has said how it ended. It is asked about again; it must not be tried again."""

    conversation: Conversation
    doubt: Doubt


Over: TypeAlias = Done | Unclear | Ended
"""How an order has ended. Nothing more can be asked of it."""
NoOrder: TypeAlias = NoAnswer | Unsure | Over
Trouble: TypeAlias = OfficeSays | NoOrder
AddResult: TypeAlias = Added | NotForThisShowtime | NotAdded | AlreadyIn | NoOrder
HoldResult: TypeAlias = Holding | ChoosePrice | ChooseSeats | WrongSeats | Trouble
ConfirmResult: TypeAlias = Confirmation | MoneyDue | Changed | Trouble
CompleteResult: TypeAlias = Changed | Over
