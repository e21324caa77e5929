"""The keys of a terminal as they come, with their times: what a scanner types that is a keyboard."""

from __future__ import annotations

import asyncio
import codecs
import os
import termios
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress

from kiosk.domain.calibration.strokes import Stroke

_PIECE_BYTES = 4096


@contextmanager
def raw(fd: int) -> Iterator[None]:
    """Every key as it comes: no echo, no line editing, no signals, CR left CR. As it was before, whatever happens.

    What was typed before is forgotten, and what is typed too late: a ticket must not become a shell's command. Output
    stays as it is, so that printing goes on as usual.
    """
    before = termios.tcgetattr(fd)
    mode = termios.tcgetattr(fd)
    mode[0] &= ~(
        termios.BRKINT | termios.ICRNL | termios.IGNCR | termios.INLCR | termios.INPCK | termios.ISTRIP | termios.IXON
    )
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(fd, termios.TCSAFLUSH, mode)
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcflush(fd, termios.TCIFLUSH)
            termios.tcsetattr(fd, termios.TCSANOW, before)


class TtyKeys:
    """The characters of a terminal in raw mode. Bytes that are not UTF-8 come as U+FFFD."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._strokes: deque[Stroke] = deque()
        self._stir = asyncio.Event()
        self._over = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    async def items(self) -> AsyncGenerator[Stroke, None]:
        """Until the terminal goes, or `close`."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._fd, self._ready)
        try:
            while not self._over or self._strokes:
                if not self._strokes:
                    self._stir.clear()
                    await self._stir.wait()
                while self._strokes:
                    yield self._strokes.popleft()
        finally:
            loop.remove_reader(self._fd)

    async def close(self) -> None:
        self._end()

    def _ready(self) -> None:
        try:
            data = os.read(self._fd, _PIECE_BYTES)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._end()
            return
        at_s = asyncio.get_running_loop().time()
        self._strokes.extend(Stroke(char, at_s) for char in self._decoder.decode(data))
        self._stir.set()

    def _end(self) -> None:
        self._over = True
        self._stir.set()
