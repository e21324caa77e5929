"""`kiosk doctor`: whether a guest can be served, and if not, what is wrong and what to do."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import click

from kiosk.cli.logs import log_to
from kiosk.cli.status import Exit


@click.command("doctor")
@click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--since", type=click.Path(path_type=Path), help="Compare with an earlier --json; see below.")
@click.option("--doors-open", is_flag=True, help="Try the calibration card as well; print a slip for the till's file.")
@click.option("--source", default="", help="With --doors-open: hold the card before this scanner.")
@click.option("-v", "--verbose", count=True, help="Log what happens, on stderr; twice: everything.")
@click.pass_context
def command(
    ctx: click.Context,
    config: Path | None,
    as_json: bool,
    since: Path | None,
    doors_open: bool,
    source: str,
    verbose: int,
) -> None:
    """Look at everything that serving a guest needs: a line for each thing, what is wrong and what to do.

    Changes nothing, and may run beside the engine. Exit status 0 only if a guest can be served; with --since, only if
    nothing has failed that did not fail then.
    """
    from kiosk.cli.doctor_since import read_earlier, tell_since
    from kiosk.cli.doctor_slip import slip
    from kiosk.cli.doctor_words import as_document, lines
    from kiosk.doctor.examination import DoorsOpen, examine

    before = None if since is None else read_earlier(since)
    log_to(None, verbose)
    if not verbose:
        logging.disable()  # the report says it all, in words for staff
    doors = DoorsOpen(source, lambda words: click.echo(words, err=True)) if doors_open or source else None
    report = asyncio.run(examine(config, doors=doors))
    if as_json:
        click.echo(json.dumps(as_document(report), indent=2))
    else:
        for line in lines(report) if doors is None else slip(report):
            click.echo(line)
    if before is not None:
        ctx.exit(tell_since(report, before))
    ctx.exit(Exit.DONE if report.can_serve else Exit.REFUSED)
