"""`kiosk issue`: clients, their orders and distributions of vouchers; their jobs are in `issue_status`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.cli.issue_common import as_json, config, manner_of, report, settings_of, wait
from kiosk.cli.issue_options import Expiry, ShareOption, VoucherOption, given
from kiosk.cli.issue_status import status
from kiosk.cli.status import Exit
from kiosk.domain.code import show_hostile
from kiosk.domain.errors import KioskError
from kiosk.domain.issuing.faults import Faults, NotIssuable
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.wanted import Channel, Kind, Recipient, requests_of

F = TypeVar("F", bound=Callable[..., Any])

MOST_PER_REQUEST = 500

_file = click.option("--file", type=click.Path(path_type=Path), help="TOML or JSON; options win over it. - is stdin.")
_dry_run = click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
_again = click.option("--again", is_flag=True, help="Although a job of this kind and reference was sent already.")


def _common(function: F) -> F:
    for option in reversed((config, _file, _dry_run, _again, wait, report, as_json)):
        function = option(function)
    return function


@click.group()
def command() -> None:
    """Issue vouchers to corporate clients.

    \b
    Everything is sent at most once, and can be resumed after Ctrl-C, a crash or
    a lost network. What was lost on the way is unknown until somebody has looked
    at the office; only --again repeats it.
    """


@command.group()
def client() -> None:
    """Corporate clients."""


@client.command("create")
@click.option("--code", help="By which orders name it.")
@click.option("--name", help="What it is called.")
@click.option("--contact-name", metavar="TEXT")
@click.option("--email", metavar="TEXT")
@click.option("--phone", metavar="TEXT")
@click.option("--fax", metavar="TEXT")
@click.option("--external-client-id", metavar="TEXT", help="Its name in your own system.")
@click.option("--external-data", metavar="TEXT", help="Free text.")
@click.option("--voucher-type", "voucher_type_codes", multiple=True, metavar="CODE", help="Repeatable.")
@_common
@click.pass_context
def create_client(ctx: click.Context, /, file: Path | None, **asked: Any) -> None:
    """Create a client. A file has the keys code, name, [contact] name email phone fax, external_client_id,
    external_data, voucher_type_codes."""
    contact = given(name=asked["contact_name"], email=asked["email"], phone=asked["phone"], fax=asked["fax"])
    names = ("code", "name", "external_client_id", "external_data")
    options = given(**{name: asked[name] for name in names}, voucher_type_codes=list(asked["voucher_type_codes"]))
    ctx.exit(_issue(Kind.CLIENT, _table(file, options, {"contact": contact} if contact else {}), asked))


@command.group()
def order() -> None:
    """Orders of clients."""


@order.command("create")
@click.option("--client", "client_code", metavar="CODE", help="Whose order it is.")
@click.option("--reference", metavar="TEXT", help="By what you will find it again.")
@click.option("--electronic/--printed", default=None, help="How it is distributed; electronic by default.")
@click.option("--user", "external_user_id", metavar="TEXT", help="Who orders, in your own system.")
@click.option("--external-data", metavar="TEXT", help="Free text.")
@click.option(
    "--voucher", "vouchers", type=VoucherOption(), multiple=True, metavar="PRODUCT:QUANTITY:SALE:REDEEM",
    help="As GIFT10:500:9.50:10.00, in the configured currency. Repeatable.",
)  # fmt: skip
@click.option("--expires", type=Expiry(), metavar="DATE", help="Of the vouchers given with --voucher: 2026-12-31.")
@_common
@click.pass_context
def create_order(ctx: click.Context, /, file: Path | None, **asked: Any) -> None:
    """Order vouchers for a client. A file has the keys client_code, reference, electronic, external_user_id,
    external_data, [delivery_address], and [[vouchers]] product_code quantity sale_price redeem_price expires_at."""
    vouchers = [voucher | given(expires_at=asked["expires"]) for voucher in asked["vouchers"]]
    names = ("client_code", "reference", "electronic", "external_user_id", "external_data")
    options = given(**{name: asked[name] for name in names}, vouchers=vouchers)
    ctx.exit(_issue(Kind.ORDER, _table(file, options), asked))


@command.group()
def distribute() -> None:
    """Give the vouchers of an order to recipients."""


def _distributing(function: F) -> F:
    for option in reversed(
        (
            click.option("--reference", metavar="TEXT", help="Each request gets it with a number of its own."),
            click.option(
                "--item", "items", type=ShareOption(), multiple=True, metavar="ITEM:QUANTITY",
                help="A client order item, and how many for each recipient. Repeatable.",
            ),
            click.option("--data", "distribution_data", metavar="TEXT", help="Free text: a message, a picture's link."),
            click.option(
                "--recipients", type=click.Path(path_type=Path), required=True, metavar="CSV",
                help="Its first line names the columns: email or mobile, and name. - is stdin.",
            ),
            click.option(
                "--per-request", type=click.IntRange(1, MOST_PER_REQUEST), default=1, show_default=True,
                help="Recipients in one request: they share its token, and a lost answer leaves all of them in doubt.",
            ),
        )
    ):  # fmt: skip
        function = option(function)
    return _common(function)


@distribute.command("email")
@_distributing
@click.pass_context
def by_email(ctx: click.Context, /, **asked: Any) -> None:
    """To e-mail addresses. A file has the keys reference, distribution_data, and [[items]] client_order_item_id
    quantity_per_recipient."""
    ctx.exit(_distribute(Channel.EMAIL, **asked))


@distribute.command("mobile")
@_distributing
@click.pass_context
def by_mobile(ctx: click.Context, /, **asked: Any) -> None:
    """To mobile numbers. A file has the same keys as for email."""
    ctx.exit(_distribute(Channel.MOBILE, **asked))


def _distribute(channel: Channel, file: Path | None, recipients: Path, **asked: Any) -> int:
    from kiosk.cli.issue_files import read_list

    names = ("reference", "distribution_data")
    options = given(**{name: asked[name] for name in names}, items=list(asked["items"]))
    wanted = _table(file, options)
    faults: list[str] = []
    everybody: tuple[Recipient, ...] = ()
    try:
        everybody = read_list(recipients, channel)
    except NotIssuable as error:
        faults = error.lines
    return _issue(Kind(channel.value), wanted, asked, everybody, faults)


def _table(file: Path | None, options: dict[str, object], more: dict[str, Any] | None = None) -> dict[str, object]:
    """What the file says, and the options over it; tables of both are joined."""
    from kiosk.cli.issue_files import read_table

    wanted = read_table(file) if file is not None else {}
    for name, part in (more or {}).items():
        known = wanted.get(name)
        wanted[name] = {**known, **part} if isinstance(known, dict) else part
    return {**wanted, **options}


def _issue(
    kind: Kind,
    wanted: dict[str, object],
    asked: dict[str, Any],
    recipients: tuple[Recipient, ...] = (),
    faults: list[str] | None = None,
) -> int:
    """Judge what is wanted whole, then send it, or print it; the exit status."""
    from kiosk.station.issuing import management_of

    settings = settings_of(asked["config"])
    vista, _ = management_of(settings)
    papers = Papers(kind, wanted, vista.currency, recipients, asked.get("per_request", 1))
    judged = papers.read()
    told = list(faults or [])
    if isinstance(judged, Faults):
        told += NotIssuable(str(asked.get("file") or kind.value), judged.faults).lines
    if told or isinstance(judged, Faults):
        for line in told:
            click.echo(show_hostile(line, 300), err=True)
        click.echo("Nothing was sent.", err=True)
        return Exit.USAGE
    if asked["dry_run"]:
        from kiosk.cli.issue_dry_run import print_requests

        return print_requests(settings, requests_of(judged, papers.per_request))
    if not asked["again"]:
        _refuse_twice(papers, judged)
    from kiosk.cli.issue_work import issue_new

    return issue_new(settings, papers, manner_of(asked))


def _refuse_twice(papers: Papers, judged: Any) -> None:
    """Raises KioskError where the same was sent before: the office has no way to tell a repetition."""
    from kiosk.cli.issue_words import standing
    from kiosk.domain.issuing.report import reference_of
    from kiosk.journal.jobs import summaries
    from kiosk.station.issuing import job_folders

    for job in summaries(job_folders().all()):
        if (job.kind, job.reference) != (papers.kind.value, reference_of(judged)) or set(job.requests) <= {"refused"}:
            continue
        raise KioskError(
            f"job {job.id} has this reference already ({standing(job)}): nothing was sent. "
            f"See `kiosk issue status {job.id}`, take another reference, or say --again"
        )


command.add_command(status)
