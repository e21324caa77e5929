"""Writes to a terminal that may never be read: nobody waits for it, least of all whoever reads the scanner."""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable

UNREAD_WRITES = 64
"""Paints that may wait for a terminal that does not read; then all are dropped, and everything is painted anew."""


class Painter:
    """Writes to a terminal in a thread. A terminal that does not read loses paints and nobody's time."""

    def __init__(self, out: int, on_caught_up: Callable[[], None]) -> None:
        self._out = out
        self._on_caught_up = on_caught_up
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._dropped = False
        self._finished = False
        self._thread = threading.Thread(target=self._run, name="paints", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def write(self, data: str) -> None:
        with self._changed:
            if len(self._waiting) >= UNREAD_WRITES:
                self._waiting.clear()
                self._dropped = True
            self._waiting.append(data.encode("utf-8", "replace"))
            self._changed.notify()

    def finish(self, within_s: float = 1.0) -> None:
        """Write what waits, where the terminal reads."""
        with self._changed:
            self._finished = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._finished)
                if not self._waiting:
                    return
                data = b"".join(self._waiting)
                self._waiting.clear()
                dropped, self._dropped = self._dropped, False
            try:
                self._write_all(data)
            except OSError:
                return
            if dropped:
                self._on_caught_up()

    def _write_all(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._out, data) :]
            except BlockingIOError:  # whoever shares the terminal has set it so
                select.select([], [self._out], [])
