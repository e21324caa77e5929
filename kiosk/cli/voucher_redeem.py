"""`kiosk voucher redeem` with everything it needs: the desk, the loop that drives it, signals, what a program is told.

Whatever ends it, an order that was not to be completed is deleted: a no, Ctrl-C, a closed terminal.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import click

from kiosk.cli.voucher_clerk import Clerk
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_taking import Wish
from kiosk.cli.voucher_words import ending_line, safe
from kiosk.config import Settings
from kiosk.desks.vouchers import VoucherDesk
from kiosk.station.vouchers import open_desk_alone


def redeem_by(settings: Settings, wish: Wish, staff: Staff, as_json: bool) -> int:
    """Serve one guest; the exit status. Raises as `open_desk_alone` does."""
    report = Report()
    with _ctrl_c_for_every_stop(), asyncio.Runner() as runner:
        stack = AsyncExitStack()
        desk = runner.run(stack.enter_async_context(open_desk_alone(settings)))
        try:
            _finish_earlier(runner, desk, report)
            ticket = Clerk(runner.run, desk, wish, staff, settings.kiosk.lane, report).serve()
        finally:
            runner.run(stack.aclose())
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        for line in ticket:
            click.echo(line)
    return report.status


def _finish_earlier(runner: asyncio.Runner, desk: VoucherDesk, report: Report) -> None:
    """What an earlier run has left in the middle comes first: its seats are held, its vouchers perhaps used."""
    for resumed in runner.run(desk.resume()):
        report.say(f"Left open before, {safe(resumed.conversation.showing.film)}: {ending_line(resumed.result)}")


@contextmanager
def _ctrl_c_for_every_stop() -> Iterator[None]:
    """A closed terminal and a polite kill end it as Ctrl-C does: the order is deleted on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stops = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(stop, lambda *_: signal.raise_signal(signal.SIGINT)) for stop in stops]
    try:
        yield
    finally:
        for stop, handler in zip(stops, before, strict=True):
            signal.signal(stop, handler)
