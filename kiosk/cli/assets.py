"""`kiosk assets`: what a completed order can be taken home as, listed and saved."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.assets_words import CARD_HEAD, HEAD, Given, card_json, card_line, each, file_of, told
from kiosk.cli.saving import Folder
from kiosk.cli.status import Exit
from kiosk.cli.table import table
from kiosk.domain.assets import Assets, Lack, Missing, RedeemableItem

if TYPE_CHECKING:
    from kiosk.config import Settings

Cards = tuple[RedeemableItem, ...] | Missing

_STATUS = {Lack.NO_ANSWER: Exit.UNREACHED, Lack.NOT_OFFERED: Exit.DONE}
"""An asset that the office does not offer is no fault; anything else that is missing was refused."""


@click.command("assets")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.argument("order", metavar="ORDER")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Save what there is here.")
@click.option("--json", "as_json", is_flag=True, help="JSON, for other programs.")
@click.option("--cards-to", metavar="NAME", help="Only the gift cards, in full: to a supervisor, who types the PIN.")
@click.pass_context
def command(
    ctx: click.Context, config: Path | None, order: str, out: Path | None, as_json: bool, cards_to: str | None
) -> None:
    """Wallet passes, calendar file and gift cards of a completed order, by its id (`kiosk voucher redeem --json`).

    Each is optional. Files are for their owner alone and never written over others. Numbers of cards are masked.
    """
    if cards_to is not None:
        from kiosk.cli.assets_cards import show_cards

        if out is not None or as_json:
            raise click.UsageError("gift cards in full are shown on the terminal, and nowhere else")
        show_cards(_settings(config), order, cards_to)
        ctx.exit(Exit.DONE)
    assets, cards = asyncio.run(_fetched(_settings(config), order))
    saved = {} if out is None else _saved(assets, out)
    if as_json:
        click.echo(json.dumps(_as_json(assets, cards, saved)))
    else:
        _show(assets, cards, saved)
    lacks = [one.lack for one in (assets.google, assets.apple, assets.calendar, cards) if isinstance(one, Missing)]
    if lacks == [Lack.NOT_OFFERED] * 4:
        click.echo("The office knows no completed order of this id.", err=True)
        ctx.exit(Exit.REFUSED)
    unsaved = [Exit.REFUSED for one in saved.values() if isinstance(one, str)]
    ctx.exit(max([*(_STATUS.get(lack, Exit.REFUSED) for lack in lacks), *unsaved], default=Exit.DONE))


def _show(assets: Assets, cards: Cards, saved: dict[str, Path | str]) -> None:
    rows = []
    for name, key, asset in each(assets):
        note = saved.get(key)
        where = f": saved as {note}" if isinstance(note, Path) else f": {note}" if note else ""
        rows.append((name, told(asset) + where))
    if isinstance(cards, Missing):
        rows.append(("Gift cards", told(cards)))
    click.echo(table(HEAD, rows))
    if isinstance(cards, tuple) and cards:
        click.echo()
        click.echo(table(CARD_HEAD, map(card_line, cards)))


def _saved(assets: Assets, out: Path) -> dict[str, Path | str]:
    """Where each asset was saved, or why it was not. An asset that is missing is not named."""
    try:
        with Folder(out) as folder:
            given = [(key, asset) for _, key, asset in each(assets) if not isinstance(asset, Missing)]
            return {key: _save(folder, asset) for key, asset in given}
    except OSError as error:
        raise click.BadParameter(f"{out}: {error.strerror}", param_hint="--out") from None


def _save(folder: Folder, asset: Given) -> Path | str:
    name, content = file_of(asset)
    try:
        return folder.save(name, content)
    except FileExistsError:
        return f"not saved: {name} is there already, name another folder"
    except OSError as error:
        return f"not saved: {name}: {error.strerror}"


def _as_json(assets: Assets, cards: Cards, saved: dict[str, Path | str]) -> dict[str, Any]:
    """The link itself is not in it: it is as good as the ticket."""
    found: dict[str, Any] = {}
    for _, key, asset in each(assets):
        note = saved.get(key)
        found[key] = {
            "state": asset.lack.value if isinstance(asset, Missing) else "ready",
            "file": str(note) if isinstance(note, Path) else None,
            "trouble": note if isinstance(note, str) else None,
        }
    found["redeemable_items"] = {
        "state": cards.lack.value if isinstance(cards, Missing) else "ready",
        "items": [] if isinstance(cards, Missing) else [card_json(item) for item in cards],
    }
    return {"event": "assets", **found}


async def _fetched(settings: Settings, order: str) -> tuple[Assets, Cards]:
    from kiosk.station.vouchers import open_assets

    async with open_assets(settings) as desk:
        return await asyncio.gather(desk.fetch(order), desk.redeemable_items(order))


def _settings(config: Path | None) -> Settings:
    from kiosk.cli.logs import log_to
    from kiosk.config import load

    log_to(None)
    return load(config)
