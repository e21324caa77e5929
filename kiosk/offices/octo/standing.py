"""How a supplier's office stands: up or down, live or test, and whether this key may redeem at all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from kiosk.domain.events import OfficeStatus
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import Answer, NoAnswer
from kiosk.ports import Clock

REDEMPTION = "octo/redemption"
FAILURES_TO_DOWN = 2
"""In a row: one lost answer is the weather, two are an office that cannot be worked with."""

NOT_GRANTED = "this key may not redeem"
TEST_ENVIRONMENT = "test environment: barcodes do not redeem"


class Standing:
    """One supplier's, told through `on_status` whenever it changes. While it is down, `warning` is the doubt's word."""

    def __init__(self, supplier: str, env: str, clock: Clock, on_status: Callable[[OfficeStatus], None]) -> None:
        """`env` is what we ask for; what the office applies is in its replies."""
        self.status = self._told = OfficeStatus(supplier)
        self.grants_redemption: bool | None = None
        self.went_down = asyncio.Event()
        """Set while the office is down."""
        self._asked_env = env
        self._clock = clock
        self._on_status = on_status
        self._failures = 0

    @property
    def env(self) -> str:
        """What the office said, else what was asked for."""
        return self.status.env or self._asked_env

    def note(self, answer: Answer | NoAnswer, doubt: Doubt | None) -> None:
        """Take in one answer; `doubt` where it could not be used."""
        if isinstance(answer, Answer):
            self._read(answer)
        if doubt is None:
            self._failures = 0
        elif doubt is not Doubt.RATE_LIMITED:
            self._failures += 1
        up = self.status.up
        if doubt is None:
            up = True
        elif self._failures >= FAILURES_TO_DOWN:
            up = False
        self._tell(up, self._warning(up, doubt))

    def _read(self, answer: Answer) -> None:
        """What the office applied: it drops a capability in silence, and may force the test environment."""
        env = answer.headers.get("octo-env", "").strip().lower()
        if env in ("live", "test"):
            self.status = replace(self.status, env=env)
        if "octo-capabilities" in answer.headers and answer.status < 300:
            granted = answer.headers["octo-capabilities"].lower().split(",")
            self.grants_redemption = REDEMPTION in (word.strip() for word in granted)

    def _warning(self, up: bool | None, doubt: Doubt | None) -> str:
        if up is False:
            return self.status.warning if doubt in (None, Doubt.RATE_LIMITED) else str(doubt)
        if self.grants_redemption is False:
            return NOT_GRANTED
        return TEST_ENVIRONMENT if self.status.env == "test" and self._asked_env == "live" else ""

    def _tell(self, up: bool | None, warning: str) -> None:
        since = self.status.since if up == self.status.up else self._clock.now()
        self.status = replace(self.status, up=up, warning=warning, since=since)
        if up is False:
            self.went_down.set()
        else:
            self.went_down.clear()
        if self.status != self._told:
            self._told = self.status
            self._on_status(self.status)


class OfficeTime:
    """The office's clock against ours, from the Date headers of its last answers."""

    def __init__(self) -> None:
        self._ahead_s: deque[float] = deque(maxlen=5)

    @property
    def is_known(self) -> bool:
        """Whether any answer has told."""
        return bool(self._ahead_s)

    @property
    def ahead(self) -> timedelta:
        """The office's clock minus ours; zero where no answer has told."""
        return timedelta(seconds=median(self._ahead_s)) if self._ahead_s else timedelta()

    def note(self, answer: Answer, now: datetime) -> None:
        """The header is cut to whole seconds, so half a second is added; it was written about half-way through."""
        try:
            dated = parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return
        self._ahead_s.append((dated - now).total_seconds() + 0.5 + answer.elapsed_s / 2)
