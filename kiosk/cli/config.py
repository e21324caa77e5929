"""`kiosk config`: write, show and check the configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from kiosk.domain.errors import ConfigError, KioskError, Problem


@click.group()
def command() -> None:
    """Write, show and check the configuration."""


which = click.option(
    "--config", "path", type=click.Path(path_type=Path), help="The file; otherwise KIOSK_CONFIG or the usual places."
)


@command.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("kiosk.toml"))
def init(path: Path) -> None:
    """Write an example with every key to PATH (kiosk.toml). Never overwrites."""
    from kiosk.config.example import example

    text = example()
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise KioskError(f"{path} is there already, and is left as it is") from None
    except OSError as error:
        raise KioskError(f"{path}: {error.strerror}") from None
    click.echo(f"{path} written: fill in the office and its key, then `kiosk config check --config {path}`")


@command.command()
@which
def show(path: Path | None) -> None:
    """Print every value that is in force and where it came from; secrets as asterisks."""
    from kiosk.config import explain, load

    click.echo(explain(load(path)), nl=False)


@command.command()
@which
def check(path: Path | None) -> None:
    """Print "ok", or every problem (exit status 2)."""
    from kiosk.config import load, socket_path

    settings = load(path)
    problems: list[Problem] = []
    needed: list[Callable[[], object]] = [lambda: socket_path(settings)]
    if settings.octo:
        needed += [supplier.api_key for supplier in settings.octo.suppliers]
    for read in needed:
        try:
            read()
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(tuple(problems))
    click.echo("ok")
