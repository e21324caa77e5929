"""The bell of a terminal, the last resort: a ring for each tone, so that at least the rhythm is heard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue

_SHORTEST_S = 0.15
"""Terminals ring once for bells that follow each other faster."""


class Bell:
    """A `ports.Signal` on a terminal's file, such as /dev/tty1."""

    name = "bell"

    def __init__(self, terminal: Path) -> None:
        self._terminal = terminal
        self._file = -1

    def open(self) -> None:
        try:
            self._file = os.open(self._terminal, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise SignalError(f"bell: {self._terminal} cannot be opened ({error.strerror})") from None
        if not os.isatty(self._file):
            self.close()
            raise SignalError(f"bell: {self._terminal} is no terminal")

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        for beat in cue.beats:
            self._ring()
            if not wait(max(_SHORTEST_S, beat.on_s + beat.off_s)):
                return

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _ring(self) -> None:
        try:
            os.write(self._file, b"\a")
        except BlockingIOError:
            return  # a terminal that is held up: the next one may ring
        except OSError as error:
            raise SignalError(f"bell: {self._terminal} is gone ({error.strerror})") from None
