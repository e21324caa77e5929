"""The terminal that a screen was given, as it was found: so that it can be made so again when the screen dies."""

from __future__ import annotations

import os
import select
import termios
from contextlib import suppress
from typing import Any

SANE = (
    b"\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"  # no colours, wrapping, the cursor, the ordinary page
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"  # no reports of a mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[<u\r"  # nor of focus, pasting, size; keys as they always were
)

READS_WITHIN_MS = 300
"""A terminal that takes no output for longer is left as it is: nobody sees it either."""


class Tty:
    """A terminal by its descriptors, standard input and output mostly. Does nothing where these are none."""

    def __init__(self, reading: int = 0, writing: int = 1) -> None:
        self._reading, self._writing = reading, writing
        self._found: list[Any] | None = None
        with suppress(termios.error):
            self._found = termios.tcgetattr(reading)

    @property
    def is_there(self) -> bool:
        return self._found is not None and os.isatty(self._writing)

    def hush(self) -> None:
        """No key is echoed, makes a signal or holds the output back: for a gate that no key may end."""
        if self._found is None:
            return
        quiet = [*self._found]
        quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.BRKINT)
        quiet[3] &= ~(termios.ECHO | termios.ISIG | termios.IEXTEN)
        with suppress(termios.error):
            termios.tcsetattr(self._reading, termios.TCSANOW, quiet)

    def reset(self) -> None:
        """As it was found. What has been typed meanwhile is dropped: it was meant for the screen that died."""
        if self._found is None:
            return
        with suppress(termios.error, OSError):
            termios.tcsetattr(self._reading, termios.TCSANOW, self._found)
            termios.tcflow(self._writing, termios.TCOON)
            termios.tcflush(self._reading, termios.TCIFLUSH)
            self._write(SANE)

    def _write(self, data: bytes) -> None:
        poll = select.poll()
        poll.register(self._writing, select.POLLOUT)
        if any(happened & select.POLLOUT for _, happened in poll.poll(READS_WITHIN_MS)):
            os.write(self._writing, data)
