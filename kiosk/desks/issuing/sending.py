"""Sending the requests of a job, one after the other, each at most once.

Every intent is durable before its request leaves, every answer before the next one does. What may have been applied
is in doubt, and stays so until a person decides. What was not taken for certain (429, a token refused, nobody
reached) may be sent later: that is no repetition.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from kiosk.desks.issuing.halt import Halt
from kiosk.desks.issuing.open_job import OpenJob
from kiosk.desks.issuing.waiting import pause
from kiosk.domain.cinema import Gone, Refused
from kiosk.domain.issuing.job import Accepted, Because, Refusal, Step
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.ports import Clock, VoucherManagement

MOST_DOUBTS = 3
MOST_REFUSALS = 5
"""In a row, before the rest is held back."""

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Between tries of a request that the office did not take; after the last one the job waits for a person."""

LONGEST_WAIT_S = 300.0
"""Of a `retry-after`: whoever is to wait longer is told so."""

_HALTS = {
    Doubt.NOT_AUTHORISED: Halt.NOT_AUTHORISED,
    Doubt.RATE_LIMITED: Halt.RATE_LIMITED,
    Doubt.OFFICE_ERROR: Halt.OFFICE_ERROR,
}


@dataclass
class Sender:
    """Works on one job until everything is sent, or something halts it."""

    open_job: OpenJob
    office: VoucherManagement
    clock: Clock
    timeout_s: float
    stop: asyncio.Event
    doubts: int = 0
    refusals: int = 0

    async def run(self) -> Halt | None:
        for number in self.open_job.job.unsent:
            halt = Halt.STOPPED if self.stop.is_set() else await self._send(number)
            if halt is not None:
                return halt
        return None

    async def _send(self, number: int) -> Halt | None:
        """One request, until it is taken, refused, in doubt, or given up for now."""
        for tries in range(len(BACK_OFF_S) + 1):
            await self.open_job.note(number, Step.SEND)
            reply = await self.office.submit(self.open_job.requests[number - 1], within_s=self.timeout_s)
            match reply:
                case Accepted():
                    self.doubts = self.refusals = 0
                    await self.open_job.note(number, Step.ACCEPT, reply)
                    return None
                case Refused() | Gone():
                    return await self._refused(number, reply)
                case Failed(may_have_applied=True):
                    return await self._doubt(number, reply)
            wait_s = _wait_s(reply, tries)
            retry_at = None if wait_s is None else self.clock.now() + timedelta(seconds=wait_s)
            await self.open_job.note(number, Step.POSTPONE, Because(reply.doubt, retry_at))
            if wait_s is None:
                return _HALTS.get(reply.doubt, Halt.OFFLINE)
            self.open_job.waits = True
            await pause(self.clock, wait_s, self.stop)
            self.open_job.waits = False
            if self.stop.is_set():
                return Halt.STOPPED
        raise AssertionError("the last try has no wait")

    async def _refused(self, number: int, reply: Refused | Gone) -> Halt | None:
        status = reply.status if isinstance(reply, Refused) else 404
        words = ": ".join(text for text in (reply.title, reply.detail) if text)
        await self.open_job.note(number, Step.REFUSE, Refusal(status, words))
        self.doubts, self.refusals = 0, self.refusals + 1
        return Halt.REFUSALS if self.refusals >= MOST_REFUSALS else None

    async def _doubt(self, number: int, reply: Failed) -> Halt | None:
        await self.open_job.note(number, Step.DOUBT, Because(reply.doubt))
        self.doubts += 1
        return Halt.DOUBTS if self.doubts >= MOST_DOUBTS else None


def _wait_s(failed: Failed, tries: int) -> float | None:
    """How long to wait before a request that was not taken is sent; None: not now."""
    if tries >= len(BACK_OFF_S):
        return None
    if failed.doubt is Doubt.NOT_AUTHORISED:
        return 0.0 if failed.retry_after_s == 0.0 and tries == 0 else None
    if failed.retry_after_s is not None:
        return failed.retry_after_s if failed.retry_after_s <= LONGEST_WAIT_S else None
    return BACK_OFF_S[tries]
