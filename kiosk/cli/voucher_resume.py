"""`kiosk voucher resume`: finishes what was left in the middle, or tells what a running engine is about to finish."""

from __future__ import annotations

import asyncio

import click

from kiosk.cli.status import Exit
from kiosk.cli.table import list_all
from kiosk.cli.voucher_lines import OPEN_HEAD, RESUMED_HEAD, open_json, open_line, resumed_json, resumed_line
from kiosk.config import Settings, journal_path
from kiosk.desks.vouchers import Resumed
from kiosk.domain.errors import JournalLocked
from kiosk.domain.redeeming import Done, Ended, Over
from kiosk.journal.reading import JournalReader
from kiosk.station.vouchers import open_desk_alone


def resume_all(settings: Settings, as_json: bool) -> int:
    """The exit status: 3 where something could not be finished, 1 where it is left to another program."""
    try:
        left = asyncio.run(_resumed(settings))
    except JournalLocked:
        return _tell_open(settings, as_json)
    list_all(left, RESUMED_HEAD, resumed_line, resumed_json if as_json else None, "Nothing was left open.")
    return Exit.DONE if all(_is_finished(resumed.result) for resumed in left) else Exit.UNREACHED


async def _resumed(settings: Settings) -> tuple[Resumed, ...]:
    async with open_desk_alone(settings) as desk:
        return await desk.resume()


def _is_finished(result: Over) -> bool:
    return (isinstance(result, Done) and result.order is not None) or (isinstance(result, Ended) and result.is_gone)


def _tell_open(settings: Settings, as_json: bool) -> int:
    """Another program writes the journal: it serves a guest just now, or it is an engine, which finishes the rest."""
    with JournalReader(journal_path(settings)) as reader:
        open_ones = reader.open_conversations()
    list_all(open_ones, OPEN_HEAD, open_line, open_json if as_json else None, "Nothing is left open.")
    if not open_ones:
        return Exit.DONE
    click.echo("Another kiosk program is at work here: an engine finishes these within a minute. Ask again.", err=True)
    return Exit.REFUSED
