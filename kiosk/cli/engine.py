"""`kiosk engine`: the gate itself, without a face: it serves its socket until it is told to stop."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.logs import log_to
from kiosk.cli.status import Exit
from kiosk.cli.stopping import set_on_signals

if TYPE_CHECKING:
    from kiosk.config import Settings


@click.command("engine")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.option("--log", type=click.Path(path_type=Path), help="Log to this file, kept small, instead of stderr.")
@click.option("-v", "--verbose", count=True, help="Log what happens; twice: everything.")
@click.pass_context
def command(ctx: click.Context, config: Path | None, log: Path | None, verbose: int) -> None:
    """The engine alone: sources, desk, offices and record. Screens join it with `kiosk run --attach`.

    Runs until it is told to stop (SIGTERM, Ctrl-C); then it finishes what is under way, whatever any screen does.
    """
    from kiosk.config import load

    os.umask(0o077)
    log_to(log, verbose)
    ctx.exit(asyncio.run(_serve(load(config))))


async def _serve(settings: Settings) -> int:
    from kiosk.config import socket_path
    from kiosk.device.service_manager import ServiceManager
    from kiosk.link.server import LinkServer
    from kiosk.station import Station
    from kiosk.station.figures import figures
    from kiosk.station.signals import signalling

    stop = asyncio.Event()
    set_on_signals(stop)
    manager = ServiceManager.of()
    async with (
        LinkServer(socket_path(settings)) as link,
        signalling(settings) as signals,
        figures(settings) as counting,
        Station.open(settings, [link, signals, *counting], manager=manager) as station,
    ):
        signals.report_to(station.board)
        await link.let_in(station.greeting, station.on_command)
        await station.serve_until(stop)
    return Exit.JOURNAL if station.exit_status == Exit.JOURNAL else Exit.DONE
