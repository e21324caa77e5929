"""Lamps and a buzzer on pins. Each colour flashes as often as guests may come in, then stays on for a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.device.signals.pins import Pin
from kiosk.domain.signalling import Cue, Light

FLASH_S = 0.18
DARK_S = 0.12


class Lamps:
    """A `ports.Signal`. `pins` of the colours that there are; `hold_s`: how long a verdict stays lit."""

    name = "lamps"

    def __init__(self, pins: Mapping[Light, int], *, active_high: bool = True, hold_s: float = 2.0) -> None:
        self._numbers, self._active_high, self._hold_s = dict(pins), active_high, hold_s
        self._pins: dict[Light, Pin] = {}

    def open(self) -> None:
        for light, number in self._numbers.items():
            self._pins[light] = Pin(self.name, number, active_high=self._active_high)

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        lit = [pin for light, pin in self._pins.items() if light in cue.lights]
        try:
            for flash in range(cue.flashes if lit else 0):
                _all(lit, on=True)
                stays = cue.lasts and flash == cue.flashes - 1
                if not wait(self._hold_s if stays else FLASH_S):
                    return
                _all(lit, on=False)
                if not wait(DARK_S):
                    return
        finally:
            _all(lit, on=False)

    def close(self) -> None:
        for pin in self._pins.values():
            pin.close()
        self._pins.clear()


class Buzzer:
    """A `ports.Signal`: the rhythm of the tones, at the one pitch that it has."""

    name = "buzzer"

    def __init__(self, number: int, *, active_high: bool = True) -> None:
        self._number, self._active_high = number, active_high
        self._pin: Pin | None = None

    def open(self) -> None:
        self._pin = Pin(self.name, self._number, active_high=self._active_high)

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        if (pin := self._pin) is None:
            return
        try:
            for beat in cue.beats:
                pin.on()
                if not wait(beat.on_s):
                    return
                pin.off()
                if not wait(beat.off_s):
                    return
        finally:
            pin.off()

    def close(self) -> None:
        if self._pin is not None:
            self._pin.close()
            self._pin = None


def _all(pins: list[Pin], *, on: bool) -> None:
    for pin in pins:
        pin.on() if on else pin.off()
