"""Notices on a thumbnail whether the picture changes, so that an idle camera costs next to nothing."""

from __future__ import annotations

from collections import deque

import numpy as np

from kiosk.sources.decoding.looks import Floats
from kiosk.sources.decoding.vision import Picture

BACK = 8
"""Frames between the two thumbnails that are compared: something that moves slowly has moved enough by then."""
_LEAST_CELLS = 6
_LEAST_GREY = 5.0
_ABOVE_NOISE = 6.0
"""A cell has changed by more than 5 grey levels, and by more than this many times what noise does."""
_NOISE_GROWS = 1.01
"""A frame, at most: when all of the picture moves, the median change is no noise."""


class ChangeGate:
    """Light that flickers, as a whole or in the bands of a rolling shutter, is no change: each row of the thumbnails
    is compared after taking out the row's own median brightness."""

    def __init__(self) -> None:
        self._past: deque[Floats] = deque(maxlen=BACK)
        self._noise = 1.0

    def changed(self, thumbnail: Picture) -> bool:
        """Whether this frame differs from the one of 8 frames ago. So do the first frames of all."""
        now = thumbnail.astype(np.float32) + 1
        self._past.append(now)
        if len(self._past) < BACK:
            return True
        then = self._past[0]
        change = np.abs(now - then * _median(now / then))
        typical = float(_median(change[::4].reshape(1, -1))[0, 0])
        self._noise = min(max(typical, 0.1), self._noise * _NOISE_GROWS)
        limit = max(_LEAST_GREY, _ABOVE_NOISE * self._noise)
        return int(np.count_nonzero(change > limit)) >= _LEAST_CELLS


def _median(rows: Floats) -> Floats:
    """Of each row, as a column. A third of the time of np.median, which also looks for what is no number."""
    middle = rows.shape[1] // 2
    return np.partition(rows, middle, axis=1)[:, middle : middle + 1]
