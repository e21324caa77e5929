"""The doors-open test on a slip of paper: narrow enough for a receipt printer, plain enough for any."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kiosk import __version__
from kiosk.cli.doctor_words import said_of
from kiosk.domain.code import show_hostile
from kiosk.domain.readiness import Finding, Report, Standing

WIDTH = 42
"""Characters: what an 80 mm receipt printer takes in its usual font."""

_MARK = {Standing.OK: "[x]", Standing.NOTE: "[!]", Standing.FAILED: "[ ]"}
_INDENT = " " * 4


def slip(report: Report) -> Iterator[str]:
    """The lines of the slip."""
    yield "=" * WIDTH
    yield f"DOORS OPEN {show_hostile(report.lane, 40)}"[:WIDTH]
    at = f"{report.at.astimezone():%Y-%m-%d %H:%M}"
    yield f"{at}{f'kiosk {__version__}'.rjust(WIDTH - len(at))}"
    yield "=" * WIDTH
    for finding in report.findings:
        yield from _entry(finding)
    yield "=" * WIDTH
    if report.can_serve:
        yield "READY: a guest can be served."
    else:
        yield "NOT READY:"
        for lack in report.lacks:
            yield f"- {lack}"
    yield ""
    yield "Seen by: " + "_" * (WIDTH - 9)


def _entry(finding: Finding) -> Iterator[str]:
    name = f" {finding.name}" if finding.name not in ("", finding.part) else ""
    text = f"{finding.part}{show_hostile(name)}: {said_of(finding)}"
    lines = textwrap.wrap(text, WIDTH - len(_INDENT), break_long_words=True)
    yield f"{_MARK[finding.standing]} {lines[0]}"
    yield from (_INDENT + line for line in lines[1:])
