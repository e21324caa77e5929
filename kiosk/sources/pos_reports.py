"""The reports of a scanner in HID point-of-sale mode, as codes. Pure: no I/O, time is passed in.

The layout is that of the scanned data report of the USB-IF's "HID Point of Sale Usage Tables" 1.02 (usage page 0x8C),
as scanners send it, 64 bytes: report number 2, the length, the AIM identifier in bytes 2–4, up to 56 bytes of data
from byte 5, the maker's own identifier in byte 61, and bit 0 of byte 63 where another report goes on with the same
code (Access-IS ATR110 and LSR118 product manuals, appendix "HID reports"; the same of Honeywell scanners as recorded
in public). Others (Newland's engines, Quio QU-R-302 manual, "Acquire scanned data") leave the AIM identifier out: data
from byte 2, everything else alike. Which of the two it is shows in the first report of a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.domain.code import LONGEST_CODE

REPORT_BYTES = 64
SCANNED_DATA = 2
DATA_BYTES = 56

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]|\0\0\0")
_WITH_AIM, _WITHOUT = 5, 2
"""Where the data begins."""

PATIENCE_S = 0.5
"""The reports of one code follow each other within milliseconds; one that comes later is the next code."""


@dataclass(frozen=True, slots=True)
class PosCode:
    """One code: its bytes, and the AIM identifier that came beside them (`]Q1`), empty where none did."""

    data: bytes
    aim: str = ""
    too_long: bool = False


class PosReports:
    """One scanner's reports. `longest`: bytes of a code."""

    def __init__(self, longest: int = LONGEST_CODE) -> None:
        self._longest = longest
        self._data = b""
        self._aim = b""
        self._start = 0
        self._drowned = False
        self._last_s = 0.0

    def report(self, report: bytes, at_s: float) -> PosCode | None:
        """The code that this report completes. What is not scanned data, or not well made, is not looked at."""
        if len(report) < REPORT_BYTES or report[0] != SCANNED_DATA:
            return None
        if self._start and at_s - self._last_s > PATIENCE_S:
            self._clear()
        self._last_s = at_s
        length = report[1]
        if length > DATA_BYTES:
            self._clear()
            return None
        if not self._start:
            self._start = start_of_data(report)
            self._aim = report[2:5].strip(b"\0") if self._start == _WITH_AIM else b""
        self._take(report[self._start : self._start + length])
        return None if report[REPORT_BYTES - 1] & 1 else self._whole()

    def _take(self, data: bytes) -> None:
        self._drowned = self._drowned or len(self._data) + len(data) > self._longest
        self._data = b"" if self._drowned else self._data + data

    def _whole(self) -> PosCode | None:
        code = PosCode(self._data, self._aim.decode("ascii"), self._drowned)
        self._clear()
        return code if code.data or code.too_long else None

    def _clear(self) -> None:
        self._data, self._aim, self._start, self._drowned = b"", b"", 0, False


def start_of_data(report: bytes) -> int:
    """Where the data of a code's first report begins.

    Both kinds may begin with an AIM identifier: a scanner without a field for it can be set to send it as data. Then
    its data, counted from byte 5, would end in three bytes that were never written.
    """
    if not _AIM.match(report, 2):
        return _WITHOUT
    length = report[1]
    end = _WITH_AIM + length
    return _WITHOUT if length >= 3 and report[end - 3 : end] == b"\0\0\0" else _WITH_AIM
