"""A circuit breaker before an office: when it does not answer, guests hear so at once and not after a time-out each.

Closed: every call goes through. Open, after `FAILURES` calls in a row without an answer: look-ups fail at once, and the
office is asked in the background whether it is back, with growing pauses. One good answer closes it: no hand is needed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.reply import Failed, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt
from kiosk.ports import Clock, TicketOffice

log = logging.getLogger(__name__)

FAILURES = 3
"""Calls in a row without a usable answer. One alone may be one code that an office cannot digest."""

FIRST_PROBE_S = 1.0
LONGEST_PROBE_S = 15.0

_NO_ANSWER = (Doubt.OFFLINE, Doubt.NO_ANSWER, Doubt.OFFICE_ERROR)


@dataclass
class Breaker:
    """A `ports.TicketOffice` around another. `is_back` asks something cheap; `on_change` hears True for up."""

    office: TicketOffice
    clock: Clock
    is_back: Callable[[], Awaitable[bool]]
    on_change: Callable[[bool], None] = lambda is_up: None
    failures: int = FAILURES
    down_since: datetime | None = None
    _failed: int = field(default=0, init=False)
    _probing: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        return self.office.name

    @property
    def office_ahead(self) -> timedelta:
        return self.office.office_ahead

    @property
    def is_test(self) -> bool:
        return self.office.is_test

    @property
    def is_up(self) -> bool:
        return self.down_since is None

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        if not self.is_up:
            return Failed(Doubt.OFFLINE, detail="known to be away")
        reply = await self.office.look_up(code, within_s=within_s, supplier=supplier)
        self._note(reply)
        return reply

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        """Goes through even while open: it follows a look-up that was answered a moment ago."""
        reply = await self.office.redeem(bookings, mode, within_s=within_s)
        self._note(reply)
        return reply

    async def close(self) -> None:
        """Stop asking whether the office is back."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    def _note(self, reply: LookUpReply | RedeemReply) -> None:
        if not isinstance(reply, Failed) or reply.doubt not in _NO_ANSWER:
            self._failed = 0
            self._up()
            return
        self._failed += 1
        if self.is_up and self._failed >= self.failures:
            self.down_since = self.clock.now()
            log.warning("action=breaker office=%s state=open doubt=%s", self.name, reply.doubt)
            if self._probing is not None:
                self._probing.cancel()
            self._probing = asyncio.create_task(self._probe(), name="breaker")
            self.on_change(False)

    def _up(self) -> None:
        if self.is_up:
            return
        self.down_since = None
        log.warning("action=breaker office=%s state=closed", self.name)
        self.on_change(True)

    async def _probe(self) -> None:
        pause_s = FIRST_PROBE_S
        while not self.is_up:
            await self.clock.sleep(pause_s)
            if await self.is_back():
                self._failed = 0
                self._up()
            pause_s = min(LONGEST_PROBE_S, pause_s * 2)
