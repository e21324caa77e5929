"""The terminal that a screen was given, as it was found: so that it can be made so again when the screen dies."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import termios
from contextlib import suppress
from typing import Any

SANE = (
    b"\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"  # no colours, wrapping, the cursor, the ordinary page
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"  # no reports of a mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[<u\r"  # nor of focus, pasting, size; keys as they always were
)

VT_SETMODE, VT_RELDISP = 0x5602, 0x5605
VT_AUTO, VT_PROCESS = 0, 1
"""Linux's include/uapi/linux/vt.h: who decides whether a console may be left, and the answer."""

ASKED_TO_SWITCH = signal.SIGUSR1
"""What the kernel sends when somebody presses Alt and F2, and what has to be answered by `stay`."""

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

    def hold(self) -> bool:
        """Be asked before a Linux console is left for another one. False where this is none, or none of our own.

        Needs no privilege where it is this session's own terminal (drivers/tty/vt/vt_ioctl.c). The kernel lets go by
        itself when this process dies.
        """
        return self._switching(VT_PROCESS)

    def stay(self) -> None:
        """No, it may not be left."""
        with suppress(OSError):
            fcntl.ioctl(self._reading, VT_RELDISP, 0)

    def let_go(self) -> None:
        """Whoever likes may leave it again."""
        self._switching(VT_AUTO)

    def _switching(self, mode: int) -> bool:
        try:
            fcntl.ioctl(self._reading, VT_SETMODE, struct.pack("bbhhh", mode, 0, ASKED_TO_SWITCH, 0, 0))
        except OSError:
            return False
        return True

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
