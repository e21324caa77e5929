"""Cuts a stream of characters into codes: one set of rules for serial lines, keyboards, HID reports and pipes.

Nothing of one code is ever carried into the next. The stream may come in pieces of any size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

from kiosk.domain.code import LONGEST_CODE, split_aim

_AIM_LENGTH = 3


@dataclass(frozen=True, slots=True)
class FramingRules:
    """How a scanner is set up to wrap its codes.

    `prefix` and `suffix` are taken off where a code has them. Each character of `terminators` ends a code; with
    none, silence does. Without an ending, what has come is dropped after `partial_after_s` of silence: gaps inside
    one code were measured up to 100 ms on a loaded machine. Lengths are in characters, after unwrapping.
    """

    prefix: str = ""
    suffix: str = ""
    terminators: str = "\r\n"
    min_length: int = 4
    longest: int = LONGEST_CODE
    partial_after_s: float = 0.25
    strip_aim: bool = True

    @property
    def room(self) -> int:
        """Characters to hold before a code is surely too long."""
        return self.longest + len(self.prefix) + len(self.suffix) + _AIM_LENGTH


@dataclass(frozen=True, slots=True)
class Framed:
    """One code as it came. `median_gap_s`: between its characters, None below two. Too long: without its text."""

    text: str
    symbology: str | None
    median_gap_s: float | None
    too_long: bool = False


def unwrap(raw: str, rules: FramingRules, gaps_s: list[float]) -> Framed | None:
    """A code without prefix, suffix and AIM identifier; None where it is shorter than the rules allow."""
    text = raw.removeprefix(rules.prefix).removesuffix(rules.suffix)
    text, symbology = split_aim(text) if rules.strip_aim else (text, None)
    gap = median(gaps_s) if gaps_s else None
    if len(text) > rules.longest:
        return Framed("", symbology, gap, too_long=True)
    return Framed(text, symbology, gap) if len(text) >= max(rules.min_length, 1) else None


class Framing:
    """One stream being cut. Not for two streams at a time."""

    def __init__(self, rules: FramingRules | None = None) -> None:
        self.rules = rules or FramingRules()
        ends = "".join(map(re.escape, self.rules.terminators))
        self._ends = re.compile(f"([{ends}])") if ends else None
        self._pieces: list[str] = []
        self._held = 0
        self._gaps_s: list[float] = []
        self._last_s = 0.0
        self._drowned = False

    def feed(self, data: str, at_s: float) -> tuple[Framed, ...]:
        """The codes that `data`, come at `at_s` (monotonic seconds), has completed."""
        framed = list(self.idle(at_s))
        for place, piece in enumerate(self._ends.split(data) if self._ends else (data,)):
            framed += self.finish() if place % 2 else self._take(piece, at_s)
        return tuple(framed)

    def idle(self, at_s: float) -> tuple[Framed, ...]:
        """Settle what has waited too long: dropped, or a code where the scanner sends no terminator."""
        if not (self._held or self._drowned) or at_s - self._last_s < self.rules.partial_after_s:
            return ()
        if self._ends is None:
            return self.finish()
        self._clear()
        return ()

    def finish(self) -> tuple[Framed, ...]:
        """End the code that is being held, as a terminator does: the stream is at its end."""
        code = unwrap("".join(self._pieces), self.rules, self._gaps_s) if self._held else None
        self._clear()
        return (code,) if code else ()

    def spoil(self, at_s: float) -> None:
        """Some of the stream was lost: forget the code that is being held, and the rest of it until its end."""
        self._clear()
        self._drowned, self._last_s = True, at_s

    def _take(self, piece: str, at_s: float) -> tuple[Framed, ...]:
        if not piece:
            return ()
        gap_s, self._last_s = at_s - self._last_s, at_s
        if self._drowned:
            return ()
        if self._held + len(piece) > self.rules.room:
            self._clear()
            self._drowned = True
            return (Framed("", None, None, too_long=True),)
        self._gaps_s += [gap_s] * bool(self._held) + [0.0] * (len(piece) - 1)
        self._pieces.append(piece)
        self._held += len(piece)
        return ()

    def _clear(self) -> None:
        self._pieces, self._held, self._gaps_s, self._drowned = [], 0, [], False
