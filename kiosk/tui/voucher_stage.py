"""The voucher desk of one lane in the hands of staff: what each key asks of the engine, and no key twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kiosk.domain.events import Command, Submit
from kiosk.domain.framing import Framed
from kiosk.domain.voucher_events import (
    AskToConfirm,
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
    SettleDue,
    StartAgain,
    VoucherCommand,
    VoucherOnOrder,
)
from kiosk.tui.counter_view import CounterView, Page
from kiosk.tui.dialogs.at_the_counter import GivingUp, PinEntry, price_choice, taking_off, ticket_choice
from kiosk.tui.dialogs.plain import Help, Typing
from kiosk.tui.keyboard import UNREAD
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press
from kiosk.tui.presenter.vouchers import offer_line, voucher_line
from kiosk.tui.voucher_hints import hints, is_to_hold


class VoucherStage(CounterView):
    """What stands, and what is done about it."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The keys that work now."""
        return hints(self)

    # ── what staff do ───────────────────────────────────────────────────────────────────────────────

    def scan(self, framed: Framed) -> Command | None:
        """A scanner has typed a code: whatever is open gives way to it. But a PIN, which must be seen by nobody."""
        if isinstance(self.dialog, PinEntry) and self.dialog.takes(framed.text):
            for char in framed.text:
                self.press(char)
            return self.press(keys.ENTER)
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
            elif self.page is Page.SHOWTIMES and not self.is_busy:
                self.list = self.list.filtered(self.list.filter + key)
        return None

    def click(self, seat_id: str) -> None:
        """A seat was clicked: marked or not, and never more than that."""
        if self.page is Page.ORDER and self.marks is not None and self.dialog is None and not self.is_busy:
            self._toggle(seat_id)

    def click_showtime(self, place: int) -> Command | None:
        """A showtime was clicked: the cursor goes there; where it is already, it is picked."""
        if self.page is not Page.SHOWTIMES or self.dialog is not None or self.is_busy:
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
                self.is_picking, self.list = False, self.list.narrowed(frozenset())
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
                self.is_picking, self.list = True, self.list.narrowed(frozenset())
            case Press.TAKE_OFF if now is not None:
                return self._take_off(now.vouchers)
            case Press.TICKETS if now is not None:
                several = [one for one in now.vouchers if one.voucher.redemptions > 1]
                self.dialog = ticket_choice(several[0])
            case Press.PRICE if now is not None:
                one = self.asked_about or next(one for one in now.vouchers if len(one.offers) > 1)
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
        if is_to_hold(self, now):
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
        was_picking_another, self.is_picking = self.is_picking_another, False
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
