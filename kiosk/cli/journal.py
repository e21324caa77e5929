"""`kiosk journal`: read the record of every scan and redemption, hand it over, check it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.cli.journal_by_hand import park, settle, undo
from kiosk.cli.journal_words import (
    OWED_HEAD,
    PARKED_HEAD,
    ROW_HEAD,
    attempt_json,
    attempt_line,
    row_line,
    verdict_on,
)
from kiosk.cli.status import Exit
from kiosk.cli.table import table
from kiosk.cli.when import HOW, age, when
from kiosk.domain.attempt import State
from kiosk.domain.code import show_hostile
from kiosk.journal import checking
from kiosk.journal.archive import archive
from kiosk.journal.export import Format, new_file, write
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.reading import JournalReader, Wanted
from kiosk.journal.rows import KINDS

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def command() -> None:
    """The record of every scan and redemption. Can be read while the gate is open."""


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options, shown in this order."""

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


_which = _options(
    click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places."),
    click.option("--journal", type=click.Path(path_type=Path), help="The journal's file; needs no configuration."),
)
_selection = _options(
    click.option("--since", callback=when, metavar="WHEN", help=f"{HOW}."),
    click.option("--until", callback=when, metavar="WHEN", help="Before this time."),
    click.option("--lane", help="Only this lane."),
    click.option("--reference", help="Only rows about this booking."),
    click.option("--kind", type=click.Choice(list(KINDS.values())), help="Only rows of this kind."),
    click.option(
        "--state",
        type=click.Choice([state.value for state in State]),
        help="Only rows of attempts that are in this state now.",
    ),
)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")


def _path(config: Path | None, journal: Path | None) -> Path:
    if journal is not None:
        return journal
    from kiosk.config import journal_path, load

    return journal_path(load(config))


def _print_json(objects: Iterable[dict[str, Any]]) -> None:
    for one in objects:
        click.echo(json.dumps(one, separators=(",", ":")))


@command.command("list")
@_which
@_selection
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many, the newest.")
@click.option(
    "--all", "every", is_flag=True, help="Every row: also the intents, requests and answers behind a verdict."
)
@_as_json
def list_(config: Path | None, journal: Path | None, limit: int, every: bool, as_json: bool, **selected: Any) -> None:
    """Print the newest rows, oldest first: verdicts, and what became of them later."""
    wanted = Wanted(**selected, brief=not every and selected["kind"] is None)
    with JournalReader(_path(config, journal)) as reader:
        newest = list(islice(reader.rows(wanted, newest_first=True), limit + 1))
        is_empty = reader.tip().seq == 0
    rows = newest[:limit][::-1]
    if len(newest) > limit:
        click.echo(f"The newest {limit} of more rows: see --limit.", err=True)
    if as_json:
        _print_json(rows)
    elif rows:
        click.echo(table(ROW_HEAD, map(row_line, rows)))
    else:
        click.echo("The journal is empty." if is_empty else "No such rows.")


@command.command()
@_which
@_selection
@click.option(
    "--format", "form", type=click.Choice([form.value for form in Format]), default="jsonl", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A new file that only you may read.")
@click.option("--show-codes", is_flag=True, help="Whole codes: whoever has them has the tickets.")
def export(
    config: Path | None, journal: Path | None, form: str, output: Path | None, show_codes: bool, **selected: Any
) -> None:
    """Write every row, and a closing line with the hash of the journal's last one.

    CSV is for spreadsheets: control characters become dots, and what a spreadsheet would take for a formula gets an
    apostrophe. JSON Lines hold everything as it is.
    """
    with JournalReader(_path(config, journal)) as reader:
        closing = reader.tip()
        rows = reader.rows(Wanted(**selected), up_to=closing.seq, show_codes=show_codes)
        with nullcontext(sys.stdout) if output is None else new_file(output) as out:
            count = write(rows, closing, Format(form), out)
    click.echo(f"{count} rows, closing hash {closing.chain.hex()}", err=True)


@command.command()
@_which
@_as_json
@click.pass_context
def owed(ctx: click.Context, config: Path | None, journal: Path | None, as_json: bool) -> None:
    """Print what is still owed to an office (exit status 1), and what waits for a supervisor."""
    now = datetime.now(UTC)
    with JournalReader(_path(config, journal)) as reader:
        attempts, parked = reader.open_attempts(), reader.parked_attempts()
    if as_json:
        _print_json(attempt_json(attempt, now) for attempt in (*attempts, *parked))
    elif attempts:
        click.echo(table(OWED_HEAD, (attempt_line(attempt, now) for attempt in attempts)))
        oldest = min(attempt.opened_at for attempt in attempts)
        click.echo(f"{len(attempts)} owed, the oldest for {age(oldest, now)}.")
    else:
        click.echo("Nothing is owed.")
    if parked and not as_json:
        click.echo(f"\n{len(parked)} parked, waiting for a supervisor:")
        click.echo(table(PARKED_HEAD, (attempt_line(attempt, now) for attempt in parked)))
    ctx.exit(Exit.REFUSED if attempts else Exit.DONE)


@command.command()
@_which
@click.option("--closing", help="The closing hash of an earlier export: does it still stand in the chain?")
@click.option(
    "--rebuild-index", is_flag=True, help="First make the index again from the rows; the gate must be closed."
)
@click.pass_context
def verify(
    ctx: click.Context, config: Path | None, journal: Path | None, closing: str | None, rebuild_index: bool
) -> None:
    """Read every row and say whether it is what was written; if not, name the first that is not (exit status 1)."""
    path, closing_hash = _path(config, journal), _hash(closing)
    try:
        if rebuild_index:
            checking.rebuild_index(path)
        findings = checking.verify(path, closing_hash)
    except JournalDamaged as error:
        click.echo(show_hostile(str(error), 500), err=True)
        ctx.exit(Exit.REFUSED)
    for line in verdict_on(findings):
        click.echo(line)
    ctx.exit(Exit.DONE if findings.is_good else Exit.REFUSED)


@command.command("archive")
@_which
def put_by(config: Path | None, journal: Path | None) -> None:
    """Put the journal by, whole, under a dated name; the next start begins a new one.

    Rows are never deleted, so this is how the disk is kept from filling: once a season, with the gate shut. Then copy
    the file elsewhere and remove it here by hand. Nothing may be open in it. Keep the closing hash.
    """
    done = archive(_path(config, journal), datetime.now(UTC))
    click.echo(f"{done.path}: {done.tip.seq} rows, closing hash {done.tip.chain.hex()}")


def _hash(text: str | None) -> bytes | None:
    try:
        return None if text is None else bytes.fromhex(text)
    except ValueError:
        raise click.BadParameter("must be hexadecimal, as `export` prints it", param_hint="--closing") from None


for by_hand in (settle, park, undo):
    command.add_command(by_hand)
