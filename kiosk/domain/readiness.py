"""Whether a guest can be served: what was found about each part of a kiosk, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What a finding is about, in the order of a report."""

    CONFIGURATION = "configuration"
    ENGINE = "engine"
    DISK = "disk"
    RECORD = "record"
    CLOCK = "clock"
    CREDENTIAL = "credential"
    OFFICE = "office"
    LIST = "list"
    SCANNER = "scanner"
    TURNSTILE = "turnstile"
    SIGNAL = "signal"
    DOORS_OPEN = "doors-open"


class Standing(StrEnum):
    """`note`: it works, and somebody should know this. `failed`: it does not work."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report: `what` was found, and, where something is wrong, what to do. `name` may be empty."""

    part: Part
    name: str
    standing: Standing
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one examination, by part. `lacks` says in words why no guest can be served."""

    at: datetime
    lane: str
    findings: tuple[Finding, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        return lacking(self.findings)

    @property
    def can_serve(self) -> bool:
        return not self.lacks

    def count(self, standing: Standing) -> int:
        return sum(finding.standing is standing for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier examination, perhaps of another version, found: (part, name) of all that failed or worked."""

    could_serve: bool
    failed: frozenset[tuple[str, str]]
    worked: frozenset[tuple[str, str]]


def worse(now: Report, earlier: Earlier) -> tuple[Finding, ...]:
    """What fails now and did not before: the findings for which an update is not to be kept.

    A part that was not examined before counts only where guests could be served before and cannot now: a new version
    may look at more than the old one did.
    """
    failing = tuple(one for one in now.findings if one.standing is Standing.FAILED)
    lost = earlier.could_serve and not now.can_serve
    return tuple(
        one
        for one in failing
        if (one.part, one.name) not in earlier.failed and (lost or (one.part, one.name) in earlier.worked)
    )


_ESSENTIAL = {
    Part.CONFIGURATION: "the configuration cannot be used",
    Part.ENGINE: "the engine that runs does not answer",
    Part.DISK: "the disk cannot be written",
    Part.RECORD: "the record cannot be written",
    Part.TURNSTILE: "the turnstile cannot be opened",
    Part.DOORS_OPEN: "the doors-open test has failed",
}
"""Parts of which none may have failed, and what it means when one has."""


def lacking(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What keeps a guest from being served; nothing where one can be.

    One office that answers is enough, and so is a list of the day where the house admits by it; but nobody is admitted
    by a list while the day is not known. One scanner is enough. A silent loudspeaker turns nobody away.
    """
    found = tuple(findings)
    lacks = [
        words
        for part, words in _ESSENTIAL.items()
        if any(one.part is part and one.standing is Standing.FAILED for one in found)
    ]
    knows_day = not any(one.part is Part.CLOCK and one.standing is Standing.FAILED for one in found)
    if not (_works(found, Part.OFFICE) or (_works(found, Part.LIST) and knows_day)):
        lacks.append("no office answers")
    if not _works(found, Part.SCANNER):
        lacks.append("no scanner works")
    return tuple(lacks)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by part; those of one part as they came."""
    parts = list(Part)
    return tuple(sorted(findings, key=lambda finding: parts.index(finding.part)))


def _works(findings: tuple[Finding, ...], part: Part) -> bool:
    return any(one.part is part and one.standing is not Standing.FAILED for one in findings)
