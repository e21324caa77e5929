"""Where a lane's voucher desk stands, as the engine has told it, and what staff have opened, typed and marked on it.

View state only: the order is the engine's.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from kiosk.domain.events import Event, Rights, Submit, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.roles import Action
from kiosk.domain.voucher_events import (
    Ask,
    AtCounter,
    Phase,
    Remark,
    Said,
    SeatPlanTold,
    SeatsTold,
    ShowtimesTold,
    VoucherOnOrder,
)
from kiosk.tui.chart import Chart, chart_of
from kiosk.tui.dialogs.at_the_counter import GivingUp, PinEntry, price_choice
from kiosk.tui.dialogs.plain import Help, Typing
from kiosk.tui.dialogs.step import Dialog
from kiosk.tui.presenter.signing_in import note_on
from kiosk.tui.presenter.vouchers import offer_line
from kiosk.tui.seat_marks import SeatMarks
from kiosk.tui.showtime_list import ShowtimeList

REVEALED_AFTER_S = 0.15
"""What is over sooner is not shown: it would only flicker."""

CONFIRM_AFTER_S = 0.6
"""An Enter that was pressed for something else must not redeem."""


class Page(Enum):
    """What fills the screen."""

    SHOWTIMES = auto()
    ORDER = auto()
    PANEL = auto()


class CounterView:
    """`lane` is the one that this screen serves, `wedge` what a scan of its keyboard is called."""

    def __init__(self, lane: Callable[[], str], monotonic: Callable[[], float], wedge: Submit) -> None:
        self.counter: AtCounter | None = None
        self.told_showtimes: ShowtimesTold | None = None
        self.list = ShowtimeList()
        self.marks: SeatMarks | None = None
        self.dialog: Dialog | None = None
        self.note = ""
        """What a key could not do."""
        self.take_home: TakeHomeOffered | None = None
        """What this guest's phone may take along now: stands beside the ticket."""
        self._lane, self._monotonic, self._wedge = lane, monotonic, wedge
        self._plan: tuple[str, Chart] | None = None
        self._seats: SeatsTold | None = None
        self.is_picking = False
        self._asked_turn: int | None = None
        self._doing_since_s: float | None = None
        self._confirm_since_s = 0.0

    # ── what the engine tells ───────────────────────────────────────────────────────────────────────

    def tell(self, event: Event) -> None:
        match event:
            case AtCounter(lane=lane) if lane == self._lane():
                self._stands(event)
            case ShowtimesTold(lane=lane) if lane == self._lane():
                self.told_showtimes = event
                self.list = self.list.told(event.showtimes)
            case SeatPlanTold(lane=lane) if lane == self._lane():
                self._plan = (event.showtime_id, chart_of(event.plan))
                self.marks = None
            case SeatsTold(lane=lane) if lane == self._lane():
                self._seats = event
                self._mark()
            case TakeHomeOffered(lane=lane) if lane == self._lane():
                self.take_home = event
            case TakeHomeEnded(offer=offer) if self.take_home is not None and offer == self.take_home.offer:
                self.take_home = None
            case Rights(action=Action.VOUCHERS) as rights:
                self.note, self._asked_turn = note_on(rights, None), None
            case _:
                pass

    def engine_went(self) -> None:
        """Whatever it says when it is back counts: nothing of the order is remembered here."""
        self.counter = self.dialog = self._asked_turn = self.take_home = None
        self.marks, self._plan, self._seats = None, None, None
        self.is_picking = False

    def not_done(self) -> None:
        self._asked_turn = None

    def _stands(self, now: AtCounter) -> None:
        before, self.counter = self.counter, now
        if self._asked_turn is not None and now.turn > self._asked_turn and now.doing is None:
            self._asked_turn = None
        if now.doing is None:
            self._doing_since_s = None
        elif before is None or before.doing is not now.doing:
            self._doing_since_s = self._monotonic()
        if now.confirmation is not None and (before is None or before.confirmation is None):
            self._confirm_since_s, self.dialog = self._monotonic(), None
        if before is None or before.phase is not now.phase:
            self._new_phase(now)
        if now.doing is None:
            self._ask_for(now, before)
        self._mark()

    def _new_phase(self, now: AtCounter) -> None:
        """A page of its own: what was open belongs to the one before."""
        if now.phase is not Phase.TICKET:
            self.take_home = None
        self.dialog, self.is_picking, self.note = None, False, ""
        if now.phase is Phase.SHOWTIMES:
            self.list = self.list.narrowed(frozenset())
            self.marks = None

    def _ask_for(self, now: AtCounter, before: AtCounter | None) -> None:
        """What cannot go on without staff opens by itself, once."""
        fresh = before is None or now.remark != before.remark or before.doing is not None
        if now.remark is not None and fresh and self.wants_pin and _speaks_of_a_pin(now.remark):
            self.dialog = PinEntry(now.remark.masked)
        elif now.ask is Ask.PRICE and fresh and (one := self.asked_about) is not None:
            self.dialog = price_choice(one, tuple(map(offer_line, one.offers)))
        elif now.good_for and (before is None or before.good_for != now.good_for):
            self.list, self.is_picking = self.list.narrowed(frozenset(now.good_for)), True

    def _mark(self) -> None:
        """The plan, the seats and the order are told apart: the marks go with all three."""
        now, seats, plan = self.counter, self._seats, self._plan
        if (
            now is None
            or now.showtime is None
            or seats is None
            or plan is None
            or not (plan[0] == seats.showtime_id == now.showtime.id)
        ):
            self.marks = None
        elif self.marks is None or self.marks.chart is not plan[1]:
            self.marks = SeatMarks.of(plan[1], seats, self.wanted)
        else:
            self.marks = self.marks.told(seats, self.wanted)

    # ── how it stands ───────────────────────────────────────────────────────────────────────────────

    @property
    def is_open(self) -> bool:
        """Whether this lane is at the voucher desk."""
        return self.counter is not None and self.counter.is_open

    @property
    def phase(self) -> Phase:
        return self.counter.phase if self.counter else Phase.SHOWTIMES

    @property
    def wanted(self) -> int:
        """Tickets of the order, which are as many seats."""
        return sum(one.tickets for one in self.counter.vouchers) if self.counter else 0

    @property
    def page(self) -> Page:
        now = self.counter
        if now is None or isinstance(self.dialog, Help) or self._is_choosing or self.fills_the_screen:
            return Page.PANEL
        if now.phase is Phase.SHOWTIMES or self.is_picking:
            return Page.SHOWTIMES
        return Page.ORDER if now.phase is Phase.ORDER and now.confirmation is None else Page.PANEL

    @property
    def _is_choosing(self) -> bool:
        return self.dialog is not None and not isinstance(self.dialog, Typing | PinEntry | GivingUp)

    @property
    def fills_the_screen(self) -> bool:
        """Whether the remark is one that is read on its own: a ticket in place of a voucher."""
        now = self.counter
        return now is not None and now.remark is not None and now.remark.said is Said.TICKET

    @property
    def is_picking_another(self) -> bool:
        return self.is_picking and self.phase is not Phase.SHOWTIMES

    @property
    def link_to_show(self) -> str:
        """The link whose code stands beside the ticket; empty: none does."""
        is_ticket = self.phase is Phase.TICKET and self.page is Page.PANEL and self.dialog is None
        return self.take_home.link if self.take_home and is_ticket and not self.fills_the_screen else ""

    @property
    def wants_pin(self) -> bool:
        remark = self.counter.remark if self.counter else None
        may_help = remark is not None and remark.said is Said.NOT_ADDED and remark.earlier is None
        return may_help and self.phase is Phase.ORDER

    @property
    def has_stray(self) -> bool:
        remark = self.counter.remark if self.counter else None
        return remark is not None and remark.said is Said.NOT_A_VOUCHER

    @property
    def is_waiting(self) -> bool:
        """Whether the office is being asked, for long enough to say so."""
        since = self._doing_since_s
        return since is not None and self._monotonic() >= since + REVEALED_AFTER_S

    @property
    def waited_s(self) -> float:
        return 0.0 if self._doing_since_s is None else self._monotonic() - self._doing_since_s

    @property
    def is_busy(self) -> bool:
        return self._asked_turn is not None or (self.counter is not None and self.counter.doing is not None)

    @property
    def asked_about(self) -> VoucherOnOrder | None:
        now = self.counter
        return next((one for one in now.vouchers if one.voucher.id == now.asked_about), None) if now else None

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def next_deadline(self) -> float | None:
        """When to paint again, in monotonic seconds: something is to be seen by then."""
        deadlines = []
        if self._doing_since_s is not None and not self.is_waiting:
            deadlines.append(self._doing_since_s + REVEALED_AFTER_S)
        if self.counter is not None and self.counter.confirmation is not None and not self.may_confirm:
            deadlines.append(self._confirm_since_s + CONFIRM_AFTER_S)
        return min(deadlines, default=None)

    @property
    def may_confirm(self) -> bool:
        return self._monotonic() >= self._confirm_since_s + CONFIRM_AFTER_S


def _speaks_of_a_pin(remark: Remark) -> bool:
    """Whether the office's words ask for a PIN. Only opens a line to type it: nothing is decided by it."""
    words = f"{remark.title} {remark.detail}".casefold().split()
    return not remark.pin_sent and any(word.strip(".,:;!") == "pin" for word in words)
