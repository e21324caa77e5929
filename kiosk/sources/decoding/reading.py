"""What was read in a picture, and where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kiosk.sources.decoding.vision import Points, cv2

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Clockwise from the code's own upper left, in pixels of the picture that was read."""

TRUSTED_AT_ONCE = frozenset({"QRCODE", "AZTEC", "DATA_MATRIX"})
"""Never seen to pass a wrong text. PDF417 was (13 in one clip), EAN in 2 % of photographs."""


@dataclass(frozen=True, slots=True)
class Read:
    """A code that was read. `passes`: what it took; `elapsed_ms`: from the picture to this read."""

    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    symbology: str
    corners: Corners
    passes: tuple[str, ...] = ()
    elapsed_ms: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two reads of the same code."""
        return self.symbology, self.text

    @property
    def middle(self) -> tuple[float, float]:
        x, y = np.mean(self.corners, axis=0)
        return float(x), float(y)

    @property
    def area(self) -> float:
        """Square pixels. A linear code may have been seen along one line only: such a line counts as one pixel high."""
        points = np.array(self.corners, np.float32)
        return max(float(cv2.contourArea(points)), float(np.ptp(points, axis=0).max()))

    def by(self, *passes: str, elapsed_ms: float | None = None) -> Read:
        """The same read, with what it took."""
        return replace(self, passes=passes, elapsed_ms=self.elapsed_ms if elapsed_ms is None else elapsed_ms)


def corners_of(points: Points) -> Corners:
    """Four points as corners."""
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def overlap(one: Read, other: Read) -> bool:
    """Whether the middle of either lies in the other: two readings of one thing on paper."""
    return _holds(one, other.middle) or _holds(other, one.middle)


def _holds(read: Read, point: tuple[float, float]) -> bool:
    hull = cv2.convexHull(np.array(read.corners, np.float32))
    return bool(cv2.pointPolygonTest(hull, point, measureDist=True) >= -2.0)


def keep_larger(reads: list[Read]) -> list[Read]:
    """Of readings with different texts that overlap, the largest: noise inside a code is smaller than the code."""
    kept: list[Read] = []
    for read in sorted(reads, key=lambda read: -read.area):
        if not any(other.key != read.key and overlap(read, other) for other in kept):
            kept.append(read)
    return kept
