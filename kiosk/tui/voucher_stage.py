"""The voucher desk of one lane as a value in time: what the engine told of it, what staff typed, which keys work.

View state only: filter, cursor, marks and dialogs. The order is the engine's; every key that changes it is a command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import Enum, auto

from kiosk.domain.events import Command, Event, Rights, Submit, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.framing import Framed
from kiosk.domain.redeeming import Surcharge
from kiosk.domain.roles import Action
from kiosk.domain.voucher_events import (
    Ask,
    AskToConfirm,
    AtCounter,
    CloseCounter,
    ExtendOrder,
    FindGoodFor,
    HoldSeats,
    ListShowtimes,
    NextGuest,
    Phase,
    PickShowtime,
    PutAway,
    Redeem,
    Remark,
    Said,
    SeatPlanTold,
    SeatsTold,
    SettleDue,
    ShowtimesTold,
    StartAgain,
    VoucherCommand,
    VoucherOnOrder,
)
from kiosk.tui.chart import Chart, chart_of
from kiosk.tui.dialogs.at_the_counter import GivingUp, PinEntry, price_choice, taking_off, ticket_choice
from kiosk.tui.dialogs.plain import Help, Typing
from kiosk.tui.dialogs.step import Dialog
from kiosk.tui.keyboard import UNREAD
from kiosk.tui.presenter import keys, voucher_keys
from kiosk.tui.presenter.keys import Hint, Press
from kiosk.tui.presenter.signing_in import note_on
from kiosk.tui.presenter.vouchers import offer_line, voucher_line
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


class VoucherStage:
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
        self._is_picking = False
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
                self.note = note_on(rights, None)
            case _:
                pass

    def engine_went(self) -> None:
        """Whatever it says when it is back counts: nothing of the order is remembered here."""
        self.counter = self.dialog = self._asked_turn = self.take_home = None
        self.marks, self._plan, self._seats = None, None, None
        self._is_picking = False

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
        self.dialog, self._is_picking, self.note = None, False, ""
        if now.phase is Phase.SHOWTIMES:
            self.list = self.list.narrowed(frozenset())
            self.marks = None

    def _ask_for(self, now: AtCounter, before: AtCounter | None) -> None:
        """What cannot go on without staff opens by itself, once."""
        fresh = before is None or now.remark != before.remark or before.doing is not None
        if now.remark is not None and fresh and self.wants_pin and _speaks_of_a_pin(now.remark):
            self.dialog = PinEntry(now.remark.masked)
        elif now.ask is Ask.PRICE and fresh and (one := self._asked_about) is not None:
            self.dialog = price_choice(one, tuple(map(offer_line, one.offers)))
        elif now.good_for and (before is None or before.good_for != now.good_for):
            self.list, self._is_picking = self.list.narrowed(frozenset(now.good_for)), True

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
        if now.phase is Phase.SHOWTIMES or self._is_picking:
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
        return self._is_picking and self.phase is not Phase.SHOWTIMES

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
    def _is_busy(self) -> bool:
        return self._asked_turn is not None or (self.counter is not None and self.counter.doing is not None)

    @property
    def _asked_about(self) -> VoucherOnOrder | None:
        now = self.counter
        return next((one for one in now.vouchers if one.voucher.id == now.asked_about), None) if now else None

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def next_deadline(self) -> float | None:
        """When to paint again, in monotonic seconds: something is to be seen by then."""
        deadlines = []
        if self._doing_since_s is not None and not self.is_waiting:
            deadlines.append(self._doing_since_s + REVEALED_AFTER_S)
        if self.counter is not None and self.counter.confirmation is not None and not self._may_confirm:
            deadlines.append(self._confirm_since_s + CONFIRM_AFTER_S)
        return min(deadlines, default=None)

    @property
    def _may_confirm(self) -> bool:
        return self._monotonic() >= self._confirm_since_s + CONFIRM_AFTER_S

    # ── which keys work ─────────────────────────────────────────────────────────────────────────────

    @property
    def hints(self) -> tuple[Hint, ...]:
        if self.dialog is not None:
            return self.dialog.hints
        now = self.counter
        if now is None:
            return ()
        if now.phase is Phase.REDEEMING:
            return voucher_keys.redeeming()
        if self._is_busy:
            return ()
        if self.fills_the_screen:
            return voucher_keys.remark()
        if now.confirmation is not None:
            return voucher_keys.confirming(is_ready=self._may_confirm)
        if self.page is Page.SHOWTIMES:
            return self._hints_at_the_list(now)
        return self._hints_at(now)

    def _hints_at_the_list(self, now: AtCounter) -> tuple[Hint, ...]:
        return voucher_keys.at_the_list(
            voucher_keys.AtTheList(
                can_pick=self.list.at_cursor is not None,
                is_filtered=bool(self.list.filter),
                is_several=len(self.list.shown) > 1,
                is_picking_another=self.is_picking_another,
                has_stray=self.has_stray,
                has_waiting=bool(now.waiting),
            )
        )

    def _hints_at(self, now: AtCounter) -> tuple[Hint, ...]:
        match now.phase:
            case Phase.ORDER:
                return self._hints_at_the_order(now)
            case Phase.STUCK:
                return voucher_keys.stuck()
            case Phase.ENDED:
                return voucher_keys.ended(has_vouchers=bool(now.waiting))
            case _:
                return voucher_keys.ticket()

    def _hints_at_the_order(self, now: AtCounter) -> tuple[Hint, ...]:
        remark = now.remark
        return voucher_keys.at_the_order(
            voucher_keys.AtTheOrder(
                enter=self._enter_does(now),
                has_plan=self.marks is not None,
                has_vouchers=bool(now.vouchers),
                has_several_tickets=any(one.voucher.redemptions > 1 for one in now.vouchers),
                has_several_prices=any(len(one.offers) > 1 for one in now.vouchers),
                may_extend=now.expires_at is not None,
                wants_pin=self.wants_pin,
                is_for_another=remark is not None and remark.said is Said.OTHER_SHOWTIME,
                has_stray=self.has_stray,
            )
        )

    def _enter_does(self, now: AtCounter) -> str:
        """What enter does now, in the words of the bottom line; empty: nothing."""
        if not now.vouchers or now.ask is Ask.PRICE:
            return ""
        if self._is_to_hold(now):
            ready = self.marks is None or not self.marks.missing
            many = "1 seat" if self.wanted == 1 else f"{self.wanted} seats"
            return f"HOLD {many}" if ready and self.marks is not None else "HOLD" if ready else ""
        if now.holding is None:
            return ""
        if now.holding.may_be_completed:
            return "CONFIRM"
        at_till = now.surcharge is Surcharge.SEND_TO_TILL or now.holding.due is None
        return "SEND TO THE TILL" if at_till else "BOOK UNPAID"

    def _is_to_hold(self, now: AtCounter) -> bool:
        return now.holding is None or (self.marks is not None and self.marks.is_changed)

    # ── what staff do ───────────────────────────────────────────────────────────────────────────────

    def scan(self, framed: Framed) -> Command:
        """A scanner has typed a code: whatever is open gives way to it."""
        self.dialog, self.note, self.take_home = None, "", None
        return replace(self._wedge, text=UNREAD if framed.too_long else framed.text)

    def press(self, key: str) -> Command | None:
        """A person has pressed a key. Only keys of `hints` do anything, but for letters where they are wanted."""
        self.note = ""
        for hint in self.hints:
            if key in hint.keys:
                return self._sent(self._step(hint.press, key))
        if len(key) == 1 and key.isprintable():
            if self.dialog is not None:
                self.dialog = self.dialog.typed(key)
            elif self.page is Page.SHOWTIMES and not self._is_busy:
                self.list = self.list.filtered(self.list.filter + key)
        return None

    def click(self, seat_id: str) -> None:
        """A seat was clicked: marked or not, and never more than that."""
        if self.page is Page.ORDER and self.marks is not None and self.dialog is None and not self._is_busy:
            self._toggle(seat_id)

    def click_showtime(self, place: int) -> Command | None:
        """A showtime was clicked: the cursor goes there; where it is already, it is picked."""
        if self.page is not Page.SHOWTIMES or self.dialog is not None or self._is_busy:
            return None
        if place == self.list.cursor:
            return self._sent(self._pick())
        self.list = self.list.moved(place - self.list.cursor)
        return None

    def _sent(self, asked: Command | None) -> Command | None:
        if isinstance(asked, VoucherCommand):
            asked = replace(asked, lane=self._lane())
            if self.counter is not None and not isinstance(asked, CloseCounter):
                self._asked_turn = self.counter.turn
        elif isinstance(asked, Submit):
            asked = replace(self._wedge, text=asked.text, typed=True)
        return asked

    def _step(self, press: Press, key: str) -> Command | None:
        if self.dialog is not None:
            step = self.dialog.press(press, key)
            self.dialog = step.dialog
            return step.asked if isinstance(step.asked, VoucherCommand | Submit) else None
        if self.counter is None:
            return None
        return self._at_the_list(press, key) if self.page is Page.SHOWTIMES else self._at_the_order(press, key)

    def _at_the_list(self, press: Press, key: str) -> Command | None:
        match press:
            case Press.MOVE:
                self.list = self.list.moved(-1 if key == keys.UP else 1)
            case Press.RUB_OUT:
                self.list = self.list.filtered(self.list.filter[:-1])
            case Press.BACK if self.list.filter:
                self.list = self.list.filtered("")
            case Press.BACK:
                self._is_picking, self.list = False, self.list.narrowed(frozenset())
            case Press.PICK:
                return self._pick()
            case Press.DAY:
                return self._other_day(-1 if key == keys.LEFT else 1)
            case _:
                return self._anywhere(press)
        return None

    def _at_the_order(self, press: Press, key: str) -> Command | None:
        now = self.counter
        match press:
            case Press.MOVE if self.marks is not None:
                self.marks = self.marks.moved(key)
            case Press.TOGGLE if self.marks is not None:
                self._toggle(self.marks.cursor)
            case Press.ENTER:
                return self._enter()
            case Press.SHOWTIMES:
                self._is_picking, self.list = True, self.list.narrowed(frozenset())
            case Press.TAKE_OFF if now is not None:
                return self._take_off(now.vouchers)
            case Press.TICKETS if now is not None:
                several = [one for one in now.vouchers if one.voucher.redemptions > 1]
                self.dialog = ticket_choice(several[0])
            case Press.PRICE if now is not None:
                one = self._asked_about or next(one for one in now.vouchers if len(one.offers) > 1)
                self.dialog = price_choice(one, tuple(map(offer_line, one.offers)))
            case Press.PIN if now is not None and now.remark is not None:
                self.dialog = PinEntry(now.remark.masked)
            case Press.GIVE_UP:
                self.dialog = GivingUp()
            case Press.EXTEND:
                return ExtendOrder()
            case Press.GOOD_FOR:
                return FindGoodFor()
            case _:
                return self._anywhere(press)
        return None

    def _anywhere(self, press: Press) -> Command | None:
        match press:
            case Press.TYPE:
                self.dialog = Typing()
            case Press.HELP:
                self.dialog = Help()
            case Press.TO_GATE:
                return CloseCounter()
            case Press.PASS_ON:
                return CloseCounter(passing=True)
            case Press.PUT_AWAY:
                return PutAway()
            case Press.START_AGAIN:
                return StartAgain()
            case Press.NEXT_GUEST:
                return NextGuest()
            case _:
                pass
        return None

    def _enter(self) -> Command | None:
        now = self.counter
        if now is None:
            return None
        if now.confirmation is not None:
            return Redeem(now.turn)
        if self._is_to_hold(now):
            return HoldSeats(self.marks.marked if self.marks is not None else ())
        if now.holding is not None and not now.holding.may_be_completed:
            return SettleDue()
        return AskToConfirm()

    def _pick(self) -> Command | None:
        picked = self.list.at_cursor
        if picked is None:
            return None
        if picked.is_sold_out:
            self.note = "this showtime is sold out: pick another"
            return None
        was_picking_another, self._is_picking = self.is_picking_another, False
        self.list = self.list.narrowed(frozenset())
        now = self.counter
        is_same = now is not None and now.showtime is not None and now.showtime.id == picked.id
        return None if was_picking_another and is_same and self.phase is Phase.ORDER else PickShowtime(picked.id)

    def _other_day(self, by: int) -> Command | None:
        day: date | None = self.told_showtimes.business_date if self.told_showtimes else None
        return ListShowtimes(day=(day + timedelta(days=by)).isoformat() if day else "")

    def _take_off(self, vouchers: tuple[VoucherOnOrder, ...]) -> Command | None:
        choice = taking_off(vouchers, tuple(map(voucher_line, vouchers)))
        if len(vouchers) == 1:
            return choice.asked[0]
        self.dialog = choice
        return None

    def _toggle(self, seat_id: str) -> None:
        if self.marks is None:
            return
        before, self.marks = self.marks.marked, self.marks.toggled(seat_id)
        seat = self.marks.chart.seat(seat_id)
        if self.marks.marked == before and seat is not None:
            self.note = f"{seat.name} cannot be taken for these vouchers"


def _speaks_of_a_pin(remark: Remark) -> bool:
    """Whether the office's words ask for a PIN. Only opens a line to type it: nothing is decided by it."""
    words = f"{remark.title} {remark.detail}".casefold().split()
    return not remark.pin_sent and any(word.strip(".,:;!") == "pin" for word in words)
