"""How issuing jobs stand, for a supervisor's screen: read beside whoever works on them, never in a lane's way."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from kiosk.domain.errors import JournalError
from kiosk.domain.issuing.events import IssueJob, IssueJobs
from kiosk.domain.issuing.job import Stage
from kiosk.domain.issuing.report import State
from kiosk.domain.issuing.tokens import TokenState
from kiosk.journal.jobs import JobFolder, JobFolders, JobSummary, summaries
from kiosk.ports import Clock

TOLD = 30
"""Jobs that a screen is told of."""


@dataclass
class IssueListing:
    """What was read of a job that has ended is kept: it does not change any more."""

    folders: JobFolders
    clock: Clock
    _ended: dict[str, JobSummary] = field(default_factory=dict)

    async def jobs(self) -> IssueJobs:
        """Never raises: a folder that cannot be read has no jobs."""
        found, many = await asyncio.to_thread(self._read)
        return IssueJobs(self.clock.now(), tuple(map(told, found)), many - len(found))

    async def count(self) -> int:
        """How many jobs there are. Never raises."""
        return len(await asyncio.to_thread(self._all))

    def _read(self) -> tuple[list[JobSummary], int]:
        folders = sorted(self._all(), key=_touched, reverse=True)
        newest = folders[:TOLD]
        fresh = summaries(folder for folder in newest if folder.id not in self._ended)
        self._ended.update({one.id: one for one in fresh if one.counted is not None})
        known = {one.id: one for one in (*fresh, *self._ended.values())}
        found = [known[folder.id] for folder in newest]
        return sorted(found, key=lambda one: one.begun_at.timestamp() if one.begun_at else 0.0, reverse=True), len(
            folders
        )

    def _all(self) -> tuple[JobFolder, ...]:
        try:
            return self.folders.all()
        except JournalError:
            return ()


def _touched(folder: JobFolder) -> float:
    try:
        return folder.record.stat().st_mtime
    except OSError:
        return 0.0


def told(job: JobSummary) -> IssueJob:
    """A summary as the screen is told of it."""
    counts = Counter(job.counted) if job.counted is not None else _so_far(job)
    return IssueJob(
        id=job.id,
        kind=job.kind,
        reference=job.reference,
        begun_at=job.begun_at,
        recipients=job.recipients,
        state="" if job.trouble else "ended" if job.counted is not None else "running" if job.is_running else "left",
        total=counts.total(),
        done=counts[State.DONE] + counts[State.FOUND],
        failed=counts[State.FAILED],
        pending=counts[State.PENDING],
        refused=counts[State.REFUSED],
        unknown=counts[State.UNKNOWN],
        not_sent=counts[State.NOT_SENT],
    )


def _so_far(job: JobSummary) -> Counter[str]:
    """Of a job that goes on: a request under way is pending while somebody works on it, and unknown after."""
    requests, tokens = job.requests, job.tokens
    under_way = State.PENDING if job.is_running else State.UNKNOWN
    counts: Counter[str] = Counter()
    for state, many in (
        (State.DONE, tokens.get(TokenState.DONE, 0)),
        (State.FAILED, tokens.get(TokenState.FAILED, 0)),
        (State.PENDING, tokens.get(TokenState.PENDING, 0)),
        (under_way, requests.get(Stage.SENDING, 0) * job.items),
        (State.UNKNOWN, requests.get(Stage.DOUBTFUL, 0) * job.items),
        (State.REFUSED, requests.get(Stage.REFUSED, 0) * job.items),
        (State.FOUND, requests.get(Stage.FOUND, 0) * job.items),
        (State.NOT_SENT, requests.get("unsent", 0) * job.items),
    ):
        counts[state] += many
    return counts
