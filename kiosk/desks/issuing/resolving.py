"""Following tokens to their end: many in one call, in batches, asked again after ever longer waits.

Reads only, so all of it may be repeated. An end is durable before it is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.desks.issuing.halt import Halt
from kiosk.desks.issuing.open_job import OpenJob
from kiosk.desks.issuing.waiting import pause
from kiosk.domain.issuing.job import Facts, Resolved, Step
from kiosk.domain.issuing.tokens import Outcome, Resolution
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.ports import Clock, VoucherManagement

BATCH = 200
"""Tokens in one call. [?] The vendor says "many"."""

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 30.0
GROWTH = 1.5

Places = dict[str, list[tuple[int, int]]]
"""Token → the requests and places that it stands for: nearly always one."""


@dataclass
class Resolver:
    """Works on one job until nothing is open and `all_sent` is set, or nothing new was heard for `patience_s`."""

    open_job: OpenJob
    office: VoucherManagement
    clock: Clock
    timeout_s: float
    patience_s: float
    stop: asyncio.Event
    all_sent: asyncio.Event

    async def run(self) -> Halt | None:
        wait_s, heard_at_s = FIRST_WAIT_S, self.clock.monotonic()
        while not self.stop.is_set():
            places = self._open_places()
            if not places and self.all_sent.is_set():
                return None
            news, failed = await self._ask(places)
            if failed is not None and failed.doubt is Doubt.NOT_AUTHORISED:
                return Halt.NOT_AUTHORISED
            now_s = self.clock.monotonic()
            if news or not self.all_sent.is_set():
                wait_s, heard_at_s = FIRST_WAIT_S, now_s
            elif now_s - heard_at_s >= self.patience_s:
                return Halt.WAITED
            if self.all_sent.is_set() and not self._open_places():
                return None
            asked_to_wait_s = failed.retry_after_s or 0.0 if failed is not None else 0.0
            await pause(self.clock, max(wait_s, asked_to_wait_s), self.stop, *self._until_sent())
            wait_s = min(wait_s * GROWTH, LONGEST_WAIT_S)
        return Halt.STOPPED

    def _until_sent(self) -> tuple[asyncio.Event, ...]:
        """Whoever waits for the sender alone need not wait out a pause."""
        return () if self.all_sent.is_set() or self.open_job.job.open_tokens else (self.all_sent,)

    def _open_places(self) -> Places:
        places: Places = {}
        for number, place, token in self.open_job.job.open_tokens:
            places.setdefault(token, []).append((number, place))
        return places

    async def _ask(self, places: Places) -> tuple[bool, Failed | None]:
        """One round. Whether anything was heard that is new, and what has cut the round short."""
        news = False
        for batch in _batches(list(places)):
            reply = await self.office.resolve(batch, within_s=self.timeout_s)
            if isinstance(reply, tuple):
                news |= await self._take(reply, places)
            elif isinstance(reply, Failed):
                return news, reply
            if self.stop.is_set():
                break
        return news, None

    async def _take(self, resolutions: tuple[Resolution, ...], places: Places) -> bool:
        """Note what has come to its end, remember the rest. What was not asked about is left alone."""
        told: list[tuple[int, Step, Facts | None]] = []
        left: dict[int, list[int]] = {}
        news = False
        for resolution in resolutions:
            outcome = resolution.outcome
            if not outcome.state.is_end:
                news |= self._remember(resolution.token, outcome, places)
                continue
            for number, place in places.pop(resolution.token, ()):
                if number not in left:
                    left[number] = list(self.open_job.job.requests[number].open_places)
                left[number].remove(place)
                told.append((number, Step.RESOLVE if left[number] else Step.CONCLUDE, Resolved(place, outcome)))
        if told:
            await self.open_job.note_all(told)
        elif news:
            self.open_job.on_change()
        return news or bool(told)

    def _remember(self, token: str, outcome: Outcome, places: Places) -> bool:
        is_new = token in places and self.open_job.heard.get(token) != outcome
        if is_new:
            self.open_job.heard[token] = outcome
        return is_new


def _batches(tokens: list[str]) -> Iterator[list[str]]:
    return (tokens[at : at + BATCH] for at in range(0, len(tokens), BATCH))
