"""The voucher desk on the feed: where each lane's counter stands, and what a screen may ask of it.

A screen that joins is told the whole of it, so it holds nothing of its own. Barcodes are masked; a PIN goes one way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.cinema import SeatsOfShowtime, Showtime, TicketPrice
from kiosk.domain.redeeming import Confirmation, Earlier, Holding, SeatFault, Surcharge
from kiosk.domain.seating import SeatPlan
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import KeptVoucher, Ticketed, Why


class Phase(StrEnum):
    """Where the guest at a counter stands."""

    SHOWTIMES = "showtimes"
    """No order: a showtime is to be picked."""
    ORDER = "order"
    STUCK = "stuck"
    """An answer was lost: the order can only be started again, or given up."""
    REDEEMING = "redeeming"
    TICKET = "ticket"
    ENDED = "ended"
    """The order is given up, the vouchers are unused and kept for another."""
    UNCLEAR = "unclear"
    """Asked to complete, and nobody has said how it ended."""


class Ask(StrEnum):
    """What staff must decide before the order can go on."""

    PRICE = "price"
    SEATS = "seats"


class Doing(StrEnum):
    """What the office is being asked."""

    SHOWTIMES = "showtimes"
    OPENING = "opening"
    ADDING = "adding"
    REMOVING = "removing"
    HOLDING = "holding"
    SEATS = "seats"
    EXTENDING = "extending"
    CHECKING = "checking"
    REDEEMING = "redeeming"
    GIVING_UP = "giving_up"
    LOOKING = "looking"
    GOOD_FOR = "good_for"


class Said(StrEnum):
    """What came of the last scan or key, where it is not plain from where the order stands."""

    ALREADY_IN = "already_in"
    NOT_ADDED = "not_added"
    OTHER_SHOWTIME = "other_showtime"
    """The office sells nothing for this voucher at this showtime."""
    NONE_GOOD = "none_good"
    """It is good for none of today's."""
    NOT_A_VOUCHER = "not_a_voucher"
    UNREADABLE = "unreadable"
    TICKET = "ticket"
    """A booking's or a transaction's barcode: paid already, with seats."""
    NO_SUCH_TICKET = "no_such_ticket"
    OFFICE_SAYS = "office_says"
    NO_ANSWER = "no_answer"
    CHOOSE_SEATS = "choose_seats"
    """The office does not choose seats by itself here."""
    WRONG_SEATS = "wrong_seats"
    CHANGED = "changed"
    """The order is not what was shown, and was held anew."""
    EXTENDED = "extended"
    SCAN_AGAIN = "scan_again"
    """Scanned while something else was under way: it was not taken."""
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Remark:
    """One of these, and what belongs to it. `title` and `detail` are the office's own words: hostile, shown."""

    said: Said
    masked: str = ""
    type_name: str = ""
    title: str = ""
    detail: str = ""
    pin_sent: bool = False
    earlier: Earlier | None = None
    doubt: Doubt | None = None
    retry_after_s: float | None = None
    fault: SeatFault | None = None
    seats: tuple[str, ...] = ()
    wanted: int = 0
    booking_id: str = ""
    found: tuple[SeatsOfShowtime, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherOnOrder:
    """A voucher, and how it is used: for so many tickets, at the price that staff picked (empty: none yet)."""

    voucher: KeptVoucher
    tickets: int
    offers: tuple[TicketPrice, ...] = ()
    picked: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """How an order was given up. `is_gone` False: the office could not be told so far."""

    why: Why
    title: str = ""
    detail: str = ""
    is_gone: bool = True


@dataclass(frozen=True, slots=True)
class AtCounter:
    """Where one lane's counter stands: told on joining, and whenever it changes.

    `is_open`: what the lane scans is for the voucher desk. `turn` counts what was told, so that a screen knows news.
    """

    at: datetime
    lane: str
    is_open: bool = False
    phase: Phase = Phase.SHOWTIMES
    turn: int = 0
    doing: Doing | None = None
    showtime: Showtime | None = None
    is_allocated: bool = False
    vouchers: tuple[VoucherOnOrder, ...] = ()
    waiting: tuple[str, ...] = ()
    """Vouchers, masked, that will be put on the next order."""
    holding: Holding | None = None
    """What is held for these vouchers; None: nothing, or not for these."""
    expires_at: datetime | None = None
    surcharge: Surcharge = Surcharge.SEND_TO_TILL
    ask: Ask | None = None
    asked_about: str = ""
    """The voucher (the order's id of it) that a price is to be chosen for."""
    confirmation: Confirmation | None = None
    """What staff must say yes to. A yes names the turn in which it was told."""
    remark: Remark | None = None
    good_for: tuple[str, ...] = ()
    """Showtimes that the remark's voucher is good for, once that was asked."""
    ticketed: Ticketed | None = None
    closing: Closing | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class ShowtimesTold:
    """What is on at a business date, by start. `trouble`: why it is not known."""

    at: datetime
    lane: str
    business_date: date | None = None
    showtimes: tuple[Showtime, ...] = ()
    trouble: Remark | None = None


@dataclass(frozen=True, slots=True)
class SeatPlanTold:
    """The plan of a showtime's screen."""

    at: datetime
    lane: str
    showtime_id: str
    plan: SeatPlan


@dataclass(frozen=True, slots=True)
class SeatsTold:
    """Which seats of the plan may be taken, about two seconds late; `own` are held by this order.

    `areas`: the area categories that the vouchers' prices are for; none: any.
    """

    at: datetime
    lane: str
    showtime_id: str
    free: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherOffered:
    """What the gate has just refused looks like a voucher: opening the voucher desk takes it there."""

    at: datetime
    lane: str
    scan_id: str


@dataclass(frozen=True, slots=True)
class VoucherSettled:
    """An order that was left behind has come to its end: `ticketed`, or None where nothing was redeemed."""

    at: datetime
    lane: str
    film: str = ""
    starts_at: datetime | None = None
    ticketed: Ticketed | None = None


VoucherEvent = AtCounter | ShowtimesTold | SeatPlanTold | SeatsTold | VoucherOffered | VoucherSettled


# ── commands: each names its lane ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """From now on what this lane scans is for the voucher desk. `scan_id`: an offered voucher that is taken along."""

    lane: str = ""
    scan_id: str = ""


@dataclass(frozen=True, slots=True)
class CloseCounter:
    """Back to the gate. An order goes on until it expires. `passing`: what was scanned here by mistake goes along."""

    lane: str = ""
    passing: bool = False


@dataclass(frozen=True, slots=True)
class ListShowtimes:
    """`day`: an ISO date; empty: the first that has any."""

    lane: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class PickShowtime:
    """Open an order; one for another showtime is given up first, its vouchers are taken along."""

    showtime_id: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class TakeOff:
    voucher_id: str
    lane: str = ""


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """For so many tickets, or at this price: what is not named stays."""

    voucher_id: str
    tickets: int | None = None
    ticket_type_id: str | None = None
    lane: str = ""


@dataclass(frozen=True, slots=True)
class HoldSeats:
    """None: the office chooses."""

    seat_ids: tuple[str, ...] = ()
    lane: str = ""


@dataclass(frozen=True, slots=True)
class GivePin:
    """The PIN of the voucher that was refused without it."""

    pin: Secret = field(repr=False)
    lane: str = ""


@dataclass(frozen=True, slots=True)
class ExtendOrder:
    lane: str = ""


@dataclass(frozen=True, slots=True)
class AskToConfirm:
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Redeem:
    """Yes, to what was told to be confirmed in this turn. Cannot be undone."""

    turn: int
    lane: str = ""


@dataclass(frozen=True, slots=True)
class SettleDue:
    """Money is due: send the guest to the till, or book unpaid, as the house has it."""

    lane: str = ""


@dataclass(frozen=True, slots=True)
class StartAgain:
    """A new order for the same showtime, with the vouchers that are kept."""

    lane: str = ""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Delete the order: nothing is used."""

    lane: str = ""


@dataclass(frozen=True, slots=True)
class NextGuest:
    """This one is served: forget what is kept of them."""

    lane: str = ""


@dataclass(frozen=True, slots=True)
class FindGoodFor:
    """Which of today's showtimes the voucher is for that is not for this one."""

    lane: str = ""


@dataclass(frozen=True, slots=True)
class PutAway:
    """Staff have read the remark, or do not confirm."""

    lane: str = ""


VoucherCommand = (
    OpenCounter | CloseCounter | ListShowtimes | PickShowtime | TakeOff | UseVoucher | HoldSeats | GivePin | ExtendOrder
    | AskToConfirm | Redeem | SettleDue | StartAgain | GiveUp | NextGuest | FindGoodFor | PutAway
)  # fmt: skip
