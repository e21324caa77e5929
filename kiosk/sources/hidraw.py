"""A USB scanner in HID point-of-sale mode, through the kernel's hidraw: whole codes with their symbology, no typing."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from functools import partial

from kiosk.domain.code import split_aim
from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.domain.framing import Framed, FramingRules, unwrap
from kiosk.domain.translation import AS_IT_COMES, Translation
from kiosk.sources.plugged import Codes, Opened, Plugged
from kiosk.sources.pos_reports import PosCode, PosReports
from kiosk.sources.text import text_of


class HidPosSource:
    """One scan for each code. `device`: /dev/hidraw0, or better a name that a udev rule gives."""

    kind = "hidraw"

    def __init__(
        self,
        name: str,
        device: str,
        lane: str = "",
        rules: FramingRules | None = None,
        translation: Translation = AS_IT_COMES,
        open_device: Callable[[], Opened] | None = None,
    ) -> None:
        self.name = name
        opened = open_device or partial(open_hidraw, device)
        reading = partial(PosReading, rules or FramingRules(), translation)
        self._codes = Codes(name, lane, Plugged(name, self.kind, "" if open_device else device, opened, reading))

    def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]:
        return self._codes.scans(on_status)

    async def close(self) -> None:
        await self._codes.close()


class PosReading:
    """Codes out of reports: each read gives one, as hidraw has it."""

    def __init__(self, rules: FramingRules, translation: Translation = AS_IT_COMES) -> None:
        self._rules = rules
        self._translation = translation
        self._reports = PosReports(rules.room)

    def feed(self, data: bytes, at_s: float) -> tuple[Framed, ...]:
        code = self._reports.report(data, at_s)
        framed = self._framed(code) if code else None
        return (framed,) if framed else ()

    def idle(self, at_s: float) -> tuple[Framed, ...]:
        return ()

    def _framed(self, code: PosCode) -> Framed | None:
        """The report says where a code ends: terminators that the scanner adds all the same are taken off."""
        _, symbology = split_aim(code.aim)
        if code.too_long:
            return Framed("", symbology, None, too_long=True)
        framed = unwrap(self._translation(text_of(code.data)).rstrip(self._rules.terminators), self._rules, [])
        if framed is None or framed.symbology:
            return framed
        return Framed(framed.text, symbology, None, framed.too_long)


def open_hidraw(device: str) -> Opened:
    """Raises OSError."""
    return os.fdopen(os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0)
