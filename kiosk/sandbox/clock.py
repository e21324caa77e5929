"""The office's time, passed in so that tests own it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the sandbox needs of a clock."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class WallClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ShiftedClock(WallClock):
    """One that goes as the machine's own does, from another moment on: over a change of the clocks, say."""

    def __init__(self, start: datetime) -> None:
        """`start` is aware."""
        self._ahead = start - super().now()

    def now(self) -> datetime:
        return super().now() + self._ahead
