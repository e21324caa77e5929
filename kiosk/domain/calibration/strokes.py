"""What came from a scanner, character by character with its time, and where one code ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

ENDINGS = "\r\n\t"
"""What scanners end a code with; no code of the card holds one of them."""

NEXT_CODE_S = 0.4
"""A pause as long as this is a person fetching the next code: gaps inside one reach 100 ms on a loaded machine."""

SHORTEST = 4
"""Fewer characters are a person at the keyboard."""


class Stroke(NamedTuple):
    """One character, and when it came (monotonic seconds)."""

    char: str
    at_s: float


@dataclass(frozen=True)
class Burst:
    """One code as it came: its characters, and what ended it."""

    strokes: tuple[Stroke, ...]
    ending: str = ""

    @cached_property
    def text(self) -> str:
        return "".join(stroke.char for stroke in self.strokes)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Its neighbouring characters: what is left of a code, whatever is missing from it."""
        return frozenset(pairwise(self.text))

    @cached_property
    def gaps_s(self) -> tuple[float, ...]:
        return tuple(after.at_s - before.at_s for before, after in pairwise(self.strokes))


class Bursts:
    """Cuts strokes into bursts as they come."""

    def __init__(self) -> None:
        self._strokes: list[Stroke] = []
        self._ending = ""
        self._last_s = 0.0

    def add(self, stroke: Stroke) -> tuple[Burst, ...]:
        """The burst that this stroke shows to be over, if any."""
        ends = stroke.char in ENDINGS
        late = stroke.at_s - self._last_s >= NEXT_CODE_S
        over = self.finish() if late or (self._ending and not ends) else ()
        self._last_s = stroke.at_s
        if ends:
            self._ending += stroke.char
        else:
            self._strokes.append(stroke)
        return over

    def quiet(self, at_s: float) -> tuple[Burst, ...]:
        """The burst that silence has ended by now, if any."""
        return self.finish() if at_s - self._last_s >= NEXT_CODE_S else ()

    def finish(self) -> tuple[Burst, ...]:
        """No more strokes: what is left, unless a person typed it."""
        burst = Burst(tuple(self._strokes), self._ending)
        self._strokes, self._ending = [], ""
        return (burst,) if len(burst.strokes) >= SHORTEST else ()


def bursts(strokes: Iterable[Stroke]) -> tuple[Burst, ...]:
    """All of them at once."""
    cutting = Bursts()
    found = [burst for stroke in strokes for burst in cutting.add(stroke)]
    return (*found, *cutting.finish())
