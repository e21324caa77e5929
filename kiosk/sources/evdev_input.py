"""A scanner that types like a keyboard, read from the kernel: past terminal, console layout and every other program.

The events are read here, not with the evdev package: it has no wheel for a Raspberry Pi, and all that is needed is one
fixed structure and one ioctl (linux/input.h).
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.domain.framing import Framed, Framing, FramingRules
from kiosk.domain.layouts import US, Layout
from kiosk.domain.translation import AS_IT_COMES, Translation
from kiosk.sources.keymap import KeyMap
from kiosk.sources.plugged import Codes, Opened, Plugged

EVENT = struct.Struct("@qqHHi")
"""struct input_event of a 64-bit kernel: seconds, microseconds, type, code, value."""

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
EVIOCGRAB = 0x40044590


class EvdevSource:
    """One scan for each code that ends with a terminator. `device`: best its name in /dev/input/by-id/.

    `grab`: nobody else gets what it types: a ticket never lands in a shell. `layout`: what the scanner believes in.
    """

    kind = "evdev"

    def __init__(
        self,
        name: str,
        device: str,
        grab: bool = True,
        lane: str = "",
        rules: FramingRules | None = None,
        translation: Translation = AS_IT_COMES,
        layout: Layout = US,
        open_device: Callable[[], Opened] | None = None,
    ) -> None:
        self.name = name
        rules = rules or FramingRules()
        opened = open_device or partial(open_evdev, device, grab)
        reading = partial(EvdevReading, rules, translation, layout)
        plugged = Plugged(name, self.kind, "" if open_device else device, opened, reading, rules.partial_after_s)
        self._codes = Codes(name, lane, plugged)

    def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]:
        return self._codes.scans(on_status)

    async def close(self) -> None:
        await self._codes.close()


class TypedEvents:
    """The characters in a stream of events, which may come in pieces of any size. None: some were lost here."""

    def __init__(self, layout: Layout = US) -> None:
        self._keys = KeyMap(layout)
        self._rest = b""
        self._dropping = False

    def feed(self, data: bytes) -> Iterator[str | None]:
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._dropping = True
                self._keys.forget()
                yield None
            elif self._dropping:
                self._dropping = not (kind == EV_SYN and code == SYN_REPORT)
            elif kind == EV_KEY and (typed := self._keys.key(code, value)):
                yield typed


class EvdevReading:
    """Codes out of a stream of events."""

    def __init__(self, rules: FramingRules, translation: Translation = AS_IT_COMES, layout: Layout = US) -> None:
        self._framing = Framing(rules)
        self._translation = translation
        self._typed = TypedEvents(layout)

    def feed(self, data: bytes, at_s: float) -> tuple[Framed, ...]:
        codes: tuple[Framed, ...] = ()
        for typed in self._typed.feed(data):
            if typed is None:
                self._framing.spoil(at_s)
            else:
                codes += self._framing.feed(self._translation(typed), at_s)
        return codes

    def idle(self, at_s: float) -> tuple[Framed, ...]:
        return self._framing.idle(at_s)


def open_evdev(device: str, grab: bool) -> Opened:
    """The device, ours alone where asked. Raises OSError."""
    opened = os.fdopen(os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0)
    if not grab:
        return opened
    try:
        fcntl.ioctl(opened, EVIOCGRAB, 1)
    except OSError as error:
        opened.close()
        what = {errno.EBUSY: "another program has grabbed it", errno.ENOTTY: "it is no input device"}
        raise OSError(error.errno, what.get(error.errno or 0, os.strerror(error.errno or 0))) from error
    return opened
