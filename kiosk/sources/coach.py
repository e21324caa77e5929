"""The read coach: tells the guest what keeps a ticket from being read, from quantities measured on the picture.

The thresholds stand between the medians of 504 drawn frames with the fault and without it.
"""

from __future__ import annotations

import numpy as np

from kiosk.domain.advice import Advice
from kiosk.sources.decoding.looks import enlarged, whole
from kiosk.sources.decoding.survey import Place, patch, survey
from kiosk.sources.decoding.vision import Picture, cv2

AFTER_S = 1.0
"""Something that could be a code has been in view unread for this long."""

DARK = 50
"""Grey levels: the lightest tenth of the picture is darker (44 at best in dark frames, 77 at worst in others)."""
GLARE_SHARE = 0.01
"""Of the middle of the place: pixels at 250 and above in spots a sixth of it wide (0.06 under a lamp, else 0)."""
DIM_CONTRAST = 70
"""Grey levels between the darkest and lightest twentieth of the place (24–60 on dim screens, 150 on paper)."""
BLURRED_DETAIL = 0.045
"""Variance of detail below 1 pixel over that below 4 (0.02–0.04 out of focus or moving, 0.07 and above in focus)."""
FAR_PX = 75
"""The shorter side of the place (53–86 where modules are 2 pixels, 91 and above elsewhere)."""
NEAR_SHARE = 0.75
"""Of the picture's width or height that the place takes."""


def diagnose(frame: Picture, thumbnail: Picture, place: Place | None) -> Advice:
    """The first thing wrong, the plainest first; NONE where nothing is, or where there is nothing to read."""
    if np.percentile(thumbnail, 90) < DARK:
        return Advice.DARK
    if place is None:
        return Advice.NONE
    if _fills(frame):
        return Advice.NEAR
    grey = patch(frame, place, 0).grey
    if _glare(grey) > GLARE_SHARE:
        return Advice.GLARE
    if _detail(grey) < BLURRED_DETAIL:
        return Advice.BLURRED
    left, top, right, bottom = place.box
    if min(right - left, bottom - top) < FAR_PX:
        return Advice.FAR
    dark, light = np.percentile(grey, (5, 95))
    return Advice.DIM if light - dark < DIM_CONTRAST else Advice.NONE


def _fills(frame: Picture) -> bool:
    """Whether something like a code fills the picture: seen from afar, because its modules are larger than cells."""
    height, width = frame.shape
    found = survey(enlarged(whole(frame), 0.25))
    boxes = [place.box for place in (*found.bars, *found.modules)]
    return any(
        right - left > NEAR_SHARE * width or bottom - top > NEAR_SHARE * height for left, top, right, bottom in boxes
    )


def _glare(grey: Picture) -> float:
    height, width = grey.shape
    middle = grey[height // 6 : height - height // 6, width // 6 : width - width // 6]
    spot = max(min(height, width) // 6, 3)
    blank = (middle >= 250).astype(np.uint8)
    return float(np.mean(cv2.morphologyEx(blank, cv2.MORPH_OPEN, np.ones((spot, spot), np.uint8))))


def _detail(grey: Picture) -> float:
    values = grey.astype(np.float32)
    fine = values - cv2.GaussianBlur(values, (0, 0), 1)
    middling = values - cv2.GaussianBlur(values, (0, 0), 4)
    return float(fine.var() / max(float(middling.var()), 1.0))


class Coach:
    """Waits until a ticket has gone unread for a while, then speaks; silent again once one is read."""

    def __init__(self) -> None:
        self._unread_since_s: float | None = None
        self._said = Advice.NONE
        self._asked_s = 0.0

    def watch(
        self, frame: Picture, thumbnail: Picture, place: Place | None, at_s: float, *, is_read: bool, crowded: bool
    ) -> Advice:
        """The advice of the moment. Measures twice a second at most."""
        if crowded:
            return Advice.CROWDED
        if is_read or (place is None and np.percentile(thumbnail, 90) >= DARK):
            self._unread_since_s, self._said = None, Advice.NONE
            return Advice.NONE
        if self._unread_since_s is None:
            self._unread_since_s = at_s
        if at_s - self._unread_since_s >= AFTER_S and at_s - self._asked_s >= 0.5:
            self._said, self._asked_s = diagnose(frame, thumbnail, place), at_s
        return self._said
