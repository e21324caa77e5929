"""`kiosk journal settle|park|undo`: what a person decides, written through the running engine where there is one.

Without an engine the command opens the gate itself for a moment, and takes the journal's lock for as long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.cli.status import Exit
from kiosk.domain.code import show_hostile
from kiosk.domain.errors import KioskError, LinkError
from kiosk.domain.events import Command, Event, Noted, ParkOwed, SettleParked, Undo

if TYPE_CHECKING:
    from kiosk.config import Settings

F = TypeVar("F", bound=Callable[..., Any])

ANSWERED_WITHIN_S = 20.0

_WORDS = {
    "done": "done, and in the journal",
    "nothing": "nothing of that kind is in the journal",
    "other_lane": "another lane has redeemed it: only that lane may take it back",
    "too_late": "too late: the time in which it may be taken back is over",
    "open": "its outcome is not known yet: wait until it is settled",
    "declined": "the office said no",
    "no_reason": "a reason and a name are needed",
    "offline": "the office is not reached: nothing was changed, try again",
    "no_answer": "the office gave no answer: look the ticket up before you try again",
    "office_error": "the office has an error of its own: nothing is known to have changed",
    "not_authorised": "the office refuses our key",
    "rate_limited": "the office wants us to wait: try again later",
    "journal_failed": "the journal cannot be written",
}
_STATUS: dict[str, Exit] = {
    "done": Exit.DONE,
    "journal_failed": Exit.JOURNAL,
    "offline": Exit.UNREACHED,
    "no_answer": Exit.UNREACHED,
}


def _signed(function: F) -> F:
    """Who, why, and where the gate is configured."""
    for option in (
        click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places."),
        click.option("--why", required=True, help="The reason; it stays in the journal."),
        click.option("--by", required=True, help="Your name; it stays in the journal."),
    ):
        function = option(function)
    return function


@click.command()
@click.argument("reference")
@_signed
@click.pass_context
def settle(ctx: click.Context, reference: str, by: str, why: str, config: Path | None) -> None:
    """Settle a parked attempt: by its booking's REFERENCE, or by the attempt's own name."""
    settings = _settings(config)
    attempt = _attempt(settings, reference, parked=True)
    ctx.exit(_say(asyncio.run(_ask(settings, SettleParked(attempt, why, by), "settle_parked"))))


@click.command()
@click.argument("reference")
@_signed
@click.pass_context
def park(ctx: click.Context, reference: str, by: str, why: str, config: Path | None) -> None:
    """Take an owed attempt out of the machine's hands: by its booking's REFERENCE, or by the attempt's own name."""
    settings = _settings(config)
    attempt = _attempt(settings, reference, parked=False)
    ctx.exit(_say(asyncio.run(_ask(settings, ParkOwed(attempt, why, by), "park_owed"))))


@click.command()
@click.argument("reference")
@click.option("--no-show", is_flag=True, help="Mark the guests as not come instead.")
@_signed
@click.pass_context
def undo(ctx: click.Context, reference: str, no_show: bool, by: str, why: str, config: Path | None) -> None:
    """Take back what this gate has redeemed for a booking's REFERENCE, within the time that the house allows."""
    settings = _settings(config)
    asked = Undo("", why, by, no_show, settings.kiosk.lane, reference)
    ctx.exit(_say(asyncio.run(_ask(settings, asked, "undo"))))


def _settings(config: Path | None) -> Settings:
    from kiosk.config import load

    return load(config)


def _attempt(settings: Settings, named: str, *, parked: bool) -> str:
    """The one attempt that is meant. Raises KioskError for none, or for several."""
    from kiosk.config import journal_path
    from kiosk.journal.reading import JournalReader

    with JournalReader(journal_path(settings)) as reader:
        attempts = reader.parked_attempts() if parked else reader.open_attempts()
    meant = [
        attempt.id
        for attempt in attempts
        if attempt.id.startswith(named) or named in [booking.reference for booking in attempt.bookings]
    ]
    if len(meant) != 1:
        kind = "parked" if parked else "owed"
        what = f"{len(meant)} {kind} attempts have" if meant else f"no {kind} attempt has"
        raise KioskError(f"{what} the name {show_hostile(named)}: `kiosk journal owed --json` names them all")
    return meant[0]


async def _ask(settings: Settings, command: Command, about: str) -> Noted | None:
    """What came of it: asked of the engine that runs, or of a gate opened for this alone."""
    from kiosk.config import socket_path
    from kiosk.link.client import EngineLink

    try:
        link = await EngineLink.join(socket_path(settings), viewer="journal")
    except LinkError:
        return await _ask_own_gate(settings, command, about)
    try:
        await link.send(command)
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            async for event in link.events():
                if isinstance(event, Noted) and event.about == about:
                    return event
    except TimeoutError:
        pass
    finally:
        await link.close()
    return None


async def _ask_own_gate(settings: Settings, command: Command, about: str) -> Noted | None:
    from kiosk.station import Station

    heard = _Heard(about)
    async with Station.open(settings.model_copy(update={"sources": ()}), [heard]) as station:
        await station.on_command(command)
        stop = asyncio.Event()
        stop.set()
        await station.serve_until(stop)
    return heard.noted


class _Heard:
    """A feed that waits for one answer."""

    def __init__(self, about: str) -> None:
        self._about = about
        self.noted: Noted | None = None

    def tell(self, event: Event) -> None:
        if isinstance(event, Noted) and event.about == self._about:
            self.noted = event


def _say(noted: Noted | None) -> Exit:
    if noted is None:
        click.echo("no answer from the engine: look whether it is done before you try again", err=True)
        return Exit.REFUSED
    words = _WORDS.get(noted.word, noted.word)
    about = f"{', '.join(map(show_hostile, noted.references))}: " if noted.references else ""
    note = f" ({show_hostile(noted.note)})" if noted.note else ""
    click.echo(f"{about}{words}{note}", err=noted.word != "done")
    return _STATUS.get(noted.word, Exit.REFUSED)
