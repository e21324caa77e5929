"""The voucher desk in a screen's hands: what each key asks of the engine, and that nothing but the question redeems."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.events import Command, Event, Rights, Submit
from kiosk.domain.framing import Framed
from kiosk.domain.redeeming import Earlier, Surcharge
from kiosk.domain.roles import Action
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Stage, Why
from kiosk.domain.voucher_events import (
    Ask,
    AskToConfirm,
    AtCounter,
    CloseCounter,
    Closing,
    Doing,
    ExtendOrder,
    FindGoodFor,
    GivePin,
    GiveUp,
    HoldSeats,
    ListShowtimes,
    NextGuest,
    Phase,
    PickShowtime,
    PutAway,
    Redeem,
    Remark,
    Said,
    SettleDue,
    StartAgain,
    TakeOff,
    UseVoucher,
)
from kiosk.tui import counter_view
from kiosk.tui.counter_view import Page
from kiosk.tui.dialogs.at_the_counter import PinEntry
from kiosk.tui.presenter.keys import DOWN, ENTER, ESCAPE, LEFT, RIGHT
from kiosk.tui.voucher_stage import VoucherStage
from tests.tui.at_the_counter import (
    EVENING,
    FRONT_FIRST,
    LANE,
    confirmation,
    counter,
    holding,
    named,
    offer,
    order,
    seated,
    told_day,
    voucher,
)
from tests.tui.given import NOW, Time


class Desk:
    """A stage, with the handles that a test pulls."""

    def __init__(self, *events: Event) -> None:
        self.time = Time()
        self.stage = VoucherStage(lambda: LANE, self.time, Submit("", lane=LANE, source="wedge"))
        self.tell(*events)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.stage.tell(event)

    def press(self, *keys: str) -> Command | None:
        asked = None
        for key in keys:
            asked = self.stage.press(key)
        return asked

    @property
    def keys(self) -> str:
        return "  ".join(f"{hint.shown} {hint.label}" for hint in self.stage.hints)


def at_the_list(**changes: object) -> Desk:
    return Desk(told_day(), counter(**changes))


def at_the_order(**changes: object) -> Desk:
    return Desk(*seated(order(**changes)))


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def test_typing_narrows_the_list_and_enter_picks() -> None:
    desk = at_the_list()
    assert desk.press(*"LONG take") is None
    assert [one.film for one in desk.stage.list.shown] == ["The Long Take", "The Long Take"]
    assert desk.press(ENTER) == PickShowtime(EVENING.id, LANE)


def test_the_filter_looks_at_all_that_a_line_shows() -> None:
    desk = at_the_list()
    desk.press(*"screen 3 laser")
    assert [one.film for one in desk.stage.list.shown] == ["Comets"]
    desk.press(*("\x7f" * 14), *"12:20")
    assert [one.film for one in desk.stage.list.shown] == ["Comets"]
    desk.press(ESCAPE)
    assert len(desk.stage.list.shown) == 6


def test_with_nothing_found_enter_does_nothing() -> None:
    desk = at_the_list()
    assert desk.press(*"zzz", ENTER) is None
    assert "enter" not in desk.keys


def test_a_sold_out_showtime_is_not_picked() -> None:
    desk = at_the_list()
    assert desk.press(DOWN, DOWN, ENTER) is None
    assert "sold out" in desk.stage.note


def test_other_days_are_asked_for() -> None:
    desk = at_the_list()
    assert desk.press(RIGHT) == ListShowtimes(LANE, "2026-11-22")
    desk.tell(counter(turn=2))
    assert desk.press(LEFT) == ListShowtimes(LANE, "2026-11-20")


def test_escape_goes_back_to_the_gate() -> None:
    assert at_the_list().press(ESCAPE) == CloseCounter(LANE)


def test_a_code_is_typed_by_hand() -> None:
    desk = at_the_list()
    assert desk.press("/", *"ADTMM0000201", ENTER) == Submit("ADTMM0000201", LANE, "wedge", typed=True)


def test_what_belongs_to_the_gate_is_passed_on() -> None:
    desk = at_the_list(remark=Remark(Said.NOT_A_VOUCHER, "!1|z…Gp1r"))
    assert "SCAN IT AT THE GATE" in desk.keys
    assert desk.press("\t") == CloseCounter(LANE, passing=True)


def test_a_scan_goes_to_the_engine_whatever_is_open() -> None:
    desk = at_the_order()
    desk.press(ESCAPE)
    assert desk.stage.scan(Framed("ADTMM0000201", None, None)) == Submit("ADTMM0000201", LANE, "wedge")
    assert desk.stage.dialog is None


def test_the_cursor_stays_with_its_showtime_when_the_list_is_told_again() -> None:
    desk = at_the_list()
    desk.press(DOWN, DOWN, DOWN)
    desk.tell(replace(told_day(), showtimes=told_day().showtimes[1:]))
    assert desk.stage.list.at_cursor == EVENING


# ── the order ───────────────────────────────────────────────────────────────────────────────────────


def test_the_seats_that_are_held_are_confirmed_with_enter() -> None:
    desk = at_the_order()
    assert desk.stage.page is Page.ORDER
    assert "enter CONFIRM" in desk.keys
    assert desk.press(ENTER) == AskToConfirm(LANE)


def test_other_seats_are_held_with_enter_first() -> None:
    desk = at_the_order()
    desk.press(DOWN, " ")
    marked = named(FRONT_FIRST, "C6", "D6")
    assert desk.stage.marks is not None
    assert desk.stage.marks.marked == marked
    assert "enter HOLD 2 seats" in desk.keys
    assert desk.press(ENTER) == HoldSeats(marked, LANE)


def test_with_a_seat_too_few_enter_does_nothing() -> None:
    desk = at_the_order()
    desk.press(" ")
    assert desk.stage.marks is not None
    assert desk.stage.marks.missing == 1
    assert desk.press(ENTER) is None


def test_a_seat_that_is_taken_is_said_to_be() -> None:
    desk = at_the_order()
    desk.press(DOWN, RIGHT, RIGHT, RIGHT, " ")
    before = desk.stage.marks
    assert before is not None
    taken = next(seat.id for seat in FRONT_FIRST if seat.id not in before.free and seat.id not in before.own)
    desk.stage.click(taken)
    assert desk.stage.marks is not None
    assert desk.stage.marks.marked == before.marked
    assert "cannot be taken" in desk.stage.note


def test_a_click_marks_a_seat_and_never_does_more() -> None:
    desk = at_the_order()
    (seat,) = named(FRONT_FIRST, "D6")
    desk.stage.click(seat)
    assert desk.stage.marks is not None
    assert seat in desk.stage.marks.marked
    asking = at_the_order(confirmation=confirmation())
    asking.stage.click(seat)
    assert asking.stage.marks is not None
    assert seat not in asking.stage.marks.marked


def test_a_showtime_is_clicked_twice_to_pick_it() -> None:
    desk = at_the_list()
    assert desk.stage.click_showtime(3) is None
    assert desk.stage.click_showtime(3) == PickShowtime(EVENING.id, LANE)


@pytest.mark.parametrize(
    ("key", "asked"),
    [("e", ExtendOrder(LANE)), ("g", CloseCounter(LANE))],
)
def test_keys_of_an_order(key: str, asked: Command) -> None:
    assert at_the_order().press(key) == asked


def test_one_voucher_is_taken_off_at_once_and_of_several_the_one_that_is_picked() -> None:
    one = at_the_order(vouchers=(voucher(111),), holding=holding("C5"))
    assert one.press("x") == TakeOff("v111", LANE)
    several = at_the_order()
    assert several.press("x") is None
    assert several.press("2") == TakeOff("v112", LANE)


def test_fewer_tickets_of_a_voucher_for_several() -> None:
    desk = at_the_order(vouchers=(voucher(1, "Movie Money for Two", 2),))
    assert desk.press("t", "1") == UseVoucher("v1", tickets=1, lane=LANE)


def test_several_prices_open_by_themselves_and_one_is_picked() -> None:
    several = replace(voucher(201, "Adult", 1, offer(), offer("premium", "Premium", "19.50")), picked="")
    desk = at_the_order(vouchers=(several,), holding=None, ask=Ask.PRICE, asked_about="v201")
    assert desk.stage.page is Page.PANEL
    assert desk.press("2") == UseVoucher("v201", ticket_type_id="premium", lane=LANE)


def test_another_showtime_is_picked_and_escape_keeps_this_one() -> None:
    desk = at_the_order()
    assert desk.press("s", ESCAPE) is None
    assert desk.stage.page is Page.ORDER
    assert desk.press("s", ENTER) == PickShowtime("0002-2", LANE)


def test_giving_up_is_asked_about_first() -> None:
    desk = at_the_order()
    assert desk.press(ESCAPE) is None
    assert desk.press(ESCAPE) is None
    assert desk.press(ESCAPE, ENTER) == GiveUp(LANE)


@pytest.mark.parametrize(
    ("surcharge", "word"),
    [(Surcharge.SEND_TO_TILL, "SEND TO THE TILL"), (Surcharge.UNPAID_BOOKING, "BOOK UNPAID")],
)
def test_with_money_due_enter_is_never_a_confirmation(surcharge: Surcharge, word: str) -> None:
    desk = at_the_order(holding=holding("C5", "C6", due="3.00"), surcharge=surcharge)
    assert f"enter {word}" in desk.keys
    assert desk.press(ENTER) == SettleDue(LANE)


# ── PINs and refusals ───────────────────────────────────────────────────────────────────────────────

PIN = Remark(Said.NOT_ADDED, "…0001", title="Voucher PIN required", detail="A PIN is required.")


def test_a_pin_is_typed_unseen() -> None:
    desk = at_the_order(remark=PIN)
    assert isinstance(desk.stage.dialog, PinEntry)
    desk.press(*"4711")
    assert "4711" not in repr(desk.stage.dialog)
    asked = desk.press(ENTER)
    assert asked == GivePin(Secret("4711"), LANE)
    assert "4711" not in repr(asked)


def test_a_pin_that_a_busy_machine_reads_late_is_no_code() -> None:
    desk = at_the_order(remark=PIN)
    assert desk.stage.scan(Framed("471147", None, 0.01)) == GivePin(Secret("471147"), LANE)
    other = at_the_order(remark=PIN)
    assert other.stage.scan(Framed("ADTMM0000201", None, 0.01)) == Submit("ADTMM0000201", LANE, "wedge")


def test_a_wrong_pin_is_asked_for_again_only_by_a_key() -> None:
    desk = at_the_order(remark=replace(PIN, pin_sent=True))
    assert desk.stage.dialog is None
    desk.press("n")
    assert isinstance(desk.stage.dialog, PinEntry)


def test_a_voucher_that_we_redeemed_is_not_asked_for_a_pin() -> None:
    refused = Remark(Said.NOT_ADDED, "…0901", title="Voucher already redeemed")
    assert "ITS PIN" in at_the_order(remark=refused).keys
    earlier = Earlier(NOW, LANE, Stage.DONE)
    assert "ITS PIN" not in at_the_order(remark=replace(refused, earlier=earlier)).keys


def test_what_a_voucher_is_good_for_is_asked_and_shown() -> None:
    remark = Remark(Said.OTHER_SHOWTIME, "…0002", "Laser Screen Voucher")
    desk = at_the_order(remark=remark)
    assert desk.press("f") == FindGoodFor(LANE)
    desk.tell(order(remark=remark, good_for=("0002-3",), turn=7))
    assert desk.stage.page is Page.SHOWTIMES
    assert [one.film for one in desk.stage.list.shown] == ["Comets"]
    assert desk.press(ENTER) == PickShowtime("0002-3", LANE)


def test_a_ticket_fills_the_screen_until_it_is_put_away() -> None:
    desk = at_the_list(remark=Remark(Said.TICKET, "…41"))
    assert desk.stage.page is Page.PANEL
    assert desk.press(ENTER) == PutAway(LANE)


# ── the one question ────────────────────────────────────────────────────────────────────────────────


def test_only_enter_at_the_question_redeems_and_names_its_turn() -> None:
    desk = at_the_order(confirmation=confirmation(), turn=9)
    desk.time.now_s += counter_view.CONFIRM_AFTER_S
    assert desk.press(*"yrx ") is None
    assert desk.press(ENTER) == Redeem(9, LANE)


def test_an_enter_that_was_pressed_for_something_else_does_not_redeem() -> None:
    desk = at_the_order(confirmation=confirmation())
    assert desk.press(ENTER) is None
    assert "REDEEM" not in desk.keys
    assert desk.stage.next_deadline() == desk.time.now_s + counter_view.CONFIRM_AFTER_S


def test_escape_goes_back_to_the_order() -> None:
    assert at_the_order(confirmation=confirmation()).press(ESCAPE) == PutAway(LANE)


def test_a_key_is_asked_once_until_the_engine_has_answered() -> None:
    desk = at_the_order()
    assert desk.press(ENTER) == AskToConfirm(LANE)
    assert desk.press(ENTER) is None
    assert desk.stage.hints == ()
    desk.tell(order(doing=Doing.CHECKING, turn=6))
    assert desk.press(ENTER) is None
    desk.tell(order(turn=7))
    assert desk.press(ENTER) == AskToConfirm(LANE)


def test_a_command_that_was_not_sent_can_be_given_again() -> None:
    desk = at_the_order()
    desk.press(ENTER)
    desk.stage.not_done()
    assert desk.press(ENTER) == AskToConfirm(LANE)


def test_a_command_that_this_screen_may_not_give_does_not_lock_its_keys() -> None:
    desk = at_the_order()
    desk.press(ENTER)
    desk.tell(Rights(NOW, guarded=True, word="not_allowed", action=Action.VOUCHERS))
    assert desk.stage.note
    assert desk.press(ENTER) == AskToConfirm(LANE)


def test_what_the_office_is_asked_is_shown_when_it_takes_its_time() -> None:
    desk = at_the_order(doing=Doing.HOLDING)
    assert not desk.stage.is_waiting
    assert desk.stage.next_deadline() == desk.time.now_s + counter_view.REVEALED_AFTER_S
    desk.time.now_s += 0.2
    assert desk.stage.is_waiting


# ── the ends ────────────────────────────────────────────────────────────────────────────────────────

EXPIRED = order(phase=Phase.ENDED, closing=Closing(Why.EXPIRED), waiting=("…0111",), vouchers=(), expires_at=None)


@pytest.mark.parametrize(
    ("stands", "key", "asked"),
    [
        (EXPIRED, "a", StartAgain(LANE)),
        (EXPIRED, ENTER, NextGuest(LANE)),
        (replace(EXPIRED, phase=Phase.STUCK, doubt=Doubt.NO_ANSWER), "a", StartAgain(LANE)),
        (replace(EXPIRED, phase=Phase.TICKET), ENTER, NextGuest(LANE)),
        (replace(EXPIRED, phase=Phase.UNCLEAR), ESCAPE, NextGuest(LANE)),
        (replace(EXPIRED, phase=Phase.REDEEMING, doing=Doing.REDEEMING), "g", CloseCounter(LANE)),
    ],
)
def test_what_can_be_done_at_each_end(stands: AtCounter, key: str, asked: Command) -> None:
    desk = Desk(told_day(), stands)
    assert desk.stage.page is Page.PANEL
    assert desk.press(key) == asked


def test_nothing_takes_a_redemption_back_while_it_is_under_way() -> None:
    desk = Desk(told_day(), replace(EXPIRED, phase=Phase.REDEEMING, doing=Doing.REDEEMING))
    assert desk.press(ESCAPE, ENTER, "a", "x") is None


def test_without_the_engine_nothing_of_the_order_is_remembered() -> None:
    desk = at_the_order()
    desk.stage.engine_went()
    assert not desk.stage.is_open
    assert desk.stage.marks is None
    assert desk.stage.hints == ()
    desk.tell(*seated(order()))
    assert desk.stage.page is Page.ORDER


def test_another_lanes_counter_is_not_shown() -> None:
    desk = Desk(replace(counter(), lane="Gate B"))
    assert not desk.stage.is_open
