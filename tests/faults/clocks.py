"""The real clock, that a test can move on: the kiosk's and the office's go together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.device.clock import SystemClock

SHORT_S = 0.05
LONG_S = 60.0
"""Pauses this long are for the next hour or the next guest, and stay as they are."""


class MovableClock(SystemClock):
    """What is tried again in the background is tried at once: no test waits for a pause to be over."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds if seconds >= LONG_S else min(seconds, SHORT_S))

    def move(self, seconds: float) -> None:
        """Not while a scan is being served, nor while the office still has a request in hand."""
        self.ahead_s += seconds


@dataclass(frozen=True)
class OfficeClock:
    """The sandbox's: its faults last as long as they say."""

    clock: MovableClock

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
