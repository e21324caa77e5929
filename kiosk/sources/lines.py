"""Codes from a file descriptor, one on each line: a pipe, a file, a terminal, standard input."""

from __future__ import annotations

import asyncio
import codecs
import math
import os
from collections.abc import AsyncIterator, Callable

from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.domain.framing import Framing, FramingRules
from kiosk.sources.scan import scan_of

RULES = FramingRules(suffix="\r", terminators="\n", min_length=1, partial_after_s=math.inf, strip_aim=False)
"""A line is a code, however short, whatever is in it, however slowly it is written."""

_PIECE_BYTES = 65_536


class LinesSource:
    """One scan for each line that is not blank, in order, until the end of the input.

    Reads on only when everything read before has been taken, so a slow gate slows the writer down. A line longer
    than a code may be comes as one scan that no gate can read. Bytes that are not UTF-8 come as U+FFFD.
    """

    kind = "lines"

    def __init__(self, fd: int = 0, name: str = "lines", lane: str = "", rules: FramingRules = RULES) -> None:
        self.name = name
        self._fd = fd
        self._lane = lane
        self._framing = Framing(rules)
        self._stir = asyncio.Event()
        self._closed = False

    async def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]:
        """Raises SourceError where the descriptor cannot be read at all."""
        on_status(SourceStatus(self.name, self.kind))
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        now_s = asyncio.get_running_loop().time
        while not self._closed:
            data = await self._read()
            codes = self._framing.feed(decoder.decode(data, final=not data), now_s())
            if not data and not self._closed:
                codes += self._framing.finish()
            for code in codes:
                if code.too_long or code.text.strip(" \t\r"):
                    yield scan_of(code, self.name, self._lane)
            if not data:
                return

    async def close(self) -> None:
        self._closed = True
        self._stir.set()

    async def _read(self) -> bytes:
        """The next bytes; none at the end of the input, or when closed."""
        try:
            await self._readable()
            return b"" if self._closed else await asyncio.to_thread(os.read, self._fd, _PIECE_BYTES)
        except OSError as error:
            raise SourceError(self.name, f"cannot read the input: {error.strerror}") from error

    async def _readable(self) -> None:
        """Wait until a read returns at once, or until closed."""
        loop = asyncio.get_running_loop()
        try:
            loop.add_reader(self._fd, self._stir.set)
        except PermissionError:
            return  # epoll takes no regular file: reading one never blocks for long
        try:
            await self._stir.wait()
        finally:
            loop.remove_reader(self._fd)
            if not self._closed:
                self._stir.clear()
