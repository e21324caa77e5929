"""The decoder: engines, picture work and the plan, behind one protocol. For still pictures and for films.

No wrong text is believed (`agreement`), and no time is spent twice on what has been read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from itertools import chain, islice
from typing import Protocol

import numpy as np

from kiosk.sources.decoding.agreement import Agreement
from kiosk.sources.decoding.engines import Engine, engines
from kiosk.sources.decoding.passes import AT_ONCE, AT_ONCE_INVERTED
from kiosk.sources.decoding.plan import Step, View
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.survey import Place
from kiosk.sources.decoding.vision import Picture
from kiosk.sources.formats import FORMATS

_PLACES_IN_A_FRAME = 3
_PLACES_IN_A_STILL = 12
_MOST_PX_IN_A_FRAME = 300_000
_MOST_PX_IN_A_STILL = 1_000_000
_NEAR_PX = 80.0
_JUST_S = 0.3
_INVERTED_EVERY = 4
"""Frames: one of so many is looked at for light codes on dark before all else."""
_GLANCES = 4
"""Passes on each further place of a picture in which a code has been read."""
_CHECKED = frozenset({"PDF417", "MICRO_QRCODE", "CODE128"})
"""What its own checks seldom let pass wrongly: such a text may be borne out by variations of the pass that read it."""


class Decoder(Protocol):
    """Reads the codes in the frames of a film, one frame after the other. Not from two threads at a time."""

    def read(self, frame: Picture, at_s: float, budget_s: float) -> list[Read]:
        """The codes believed in this frame, grey and of any size, taken at `at_s` (monotonic seconds).

        Cheap passes are always made; dear ones for as long as `budget_s` of this thread's time lasts.
        """
        ...


class FilmDecoder:
    """The plan for a camera: what worked last, then the cheap passes, then the dear ones in turn.

    The dear passes go on, on the next frame, where they stopped on this one: a ticket that is held gets them all
    within a second or so. `places`: what could have been codes in the last frame.
    """

    def __init__(
        self,
        formats: Collection[str] = FORMATS,
        min_length: int = 4,
        *,
        with_engines: dict[str, Engine] | None = None,
        cpu_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._formats = frozenset(formats)
        self._engines = with_engines if with_engines is not None else engines()
        self._agreement = Agreement(min_length)
        self._cpu_s = cpu_s
        self._frames = 0
        self._turn = 0
        self._worked: tuple[str, tuple[float, float]] | None = None
        self._worked_on_whole: tuple[str, float] | None = None
        self.places: tuple[Place, ...] = ()

    def read(self, frame: Picture, at_s: float, budget_s: float) -> list[Read]:
        begun_s = self._cpu_s()
        self._frames += 1
        view = View(frame, self._formats, places=_PLACES_IN_A_FRAME, most_px=_MOST_PX_IN_A_FRAME)
        self.places = (*view.bars, *view.modules)
        reads: list[Read] = []
        inverted = self._frames % _INVERTED_EVERY == 0
        for step in (*self._what_worked(view, at_s), *view.at_once(inverted=inverted)):
            if step.place is None or not any(step.place.holds(read.middle) for read in reads):
                reads += self._try(step, view, at_s)
        if not reads:
            reads = self._in_turn(view, at_s, begun_s + budget_s)
        elapsed_ms = (self._cpu_s() - begun_s) * 1000
        timed = [read.by(*read.passes, elapsed_ms=elapsed_ms) for read in reads]
        return self._agreement.weigh(timed, self._frames, at_s)

    def _what_worked(self, view: View, at_s: float) -> Iterator[Step]:
        """The pass of the last read: on the place where it was; on the whole frame if that was a moment ago."""
        if self._worked_on_whole is not None and at_s - self._worked_on_whole[1] <= _JUST_S:
            yield from (step for step in view.on_whole() if step.name == self._worked_on_whole[0])
        if self._worked is None:
            return
        name, point = self._worked
        near = [place for place in (*view.joined, *view.bars, *view.modules) if _away(place.box, point) < _NEAR_PX]
        steps = (step for place in near for step in (view.on_bars if place.bars else view.on_modules)(place))
        yield from islice((step for step in steps if step.name == name), 2)

    def _in_turn(self, view: View, at_s: float, until_s: float) -> list[Read]:
        """Dear passes, until one reads something or the time is up."""
        steps = list(view.for_film())
        for step in (steps[(self._turn + count) % len(steps)] for count in range(len(steps))):
            if self._cpu_s() >= until_s:
                break
            self._turn += 1
            if reads := self._try(step, view, at_s):
                return reads
        return []

    def _try(self, step: Step, view: View, at_s: float) -> list[Read]:
        reads = attempt(step, view, self._engines)
        if reads and step.place is not None:
            self._worked, self._worked_on_whole = (step.name, reads[0].middle), None
        elif reads and step.name not in (AT_ONCE.name, AT_ONCE_INVERTED.name):
            self._worked_on_whole = step.name, at_s
        return reads


def attempt(step: Step, view: View, with_engines: dict[str, Engine]) -> list[Read]:
    """One engine, once. Reads are of whole codes, in the frame's pixels, and name the pass."""
    engine = with_engines.get(step.engine)
    if engine is None:
        return []
    look = step.look()
    found = engine.read(look.grey, step.formats, thorough=step.thorough)
    reads = [look.place(read).by(step.name) for read in found]
    return [read for read in reads if not view.is_piece(read)]


def _away(box: tuple[int, int, int, int], point: tuple[float, float]) -> float:
    """How far a point lies outside a box; 0 inside."""
    left, top, right, bottom = box
    return float(np.hypot(max(left - point[0], 0, point[0] - right), max(top - point[1], 0, point[1] - bottom)))


def read_still(
    frame: Picture,
    formats: Collection[str] = FORMATS,
    min_length: int = 4,
    *,
    budget_s: float | None = None,
    with_engines: dict[str, Engine] | None = None,
) -> list[Read]:
    """The codes in one picture, nearest to the middle first. Without a budget every pass is spent on finding the first.

    Linear codes, PDF417 and Micro QR need two equal reads here too, by two different passes: there is one frame only.
    """
    begun_s = time.perf_counter()
    having = with_engines if with_engines is not None else engines()
    view = View(frame, frozenset(formats), places=_PLACES_IN_A_STILL, most_px=_MOST_PX_IN_A_STILL)
    still = _Still(frame, min_length)
    for step in chain(view.at_once(), view.dear(), view.on_whole(), view.on_turned(), view.on_moved()):
        elapsed_s = time.perf_counter() - begun_s
        if budget_s is not None and elapsed_s > budget_s:
            break
        if still.is_worth(step):
            still.add(attempt(step, view, having), step, (time.perf_counter() - begun_s) * 1000)
    for step in still.alone():
        if budget_s is None or time.perf_counter() - begun_s <= budget_s:
            again = [(one, attempt(one, view, having)) for one in step.varied()]
            still.bear_out(again, (time.perf_counter() - begun_s) * 1000)
    return sorted(still.believed.values(), key=still.off_middle)


class _Still:
    """What has been read in a picture so far, and what is still worth trying on it."""

    def __init__(self, frame: Picture, min_length: int) -> None:
        self.believed: dict[tuple[str, str], Read] = {}
        self._agreement = Agreement(min_length)
        self._middle = frame.shape[1] / 2, frame.shape[0] / 2
        self._tried: Counter[int] = Counter()
        self._alone: list[Step] = []

    def off_middle(self, read: Read) -> float:
        return float(np.hypot(*np.subtract(read.middle, self._middle)))

    def is_worth(self, step: Step) -> bool:
        """Everything is until something has been read; then only what may be nearer to the middle, or come easily."""
        if not self.believed:
            return True
        if step.place is None or any(step.place.holds(read.middle) for read in self.believed.values()):
            return False
        self._tried[id(step.place)] += 1
        nearest = min(self.off_middle(read) for read in self.believed.values())
        return self._tried[id(step.place)] <= _GLANCES or _away(step.place.box, self._middle) < nearest

    def alone(self) -> tuple[Step, ...]:
        """Passes that read something which no other pass bore out, where nothing has been believed."""
        return () if self.believed else tuple(self._alone)

    def bear_out(self, again: list[tuple[Step, list[Read]]], elapsed_ms: float) -> None:
        """Take in what the variations of one pass have read, where two of them agree."""
        times = Counter(key for _, reads in again for key in {read.key for read in reads})
        for step, reads in again:
            self.add([read for read in reads if times[read.key] > 1], step, elapsed_ms)

    def add(self, reads: list[Read], step: Step, elapsed_ms: float) -> None:
        if any(read.symbology in _CHECKED for read in reads):
            self._alone.append(step)
        timed = [read.by(*read.passes, elapsed_ms=elapsed_ms) for read in reads]
        for read in self._agreement.weigh(timed, step.sighting):
            self.believed.setdefault(read.key, read)
