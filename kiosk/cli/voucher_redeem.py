"""`kiosk voucher redeem` with everything it needs: the desk, the loop that drives it, signals, what a program is told.

Whatever ends it, an order that was not to be completed is deleted: a no, Ctrl-C, a closed terminal.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import click

from kiosk.cli.status import Exit
from kiosk.cli.stopping import every_stop_as_ctrl_c
from kiosk.cli.voucher_clerk import Clerk
from kiosk.cli.voucher_report import Report
from kiosk.cli.voucher_staff import Staff
from kiosk.cli.voucher_taking import Wish
from kiosk.cli.voucher_words import ending_line, safe
from kiosk.config import Settings
from kiosk.desks.vouchers import VoucherDesk
from kiosk.domain.errors import JournalLocked
from kiosk.station.vouchers import open_desk_alone

IN_USE = "An engine serves vouchers at its own screen; another `kiosk voucher` is soon done."


def redeem_by(settings: Settings, wish: Wish, staff: Staff, as_json: bool) -> int:
    """Serve one guest; the exit status. Raises as `open_desk_alone` does."""
    report = Report()
    with every_stop_as_ctrl_c(), asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            desk = runner.run(stack.enter_async_context(open_desk_alone(settings)))
        except JournalLocked as locked:
            raise JournalLocked(f"{locked}. {IN_USE}") from None
        try:
            _finish_earlier(runner, desk, report)
            ticket = Clerk(runner.run, desk, wish, staff, settings.kiosk.lane, report).serve()
            if not as_json:
                click.echo("\n".join(ticket), nl=bool(ticket))
        except KeyboardInterrupt:
            report.status = Exit.INTERRUPTED
        finally:
            if as_json:
                click.echo(json.dumps(report.as_json()))
            runner.run(stack.aclose())
    return report.status


def _finish_earlier(runner: asyncio.Runner, desk: VoucherDesk, report: Report) -> None:
    """What an earlier run has left in the middle comes first: its seats are held, its vouchers perhaps used."""
    for resumed in runner.run(desk.resume()):
        report.say(f"Left open before, {safe(resumed.conversation.showing.film)}: {ending_line(resumed.result)}")
