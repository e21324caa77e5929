"""A scanner on a serial line, mostly USB pretending to be one (USB-COM, CDC-ACM). Bytes: no layout can spoil them."""

from __future__ import annotations

import errno
import termios
from collections.abc import AsyncIterator, Callable
from functools import partial

import serial

from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.domain.framing import FramingRules
from kiosk.domain.translation import AS_IT_COMES, Translation
from kiosk.sources.plugged import Codes, Opened, Plugged
from kiosk.sources.text import TextReading


class SerialSource:
    """One scan for each code that ends with a terminator. `device`: best its name in /dev/serial/by-id/.

    8 bits, no parity, 1 stop bit, no flow control. The port is ours alone while it is open.
    """

    kind = "serial"

    def __init__(
        self,
        name: str,
        device: str,
        baud: int = 9600,
        lane: str = "",
        rules: FramingRules | None = None,
        translation: Translation = AS_IT_COMES,
    ) -> None:
        self.name = name
        rules = rules or FramingRules()
        opened = partial(open_serial, device, baud)
        reading = partial(TextReading, rules, translation)
        self._codes = Codes(name, lane, Plugged(name, self.kind, device, opened, reading, rules.partial_after_s))

    def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]:
        return self._codes.scans(on_status)

    async def close(self) -> None:
        await self._codes.close()


def open_serial(device: str, baud: int) -> Opened:
    """The port, set up, and emptied of what was sent to nobody. Raises OSError."""
    try:
        port: Opened = serial.Serial(device, baud, timeout=0, exclusive=True)
    except serial.SerialException as error:
        cause = error.__context__
        if isinstance(cause, BlockingIOError):
            raise OSError(errno.EBUSY, "another program uses it") from error
        raise cause if isinstance(cause, OSError) else OSError(errno.ENOTTY, "it is no serial port") from error
    except (ValueError, termios.error) as error:
        raise OSError(errno.EINVAL, f"it does not take {baud} bits a second") from error
    return port
