"""`kiosk run`: the gate as staff see it: the engine, and its screen on this terminal."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.logs import is_read_by_systemd, log_to
from kiosk.domain.errors import ConfigError, Problem

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.supervise import Gate


@click.command("run")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.option("--locked", is_flag=True, help="Kiosk mode: no key closes the screen.")
@click.option("--attach", is_flag=True, help="Only the screen, on an engine that runs already.")
@click.option("-v", "--verbose", count=True, help="The engine logs what happens; twice: everything.")
@click.pass_context
def command(ctx: click.Context, config: Path | None, locked: bool, attach: bool, verbose: int) -> None:
    """The engine and its screen. Either is started again when it fails; what is under way is always finished.

    Closing the screen stops the engine, in order. The engine's log is engine.log in the state directory, or
    the system's where systemd reads it.
    """
    ctx.exit(run_gate(_load(config, locked=locked), config, locked=locked, attach=attach, verbose=verbose))


def _load(config: Path | None, *, locked: bool) -> Settings:
    """The configuration. On a kiosk its mistakes, which `main` tells, are put under a code for the helpline."""
    from kiosk.config import load
    from kiosk.domain.out_of_order import Fault
    from kiosk.link.fault_words import on_a_terminal

    try:
        return load(config)
    except ConfigError:
        for line in on_a_terminal(Fault.CONFIGURATION) if locked else ():
            _tell(line)
        raise


def run_gate(
    settings: Settings, config: Path | None, *, locked: bool = False, attach: bool = False, verbose: int = 0
) -> int:
    """Keep a gate running until its screen is closed; its exit status. Raises ConfigError without a terminal."""
    from kiosk.config import state_dir
    from kiosk.supervise import supervise
    from kiosk.tty import Tty

    tty = Tty()
    if not tty.is_there:
        what = "the screen needs one; `kiosk engine` and `kiosk scan` do without"
        raise ConfigError((Problem("terminal", what),))
    if locked:
        tty.hush()  # from here on: the engine takes a moment to come up, and nobody waits for it to press keys
    os.umask(0o077)
    log_to(None if is_read_by_systemd() else state_dir() / "run.log")
    try:
        return asyncio.run(supervise(gate_of(settings, config, locked, attach, verbose), _tell, tty))
    finally:
        if locked:
            tty.reset()


def gate_of(settings: Settings, config: Path | None, locked: bool, attach: bool, verbose: int = 0) -> Gate:
    """The commands of the gate that is configured. Keys and codes never stand in them."""
    from kiosk.config import socket_path, state_dir
    from kiosk.supervise import Gate

    socket = socket_path(settings)
    own_log = not is_read_by_systemd()
    engine = [sys.executable, "-m", "kiosk", "engine"]
    engine += ["--log", str(state_dir() / "engine.log")] if own_log else []
    engine += ["--config", str(config)] if config is not None else []
    engine += ["-v"] * verbose
    screen = [sys.executable, "-m", "kiosk.tui", "--socket", str(socket), *(["--locked"] if locked else [])]
    return Gate(
        socket,
        [*screen, *_wedge_options(settings)],
        None if attach else engine,
        state_dir() / "engine.err" if own_log else None,
        locked,
    )


def _wedge_options(settings: Settings) -> list[str]:
    """How the screen is to read the scanner that types into it."""
    for source in settings.sources:
        if source.kind == "wedge":
            options = {"name": source.name, "lane": source.lane, "prefix": source.prefix, "suffix": source.suffix}
            told = [f"--{name}={value}" for name, value in options.items()]
            told.append(f"--min-length={source.min_length}")
            told += [f"--terminators={source.terminators}"] if source.terminators != "\r\n" else []
            told += [] if source.strip_aim else ["--keep-aim"]
            told += [f"--translate={source.translate}"] if source.translate else []
            return [*told, *([f"--replace={json.dumps(source.replace)}"] if source.replace else [])]
    return []


def _tell(line: str) -> None:
    """On stderr; on the terminal too where that is another place: a unit's stderr is the system's log."""
    with suppress(OSError):  # the terminal may have gone
        click.echo(line, err=True)
        if not sys.stderr.isatty():
            click.echo(line)
