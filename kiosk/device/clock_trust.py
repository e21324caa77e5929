"""Whether the machine's clock can be trusted: the kernel's NTP state, and what an office's clock says beside it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from datetime import timedelta

from kiosk.domain.clock import ClockEvidence, ClockState, judge_clock
from kiosk.ports import Clock

_STA_UNSYNC = 0x0040
_TIME_ERROR = 5
_TIMEX_BYTES = 256
"""More than `struct timex` takes on any Linux: 208 bytes on 64-bit (adjtimex(2))."""
_STATUS_AT = 40
"""Where `status` stands in `struct timex` on 64-bit: modes, offset, freq, maxerror and esterror are 8 bytes each."""


class ClockTrust:
    """Asks the kernel, remembers when it last said yes. `office_ahead`: the office's clock minus ours, if known."""

    def __init__(
        self,
        clock: Clock,
        office_ahead: Callable[[], timedelta | None] = lambda: None,
        is_synchronised: Callable[[], bool | None] | None = None,
    ) -> None:
        self._clock = clock
        self.office_ahead = office_ahead
        self._is_synchronised = is_synchronised or kernel_is_synchronised
        self._synced_s: float | None = None

    def state(self) -> ClockState:
        """How far to trust the clock now."""
        synced = self._is_synchronised()
        now_s = self._clock.monotonic()
        if synced:
            self._synced_s = now_s
        since = None if self._synced_s is None else timedelta(seconds=now_s - self._synced_s)
        return judge_clock(ClockEvidence(synced, since, self.office_ahead()))


def kernel_is_synchronised() -> bool | None:
    """What adjtimex(2) says; None where it cannot be asked. Changes nothing: `modes` is 0."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        timex = ctypes.create_string_buffer(_TIMEX_BYTES)
        state = libc.adjtimex(timex)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    status = int.from_bytes(timex.raw[_STATUS_AT : _STATUS_AT + 4], "little")
    return state != _TIME_ERROR and not status & _STA_UNSYNC
