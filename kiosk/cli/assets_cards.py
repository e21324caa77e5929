"""Gift cards in full: shown on a terminal to a supervisor who has typed the PIN, and taken off it again.

The running engine checks the PIN and writes down who has seen them. What it answers is printed nowhere else.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from kiosk.cli.assets_words import CARD_HEAD, LACKS, card_line_in_full
from kiosk.cli.table import table
from kiosk.domain.assets import Lack, RedeemableItem
from kiosk.domain.errors import KioskError
from kiosk.domain.events import Event, GiftCards, Rights, SeeGiftCards, SignIn, SignOut
from kiosk.domain.roles import Action
from kiosk.domain.secret import Secret

if TYPE_CHECKING:
    from kiosk.config import Settings

VIEWER = "gift cards"
"""What this calls itself at the engine: a screen like others, with no more rights than who signs in."""
WITHIN_S = 30.0

_WHY_NOT = {
    "wrong": "the PIN is not right",
    "no_pins": "nobody can sign in: the engine cannot read the PINs",
    "journal_failed": "the record cannot be written, so nothing is shown",
    "not_allowed": "this is for supervisors",
}


def show_cards(settings: Settings, order: str, name: str) -> None:
    """Raises KioskError in words for staff."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise KioskError("gift cards are shown in full on a terminal alone: there is none")
    pin = Secret(click.prompt(f"PIN of {name}", hide_input=True, err=True))
    cards = asyncio.run(_asked(settings, order, name, pin))
    if not cards:
        click.echo("No gift cards: the order is none of the gift shop.")
        return
    shown = table(CARD_HEAD, map(card_line_in_full, cards))
    click.echo(shown)
    try:
        click.prompt("Enter takes them off the screen", default="", show_default=False)
    finally:
        click.echo(f"\x1b[{len(shown.splitlines()) + 1}A\x1b[J", nl=False)


async def _asked(settings: Settings, order: str, name: str, pin: Secret) -> tuple[RedeemableItem, ...]:
    from kiosk.config import socket_path
    from kiosk.link.client import EngineLink

    link = await EngineLink.join(socket_path(settings), VIEWER)
    try:
        events = link.events()
        async with asyncio.timeout(WITHIN_S):
            if not (await _rights(events)).guarded:
                raise KioskError("no PINs are set up here: `kiosk pin set NAME --role supervisor`, and roles.pins_file")
            await link.send(SignIn(name, pin))
            _check(await _rights(events), "signed_in")
            await link.send(SeeGiftCards(order))
            cards = await _cards(events)
            await link.send(SignOut())
            return cards
    except TimeoutError:
        raise KioskError("the engine does not answer") from None
    finally:
        await link.close()


async def _rights(events: AsyncIterator[Event]) -> Rights:
    async for event in events:
        if isinstance(event, Rights):
            return event
    raise KioskError("the engine has gone")


async def _cards(events: AsyncIterator[Event]) -> tuple[RedeemableItem, ...]:
    async for event in events:
        if isinstance(event, GiftCards):
            if event.lack:
                raise KioskError(f"gift cards: {LACKS[Lack(event.lack)]}")
            return event.cards
        if isinstance(event, Rights):
            _check(event, "")
    raise KioskError("the engine has gone")


def _check(rights: Rights, wanted: str) -> None:
    if rights.word != wanted:
        wait = f"; the next PIN is heard in {rights.wait_s:.0f} s" if rights.wait_s else ""
        raise KioskError(_WHY_NOT.get(rights.word, "not yet") + wait)
    if Action.GIFT_CARDS not in rights.may:
        raise KioskError(_WHY_NOT["not_allowed"])
