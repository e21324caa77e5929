"""What would be sent, request by request; nothing is asked of the network, and no secret is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kiosk.cli.status import Exit
from kiosk.domain.issuing.wanted import Wanted
from kiosk.offices.vista.management.bodies import body_of, path_of

if TYPE_CHECKING:
    from kiosk.config import Settings

MASK = "****"


def print_requests(settings: Settings, requests: Sequence[Wanted]) -> int:
    """One JSON object for each request on standard output. Headers with secrets are masked."""
    from kiosk.station.issuing import management_of

    _, management = management_of(settings)
    for wanted in requests:
        shown = {
            "method": "POST",
            "url": management.base_url + path_of(wanted),
            "headers": {
                "Authorization": f"Bearer {MASK}",
                "Vista-Api-Key": MASK,
                "Vista-Api-Tenant": management.tenant,
                "correlationid": "a new one for each call",
            },
            "body": body_of(wanted),
        }
        click.echo(json.dumps(shown, separators=(",", ":")))
    many = "1 request" if len(requests) == 1 else f"{len(requests):,} requests"
    click.echo(f"{many} would be sent. Nothing was sent.", err=True)
    return Exit.DONE
