"""`kiosk doctor --since`: what has failed since an earlier examination. An update is kept or taken back by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kiosk.cli.doctor_words import finding_line
from kiosk.cli.status import Exit
from kiosk.domain.errors import ConfigError, Problem
from kiosk.domain.readiness import Earlier, Report, Standing, worse


def read_earlier(path: Path) -> Earlier:
    """What `kiosk doctor --json` wrote, of this version or another. Raises ConfigError for anything else."""
    try:
        return _earlier(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        what = f"{path}: {error.strerror}"
    except (ValueError, TypeError, KeyError, AttributeError):
        what = f"{path} is not what `kiosk doctor --json` writes"
    raise ConfigError((Problem("--since", what),))


def tell_since(report: Report, before: Earlier) -> Exit:
    """Say on stderr what is worse now, and how to exit."""
    found = worse(report, before)
    for one in found:
        click.echo(f"worse   {finding_line(one)}", err=True)
    if not found:
        click.echo("Nothing has failed that did not fail before.", err=True)
    return Exit.REFUSED if found else Exit.DONE


def _earlier(document: dict[str, Any]) -> Earlier:
    failed = {
        (str(one["part"]), str(one["name"])) for one in document["findings"] if one["standing"] == Standing.FAILED
    }
    found = {(str(one["part"]), str(one["name"])) for one in document["findings"]}
    return Earlier(document["can_serve"] is True, frozenset(failed), frozenset(found - failed))
