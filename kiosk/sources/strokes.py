"""What a scanner sends, character by character with its time: for the calibration, which must see it unframed."""

from __future__ import annotations

from functools import partial

from kiosk.domain.calibration.strokes import ENDINGS, Stroke
from kiosk.domain.code import LONGEST_CODE
from kiosk.sources.evdev_input import TypedEvents, open_evdev
from kiosk.sources.hidraw import open_hidraw
from kiosk.sources.plugged import Plugged
from kiosk.sources.pos_reports import PosReports
from kiosk.sources.serial_port import open_serial
from kiosk.sources.text import text_of

Strokes = tuple[Stroke, ...]


def evdev_strokes(name: str, device: str, grab: bool) -> Plugged[Stroke]:
    return Plugged(name, "evdev", device, partial(open_evdev, device, grab), EvdevStrokes)


def serial_strokes(name: str, device: str, baud: int) -> Plugged[Stroke]:
    return Plugged(name, "serial", device, partial(open_serial, device, baud), SerialStrokes)


def hidraw_strokes(name: str, device: str) -> Plugged[Stroke]:
    return Plugged(name, "hidraw", device, partial(open_hidraw, device), PosStrokes)


class EvdevStrokes:
    """Characters of key events, as an American keyboard has them."""

    def __init__(self) -> None:
        self._typed = TypedEvents()

    def feed(self, data: bytes, at_s: float) -> Strokes:
        return tuple(Stroke(char, at_s) for typed in self._typed.feed(data) if typed for char in typed)

    def idle(self, at_s: float) -> Strokes:
        return ()


class SerialStrokes:
    """One for each byte."""

    def feed(self, data: bytes, at_s: float) -> Strokes:
        return tuple(Stroke(char, at_s) for char in data.decode("latin-1"))

    def idle(self, at_s: float) -> Strokes:
        return ()


class PosStrokes:
    """The characters of a code, all at the time of its last report; an ending stands for the end of the report."""

    def __init__(self) -> None:
        self._reports = PosReports(LONGEST_CODE)

    def feed(self, data: bytes, at_s: float) -> Strokes:
        code = self._reports.report(data, at_s)
        if code is None:
            return ()
        return tuple(Stroke(char, at_s) for char in text_of(code.data).rstrip(ENDINGS) + ENDINGS[0])

    def idle(self, at_s: float) -> Strokes:
        return ()
