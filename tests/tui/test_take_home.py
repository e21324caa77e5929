"""The code beside a redeemed ticket: read from the painted screen as a phone would, and gone when it should be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.color_triplet import ColorTriplet

from kiosk.domain.events import Submit, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.framing import Framed
from kiosk.domain.voucher import Ticketed
from kiosk.domain.voucher_events import AtCounter, Phase
from kiosk.tui.app import KioskApp
from kiosk.tui.voucher_stage import VoucherStage
from tests.tui.given import NOW, FakeLink, status
from tests.tui.screens import Gate, gate
from tests.tui.test_qr import read

LANE = "Gate A"
PAGE = "HTTP://192.168.100.20:8080/ABCDEFGHIJKLMNOPQ234"
WALLET = "https://pay.google.com/gp/v/save/" + "eyJhbGciOiJub25lIn0." * 12
CELL_WIDTH, CELL_HEIGHT = 8, 16


def offered(link: str = PAGE, lane: str = LANE) -> TakeHomeOffered:
    return TakeHomeOffered(NOW, lane, "offer-1", link, True, NOW + timedelta(minutes=2), "The Long Take")


def at_counter(phase: Phase = Phase.TICKET, turn: int = 1) -> AtCounter:
    ticketed = Ticketed("WT27FTX", "41793", ("C5", "C6"), 2) if phase is Phase.TICKET else None
    return AtCounter(NOW, LANE, is_open=True, phase=phase, turn=turn, ticketed=ticketed)


def screenshot(app: KioskApp) -> NDArray[np.uint8]:
    """The painted screen in grey dots: half blocks and grounds; letters are left out."""
    rows = []
    for strip in app.screen._compositor.render_strips():
        upper, lower = [], []
        for text, style, _ in strip:
            ground = _grey(style.bgcolor.get_truecolor() if style and style.bgcolor else ColorTriplet(0, 0, 0))
            ink = _grey(style.color.get_truecolor() if style and style.color else ColorTriplet(255, 255, 255))
            for character in text:
                upper += [ink if character == "▀" else ground] * CELL_WIDTH
                lower += [ground] * CELL_WIDTH
        rows += [upper] * (CELL_HEIGHT // 2) + [lower] * (CELL_HEIGHT // 2)
    return np.array(rows, dtype=np.uint8)


def _grey(color: ColorTriplet) -> int:
    return (color.red + color.green + color.blue) // 3


@asynccontextmanager
async def at_the_ticket(
    *, size: tuple[int, int] = (80, 24), plain: bool = False, link: str = PAGE
) -> AsyncIterator[Gate]:
    async with gate(FakeLink(), size=size, plain=plain) as running:
        await running.tell(status(), at_counter(), offered(link))
        yield running


@pytest.mark.parametrize(
    ("size", "plain"), [((80, 24), False), ((100, 30), False), ((200, 60), False), ((100, 30), True), ((160, 50), True)]
)
async def test_the_code_is_read_from_the_screen(size: tuple[int, int], plain: bool) -> None:
    async with at_the_ticket(size=size, plain=plain) as running:
        assert read(screenshot(running.app)) == [PAGE]
        assert "C5 and C6" in running.app.counter.panel.text
        assert "WT27FTX" in running.app.counter.panel.text


async def test_a_plain_console_of_the_smallest_size_says_what_is_missing() -> None:
    async with at_the_ticket(plain=True) as running:
        assert read(screenshot(running.app)) == []
        assert "this screen should have 100 by 29" in running.app.counter.advice.text
        assert "C5 and C6" in running.app.counter.panel.text


async def test_a_wallets_own_link_is_drawn_where_it_fits() -> None:
    async with at_the_ticket(link=WALLET) as running:
        assert read(screenshot(running.app)) == []
        assert "this screen should have" in running.app.counter.advice.text
    async with at_the_ticket(link=WALLET, size=(120, 40)) as running:
        assert read(screenshot(running.app)) == [WALLET]


async def test_it_goes_when_the_phone_has_it() -> None:
    async with at_the_ticket() as running:
        await running.tell(TakeHomeEnded(NOW, LANE, "another", "opened"))
        assert read(screenshot(running.app)) == [PAGE]
        await running.tell(TakeHomeEnded(NOW, LANE, "offer-1", "opened"))
        assert read(screenshot(running.app)) == []
        assert "TICKET" in running.app.counter.panel.panel.word if running.app.counter.panel.panel else False


async def test_the_help_stands_over_it_and_gives_it_back() -> None:
    async with at_the_ticket() as running:
        await running.press("?")
        assert read(screenshot(running.app)) == []
        await running.press("escape")
        assert read(screenshot(running.app)) == [PAGE]


@pytest.fixture
def stage() -> VoucherStage:
    stage = VoucherStage(lambda: LANE, lambda: 0.0, Submit(""))
    stage.tell(at_counter())
    stage.tell(offered())
    return stage


def test_the_next_scan_ends_it_at_once(stage: VoucherStage) -> None:
    assert stage.link_to_show == PAGE
    stage.scan(Framed("ADTMM0000201", None, 0.01))
    assert stage.link_to_show == ""


def test_the_next_guest_ends_it(stage: VoucherStage) -> None:
    stage.tell(at_counter(Phase.SHOWTIMES, turn=2))
    assert stage.link_to_show == ""
    stage.tell(at_counter(turn=3))
    assert stage.link_to_show == ""


def test_an_engine_that_has_gone_serves_no_page(stage: VoucherStage) -> None:
    stage.engine_went()
    stage.tell(at_counter())
    assert stage.link_to_show == ""


def test_another_lanes_is_none_of_this_screens(stage: VoucherStage) -> None:
    stage.tell(offered(WALLET, "Gate B"))
    assert stage.link_to_show == PAGE


def test_a_screen_that_joins_is_told_both(stage: VoucherStage) -> None:
    fresh = VoucherStage(lambda: LANE, lambda: 0.0, Submit(""))
    for event in (at_counter(), offered()):
        fresh.tell(event)
    assert fresh.link_to_show == PAGE
