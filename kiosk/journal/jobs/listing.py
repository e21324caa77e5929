"""How issuing jobs stand, read beside whoever runs them. Counts only: a record holds nobody's name."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.errors import JournalError
from kiosk.domain.issuing.job import Stage
from kiosk.domain.issuing.tokens import TokenState
from kiosk.journal.database import connect_to_read
from kiosk.journal.failure import plain_words
from kiosk.journal.jobs.folder import JobFolder
from kiosk.journal.lock import holder_of
from kiosk.journal.statements import SQL


@dataclass(frozen=True, slots=True)
class JobSummary:
    """`items`: tokens that each request should have. `requests`: stage → how many, `unsent` those that nobody has sent.

    `tokens`: state → how many.

    `counted`: what its items came to, once it has ended. `trouble`: why nothing more is known of it.
    """

    id: str
    kind: str = ""
    reference: str = ""
    begun_at: datetime | None = None
    recipients: int = 0
    items: int = 1
    requests: Mapping[str, int] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, int] | None = None
    is_running: bool = False
    trouble: str = ""


def summaries(folders: Iterable[JobFolder]) -> tuple[JobSummary, ...]:
    """The newest first. Never raises: a record that cannot be read says so."""
    found = [_summary(folder) for folder in folders]
    return tuple(sorted(found, key=lambda one: (one.begun_at is None, -(one.begun_at or _NEVER).timestamp(), one.id)))


_NEVER = datetime.fromtimestamp(0).astimezone()


def _summary(folder: JobFolder) -> JobSummary:
    try:
        with closing(connect_to_read(folder.record)) as db, plain_words(folder.record):
            return _read(db, folder)
    except JournalError:
        trouble = "its record cannot be read" if folder.record.exists() else "never begun: nothing was sent"
        return JobSummary(folder.id, trouble=trouble)
    except (ValueError, KeyError, TypeError):
        return JobSummary(folder.id, trouble="its record cannot be read")


def _read(db: sqlite3.Connection, folder: JobFolder) -> JobSummary:
    begun = db.execute(SQL["begun_job"]).fetchone()
    if begun is None:
        return JobSummary(folder.id, trouble="never begun: nothing was sent")
    about = json.loads(begun[2])
    ended = db.execute(SQL["ended_job"]).fetchone()
    requests = dict(db.execute(SQL["stages_of_requests"]).fetchall())
    requests.pop(Stage.POSTPONED.value, None)
    requests["unsent"] = about["requests"] - sum(requests.values())
    tokens = dict(db.execute(SQL["tokens_ended"]).fetchall())
    tokens[TokenState.PENDING.value] = db.execute(SQL["tokens_given"]).fetchone()[0] - sum(tokens.values())
    return JobSummary(
        folder.id,
        about["kind_of_job"],
        about["reference"],
        datetime.fromisoformat(begun[0]),
        about["recipients"],
        about["items"],
        {stage: count for stage, count in requests.items() if count},
        {state: count for state, count in tokens.items() if count},
        json.loads(ended[0])["counted"] if ended else None,
        is_running=_is_running(folder),
    )


def _is_running(folder: JobFolder) -> bool:
    """By the process that its lock names: asking for the lock itself could take it from somebody who starts."""
    pid = holder_of(folder.record)
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
