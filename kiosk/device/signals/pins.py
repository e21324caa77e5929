"""Pins of this machine's header, through gpiozero. The only importer of gpiozero.

gpiozero's own blinking is not used: two pulses that overlap become one there, and a guest more would stand outside.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from kiosk.domain.errors import SignalError


class Pin:
    """One output, off from the moment it is taken. Numbers are those of the chip (BCM), not of the header.

    `active_high` false: the device works while the pin is low, as most relay boards do.
    """

    def __init__(self, name: str, number: int, *, active_high: bool = True) -> None:
        """Raises SignalError where there is no such pin, or somebody else has it."""
        self._name = name
        try:
            import gpiozero
        except ImportError:
            raise SignalError(f"{name}: the package gpiozero is not installed") from None
        warnings.simplefilter("ignore", gpiozero.PinFactoryFallback)  # what comes of it is told below
        try:
            self._device: Any = gpiozero.OutputDevice(number, active_high=active_high, initial_value=False)
        except (gpiozero.GPIOZeroError, OSError, RuntimeError) as error:
            raise SignalError(f"{name}: pin {number} cannot be used ({_words(error)})") from None

    def on(self) -> None:
        self._device.on()

    def off(self) -> None:
        self._device.off()

    def close(self) -> None:
        """Off, and given back."""
        self._device.off()
        self._device.close()


def _words(error: Exception) -> str:
    """gpiozero's own words, and what helps most often."""
    said = " ".join(str(error).split())[:200] or type(error).__name__
    if "Unable to load" in said or "pin factory" in said:
        return "this machine has no pins that may be used: is lgpio installed, and this user in the group gpio?"
    if isinstance(error, PermissionError) or "can not open gpiochip" in said:
        return f"this user may not use the pins: add user {os.geteuid()} to the group gpio"
    return said
