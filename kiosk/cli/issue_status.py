"""`kiosk issue status`: how jobs stand, what a person decides about what is in doubt, and how they go on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.issue_common import as_json, config, manner_of, report, settings_of, wait
from kiosk.cli.issue_options import Numbers
from kiosk.cli.status import Exit
from kiosk.cli.table import table

if TYPE_CHECKING:
    from kiosk.cli.issue_work import Decision
    from kiosk.config import Settings


@click.command()
@click.argument("job", required=False)
@config
@click.option("--resume", is_flag=True, help="Go on with the job; without one, with every job that was left.")
@click.option(
    "--again",
    type=Numbers(),
    is_flag=False,
    flag_value="all",
    metavar="[N]",
    help="Send requests in doubt again (3, 5-9; all by default): the office does not have them.",
)
@click.option(
    "--found", type=Numbers(), is_flag=False, flag_value="all", metavar="[N]",
    help="Requests in doubt are at the office: leave them be.",
)  # fmt: skip
@click.option("--give-up", is_flag=True, help="End the job as it stands: reported, its recipients deleted.")
@click.option("--by", default="", help="Your name, with --again, --found and --give-up; it stays in the record.")
@click.option("--why", default="", help="The reason; it stays in the record.")
@wait
@report
@as_json
@click.pass_context
def status(ctx: click.Context, /, job: str | None, **asked: Any) -> None:
    """How issuing jobs stand, or one JOB (the beginning of its name is enough), and how it goes on."""
    from kiosk.station.issuing import job_folders

    decisions = _decisions(asked)
    if (decisions or asked["give_up"]) and job is None:
        raise click.UsageError("--again, --found and --give-up need a JOB")
    if asked["give_up"] and (asked["resume"] or not asked["by"].strip()):
        raise click.UsageError("--give-up needs your name, --by NAME, and goes with no --resume")
    settings = settings_of(asked["config"])
    if job is None:
        ctx.exit(_all_jobs(settings, asked))
    ctx.exit(_one_job(settings, job_folders().find(job.lower()).id, decisions, asked))


def _all_jobs(settings: Settings, asked: dict[str, Any]) -> int:
    from kiosk.cli.issue_words import JOB_HEAD, job_json, job_line
    from kiosk.journal.jobs import summaries
    from kiosk.station.issuing import job_folders

    jobs = summaries(job_folders().all())
    if asked["resume"]:
        left = [one for one in jobs if one.counted is None and not one.trouble and not one.is_running]
        if asked["report"] and len(left) > 1:
            raise click.UsageError(f"{len(left)} jobs were left: --report needs a JOB")
        statuses = [_one_job(settings, one.id, (), asked) for one in reversed(left)]
        if not left:
            click.echo("Nothing was left.", err=True)
        return max(statuses, default=Exit.DONE)
    if asked["as_json"]:
        for one in jobs:
            click.echo(json.dumps(job_json(one)))
    else:
        click.echo(table(JOB_HEAD, map(job_line, jobs)) if jobs else "No jobs.")
    return Exit.DONE


def _one_job(settings: Settings, job: str, decisions: tuple[Decision, ...], asked: dict[str, Any]) -> int:
    from kiosk.cli.issue_words import JOB_HEAD, job_json, job_line
    from kiosk.cli.issue_work import go_on
    from kiosk.journal.jobs import summaries
    from kiosk.station.issuing import job_folders

    folder = job_folders().find(job)
    (summary,) = summaries([folder])
    given_up_by = asked["by"].strip() if asked["give_up"] else ""
    if summary.counted is not None:
        folder.drop_papers()  # where its last worker was cut off between the end and this
    is_over = summary.counted is not None or summary.trouble
    if is_over or (summary.is_running and not (decisions or given_up_by or asked["resume"])):
        click.echo(json.dumps(job_json(summary)) if asked["as_json"] else table(JOB_HEAD, [job_line(summary)]))
        return Exit.REFUSED if summary.trouble else Exit.DONE
    return go_on(settings, folder, decisions, manner_of(asked), work=asked["resume"], given_up_by=given_up_by)


def _decisions(asked: dict[str, Any]) -> tuple[Decision, ...]:
    from kiosk.cli.issue_work import Decision

    found = []
    for name in ("again", "found"):
        if asked[name] is not None:
            if not asked["by"].strip():
                raise click.UsageError(f"--{name} needs your name: --by NAME")
            numbers = None if asked[name] == () else asked[name]
            found.append(Decision(name == "again", numbers, asked["by"].strip(), asked["why"].strip()))
    return tuple(found)
