"""The voucher desk on a running screen: there and back as the engine says, by keys, by scans and by clicks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kiosk.domain.events import Event, Status, Submit
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Reason, Refuse
from kiosk.domain.voucher_events import (
    AskToConfirm,
    CloseCounter,
    GivePin,
    OpenCounter,
    Phase,
    Remark,
    Said,
    VoucherOffered,
    VoucherSettled,
)
from kiosk.tui.keystrokes import CLICK, Keystrokes, clicked_at
from tests.tui.at_the_counter import EVENING, FRONT_FIRST, LANE, counter, named, order, seated, told_day
from tests.tui.given import NOW, FakeLink, decided, status
from tests.tui.screens import Gate, gate

CLOSED = counter(is_open=False, turn=0)


@asynccontextmanager
async def desk(*events: Event, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Gate]:
    async with gate(FakeLink(status(), told_day(), *events), size=size) as running:
        yield running


def shown(running: Gate) -> str:
    """All that stands on the voucher desk's screen."""
    screen = running.app.counter
    parts = (screen.strip, screen.remark, screen.list, screen.order, screen.plan, screen.panel, screen.advice,
             screen.prompt, screen.keys)  # fmt: skip
    return "\n".join(part.text for part in parts if part.display)


def is_at_the_desk(running: Gate) -> bool:
    return running.app.screen is running.app.counter


async def test_it_opens_and_closes_again_and_again_as_the_engine_says() -> None:
    async with desk(CLOSED) as running:
        for turn in range(1, 4):
            await running.press("v")
            assert running.link.commands.pop() == OpenCounter(LANE)
            assert not is_at_the_desk(running)
            await running.tell(counter(turn=2 * turn))
            assert is_at_the_desk(running)
            assert "6 showtimes" in shown(running)
            await running.press("escape")
            assert running.link.commands.pop() == CloseCounter(LANE)
            await running.tell(counter(is_open=False, turn=2 * turn + 1))
            assert not is_at_the_desk(running)


async def test_without_a_voucher_desk_there_is_no_key_to_it() -> None:
    async with gate() as running:
        assert "vouchers" not in running.keys
        await running.press("v")
        assert running.link.commands == []


async def test_a_screen_that_joins_shows_the_order_where_it_stands() -> None:
    async with desk(*seated(order())) as running:
        assert is_at_the_desk(running)
        assert "Adult Movie Money" in shown(running)
        assert "━ screen ━" in shown(running)
        await running.press("enter")
        assert running.link.commands == [AskToConfirm(LANE)]


async def test_what_the_gate_refused_is_taken_along_by_its_scan() -> None:
    refused = decided(Refuse(Reason.NOT_FOUND), "scan-9", code="ADTM…0201")
    async with desk(CLOSED, refused, VoucherOffered(NOW, LANE, "scan-9")) as running:
        assert "looks like a voucher" in running.panel
        assert "v DESK" in running.keys
        await running.press("v")
        assert running.link.commands == [OpenCounter(LANE, "scan-9")]


async def test_an_order_that_is_open_is_named_at_the_gate() -> None:
    async with desk(order(is_open=False)) as running:
        assert "ORDER OPEN" in running.keys


async def test_an_order_that_was_left_behind_is_told_at_the_gate() -> None:
    settled = VoucherSettled(NOW, LANE, "The Long Take", EVENING.starts_at)
    async with desk(CLOSED, settled) as running:
        assert "left open at the voucher desk: The Long Take · 19:00: nothing was redeemed" in running.prompt


async def test_a_scan_at_the_desk_is_sent_as_one() -> None:
    async with desk(*seated(order())) as running:
        await running.press("slash", *"ADTMM0000201", "enter")
        assert running.link.commands == [Submit("ADTMM0000201", typed=True)]


async def test_a_pin_is_nowhere_on_the_screen() -> None:
    wanted = Remark(Said.NOT_ADDED, "…0001", title="Voucher PIN required")
    async with desk(*seated(order(remark=wanted))) as running:
        await running.press(*"90817")
        assert "•••••" in shown(running)
        assert "90817" not in shown(running)
        assert "9081" not in repr(running.app.vouchers.dialog)
        await running.press("enter")
        assert running.link.commands == [GivePin(Secret("90817"), LANE)]


async def test_a_click_marks_the_seat_that_is_painted_there() -> None:
    async with desk(*seated(order()), size=(120, 40)) as running:
        plan, marks = running.app.counter.plan, running.app.vouchers.marks
        assert marks is not None
        (seat,) = named(FRONT_FIRST, "D6")
        region = plan.region
        cells = [(x, y) for y in range(region.height) for x in range(region.width) if plan.seat_at(x, y) == seat]
        x, y = cells[0]
        await running.press(f"{CLICK} {region.x + x} {region.y + y}")
        assert running.app.vouchers.marks is not None
        assert seat in running.app.vouchers.marks.marked
        await running.press(f"{CLICK} 0 0", f"{CLICK} 119 39")
        assert running.link.commands == []


async def test_the_engine_going_away_goes_back_to_the_gate_which_says_so() -> None:
    async with desk(*seated(order())) as running:
        running.link.go_away()
        await running.until(lambda: not is_at_the_desk(running))
        assert "NO ENGINE" in running.panel


async def test_too_small_a_terminal_says_so() -> None:
    async with desk(counter(), size=(60, 20)) as running:
        assert "make the terminal larger" in shown(running)


async def test_other_lanes_do_not_open_this_screens_desk() -> None:
    several: Status = status(lanes=("Gate A", "Gate B"))
    async with gate(FakeLink(several, counter(lane="Gate B"))) as running:
        assert not is_at_the_desk(running)


async def test_a_phase_of_its_own_closes_what_was_open() -> None:
    async with desk(*seated(order())) as running:
        await running.press("escape")
        assert "Give this order up?" in shown(running)
        await running.tell(order(phase=Phase.TICKET, turn=9, vouchers=()))
        assert "Give this order up?" not in shown(running)


# ── a mouse ─────────────────────────────────────────────────────────────────────────────────────────


def strokes(data: bytes, *, hears: bool = True) -> list[str]:
    keys = Keystrokes()
    keys.hears_clicks = hears
    return [name for name, _ in keys.feed(data)]


def test_a_click_is_a_cell_and_the_wheel_is_up_and_down() -> None:
    assert strokes(b"\x1b[<0;12;5M\x1b[<0;12;5m") == [f"{CLICK} 11 4"]
    assert strokes(b"\x1b[<64;1;1M\x1b[<65;1;1M") == ["up", "down"]
    assert clicked_at(f"{CLICK} 11 4") == (11, 4)
    assert clicked_at("up") is None


def test_other_buttons_and_broken_reports_do_nothing_or_are_unreadable() -> None:
    assert strokes(b"\x1b[<2;12;5M\x1b[<35;12;5M") == []
    assert strokes(b"\x1b[<0;;M") == ["\ufffd"]
    assert strokes(b"\x1b[<0;99999;1M") == ["\ufffd"]


def test_at_the_gate_no_click_is_heard() -> None:
    assert strokes(b"\x1b[<0;12;5M", hears=False) == ["\ufffd"]
