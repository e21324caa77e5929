"""A conversation at the voucher desk, as a table: one order, from its opening to its tickets or to its deletion.

    opening → open → held → confirmed → completing → redeemed → done
    adding, removing, setting: a request about the order is on its way, and the order is open or held again after it
    unsure: an answer was lost and the order does not show what became of it: it can only be given up
    anything before completing, or failed → closing → cancelled

Completing is asked for once in an order's life and only after a confirmation. A conversation is never stored as such:
rows are appended to the journal, each before its request leaves, and folded by `fold`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.errors import TransitionError


class Stage(StrEnum):
    """Where a conversation stands. What may be at the office is said with each."""

    OPENING = "opening"
    """An order may have been made whose id is not known. It holds nothing and runs out by itself."""
    OPEN = "open"
    """An order, with the vouchers added so far."""
    ADDING = "adding"
    REMOVING = "removing"
    SETTING = "setting"
    UNSURE = "unsure"
    HELD = "held"
    """Tickets and seats are held until the order expires; what is due is known."""
    CONFIRMED = "confirmed"
    """Staff have said yes; nothing has left yet."""
    COMPLETING = "completing"
    """The completion may have been asked for: the vouchers are used up, or they are not."""
    REDEEMED = "redeemed"
    """The office says so. Its tickets have not been read yet."""
    FAILED = "failed"
    """The office did not complete it: the vouchers are unused. The order may still be there."""
    CLOSING = "closing"
    """To be deleted, and perhaps deleted already."""
    DONE = "done"
    CANCELLED = "cancelled"
    """The order is gone, the vouchers are unused."""


class Step(StrEnum):
    """What happens. The first word of a pair stands in the journal before its request leaves, the others after."""

    OPEN = "open"
    OPENED = "opened"
    ADD = "add"
    ADDED = "added"
    NOT_ADDED = "not_added"
    REMOVE = "remove"
    REMOVED = "removed"
    SET = "set"
    HELD = "held"
    CLEARED = "cleared"
    NOT_HELD = "not_held"
    LOST = "lost"
    EXTEND = "extend"
    EXTENDED = "extended"
    CONFIRM = "confirm"
    COMPLETE = "complete"
    REDEEMED = "redeemed"
    FAILED = "failed"
    TICKETED = "ticketed"
    CLOSE = "close"
    CLOSED = "closed"


_AT_REST = (Stage.OPEN, Stage.HELD)
_MAY_BE_CLOSED = (
    Stage.OPEN, Stage.ADDING, Stage.REMOVING, Stage.SETTING, Stage.UNSURE, Stage.HELD, Stage.CONFIRMED, Stage.FAILED,
    Stage.CLOSING,
)  # fmt: skip

_TABLE: dict[tuple[Stage | None, Step], Stage] = {
    (None, Step.OPEN): Stage.OPENING,
    (Stage.OPENING, Step.OPENED): Stage.OPEN,
    (Stage.OPENING, Step.CLOSED): Stage.CANCELLED,
    **{(stage, Step.ADD): Stage.ADDING for stage in _AT_REST},
    (Stage.ADDING, Step.ADDED): Stage.OPEN,
    (Stage.ADDING, Step.NOT_ADDED): Stage.OPEN,
    (Stage.ADDING, Step.LOST): Stage.UNSURE,
    **{(stage, Step.REMOVE): Stage.REMOVING for stage in _AT_REST},
    (Stage.REMOVING, Step.REMOVED): Stage.OPEN,
    (Stage.REMOVING, Step.LOST): Stage.UNSURE,
    **{(stage, Step.SET): Stage.SETTING for stage in _AT_REST},
    (Stage.SETTING, Step.HELD): Stage.HELD,
    (Stage.SETTING, Step.CLEARED): Stage.OPEN,
    (Stage.SETTING, Step.NOT_HELD): Stage.OPEN,
    (Stage.SETTING, Step.LOST): Stage.UNSURE,
    **{(stage, step): stage for stage in _AT_REST for step in (Step.EXTEND, Step.EXTENDED)},
    (Stage.HELD, Step.CONFIRM): Stage.CONFIRMED,
    (Stage.CONFIRMED, Step.COMPLETE): Stage.COMPLETING,
    (Stage.COMPLETING, Step.REDEEMED): Stage.REDEEMED,
    (Stage.COMPLETING, Step.FAILED): Stage.FAILED,
    (Stage.REDEEMED, Step.TICKETED): Stage.DONE,
    **{(stage, Step.CLOSE): Stage.CLOSING for stage in _MAY_BE_CLOSED},
    (Stage.CLOSING, Step.CLOSED): Stage.CANCELLED,
    # Looked at again while it is being given up, an order may turn out to be completed after all.
    (Stage.FAILED, Step.REDEEMED): Stage.REDEEMED,
    (Stage.CLOSING, Step.REDEEMED): Stage.REDEEMED,
}

ENDS = frozenset({Stage.DONE, Stage.CANCELLED})


def step(stage: Stage | None, taken: Step) -> Stage:
    """The stage after a step. Raises TransitionError for a pair that the table does not hold."""
    try:
        return _TABLE[stage, taken]
    except KeyError:
        raise TransitionError(f"{taken} is not possible from {stage or 'nothing'}") from None


class WayOut(StrEnum):
    """How a conversation that nobody leads any more is brought to its end."""

    FORGET = "forget"
    """Nothing is known that could be deleted."""
    DELETE = "delete"
    ASK = "ask"
    """Ask the office whether it was completed, then read its tickets or delete it."""
    READ = "read"
    """Read its tickets."""
    NOTHING = "nothing"
    """It is at its end."""


_WAYS_OUT = {
    Stage.OPENING: WayOut.FORGET,
    **dict.fromkeys(_MAY_BE_CLOSED, WayOut.DELETE),
    Stage.COMPLETING: WayOut.ASK,
    Stage.REDEEMED: WayOut.READ,
    **dict.fromkeys(ENDS, WayOut.NOTHING),
}


def way_out(stage: Stage) -> WayOut:
    return _WAYS_OUT[stage]


class Why(StrEnum):
    """Why an order was given up."""

    GIVEN_UP = "given_up"
    """By staff."""
    START_AGAIN = "start_again"
    EXPIRED = "expired"
    SEND_TO_TILL = "send_to_till"
    """Money is due, and it is paid at the till."""
    NOT_OPENED = "not_opened"
    """The office did not make it."""
    NEVER_LEARNT = "never_learnt"
    """Its id was never learnt. It held nothing, and runs out by itself."""
    CUT_OFF = "cut_off"
    """The program was stopped in the middle."""
    JOURNAL_FAILED = "journal_failed"
    REFUSED = "refused"
    """The office refused to complete it."""
    FAILED = "failed"
    """The office says that completing it failed."""
    NOT_ARRIVED = "not_arrived"
    """The request to complete it has not come to the office."""


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Showing:
    """What an order is opened for. `mode` is the office's word for how it is paid."""

    site_id: str
    showtime_id: str
    film: str = ""
    starts_at: datetime | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    order_id: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A voucher's barcode. The journal keeps its mask and a keyed hash of it; a PIN is never told here."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptVoucher:
    """A voucher on the order. `id` is the order's; `redemptions`: as many tickets may use it."""

    id: str
    masked: str = ""
    type_code: str = ""
    type_name: str = ""
    redemptions: int = 1


@dataclass(frozen=True, slots=True)
class Named:
    """The voucher that a step is about, by the order's id of it."""

    voucher_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked to be held: so many tickets, and these seats (none: the office chooses)."""

    tickets: int
    seat_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What the order holds now. `seats` are names such as `C5`; `due` and `tax` as shown, empty where not known."""

    tickets: int
    seats: tuple[str, ...] = ()
    due: str = ""
    tax: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Until:
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Ticketed:
    booking_id: str = ""
    transaction: str = ""
    seats: tuple[str, ...] = ()
    tickets: int = 0


@dataclass(frozen=True, slots=True)
class Because:
    why: Why


Facts: TypeAlias = Showing | Opened | Sent | KeptVoucher | Named | Wanted | Held | Until | Redeemed | Ticketed | Because

FACTS: dict[Step, type[Facts]] = {
    Step.OPEN: Showing,
    Step.OPENED: Opened,
    Step.ADD: Sent,
    Step.ADDED: KeptVoucher,
    Step.REMOVE: Named,
    Step.REMOVED: Named,
    Step.SET: Wanted,
    Step.HELD: Held,
    Step.EXTENDED: Until,
    Step.REDEEMED: Redeemed,
    Step.FAILED: Because,
    Step.TICKETED: Ticketed,
    Step.CLOSE: Because,
    Step.CLOSED: Because,
}
"""What each step tells; one that is not here tells nothing more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a conversation: a row of the journal."""

    at: datetime
    conversation: str
    lane: str
    step: Step
    facts: Facts | None = None

    def __post_init__(self) -> None:
        if type(self.facts) is not FACTS.get(self.step, type(None)):
            raise TransitionError(f"{self.step} does not tell {type(self.facts).__name__}")


# ── the fold ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a conversation stands: the fold of its rows. `at` is the time of the last one."""

    id: str
    stage: Stage
    lane: str
    opened_at: datetime
    at: datetime
    showing: Showing
    order_id: str = ""
    expires_at: datetime | None = None
    vouchers: tuple[KeptVoucher, ...] = ()
    held: Held | None = None
    """What was last held; holds only while the stage is `held` or later."""
    confirmed_at: datetime | None = None
    completing_at: datetime | None = None
    """When the completion was asked for; None: never, so nothing can have been redeemed."""
    ticketed: Ticketed | None = None
    transaction: str = ""
    why: Why | None = None

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDS

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats that it ended with, or those last held."""
        if self.ticketed is not None and self.ticketed.seats:
            return self.ticketed.seats
        return self.held.seats if self.held else ()


def begin(turn: Turn) -> Conversation:
    """The conversation that a first row begins. Raises TransitionError where it is none."""
    if not isinstance(turn.facts, Showing):
        raise TransitionError(f"{turn.step} is not possible from nothing")
    stage = step(None, turn.step)
    return Conversation(turn.conversation, stage, turn.lane, turn.at, turn.at, turn.facts)


def advance(conversation: Conversation, turn: Turn) -> Conversation:
    """The conversation after one more row. Raises TransitionError for a row that cannot follow."""
    stage = step(conversation.stage, turn.step)
    moved = replace(conversation, stage=stage, at=turn.at)
    match turn.facts:
        case Opened(order_id, expires_at):
            return replace(moved, order_id=order_id, expires_at=expires_at)
        case KeptVoucher():
            return replace(moved, vouchers=(*moved.vouchers, turn.facts))
        case Named(voucher_id) if turn.step is Step.REMOVED:
            return replace(moved, vouchers=tuple(v for v in moved.vouchers if v.id != voucher_id))
        case Held():
            return replace(moved, held=turn.facts, expires_at=turn.facts.expires_at or moved.expires_at)
        case Until(expires_at):
            return replace(moved, expires_at=expires_at or moved.expires_at)
        case Redeemed(transaction):
            return replace(moved, transaction=transaction, why=None)
        case Ticketed():
            return replace(moved, ticketed=turn.facts, transaction=turn.facts.transaction or moved.transaction)
        case Because(why):
            # The first reason is the true one: deleting what failed does not change why it failed.
            return replace(moved, why=moved.why or why)
    match turn.step:
        case Step.CLEARED:
            return replace(moved, held=None)
        case Step.CONFIRM:
            return replace(moved, confirmed_at=turn.at)
        case Step.COMPLETE:
            return replace(moved, completing_at=turn.at)
        case _:
            return moved


def fold(turns: Iterable[Turn]) -> tuple[Conversation, ...]:
    """The conversations that rows speak of, in the order in which they were begun."""
    found: dict[str, Conversation] = {}
    for turn in turns:
        known = found.get(turn.conversation)
        found[turn.conversation] = begin(turn) if known is None else advance(known, turn)
    return tuple(found.values())
