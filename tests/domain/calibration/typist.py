"""A scanner that types the card, with the faults that it is told to have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.domain.calibration.card import CARD, CardCode
from kiosk.domain.calibration.strokes import Stroke
from kiosk.domain.layouts import LAYOUTS
from kiosk.domain.translation import typed

BETWEEN_CODES_S = 1.5


def strokes(
    codes: Sequence[CardCode] = CARD,
    scanner: str = "us",
    host: str = "us",
    *,
    caps_lock: bool = False,
    shift: bool | None = None,
    prefix: str = "",
    suffix: str = "",
    ending: str = "\r",
    gap_s: float = 0.005,
    fault: Callable[[str], str] = str,
    aims: Callable[[CardCode], str] = lambda _: "",
) -> list[Stroke]:
    """Every code once. `fault` is done to what comes out of the keyboard, `prefix` and `suffix` go through it."""
    at_s, made = 100.0, list[Stroke]()
    for code in codes:
        text = prefix + aims(code) + code.text + suffix
        came, _ = typed(text, LAYOUTS[scanner], LAYOUTS[host], caps_lock, shift)
        for char in fault(came) + ending:
            made.append(Stroke(char, at_s))
            at_s += gap_s
        at_s += BETWEEN_CODES_S
    return made
