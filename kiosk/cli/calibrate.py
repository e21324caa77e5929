"""`kiosk calibrate`: the card to print, and what a scanner makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.status import Exit
from kiosk.domain.errors import KioskError

if TYPE_CHECKING:
    from kiosk.config import Source

SCANNERS = ("wedge", "evdev", "serial", "hidraw", "camera")
"""Kinds of source that a card can be held before."""


@click.command("calibrate")
@click.option("--card", type=click.Path(path_type=Path, dir_okay=False), help="Write the card there: .png or .pdf.")
@click.option(
    "--config", "path", type=click.Path(path_type=Path), help="The file; otherwise KIOSK_CONFIG or the usual places."
)
@click.option("--source", "name", help="Which of the configured sources; not needed where there is one scanner.")
@click.pass_context
def command(ctx: click.Context, card: Path | None, path: Path | None, name: str | None) -> None:
    """What a scanner does to codes: its keyboard layout, what it drops, doubles or shifts, what it sends around a
    code, how fast it is, and how many codes it reads the first time. Then the configuration that mends it.

    Print the card first (--card FILE), then scan every code of it once, in any order. Stop the engine before, where
    it reads the same scanner. Exit status 1: something is left to be mended.
    """
    if card is not None:
        _write(card)
        return
    from kiosk.cli.calibration import calibrate
    from kiosk.config import load

    source = chosen(load(path).sources, name)
    is_well = asyncio.run(calibrate(source))
    ctx.exit(Exit.DONE if is_well else Exit.REFUSED)


def chosen(sources: Sequence[Source], name: str | None) -> Source:
    """The source of that name, or the only scanner. Raises click.UsageError."""
    scanners = [source for source in sources if source.kind in SCANNERS]
    named = [source for source in scanners if name is None or source.name == name]
    if len(named) == 1:
        return named[0]
    names = ", ".join(f"{source.name} ({source.kind})" for source in scanners) or "none"
    if name is None:
        raise click.UsageError(f"which scanner? Name it with --source; configured are: {names}")
    raise click.UsageError(f"no scanner of that name; configured are: {names}")


def _write(card: Path) -> None:
    from kiosk.sources.card import card_file

    data = card_file(card.suffix)
    if data is None:
        raise click.UsageError("--card takes a file that ends in .png or .pdf")
    try:
        card.write_bytes(data)
    except OSError as error:
        raise KioskError(f"{card}: {error.strerror}") from None
    click.echo(f"{card} written: print it at 100 %, then run kiosk calibrate")
