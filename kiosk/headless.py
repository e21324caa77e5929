"""The feed as JSON lines on a file descriptor: the face of a gate without a screen.

Nothing is dropped, and the engine never waits here: a thread of its own writes, and `drained` holds the intake back
while the reader does not read. Imports neither the screen's nor the camera's libraries.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import Self

from kiosk.domain.events import (
    AttemptSettled,
    Decided,
    Event,
    OfficeDown,
    OfficeUp,
    OwedChanged,
    Ready,
    SourceBack,
    SourceLost,
    Stopping,
)
from kiosk.link.wire import encode

WAITING_MOST = 256
"""Lines that may wait for a reader before no more scans are taken."""

GIVEN_UP_AFTER_S = 0.5

TOLD = (
    Decided,
    SourceLost,
    SourceBack,
    OfficeDown,
    OfficeUp,
    OwedChanged,
    AttemptSettled,
    Ready,
    Stopping,
)  # fmt: skip
"""The events that every program may be told. The others are for screens."""

_ENDED = select.POLLERR | select.POLLHUP | select.POLLNVAL


class LineFeed:
    """ports.Feed on a file descriptor: standard output, mostly. Use it as a context.

    `on_gone` is called once, on the loop, when nobody can read any more: then it is time to stop, in order.
    `failure` says why, where it was not just the reader's leaving.
    """

    def __init__(
        self, fd: int, *, show_codes: bool = False, on_gone: Callable[[], None] = lambda: None, most: int = WAITING_MOST
    ) -> None:
        self.failure = ""
        self._fd = fd
        self._show_codes = show_codes
        self._on_gone = on_gone
        self._most = most
        self._lines: deque[bytes] = deque()
        self._gone = False
        self._ending = False
        self._moved = asyncio.Event()
        self._wake = -1
        self._thread = threading.Thread(target=self._write, name="lines", daemon=True)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give up what nobody has read: see `written`. A thread that is stuck in a write ends with the process."""
        self._ending = True
        os.eventfd_write(self._wake, 1)
        await asyncio.to_thread(self._thread.join, GIVEN_UP_AFTER_S)
        if not self._thread.is_alive():
            os.close(self._wake)

    def tell(self, event: Event) -> None:
        """Write an event, soon. What only screens want is passed over."""
        if isinstance(event, TOLD) and not self._gone:
            self._lines.append(encode(event, show_codes=self._show_codes).encode() + b"\n")
            os.eventfd_write(self._wake, 1)

    async def drained(self) -> None:
        """Until there is room: to be awaited before a scan is taken. At once when the reader has gone."""
        while len(self._lines) >= self._most and not self._gone:
            await self._move()

    async def written(self) -> None:
        """Until every line has been written, however slow the reader. At once when it has gone."""
        while self._lines and not self._gone:
            await self._move()

    async def _move(self) -> None:
        self._moved.clear()
        await self._moved.wait()

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────

    def _write(self) -> None:
        """Writes what there is; notices, while there is nothing, that the reader leaves (poll(2): POLLERR)."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        poll.register(self._fd, 0)
        while not self._ending:
            happened = dict(poll.poll())
            if happened.get(self._fd, 0) & _ENDED:
                self._lose("")
                return
            os.eventfd_read(self._wake)
            try:
                self._write_all()
            except BrokenPipeError:
                self._lose("")
                return
            except OSError as error:
                self._lose(error.strerror or str(error))
                return

    def _write_all(self) -> None:
        while self._lines and not self._ending:
            line = memoryview(self._lines[0])
            while line:
                line = line[self._put(line) :]
            self._lines.popleft()
            self._on_loop(self._moved.set)

    def _put(self, line: memoryview) -> int:
        try:
            return os.write(self._fd, line)
        except BlockingIOError:  # somebody has made the descriptor that we share with them non-blocking
            select.select([], [self._fd], [])
            return 0

    def _lose(self, why: str) -> None:
        self.failure = why
        self._gone = True
        self._on_loop(self._moved.set)
        self._on_loop(self._on_gone)

    def _on_loop(self, call: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:
            self._ending = True
