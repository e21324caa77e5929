"""Waits for input, and knows for how long nothing came: a program that was kept from listening has heard no silence."""

from __future__ import annotations

import select
import time
from collections.abc import Callable


class Listening:
    """One descriptor, read by one thread; `heard_s` and `is_behind` may be asked from any.

    On a machine that is busy, or was asleep, half a code may lie in the kernel for longer than a scanner ever pauses.
    So `heard_s` is a clock (seconds) that goes on only while this listens: it leaves out what lies between two waits,
    and what a wait took beyond what was asked for.
    """

    def __init__(self, descriptor: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._descriptor = descriptor
        self._clock_s = clock_s
        self.heard_s = clock_s()
        self.at_work = False
        """Whether something has been read that has not been handed on yet: for the reading thread to say."""

    @property
    def is_behind(self) -> bool:
        """Whether something that was typed is still on its way."""
        has_come = self._has_come(0.0)  # looked at first: what is read leaves the one for the other
        return has_come or self.at_work

    def wait(self, timeout_s: float) -> bool:
        """Whether something has come, within that time."""
        begun_s = self._clock_s()
        came = self._has_come(timeout_s)
        self.heard_s += min(self._clock_s() - begun_s, timeout_s)
        return came

    def _has_come(self, within_s: float) -> bool:
        return bool(select.select([self._descriptor], [], [], within_s)[0])
