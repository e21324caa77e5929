"""A voucher becomes a ticket by keys alone, on a real terminal, with the screen killed while it is redeemed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.sandbox import Rules, Sandbox
from kiosk.sandbox.clock import ShiftedClock
from kiosk.tui.counter_view import CONFIRM_AFTER_S
from tests.cli.cinemas import OFFICE
from tests.cli.gates import GateFiles, gate_files
from tests.end_to_end.terminal import Terminal, gate_on_terminal

ENTER, DOWN = "\r", "\x1b[B"
PENDING_S = 3.0
"""Long enough for the screen to die and to come back while the office completes the order."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    morning = (datetime.now(UTC) + timedelta(days=1)).replace(hour=7, minute=0)  # the first showtime is always the same
    async with Sandbox(rules=Rules(pending_s=PENDING_S), clock=ShiftedClock(morning)) as sandbox:
        yield sandbox


@pytest.fixture
async def gate(sandbox: Sandbox) -> AsyncIterator[GateFiles]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk"))  # a socket's path must be short
    vista = sandbox.vista
    more = f'[kiosk]\nsocket = "{folder}/gate.sock"\n'
    more += OFFICE.format(base_url=vista.base_url, auth_url=vista.auth_url, surcharge="send_to_till")
    files = gate_files(folder, sandbox, more=more)
    files.env.update(CINEMA_USER=vista.username, CINEMA_PASSWORD=vista.password)
    yield files
    shutil.rmtree(folder)


async def a_seat_is_held(terminal: Terminal, barcode: str) -> None:
    """From the gate to a seat that staff have picked, all by keys; the voucher is scanned."""
    await terminal.shows("scan a ticket")
    await terminal.shows("vouchers")
    await terminal.answers("v", "The Long Take")
    await terminal.answers(ENTER, "Scan the vouchers")
    await terminal.answers(barcode + ENTER, "FITS SEVERAL PRICES")
    await terminal.answers("1", "CONFIRM")
    for _ in range(12):  # until a seat below is free
        await terminal.answers(DOWN, ": ")
        terminal.forget()
        terminal.type(" ")
        await asyncio.sleep(0.4)
        if b"HOLD 1 seat" in terminal.painted:
            break
    await terminal.answers(ENTER, "CONFIRM")


async def test_the_screen_dies_while_a_voucher_is_redeemed_and_shows_the_ticket(
    gate: GateFiles, sandbox: Sandbox
) -> None:
    barcode = sandbox.vista.samples["good-1"].code
    async with gate_on_terminal(gate) as terminal:
        await a_seat_is_held(terminal, barcode)
        held = sandbox.vista.held_seats
        await terminal.answers(ENTER, "Redeem 1 voucher")
        async with asyncio.timeout(30):
            while not sandbox.books.asked("completion"):  # a busy machine paints the question late: too soon is no yes
                await asyncio.sleep(CONFIRM_AFTER_S + 0.2)
                terminal.type(ENTER)
                await asyncio.sleep(0.5)
        terminal.forget()
        terminal.signal_screen(signal.SIGKILL)
        await terminal.shows("transaction ")
        (order,) = [order for order in sandbox.vista.office.orders.values() if order.sale and order.vouchers]
        assert order.sale is not None
        await terminal.shows(order.sale.booking_id)
    assert terminal.process.returncode == 0
    assert sandbox.vista.redeemed(barcode) == 1
    assert [*held.values()] == [tuple(seat for line in order.lines.values() for seat in line.seats)]
    assert not sandbox.vista.open_orders


async def test_an_order_that_staff_walk_away_from_is_deleted_with_the_engine(gate: GateFiles, sandbox: Sandbox) -> None:
    async with gate_on_terminal(gate) as terminal:
        await a_seat_is_held(terminal, sandbox.vista.samples["good-2"].code)
        assert sandbox.vista.held_seats
    assert not sandbox.vista.open_orders
    assert not sandbox.vista.held_seats
    assert sandbox.vista.redeemed(sandbox.vista.samples["good-2"].code) == 0
