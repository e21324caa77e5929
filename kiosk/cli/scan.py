"""`kiosk scan`: the gate without a screen. Verdicts on standard output, one JSON object per line; the log on stderr."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.logs import log_to
from kiosk.cli.status import Exit
from kiosk.cli.stopping import set_on_signals
from kiosk.domain.errors import ConfigError, Problem

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.headless import LineFeed

KINDS = ("lines", "camera", "replay", "evdev", "serial", "hidraw")
"""Sources that need no screen."""

UNREAD_S = 5.0
"""How long, once told to stop, to wait for a reader of standard output that does not read. The record has it all."""


@click.command("scan")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.option("--source", type=click.Choice(KINDS), help="Read this kind of source instead of those configured.")
@click.option("--show-codes", is_flag=True, help="Write codes in full: whoever reads them holds the tickets.")
@click.option("-v", "--verbose", count=True, help="Log what happens; twice: everything.")
@click.pass_context
def command(ctx: click.Context, config: Path | None, source: str | None, show_codes: bool, verbose: int) -> None:
    """Read tickets and write one verdict for each, as a JSON object on a line of its own.

    Ends when every source has come to its end (standard input, a file) and its last ticket is decided, or in order
    when it is told to (Ctrl-C, SIGTERM) or when nobody reads its output any more.
    """
    _check_descriptors()
    log_to(None, verbose)
    ctx.exit(asyncio.run(_scan(_settings(config, source), show_codes)))


def _check_descriptors() -> None:
    """A closed descriptor's number goes to the next file that is opened: the record's, say."""
    for stream, name in (
        (sys.stdin, "standard input"),
        (sys.stdout, "standard output"),
        (sys.stderr, "standard error"),
    ):
        if stream is None:
            raise ConfigError((Problem(name, "is closed; give it /dev/null where it is not wanted"),))


def _settings(config: Path | None, kind: str | None) -> Settings:
    """The configuration with the sources to read: those of this kind that it names, or one with the kind's defaults."""
    from kiosk.config import load

    settings = load(config)
    if kind is not None:
        named = tuple(source for source in settings.sources if source.kind == kind)
        if not named:
            return load(config, sources=[{"kind": kind}])
        return settings.model_copy(update={"sources": named})
    if all(source.kind == "wedge" for source in settings.sources):
        what = "only a wedge, which the screen reads: name another source here or with --source"
        raise ConfigError((Problem("sources", what),))
    return settings


async def _scan(settings: Settings, show_codes: bool) -> int:
    from kiosk.headless import LineFeed
    from kiosk.station import Station
    from kiosk.station.figures import figures
    from kiosk.station.signals import signalling

    stop = asyncio.Event()
    set_on_signals(stop)
    async with LineFeed(sys.stdout.fileno(), show_codes=show_codes, on_gone=stop.set) as feed:
        async with (
            signalling(settings) as signals,
            figures(settings) as counting,
            Station.open(settings, [feed, signals, *counting]) as station,
        ):
            signals.report_to(station.board)
            await station.serve_until(stop, until_exhausted=True, before_scan=feed.drained)
        await _until_read(feed, stop)
    if feed.failure:
        click.echo(f"standard output cannot be written: {feed.failure}", err=True)
        return max(station.exit_status, Exit.REFUSED)
    return station.exit_status


async def _until_read(feed: LineFeed, stop: asyncio.Event) -> None:
    """Wait for the reader as long as it takes; once told to stop, not for ever."""
    reading, stopping = asyncio.create_task(feed.written()), asyncio.create_task(stop.wait())
    await asyncio.wait((reading, stopping), return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait((reading,), timeout=UNREAD_S)
    for task in (reading, stopping):
        task.cancel()
