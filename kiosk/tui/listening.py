"""Waits for input, and knows for how long nothing came: a program that was kept from listening has heard no silence."""

from __future__ import annotations

import select
import time
from collections.abc import Callable


class Listening:
    """One descriptor, read by one thread. `lag_s` and `is_behind` may be asked from any.

    On a machine that is busy, or was asleep, half a code may lie in the kernel for longer than a scanner ever pauses.
    So `now_s` goes on only while this listens: what a wait took beyond what was asked for, and all between two waits,
    is left out.
    """

    def __init__(self, descriptor: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._descriptor = descriptor
        self._clock_s = clock_s
        self._heard_until_s = clock_s()
        self.lag_s = 0.0
        """How far `now_s` is behind the clock."""
        self.at_work = False
        """Whether something has been read that has not been handed on yet: for the reading thread to say."""

    @property
    def now_s(self) -> float:
        """The clock without the time in which nobody listened."""
        return self._clock_s() - self.lag_s

    @property
    def is_behind(self) -> bool:
        """Whether something that was typed is still on its way."""
        has_come = self._has_come(0.0)  # looked at first: what is read leaves the one for the other
        return has_come or self.at_work

    def wait(self, timeout_s: float) -> bool:
        """Whether something has come, within that time."""
        begun_s = self._clock_s()
        came = self._has_come(timeout_s)
        ended_s = self._clock_s()
        self.lag_s += begun_s - self._heard_until_s + max(ended_s - begun_s - timeout_s, 0.0)
        self._heard_until_s = ended_s
        return came

    def _has_come(self, within_s: float) -> bool:
        return bool(select.select([self._descriptor], [], [], within_s)[0])
