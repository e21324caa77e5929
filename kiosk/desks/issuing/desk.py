"""The issuing desk: a job is begun, worked on, decided about by a person, and ended. Each can be cut off anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.desks.issuing.halt import Halt, worse_of
from kiosk.desks.issuing.open_job import OpenJob
from kiosk.desks.issuing.resolving import Resolver
from kiosk.desks.issuing.sending import Sender
from kiosk.domain.errors import JournalError, KioskError
from kiosk.domain.issuing.faults import Faults
from kiosk.domain.issuing.job import Because, Begun, ByHand, Counted, Job, Note, Stage, Step
from kiosk.domain.issuing.papers import Papers
from kiosk.domain.issuing.report import Row, count, reference_of
from kiosk.domain.issuing.wanted import Distribution, Wanted, items_of, kind_of, requests_of
from kiosk.domain.verdict import Doubt
from kiosk.ports import Clock, JobRecord, VoucherManagement


@dataclass(frozen=True, slots=True)
class Limits:
    """`timeout_s` for one call; `patience_s`: how long tokens are followed without anything new."""

    timeout_s: float = 8.0
    patience_s: float = 600.0


@dataclass(frozen=True, slots=True)
class IssuingDesk:
    """Stateless: everything stands in a job's record."""

    clock: Clock

    async def begin(self, name: str, record: JobRecord, wanted: Wanted, per_request: int, digest: str) -> OpenJob:
        """The first note of a job, whose papers are on disk."""
        requests = requests_of(wanted, per_request)
        begun = Begun(
            kind_of(wanted),
            reference_of(wanted),
            len(requests),
            items_of(wanted),
            len(wanted.recipients) if isinstance(wanted, Distribution) else 0,
            per_request,
            digest,
        )
        opened = OpenJob(name, Job(), requests, record, self.clock)
        await opened.note(0, Step.BEGIN, begun)
        return opened

    async def take_up(self, notes: Sequence[Note], record: JobRecord, papers: Papers) -> OpenJob:
        """A job that was left: what its last worker was sending is in doubt. Raises JournalError, KioskError."""
        job = Job(notes)
        wanted = papers.read()
        if isinstance(wanted, Faults):
            raise KioskError("the papers of this job can no longer be read: nothing was sent")
        opened = OpenJob(job.id, job, requests_of(wanted, papers.per_request), record, self.clock)
        cut_off = [number for number, request in job.requests.items() if request.stage is Stage.SENDING]
        await opened.note_all([(number, Step.DOUBT, Because(Doubt.NO_ANSWER)) for number in cut_off])
        return opened

    async def work(
        self, opened: OpenJob, office: VoucherManagement, limits: Limits, stop: asyncio.Event
    ) -> Halt | None:
        """Send what is to be sent, and follow every token meanwhile and after. None: nothing is left to do.

        Raises JournalError: then nothing more is sent.
        """
        all_sent = asyncio.Event()
        sender = Sender(opened, office, self.clock, limits.timeout_s, stop)
        resolver = Resolver(opened, office, self.clock, limits.timeout_s, limits.patience_s, stop, all_sent)

        async def send() -> Halt | None:
            try:
                return await sender.run()
            finally:
                all_sent.set()

        try:
            async with asyncio.TaskGroup() as both:
                sending, resolving = both.create_task(send()), both.create_task(resolver.run())
        except* JournalError as failures:
            raise failures.exceptions[0] from None
        return worse_of(sending.result(), resolving.result())

    async def decide(self, opened: OpenJob, numbers: Iterable[int], *, again: bool, by: str, why: str = "") -> None:
        """What a person says of requests in doubt: to be sent again, or found at the office.

        Raises KioskError, before anything is noted, for one that is not in doubt.
        """
        chosen = list(dict.fromkeys(numbers))
        wrong = [number for number in chosen if number not in opened.job.doubtful]
        if wrong:
            raise KioskError(f"request {wrong[0]} of this job is not in doubt: nothing was changed")
        step = Step.AGAIN if again else Step.FIND
        await opened.note_all([(number, step, ByHand(by, why)) for number in chosen])

    async def end(self, opened: OpenJob, reported: Iterable[Row], *, given_up_by: str = "") -> bool:
        """Note the end of a job that has come to it, or is given up, and is reported; the papers may go then."""
        if (opened.job.may_end or given_up_by) and not opened.job.is_ended:
            counted = tuple((state.value, many) for state, many in sorted(count(reported).items()))
            await opened.note(0, Step.END, Counted(counted, "" if opened.job.may_end else given_up_by))
        return opened.job.is_ended
