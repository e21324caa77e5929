"""A job that is being worked on: its record, its papers, and what was heard of its tokens since it was opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk.domain.issuing.job import Facts, Job, Note, Step
from kiosk.domain.issuing.report import Row, rows
from kiosk.domain.issuing.tokens import Outcome
from kiosk.domain.issuing.wanted import Wanted
from kiosk.ports import Clock, JobRecord


@dataclass
class OpenJob:
    """`requests`: what is to be sent, in order. `on_change` is called after everything that was noted or heard."""

    id: str
    job: Job
    requests: Sequence[Wanted]
    record: JobRecord
    clock: Clock
    heard: dict[str, Outcome] = field(default_factory=dict)
    waits: bool = False
    """Whether a request is held back for a while: the office has asked for it, or is not reached."""
    on_change: Callable[[], None] = lambda: None

    async def note(self, request: int, step: Step, facts: Facts | None = None) -> None:
        """Durable when it returns. Raises JournalError."""
        await self.note_all([(request, step, facts)])

    async def note_all(self, told: Sequence[tuple[int, Step, Facts | None]]) -> None:
        """Several at once, all or none."""
        now = self.clock.now()
        notes = [Note(now, self.id, request, step, facts) for request, step, facts in told]
        await self.record.append(*notes)
        for note in notes:
            self.job.take(note)
        self.on_change()

    def rows(self) -> list[Row]:
        """The report as it stands."""
        return list(rows(self.job, self.requests, self.heard))
