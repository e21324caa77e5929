"""Working on a job from the command line: until it is done, or somebody stops it, or the office does not go on."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.issue_progress import progress
from kiosk.cli.issue_report import free_name, write_report
from kiosk.cli.issue_words import HALTS, KINDS, ROW_HEAD, STATUSES, WORST_FIRST, outcome_line, row_line
from kiosk.cli.status import Exit
from kiosk.cli.stopping import set_on_signals
from kiosk.cli.table import table
from kiosk.desks.issuing import Halt, IssuingDesk, Limits, OpenJob
from kiosk.domain.code import show_hostile
from kiosk.domain.issuing.report import Row, State, count
from kiosk.domain.issuing.wanted import Kind

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.domain.issuing.papers import Papers
    from kiosk.journal.jobs import JobFolder
    from kiosk.ports import VoucherManagement

LISTED = 20
"""Items, and requests in doubt, that are named on the terminal; the report names all."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to work. `report`: where to write it; None: a name of our own here."""

    wait_s: float
    report: Path | None = None
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says of requests in doubt, by their numbers; None: all of them."""

    again: bool
    numbers: tuple[int, ...] | None
    by: str
    why: str = ""


def issue_new(settings: Settings, papers: Papers, manner: Manner) -> int:
    """Begin a job and work on it; the exit status."""
    from kiosk.station.issuing import new_job, open_management

    async def run() -> int:
        stop = _stop()
        async with open_management(settings) as office, new_job(settings, papers) as opened:
            click.echo(_headline(opened), err=True)
            return await _work(opened, office, settings, manner, stop)

    return asyncio.run(run())


def go_on(
    settings: Settings,
    folder: JobFolder,
    decisions: tuple[Decision, ...],
    manner: Manner,
    *,
    work: bool,
    given_up_by: str = "",
) -> int:
    """Take a job up: note what was decided, then go on with it (`work`) or give it up; the exit status."""
    from kiosk.station.issuing import left_job, open_management

    async def run() -> int:
        stop = _stop()
        async with left_job(settings, folder) as opened:
            for decision in decisions:
                chosen = opened.job.doubtful if decision.numbers is None else decision.numbers
                await IssuingDesk(opened.clock).decide(
                    opened, chosen, again=decision.again, by=decision.by, why=decision.why
                )
            click.echo(_headline(opened), err=True)
            if given_up_by:
                return await _finish(opened, None, manner, given_up_by)
            if not work:
                return _tell(opened, None, manner, None)
            async with open_management(settings) as office:
                return await _work(opened, office, settings, manner, stop)

    return asyncio.run(run())


async def _work(
    opened: OpenJob, office: VoucherManagement, settings: Settings, manner: Manner, stop: asyncio.Event
) -> int:
    from kiosk.station.issuing import management_of

    vista, _ = management_of(settings)
    desk = IssuingDesk(opened.clock)
    async with progress(opened, stop):
        halt = await desk.work(opened, office, Limits(vista.timeout_s, manner.wait_s), stop)
    return _tell(opened, halt, manner, None) if halt is Halt.STOPPED else await _finish(opened, halt, manner)


async def _finish(opened: OpenJob, halt: Halt | None, manner: Manner, given_up_by: str = "") -> int:
    """The report first; then, where nothing is left or the job is given up, its end, and its papers go."""
    from kiosk.station.issuing import job_folders

    rows = opened.rows()
    path = await asyncio.to_thread(_report, opened, rows, manner)
    if await IssuingDesk(opened.clock).end(opened, rows, given_up_by=given_up_by):
        await asyncio.to_thread(job_folders().find(opened.id).drop_papers)
    return _tell(opened, halt, manner, path)


def _report(opened: OpenJob, rows: list[Row], manner: Manner) -> Path | None:
    """Distributions always end with one; it is also written while something is open, and again when it is resumed."""
    about = opened.job.about
    if manner.report is None and (about is None or about.kind not in (Kind.EMAIL, Kind.MOBILE)):
        return None
    path = manner.report or free_name(opened.id, Path())
    write_report(path, rows)
    return path


def _stop() -> asyncio.Event:
    stop = asyncio.Event()
    set_on_signals(stop)
    return stop


def _headline(opened: OpenJob) -> str:
    about = opened.job.about
    if about is None:
        return opened.id
    many = f", {about.recipients:,} recipients in {about.requests:,} requests" if about.recipients else ""
    return f"job {opened.id}: {KINDS[about.kind]} {show_hostile(about.reference)}{many}"


def _tell(opened: OpenJob, halt: Halt | None, manner: Manner, report: Path | None) -> int:
    """Say how it stands; the exit status."""
    rows = opened.rows()
    counted = count(rows)
    if manner.as_json:
        click.echo(json.dumps(_as_json(opened, halt, counted, rows, report)))
    else:
        _say(opened, counted, rows)
    if report is not None:
        click.echo(f"report: {show_hostile(str(report), 300)}", err=True)
    if halt is not None:
        click.echo(HALTS[halt], err=True)
    _say_doubts(opened)
    if not opened.job.is_ended:
        click.echo(f"go on with: kiosk issue status {opened.id} --resume", err=True)
    if halt is not None:
        return STATUSES.get(halt, Exit.REFUSED)
    good = {State.DONE, State.FOUND}
    return Exit.DONE if set(counted) <= good else Exit.REFUSED


def _say(opened: OpenJob, counted: Counter[State], rows: list[Row]) -> None:
    """For people: the counts, what is not done, and for a client or an order what the office made and says."""
    click.echo(outcome_line(counted))
    others = sorted((row for row in rows if row.state in WORST_FIRST), key=lambda row: WORST_FIRST.index(row.state))
    if others:
        click.echo(table(ROW_HEAD, map(row_line, others[:LISTED])))
    if len(others) > LISTED:
        click.echo(f"and {len(others) - LISTED:,} more: see the report")
    about = opened.job.about
    if about is not None and about.kind in (Kind.CLIENT, Kind.ORDER):
        for row in rows:
            entity = f"id {row.entity_id}" if row.entity_id else ""
            word = f"the office says: {row.word}" if row.word else ""
            told = " · ".join(show_hostile(text, 250) for text in (entity, word) if text)
            if told:
                click.echo(told)


def _say_doubts(opened: OpenJob) -> None:
    doubtful = opened.job.doubtful
    if not doubtful:
        return
    click.echo(
        "UNKNOWN, check before repeating: the answer to these was lost, and they may have been carried out.", err=True
    )
    named = {row.request: row.reference for row in opened.rows()}
    for number in doubtful[:LISTED]:
        click.echo(f"  request {number}: look for the reference {show_hostile(named.get(number, ''))}", err=True)
    if len(doubtful) > LISTED:
        click.echo(f"  and {len(doubtful) - LISTED} more: see the report", err=True)
    job = opened.id
    click.echo(f"  it is there:      kiosk issue status {job} --found N --by NAME", err=True)
    click.echo(f"  it is not there:  kiosk issue status {job} --resume --again N --by NAME", err=True)


def _as_json(
    opened: OpenJob, halt: Halt | None, counted: Counter[State], rows: list[Row], report: Path | None
) -> dict[str, object]:
    about = opened.job.about
    return {
        "event": "issue",
        "job": opened.id,
        "kind": about.kind.value if about else None,
        "reference": about.reference if about else None,
        "ended": opened.job.is_ended,
        "halt": halt,
        "counted": {state.value: many for state, many in sorted(counted.items())},
        "in_doubt": list(opened.job.doubtful),
        "entity_ids": [row.entity_id for row in rows if row.entity_id] if len(rows) <= LISTED else [],
        "report": None if report is None else str(report),
    }
