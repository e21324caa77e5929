"""What is tried on a picture, in which order: cheap passes first, dear ones in turn. Plain tables, no cleverness."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, cycle, islice

import numpy as np

from kiosk.sources.decoding.looks import Look, enlarged, turned, whole
from kiosk.sources.decoding.passes import (
    AT_ONCE,
    AT_ONCE_INVERTED,
    BARS,
    FULL_SIZE,
    MODULES,
    MOVED,
    ROWS,
    TURNED,
    VARIED,
    WHOLE,
    Pass,
)
from kiosk.sources.decoding.pieces import is_piece
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.survey import Place, Survey, joined, patch, survey, upright
from kiosk.sources.decoding.vision import Picture
from kiosk.sources.formats import LINEAR, MATRIX, STACKED

SURVEYED_PX = 1_300_000
"""Larger pictures are surveyed, and read as a whole, at this size (a frame of 1280×720 has 0.9 million)."""
_ROWS_AGREE = 0.72
"""Bars that agree less in direction are PDF417 more likely than a linear code."""
_ROWS_ABOVE_PX = 8.0
_ANOTHER_WAY = 0.05
"""Of two directions, the sine between them: PDF417 is read within 5°."""
_DIRECTIONS = 4
_LOOKS_AT_WHOLE = 3
_WHOLE_EVERY = 40
"""Steps: a small code on a busy ground is not among the likeliest places."""
_NOT_BY = {"zbar": frozenset({"ITF"})}
"""libzbar reads pieces of ITF codes, and does not say where they end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One engine looking once. `place` is None where it looks at the whole frame.

    `sighting` is equal for steps that see the same pixels: they cannot bear each other out.
    """

    name: str
    engine: str
    formats: frozenset[str]
    thorough: bool
    look: Callable[[], Look]
    sighting: tuple[str, object]
    place: Place | None = None

    def varied(self) -> Iterator[Step]:
        """The same look a little larger, smaller and softer."""
        for name, change in VARIED:
            look, sighting = partial(_changed, self.look, change), (f"{self.engine} {name}", self.sighting)
            yield replace(self, name=f"{self.name}, {name}", look=look, sighting=sighting)


class View:
    """One picture, with what the survey found in it; the base looks are made when they are first wanted.

    `most_px` bounds the picture work on one place.
    """

    def __init__(self, frame: Picture, formats: frozenset[str], *, places: int, most_px: int) -> None:
        self.frame = frame
        self.formats = formats
        self._places = places
        self._most_px = most_px
        self._cut: dict[tuple[int, float], Look] = {}

    @cached_property
    def whole(self) -> Look:
        return _at_most(whole(self.frame), SURVEYED_PX)

    @cached_property
    def survey(self) -> Survey:
        """Near and from afar: a code held close has modules larger than the cells that would notice it."""
        near, far = survey(self.whole), survey(enlarged(self.whole, 0.25))
        kinds = ((near.bars, far.bars), (near.modules, far.modules), (near.dense, far.dense))
        return Survey(*(_with_larger(*kind) for kind in kinds))

    @property
    def bars(self) -> tuple[Place, ...]:
        wanted = self.formats & (LINEAR | STACKED)
        return self.survey.bars[: self._places] if wanted else ()

    @cached_property
    def joined(self) -> tuple[Place, ...]:
        """What could be a PDF417 that the survey has parted."""
        return joined(self.survey)[: self._places // 2] if self.formats & STACKED else ()

    @property
    def modules(self) -> tuple[Place, ...]:
        return self.survey.modules[: self._places] if self.formats & MATRIX else ()

    @property
    def dense(self) -> tuple[Place, ...]:
        """The likeliest places for modules that moved while the frame was exposed."""
        return self.survey.dense[: max(self._places // 4, 1)] if self.formats & MATRIX else ()

    def is_piece(self, read: Read) -> bool:
        """Whether a read may be a piece of a longer code."""
        return is_piece(read, self.frame, self.survey.bars)

    def at_once(self, *, inverted: bool = False) -> Iterator[Step]:
        """Cheap, for every frame: matrix codes anywhere, and the first look at each place with bars.

        `inverted`: the same for light codes on dark, as some screens show them.
        """
        yield from self._steps((AT_ONCE_INVERTED if inverted else AT_ONCE,), self.formats & MATRIX, lambda: self.whole)
        for place in self.bars:
            yield next(step for step in self.on_bars(place) if not inverted or "inverted" in step.name)

    def on_bars(self, place: Place) -> Iterator[Step]:
        """Every pass on a place with bars, PDF417 and linear codes in turn, the likelier first."""
        rows = self._steps(ROWS, self.formats & STACKED, lambda: self._upright(place, _ROWS_ABOVE_PX), place)
        lines = self._steps(BARS, self.formats & LINEAR, lambda: self._upright(place, 0.0), place)
        first, second = (rows, lines) if place.agreement < _ROWS_AGREE else (lines, rows)
        yield from _in_turn([first, second])

    def on_modules(self, place: Place) -> Iterator[Step]:
        return self._steps(MODULES, self.formats & MATRIX, lambda: self._patch(place), place)

    def dear(self) -> Iterator[Step]:
        """Every pass on every place, in turn: the first of each place, then the second of each."""
        bars = (*self.bars[:2], *self.joined, *self.bars[2:])
        on_places = [self.on_modules(place) for place in self.modules] + [self.on_bars(place) for place in bars]
        yield from _in_turn(on_places)

    def for_film(self) -> Iterator[Step]:
        """What a frame of a film is given in turn: dear passes, and now and then a look at the whole frame."""
        whole = cycle(islice(self.on_whole(), _LOOKS_AT_WHOLE))
        yield next(whole)
        for number, step in enumerate(chain(self.dear(), self.on_moved()), start=1):
            yield step
            if number % _WHOLE_EVERY == 0:
                yield next(whole)

    def on_moved(self) -> Iterator[Step]:
        """Every length of a motion, on places full of edges."""
        formats = self.formats & MATRIX
        yield from _in_turn([self._steps(MOVED, formats, partial(self._patch, place), place) for place in self.dense])

    def on_whole(self) -> Iterator[Step]:
        """For codes that the survey passed over."""
        if self.frame.size > SURVEYED_PX:
            yield from self._steps(FULL_SIZE, self.formats, lambda: whole(self.frame))
        yield from self._steps(WHOLE, self.formats, lambda: self.whole)

    def on_turned(self) -> Iterator[Step]:
        """For bars that the survey saw in pieces: the whole frame along each of their directions."""
        for angle in self._directions():
            look = turned(self.whole, angle)
            yield from self._steps(TURNED, self.formats & (LINEAR | STACKED), lambda look=look: look)  # type: ignore[misc]

    def _directions(self) -> list[float]:
        """Of the likeliest places with bars, those that differ, in radians."""
        found: list[float] = []
        for place in self.bars:
            if all(abs(np.sin(place.angle - other)) > _ANOTHER_WAY for other in found):
                found.append(place.angle)
        return found[:_DIRECTIONS]

    def _steps(
        self, passes: tuple[Pass, ...], formats: frozenset[str], base: Callable[[], Look], place: Place | None = None
    ) -> Iterator[Step]:
        for one in passes if formats else ():
            look, sighting = partial(_changed, base, one.paint), (one.engine, one.paint)
            asked = formats - _NOT_BY.get(one.engine, frozenset())
            yield Step(one.name, one.engine, asked, one.thorough, look, sighting, place)

    def _upright(self, place: Place, above_px: float) -> Look:
        key = (id(place), above_px)
        if key not in self._cut:
            left, top, right, bottom = place.box
            scale = min(1.0, (self._most_px / max((right - left) * (bottom - top), 1)) ** 0.5)
            self._cut[key] = upright(self.frame, place, scale, above_px)
        return self._cut[key]

    def _patch(self, place: Place) -> Look:
        key = (id(place), -1.0)
        if key not in self._cut:
            self._cut[key] = _at_most(patch(self.frame, place), self._most_px)
        return self._cut[key]


def _with_larger(near: tuple[Place, ...], far: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places seen from near, and among the first of them those seen only from afar."""
    seen = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in (place.box for place in near)]
    larger = (place for place in far if not any(place.holds(middle) for middle in seen))
    return (*near[:2], *larger, *near[2:])


def _changed(base: Callable[[], Look], change: Callable[[Look], Look]) -> Look:
    return change(base())


def _at_most(look: Look, pixels: int) -> Look:
    size = look.grey.size
    return look if size <= pixels else enlarged(look, (pixels / size) ** 0.5)


def _in_turn(many: list[Iterator[Step]]) -> Iterator[Step]:
    while many:
        for one in tuple(many):
            step = next(one, None)
            if step is None:
                many.remove(one)
            else:
                yield step
