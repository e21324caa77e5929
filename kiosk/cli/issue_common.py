"""What every command of `kiosk issue` has in common: its options, its settings and its log, how it works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kiosk.cli.issue_work import Manner
    from kiosk.config import Settings

WAIT_S = 600.0

config = click.option("--config", type=click.Path(path_type=Path), help="Otherwise KIOSK_CONFIG or the usual places.")
wait = click.option(
    "--wait", type=click.FloatRange(0), default=WAIT_S, show_default=True, metavar="S",
    help="How long to ask about tokens when nothing new is said.",
)  # fmt: skip
report = click.option("--report", type=click.Path(path_type=Path), help="Where the report is written; a new file.")
as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for other programs.")


def manner_of(asked: dict[str, Any]) -> Manner:
    from kiosk.cli.issue_work import Manner

    return Manner(asked["wait"], asked["report"], asked["as_json"])


def settings_of(config: Path | None) -> Settings:
    """The log is a file: it holds the correlation ids that the vendor asks for, and must not break the bar."""
    from kiosk.cli.logs import log_to
    from kiosk.config import load, state_dir

    settings = load(config)
    log_to(state_dir() / "issue.log", verbosity=1)
    return settings
