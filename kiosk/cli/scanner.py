"""A configured scanner, listened to without framing: every character with its time, until the person ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import Protocol

from kiosk.config import Source
from kiosk.domain.calibration.strokes import ENDINGS, Stroke
from kiosk.domain.errors import KioskError
from kiosk.domain.events import Scan, SourceStatus

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Closing(Protocol):
    async def close(self) -> None: ...


@asynccontextmanager
async def strokes_of(source: Source, say: Callable[[str], None]) -> AsyncIterator[AsyncIterator[Stroke]]:
    """What its scanner sends, until a signal of `STOPS`. `say` is told when it is lost and back.

    A wedge is this terminal's keyboard, in raw mode meanwhile. Raises KioskError where there is no terminal.
    """

    def on_status(status: SourceStatus) -> None:
        say(f"{status.name}: {'ready' if status.up else status.what}")

    with _terminal(source.kind == "wedge") as fd:
        closing, strokes = _opened(source, fd, on_status)
        with _ended_by_signals(closing):
            async with aclosing(strokes):
                yield strokes


def _opened(
    source: Source, fd: int, on_status: Callable[[SourceStatus], None]
) -> tuple[Closing, AsyncGenerator[Stroke, None]]:
    """Each kind's libraries are imported only where it is used."""
    match source.kind:
        case "wedge":
            from kiosk.sources.tty_keys import TtyKeys

            keys = TtyKeys(fd)
            return keys, keys.items()
        case "evdev":
            from kiosk.sources.strokes import evdev_strokes

            plugged = evdev_strokes(source.name, source.device, source.grab)
        case "serial":
            from kiosk.sources.strokes import serial_strokes

            plugged = serial_strokes(source.name, source.device, source.baud)
        case "hidraw":
            from kiosk.sources.strokes import hidraw_strokes

            plugged = hidraw_strokes(source.name, source.device)
        case _:
            from kiosk.station.sources import build

            built = build(source)
            if built is None:
                raise KioskError(f"{source.name} cannot be calibrated")
            return built, _typed(built.scans(on_status, lambda _: None))
    return plugged, plugged.items(on_status)


async def _typed(scans: AsyncIterator[Scan]) -> AsyncGenerator[Stroke, None]:
    """Codes that come whole, as if they had been typed at once."""
    async for scan in scans:
        at_s = asyncio.get_running_loop().time()
        for char in scan.text + ENDINGS[0]:
            yield Stroke(char, at_s)


@contextmanager
def _terminal(needed: bool) -> Iterator[int]:
    """This process's terminal in raw mode, where it is needed."""
    if not needed:
        yield -1
        return
    from kiosk.sources.tty_keys import raw

    try:
        fd = os.dup(0) if sys.stdin.isatty() else os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        raise KioskError("a wedge types into a terminal, and there is none here") from None
    try:
        with raw(fd):
            yield fd
    finally:
        os.close(fd)


@contextmanager
def _ended_by_signals(closing: Closing) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    ending: set[asyncio.Task[None]] = set()
    for number in STOPS:
        loop.add_signal_handler(number, lambda: ending.add(loop.create_task(closing.close())))
    try:
        yield
    finally:
        for number in STOPS:
            loop.remove_signal_handler(number)
