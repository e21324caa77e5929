"""Notices that a camera has stopped seeing: no frames, the same frame again and again, nothing but black."""

from __future__ import annotations

import numpy as np

from kiosk.sources.capture import Shot

AFTER_S = 1.5
"""A fault that lasts this long is told: two seconds at most from its beginning."""
REOPEN_EVERY_S = 5.0
_BLACK = 16
"""Grey levels: the lightest spot of a covered lens. A dark room has a lamp, a screen or a door somewhere."""


class Health:
    """What is wrong with a stream of frames from a device. Times in monotonic seconds."""

    def __init__(self, now_s: float) -> None:
        self._came_s = now_s
        self._moved_s = now_s
        self._lit_s = now_s
        self._reopened_s = float("-inf")
        self._last: Shot | None = None

    def see(self, shot: Shot) -> None:
        """A frame has come. Raises ValueError where it is no picture."""
        self._came_s = shot.at_s
        if self._last is None or not self._same(shot, self._last):
            self._moved_s = shot.at_s
        if shot.thumbnail.max() >= _BLACK:
            self._lit_s = shot.at_s
        self._last = shot

    def trouble(self, now_s: float) -> str:
        """What is wrong, in words for people; empty where nothing is."""
        if now_s - self._came_s > AFTER_S:
            return "no picture comes any more: is it unplugged?"
        if now_s - self._lit_s > AFTER_S:
            return "the picture is black: is something in front of the lens?"
        if now_s - self._moved_s > AFTER_S:
            return "the picture is frozen: the camera is opened again"
        return ""

    def may_reopen(self, now_s: float) -> bool:
        """Whether a device that hangs should be closed and opened now; at most every five seconds."""
        black = now_s - self._lit_s > AFTER_S and self._came_s > self._lit_s
        hangs = now_s - self._moved_s > AFTER_S and not black
        if not hangs or now_s - self._reopened_s < REOPEN_EVERY_S:
            return False
        self._reopened_s = now_s
        return True

    @staticmethod
    def _same(one: Shot, other: Shot) -> bool:
        """To the last bit: the noise of a working sensor is never the same twice."""
        return np.array_equal(one.thumbnail, other.thumbnail) and np.array_equal(one.raw, other.raw)
