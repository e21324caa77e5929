"""The voucher desk as it looks. After a wanted change: `pytest tests/tui/test_voucher_snapshots.py --snapshot-update`,
and look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.domain.events import Event
from kiosk.domain.redeeming import Earlier, SeatFault, Surcharge
from kiosk.domain.verdict import Doubt, Reason, Refuse
from kiosk.domain.voucher import Stage, Ticketed, Why
from kiosk.domain.voucher_events import Ask, Closing, Doing, Phase, Remark, Said, ShowtimesTold, VoucherOffered
from kiosk.tui import counter_view
from kiosk.tui.app import KioskApp
from tests.tui.at_the_counter import (
    BACK_FIRST,
    LANE,
    SMALL,
    confirmation,
    counter,
    holding,
    named,
    offer,
    order,
    seated,
    seats_told,
    told_day,
    voucher,
)
from tests.tui.given import NOW, FakeLink, Time, decided, status
from tests.tui.screens import app_on
from tests.tui.test_snapshots import Compare, settled

REFUSED = Remark(Said.NOT_ADDED, "…0901", title="Voucher expired", detail="This voucher expired on 22 October 2026.")
USED = replace(
    REFUSED,
    title="Voucher already redeemed",
    detail="",
    earlier=Earlier(NOW - timedelta(hours=2), LANE, Stage.DONE, "WPTW53A", "The Long Take"),
)
TICKET = Remark(
    Said.TICKET,
    "…0041",
    booking_id="WQ9LJTK",
    found=(SeatsOfShowtime("0002-1", "The Long Take", "Screen 1", NOW.replace(hour=19, minute=0), ("C5", "C6")),),
)
KEPT = ("…0111", "…0112")
TICKETED = Ticketed("WPTW53A", "41793", ("C5", "C6"), 2)

Given = tuple[Event, ...]
PAGES: dict[str, Callable[[], Given]] = {
    "showtimes": lambda: (told_day(), counter(waiting=KEPT)),
    "plan_with_the_screen_above": lambda: seated(order()),
    "plan_with_the_screen_below": lambda: seated(order(), BACK_FIRST),
    "order_with_due": lambda: seated(
        order(vouchers=(voucher(111), voucher(1, "Movie Money Plus")), holding=holding("C5", "C6", due="3", tax="0.5"))
    ),
    "confirmation": lambda: seated(order(confirmation=confirmation())),
    "ticket": lambda: (told_day(), order(phase=Phase.TICKET, ticketed=TICKETED, vouchers=(), expires_at=None)),
    "countdown_under_a_minute": lambda: seated(order(expires_at=NOW + timedelta(seconds=42))),
    "refused_voucher": lambda: seated(order(remark=REFUSED)),
    "expired": lambda: (
        told_day(),
        order(
            phase=Phase.ENDED, closing=Closing(Why.EXPIRED), vouchers=(), holding=None, waiting=KEPT, expires_at=None
        ),
    ),
}
MORE: dict[str, Callable[[], Given]] = {
    "nothing_is_known_of_the_day": lambda: (
        ShowtimesTold(NOW, LANE, trouble=Remark(Said.NO_ANSWER, doubt=Doubt.OFFLINE)),
        counter(),
    ),
    "order_that_is_empty": lambda: (told_day(), order(vouchers=(), holding=None)),
    "plan_with_two_areas": lambda: (
        *seated(order(), SMALL, "C5", "C6"),
        seats_told(SMALL, *named(SMALL, "C5", "C6"), areas=()),
    ),
    "due_booked_unpaid": lambda: seated(
        order(surcharge=Surcharge.UNPAID_BOOKING, holding=holding("C5", "C6", due="3.00", tax="0.50"))
    ),
    "refused_voucher_that_we_redeemed": lambda: seated(order(remark=USED)),
    "not_for_this_showtime": lambda: seated(
        order(remark=Remark(Said.OTHER_SHOWTIME, "…0002", "Laser Screen Voucher"), waiting=("…0002",))
    ),
    "seat_taken_by_somebody_else": lambda: seated(
        order(
            holding=None,
            ask=Ask.SEATS,
            remark=Remark(Said.WRONG_SEATS, fault=SeatFault.TAKEN, seats=("C5", "C6"), wanted=2),
        )
    ),
    "several_prices": lambda: (
        told_day(),
        order(
            vouchers=(
                replace(voucher(201, "Adult Movie Money", 1, offer(), offer("p", "Premium", "19.50")), picked=""),
            ),
            holding=None,
            ask=Ask.PRICE,
            asked_about="v201",
        ),
    ),
    "not_a_voucher": lambda: (told_day(), counter(remark=Remark(Said.NOT_A_VOUCHER, "!1|z…Gp1r"))),
    "a_ticket_already": lambda: (told_day(), counter(remark=TICKET)),
    "redeeming": lambda: (told_day(), order(phase=Phase.REDEEMING, doing=Doing.REDEEMING)),
    "sent_to_the_till": lambda: (
        told_day(),
        order(
            phase=Phase.ENDED,
            closing=Closing(Why.SEND_TO_TILL),
            vouchers=(),
            holding=holding("C5", due="3.00", tax="0.50"),
            waiting=KEPT,
            expires_at=None,
        ),
    ),
    "failed": lambda: (
        told_day(),
        order(phase=Phase.ENDED, closing=Closing(Why.FAILED, is_gone=False), waiting=KEPT, expires_at=None),
    ),
    "unclear": lambda: (told_day(), order(phase=Phase.UNCLEAR, doubt=Doubt.NO_ANSWER, expires_at=None)),
    "stuck": lambda: (told_day(), order(phase=Phase.STUCK, doubt=Doubt.NO_ANSWER, waiting=KEPT)),
    "offered_at_the_gate": lambda: (
        counter(is_open=False),
        decided(Refuse(Reason.NOT_FOUND), "scan-9", code="ADTM…0201"),
        VoucherOffered(NOW, LANE, "scan-9"),
    ),
    "gate_while_an_order_is_open": lambda: (order(is_open=False),),
}
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture(autouse=True)
def ready_to_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still here."""
    monkeypatch.setattr(counter_view, "CONFIRM_AFTER_S", 0.0)


def app_showing(given: Given, *, plain: bool = False) -> KioskApp:
    return app_on(FakeLink(status(), *given), plain=plain, monotonic=Time())


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(app_showing(PAGES[name]()), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("name", MORE)
def test_what_may_come_up(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app_showing(MORE[name]()), run_before=settled)


@pytest.mark.parametrize("name", ["showtimes", "plan_with_the_screen_above", "order_with_due", "ticket"])
def test_on_a_plain_console(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app_showing(PAGES[name](), plain=True), run_before=settled)


def test_showtimes_filtered_by_typing(snap_compare: Compare) -> None:
    assert snap_compare(app_showing(PAGES["showtimes"]()), press=tuple("long"), run_before=settled)


def test_another_seat_marked_and_the_cursor_on_one_that_is_taken(snap_compare: Compare) -> None:
    async def marked(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("down", "space", "right")
        await settled(pilot)

    assert snap_compare(app_showing(PAGES["plan_with_the_screen_above"]()), run_before=marked)


def test_a_pin_that_is_typed(snap_compare: Compare) -> None:
    pin = Remark(Said.NOT_ADDED, "…0001", title="Voucher PIN required", detail="A PIN is required to use this voucher.")
    app = app_showing(seated(order(remark=pin)))
    assert snap_compare(app, press=tuple("4711"), run_before=settled)


def test_before_an_order_is_given_up(snap_compare: Compare) -> None:
    assert snap_compare(app_showing(seated(order())), press=("escape",), run_before=settled)


def test_help(snap_compare: Compare) -> None:
    assert snap_compare(app_showing(seated(order())), press=("question_mark",), run_before=settled)
