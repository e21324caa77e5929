"""A picture, or a part of one made easier to read, that still knows where its points lie in the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiosk.sources.decoding.reading import Read, corners_of
from kiosk.sources.decoding.vision import Picture, cv2

Matrix = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """`to_frame` (2×3) takes a point of `grey` to the frame."""

    grey: Picture
    to_frame: Matrix

    def place(self, read: Read) -> Read:
        """A read in this look, with its corners in the frame."""
        points = np.c_[np.array(read.corners), np.ones(4)] @ self.to_frame.T
        return replace(read, corners=corners_of(points.astype(np.float32)))

    def showing(self, grey: Picture) -> Look:
        """The same place, painted otherwise."""
        return Look(grey, self.to_frame)


def whole(frame: Picture) -> Look:
    return Look(frame, np.eye(2, 3))


def cut(frame: Picture, left: int, top: int, right: int, bottom: int) -> Look:
    """A part of the frame, clipped to it."""
    left, top = max(left, 0), max(top, 0)
    part = frame[top : max(bottom, top), left : max(right, left)]
    return Look(part, np.array([[1.0, 0.0, left], [0.0, 1.0, top]]))


def resized(look: Look, across: float, down: float) -> Look:
    """Larger by cubic interpolation, smaller by averaging. Factors."""
    height, width = look.grey.shape
    size = (max(round(width * across), 1), max(round(height * down), 1))
    how = cv2.INTER_CUBIC if across >= 1 and down >= 1 else cv2.INTER_AREA
    scale = np.diag([width / size[0], height / size[1], 1.0])
    # Pixels are squares: the middle of the first one is half a pixel from the corner, at every size.
    shift = np.array([[1, 0, scale[0, 0] / 2 - 0.5], [0, 1, scale[1, 1] / 2 - 0.5], [0, 0, 1]])
    back = np.vstack([look.to_frame, [0, 0, 1]]) @ shift @ scale
    return Look(np.asarray(cv2.resize(look.grey, size, interpolation=how), np.uint8), back[:2])


def enlarged(look: Look, times: float) -> Look:
    return resized(look, times, times)


def turned(look: Look, angle: float) -> Look:
    """All of it, turned so that what runs along `angle` (radians) runs level; larger, so that nothing is lost."""
    height, width = look.grey.shape
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    size = round(width * abs(cos) + height * abs(sin)), round(width * abs(sin) + height * abs(cos))
    turn = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([(width - 1) / 2, (height - 1) / 2]) - turn @ ((size[0] - 1) / 2, (size[1] - 1) / 2)
    back = np.vstack([np.c_[turn, shift], [0, 0, 1]])
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    grey = cv2.warpAffine(look.grey, back[:2], size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return Look(np.asarray(grey, np.uint8), (np.vstack([look.to_frame, [0, 0, 1]]) @ back)[:2])


def framed(look: Look, border: int) -> Look:
    """With a white border: a quiet zone for a picture that was cut at the code's edge."""
    grey = cv2.copyMakeBorder(look.grey, border, border, border, border, cv2.BORDER_CONSTANT, value=255)
    moved = look.to_frame.copy()
    moved[:, 2] -= look.to_frame[:, :2] @ (border, border)
    return Look(np.asarray(grey, np.uint8), moved)


def inverted(look: Look) -> Look:
    return look.showing(255 - look.grey)


def smoothed(look: Look, sigma_px: float) -> Look:
    """Against noise and a display's grid of pixels."""
    return look.showing(np.asarray(cv2.GaussianBlur(look.grey, (0, 0), sigma_px), np.uint8))


def sharpened(look: Look, sigma_px: float, amount: float) -> Look:
    """Unsharp mask."""
    soft = cv2.GaussianBlur(look.grey, (0, 0), sigma_px)
    return look.showing(np.asarray(cv2.addWeighted(look.grey, 1 + amount, soft, -amount, 0), np.uint8))


def stretched(look: Look) -> Look:
    """Darkest to lightest from 0 to 255: zxing-cpp takes places with a contrast below 24 for blank."""
    return look.showing(to_grey(look.grey.astype(np.float32)))


def flattened(look: Look, reach_px: int) -> Look:
    """Each place between the darkest and the lightest near it: shadows and bright sides are taken out."""
    grey = look.grey.astype(np.float32)
    near = np.ones((reach_px, reach_px), np.uint8)
    low = cv2.blur(cv2.erode(grey, near), (reach_px, reach_px))
    high = cv2.blur(cv2.dilate(grey, near), (reach_px, reach_px))
    return look.showing(np.clip((grey - low) / np.maximum(high - low, 10) * 255, 0, 255).astype(np.uint8))


def opened(look: Look) -> Look:
    """Bright specks gone: creases, cracks."""
    return look.showing(np.asarray(cv2.morphologyEx(look.grey, cv2.MORPH_OPEN, _SPECK), np.uint8))


def closed(look: Look) -> Look:
    """Dark specks gone."""
    return look.showing(np.asarray(cv2.morphologyEx(look.grey, cv2.MORPH_CLOSE, _SPECK), np.uint8))


_SPECK = np.ones((3, 3), np.uint8)


def black_and_white(look: Look, reach_px: int = 0) -> Look:
    """Split at the mean nearby, or at Otsu's level of the whole where `reach_px` is 0."""
    if reach_px:
        method, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
        return look.showing(np.asarray(cv2.adaptiveThreshold(look.grey, 255, method, kind, reach_px, 2), np.uint8))
    return look.showing(np.asarray(cv2.threshold(look.grey, 0, 255, cv2.THRESH_OTSU)[1], np.uint8))


def to_grey(values: NDArray[np.floating]) -> Picture:
    """Bytes, from darkest to lightest; the furthest hundredth on either side does not count."""
    low, high = np.percentile(values[::3, ::3], (1, 99))
    return np.asarray(np.clip((values - low) * (255 / max(high - low, 8.0)), 0, 255), np.uint8)
