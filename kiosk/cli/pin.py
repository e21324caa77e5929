"""`kiosk pin`: who may sign in at a screen, and as what. A PIN is typed on a terminal, twice, and never shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.cli.status import Exit
from kiosk.cli.table import table
from kiosk.domain.code import show_hostile
from kiosk.domain.errors import ConfigError, KioskError, Problem
from kiosk.domain.pins import flaw_of, flaw_of_name
from kiosk.domain.roles import Role
from kiosk.domain.secret import Secret

if TYPE_CHECKING:
    from kiosk.device.pin_file import Person

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def command() -> None:
    """PINs of staff. A running engine takes a change at once."""


def _which(function: F) -> F:
    for option in (
        click.option("--file", type=click.Path(path_type=Path), help="Otherwise roles.pins_file of the configuration."),
        click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places."),
    ):
        function = option(function)
    return function


@command.command("set")
@click.argument("name")
@click.option("--role", type=click.Choice([Role.STAFF.value, Role.SUPERVISOR.value]), default=Role.STAFF.value)
@_which
def set_(name: str, role: str, config: Path | None, file: Path | None) -> None:
    """Give NAME a PIN, or a new one. It is asked for on the terminal; as staff where no --role is given."""
    from kiosk.device.pin_file import Person, change, hashed

    path = _path(config, file)
    if flaw := flaw_of_name(name):
        raise click.BadParameter(flaw, param_hint="NAME")
    person = Person(name, Role(role), hashed(_asked_for(name)))
    change(path, lambda people: (*_without(people, name), person))
    click.echo(f"{name} can sign in as {role}")


@command.command("list")
@_which
def list_(config: Path | None, file: Path | None) -> None:
    """Print who has a PIN, and their roles."""
    people = _people(_path(config, file))
    if people:
        click.echo(table(("NAME", "ROLE"), ((show_hostile(person.name), person.role.value) for person in people)))
    else:
        click.echo("Nobody has a PIN.")


@command.command()
@click.argument("name")
@_which
@click.pass_context
def remove(ctx: click.Context, name: str, config: Path | None, file: Path | None) -> None:
    """Take NAME's PIN away."""
    from kiosk.device.pin_file import change, person_called

    path = _path(config, file)
    if person_called(_people(path), name) is None:
        click.echo(f"{show_hostile(name)} has no PIN: `kiosk pin list` names those who have", err=True)
        ctx.exit(Exit.REFUSED)
    change(path, lambda people: _without(people, name))
    click.echo(f"{show_hostile(name)} can no longer sign in; whoever is signed in stays so until idle")


def _path(config: Path | None, file: Path | None) -> Path:
    if file is not None:
        return file
    from kiosk.config import load

    roles = load(config).roles
    if roles.pins_file is not None:
        return roles.pins_file
    what = "is not set; it says where the PINs are kept"
    if roles.pins_env is not None:
        what = f"is not set: give --file, the one from which {roles.pins_env} is made"
    raise ConfigError((Problem("roles.pins_file", what),))


def _people(path: Path) -> tuple[Person, ...]:
    from kiosk.device.pin_file import people_in, read_private

    return people_in(read_private(path))


def _without(people: tuple[Person, ...], name: str) -> tuple[Person, ...]:
    return tuple(person for person in people if person.name.casefold() != name.casefold())


def _asked_for(name: str) -> Secret:
    """Typed twice, shown never. Raises KioskError without a terminal, and for a PIN that is too easy."""
    if not sys.stdin.isatty():
        raise KioskError("a PIN is typed on a terminal: there is none")
    pin: str = click.prompt(f"PIN for {name}", hide_input=True, err=True)
    if flaw := flaw_of(pin, name):
        raise KioskError(f"not this PIN: {flaw}")
    if click.prompt("The same again", hide_input=True, err=True) != pin:
        raise KioskError("the two were not the same: nothing was changed")
    return Secret(pin)
