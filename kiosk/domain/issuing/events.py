"""How issuing jobs stand, as the engine tells a supervisor's screen. Counts and references: no recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IssueJob:
    """One job. `state`: `running`, `left` (nobody works on it), `ended`, or empty where its record cannot be read.

    The counts are of items: a distribution has one for each recipient and distribution item where each recipient is
    a request, else one for each token. `unknown`: to be looked up at the office.
    """

    id: str
    kind: str = ""
    reference: str = ""
    begun_at: datetime | None = None
    recipients: int = 0
    state: str = ""
    total: int = 0
    done: int = 0
    failed: int = 0
    pending: int = 0
    refused: int = 0
    unknown: int = 0
    not_sent: int = 0


@dataclass(frozen=True, slots=True)
class IssueJobs:
    """The newest jobs of this machine, the newest first. `more`: so many older ones are not told."""

    at: datetime
    jobs: tuple[IssueJob, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class ListIssues:
    """Ask how issuing jobs stand. `following`: the screen asks by itself, so that its list stays true."""

    following: bool = False
