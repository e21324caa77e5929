"""`kiosk voucher`: the voucher desk without a screen."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from kiosk.cli.status import Exit
from kiosk.cli.table import list_all
from kiosk.cli.voucher_lines import (
    PRICE_HEAD,
    SHOWTIME_HEAD,
    price_json,
    price_line,
    showtime_json,
    showtime_line,
)
from kiosk.cli.voucher_words import trouble_line
from kiosk.domain.cinema import Programme, TicketPrice
from kiosk.domain.code import read_code
from kiosk.domain.redeeming import NoAnswer, OfficeSays, may_be_shown
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt

if TYPE_CHECKING:
    from kiosk.cli.voucher_taking import Wish
    from kiosk.config import Settings

_config = click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
_as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for other programs.")


@click.group()
def command() -> None:
    """Redeem ticket vouchers against a showtime."""


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter("is no date: write 2026-11-21", ctx, param) from None


@command.command()
@_config
@click.option("--date", "day", callback=_day, metavar="DATE", help="A business date, 2026-11-21; else the first.")
@click.option("--site", default="", metavar="ID", help="Another cinema than the configured one.")
@click.option(
    "--for", "type_code", default="", metavar="TYPE", help="Those that sell tickets for vouchers of this type alone."
)
@_as_json
@click.pass_context
def showtimes(
    ctx: click.Context, config: Path | None, day: date | None, site: str, type_code: str, as_json: bool
) -> None:
    """What is on, by start; times are the cinema's. A business date runs past midnight.

    `kiosk voucher prices` names the types of vouchers. --for asks the office once for each showtime.
    """
    programme = asyncio.run(_programme(_settings(config), day, site, type_code))
    if not isinstance(programme, Programme):
        ctx.exit(complain(programme))
    shown = programme.showtimes
    list_all(shown, SHOWTIME_HEAD, showtime_line, showtime_json if as_json else None, "No showtimes.")
    ctx.exit(Exit.DONE)


@command.command()
@_config
@click.argument("showtime")
@_as_json
@click.pass_context
def prices(ctx: click.Context, config: Path | None, showtime: str, as_json: bool) -> None:
    """The ticket prices of a showtime, and which vouchers they are for.

    A price that asks for something this kiosk does not understand is not shown.
    """
    found = asyncio.run(_prices(_settings(config), showtime))
    if not isinstance(found, tuple):
        ctx.exit(complain(found))
    shown = [price for price in found if may_be_shown(price)]
    list_all(shown, PRICE_HEAD, price_line, price_json if as_json else None, "No prices.")
    ctx.exit(Exit.DONE)


@command.command()
@_config
@click.argument("barcodes", nargs=-1, required=True, metavar="BARCODE...")
@click.option("--showtime", required=True, metavar="ID", help="As `kiosk voucher showtimes` prints it.")
@click.option(
    "--pin", "pins", multiple=True, metavar="P", help="Of each voucher, in their order; others may see it here."
)
@click.option("--pin-file", type=click.File(), help="PINs, one on each line, in the vouchers' order; - is stdin.")
@click.option("--seats", default="", metavar="A1,A2", help="These seats; else the office chooses.")
@click.option("--plan", is_flag=True, help="Show the plan and ask for seats; where nobody can be asked, show it alone.")
@click.option("--tickets", type=click.IntRange(1), help="At most so many for each voucher; else all it is good for.")
@click.option("--price", default="", metavar="ID", help="This ticket type, where several fit.")
@click.option("--yes", is_flag=True, help="Redeem without asking. It cannot be undone.")
@_as_json
@click.pass_context
def redeem(ctx: click.Context, /, **asked: Any) -> None:
    """Redeem vouchers, all in one order. Asks for PINs and for a yes; nothing is redeemed without one.

    A voucher that is refused stays out, and the others go on (exit status 1).
    """
    from kiosk.cli.voucher_redeem import redeem_by
    from kiosk.cli.voucher_staff import Staff

    staff = Staff.at_this_terminal()
    if not asked["yes"] and not staff.is_there:
        raise click.UsageError("nobody can be asked here: say --yes to redeem without a question")
    wish = _wish(**asked)
    ctx.exit(redeem_by(_settings(asked["config"]), wish, staff, asked["as_json"]))


@command.command()
@_config
@_as_json
@click.pass_context
def resume(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Finish what was left in the middle: completed orders are read, all others deleted. Redeems nothing by itself.

    A running engine does so every minute: then this only tells what is open.
    """
    from kiosk.cli.voucher_resume import resume_all

    ctx.exit(resume_all(_settings(config), as_json))


def _wish(barcodes: tuple[str, ...], pins: tuple[str, ...], pin_file: TextIO | None, seats: str, **others: Any) -> Wish:
    """What is asked for. Raises UsageError for what cannot be meant."""
    from kiosk.cli.voucher_staff import seats_in
    from kiosk.cli.voucher_taking import Wish

    codes = [read_code(barcode) for barcode in barcodes]
    if None in codes:
        raise click.BadParameter("holds a barcode that no voucher has", param_hint="BARCODE")
    if pins and pin_file:
        raise click.UsageError("give --pin or --pin-file, not both")
    if pins:
        click.echo("--pin can be read by others on this machine: --pin-file and the question are safer.", err=True)
    given = pin_file.read().splitlines() if pin_file else pins
    if seats and others["plan"]:
        raise click.UsageError("give --seats or --plan, not both")
    if len(given) > len(barcodes):
        raise click.UsageError("more PINs than vouchers")
    return Wish(
        barcodes=tuple(code.text for code in codes if code),
        showtime=others["showtime"],
        pins=tuple(Secret(pin.strip()) for pin in given),
        seats=seats_in(seats),
        plan=others["plan"],
        tickets=others["tickets"],
        price=others["price"],
        yes=others["yes"],
    )


def complain(trouble: OfficeSays | NoAnswer) -> int:
    """Say on standard error what stood in the way; the exit status."""
    click.echo(trouble_line(trouble), err=True)
    unreached = isinstance(trouble, NoAnswer) and trouble.doubt in (Doubt.OFFLINE, Doubt.NO_ANSWER)
    return Exit.UNREACHED if unreached else Exit.REFUSED


def _settings(config: Path | None) -> Settings:
    from kiosk.cli.logs import log_to
    from kiosk.config import load

    log_to(None, -1 if sys.stderr.isatty() else 0)  # staff are told in words, and between them
    return load(config)


async def _programme(
    settings: Settings, day: date | None, site: str, type_code: str
) -> Programme | OfficeSays | NoAnswer:
    from kiosk.station.vouchers import open_whats_on

    async with open_whats_on(settings) as whats_on:
        programme = await whats_on.showtimes(day or "first", site)
        if not isinstance(programme, Programme) or not type_code:
            return programme
        return replace(programme, showtimes=await whats_on.good_for(type_code, programme.showtimes))


async def _prices(settings: Settings, showtime: str) -> tuple[TicketPrice, ...] | OfficeSays | NoAnswer:
    from kiosk.station.vouchers import open_whats_on

    async with open_whats_on(settings) as whats_on:
        return await whats_on.prices(showtime)
