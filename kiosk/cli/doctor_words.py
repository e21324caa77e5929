"""A report as lines for people, and as one JSON document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk import __version__
from kiosk.domain.code import show_hostile
from kiosk.domain.readiness import Finding, Report, Standing

_WORD = {Standing.OK: "ok", Standing.NOTE: "note", Standing.FAILED: "FAILED"}
LONGEST_LINE = 400


def lines(report: Report) -> Iterator[str]:
    """One line for each finding, then whether a guest can be served."""
    for finding in report.findings:
        yield f"{_WORD[finding.standing]:<7} {finding_line(finding)}"
    yield ""
    yield verdict(report)


def finding_line(finding: Finding) -> str:
    """The part and what is said of it, without how it stands."""
    return f"{finding.part:<13}  {_text(finding)}"


def verdict(report: Report) -> str:
    """`A guest can be served.`, or why not."""
    if report.can_serve:
        notes = report.count(Standing.NOTE) + report.count(Standing.FAILED)
        return "A guest can be served." + (f" To look at: {notes}." if notes else "")
    return f"NO GUEST CAN BE SERVED: {'; '.join(report.lacks)}."


def as_document(report: Report) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "at": report.at.isoformat(timespec="seconds"),
        "version": __version__,
        "lane": report.lane,
        "can_serve": report.can_serve,
        "lacks": list(report.lacks),
        "findings": [
            {
                "part": one.part,
                "name": one.name,
                "standing": one.standing,
                "what": show_hostile(one.what, LONGEST_LINE),
                "advice": one.advice,
            }
            for one in report.findings
        ],
    }


def said_of(finding: Finding) -> str:
    """What was found, and what to do."""
    end = "" if finding.what.endswith((".", "?", "!")) else "."
    advice = f"{end} To do: {finding.advice}" if finding.advice else ""
    return show_hostile(f"{finding.what}{advice}", LONGEST_LINE)


def _text(finding: Finding) -> str:
    is_named = finding.name not in ("", finding.part)
    return f"{show_hostile(finding.name)}: {said_of(finding)}" if is_named else said_of(finding)
