"""Pretend scanners for the tests: what a real one sends, byte for byte, and a way to read a source to its end."""

from __future__ import annotations

import asyncio
import random
import socket
import string
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, suppress

from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.domain.layouts import SPACE, US, Layout
from kiosk.ports import BarcodeSource
from kiosk.sources.evdev_input import EV_KEY, EV_SYN, EVENT
from kiosk.sources.pos_reports import DATA_BYTES, REPORT_BYTES

EV_MSC, MSC_SCAN = 4, 4
LEFT_SHIFT, LEFT_CTRL, RIGHT_ALT, ENTER = 42, 29, 100, 28
KEYS = [41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54)]
"""Written out here, apart from the code under test: places of a layout's rows → linux/input-event-codes.h."""

TICKET = string.ascii_letters + string.digits + "!|+/-_.:=# "


def tickets(count: int, seed: int = 1, longest: int = 90) -> list[str]:
    """Codes like those of tickets, none of which is found in two places."""
    pick = random.Random(seed)
    return [
        f"{number:05d}" + "".join(pick.choices(TICKET, k=pick.randint(4, longest - 6))) + "." for number in range(count)
    ]


def event(kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(1_790_000_000, 123_456, kind, code, value)


def key(code: int) -> bytes:
    """One key pressed and let go, as the kernel tells it."""
    return b"".join(
        event(EV_MSC, MSC_SCAN, code) + event(EV_KEY, code, value) + event(EV_SYN, 0, 0) for value in (1, 0)
    )


def held(code: int, inner: bytes) -> bytes:
    return event(EV_KEY, code, 1) + event(EV_SYN, 0, 0) + inner + event(EV_KEY, code, 0) + event(EV_SYN, 0, 0)


def typing(text: str, layout: Layout = US) -> bytes:
    """A scanner that types `text` and believes in `layout`."""
    return b"".join(_character(char, layout) for char in text)


def _character(char: str, layout: Layout) -> bytes:
    if char in "\r\t":
        return key(ENTER if char == "\r" else 15)
    if char < " ":
        return held(LEFT_CTRL, _character(chr(ord(char) | 0x40).lower(), layout))
    events = b""
    for press in layout.presses[char]:
        one = key(57 if press.key == SPACE else KEYS[press.key])
        one = held(LEFT_SHIFT, one) if press.shift else one
        events += held(RIGHT_ALT, one) if press.altgr else one
    return events


def reports(data: bytes, aim: bytes = b"]Q1", size: int = DATA_BYTES) -> list[bytes]:
    """A code as HID-POS reports with an AIM field, at most `size` bytes in each."""
    pieces = [data[start : start + size] for start in range(0, len(data), size)] or [b""]
    return [
        (b"\x02" + bytes([len(piece)]) + aim + piece).ljust(REPORT_BYTES - 1, b"\0") + bytes([place < len(pieces) - 1])
        for place, piece in enumerate(pieces)
    ]


def reports_without_aim(data: bytes, size: int = DATA_BYTES) -> list[bytes]:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return [
        (b"\x02" + bytes([len(piece)]) + piece).ljust(REPORT_BYTES - 1, b"\0") + bytes([place < len(pieces) - 1])
        for place, piece in enumerate(pieces)
    ]


def in_pieces(data: bytes, size: int) -> Iterable[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


class Cable:
    """What is plugged in: each time the device is opened, the other end of a new pair of sockets."""

    def __init__(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> None:
        self._kind = kind
        self._ends: list[socket.socket] = []
        self.plugged = True
        self.opened = 0

    def open(self) -> socket.socket:
        if not self.plugged:
            raise FileNotFoundError(2, "No such file or directory")
        self.opened += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, self._kind)
        self._ends.append(theirs)
        return ours

    @property
    def end(self) -> socket.socket:
        return self._ends[-1]

    def unplug(self) -> None:
        self.plugged = False
        self.end.close()

    def plug_in(self) -> None:
        self.plugged = True

    def close(self) -> None:
        for end in self._ends:
            end.close()


class Watched:
    """A source being read: its scans and what it told, and waiting for either."""

    def __init__(self, source: BarcodeSource) -> None:
        self.source = source
        self.scans: list[Scan] = []
        self.told: list[SourceStatus] = []
        self._news = asyncio.Event()
        self._reading = asyncio.ensure_future(self._read())

    async def until(self, holds: Callable[[], bool], within_s: float = 30.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self._news.clear()
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait([news, self._reading], return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                if self._reading.done() and not holds():
                    self._reading.result()
                    raise AssertionError("the source ended too early")

    async def scanned(self, count: int) -> list[str]:
        await self.until(lambda: len(self.scans) >= count)
        return [scan.text for scan in self.scans]

    async def is_up(self, up: bool, times: int = 1) -> None:
        await self.until(lambda: [status.up for status in self.told].count(up) >= times)

    async def end(self) -> list[str]:
        await self.source.close()
        async with asyncio.timeout(5):
            await self._reading
        return [scan.text for scan in self.scans]

    async def _read(self) -> None:
        async with aclosing(self.source.scans(self._on_status, ignore)) as scans:  # type: ignore[type-var]
            async for scan in scans:
                self.scans.append(scan)
                self._news.set()

    def _on_status(self, status: SourceStatus) -> None:
        self.told.append(status)
        self._news.set()


def ignore(_: SourceStatus | Preview) -> None:
    """Nobody watches."""


def send_from_thread(send: Callable[[bytes], object], pieces: Sequence[bytes] | Iterable[bytes]) -> threading.Thread:
    """Like the kernel: bytes come whether or not anybody reads."""

    def run() -> None:
        with suppress(OSError):
            for piece in pieces:
                send(piece)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
