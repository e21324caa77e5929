"""The passes: each makes one kind of damage readable, and says which engine looks.

A pass is named for what it does to the picture. Order is by what each added to those before it, over 504 drawn frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kiosk.sources.decoding.looks import (
    Floats,
    Look,
    black_and_white,
    closed,
    enlarged,
    flattened,
    framed,
    inverted,
    opened,
    resized,
    sharpened,
    smoothed,
    stretched,
)
from kiosk.sources.decoding.restoring import deblurred, deblurred_rows, unstreaked, unstreaked_rows
from kiosk.sources.decoding.vision import cv2


@dataclass(frozen=True, slots=True)
class Pass:
    """`paint` is given the whole frame, a patch of it, or bars that stand upright, after the table it is in."""

    name: str
    paint: Callable[[Look], Look]
    engine: str = "zxing"
    thorough: bool = False


def _as_is(look: Look) -> Look:
    return look


def _half(look: Look) -> Look:
    return enlarged(look, 0.5)


def _twice(look: Look) -> Look:
    return enlarged(look, 2)


def _framed(look: Look) -> Look:
    """A picture that was cut at the code's edge has no quiet zone: give it one."""
    return framed(look, max(16, min(look.grey.shape) // 8))


def _smooth_twice(look: Look) -> Look:
    return stretched(enlarged(smoothed(look, 1.0), 2))


def _deblur(sigma_px: float, noise: float = 0.02, *, times: float = 2) -> Callable[[Look], Look]:
    return lambda look: enlarged(deblurred(look, sigma_px, noise), times)


def _unstreak_twice(length_px: float, noise: float) -> Callable[[Look], Look]:
    return lambda look: enlarged(unstreaked(look, length_px, noise), 2)


# ── modules: QR, Micro QR, Aztec, Data Matrix, in a patch of the frame ──

MODULES = (
    Pass("smooth ×2", _smooth_twice),
    Pass("deblur 2", _deblur(2.0)),
    Pass("×2", _twice),
    Pass("deblur 1.5", _deblur(1.5)),
    Pass("thorough", _as_is, thorough=True),
    Pass("deblur 0.7", _deblur(0.7)),
    Pass("opened ×2", lambda look: opened(_twice(look))),
    Pass("inverted ×2", lambda look: inverted(_twice(look))),
    Pass("flat ×2", lambda look: flattened(enlarged(smoothed(look, 0.8), 2), 61)),
    Pass("black and white", lambda look: black_and_white(enlarged(smoothed(look, 0.8), 2), 101)),
    Pass("Otsu", lambda look: black_and_white(enlarged(smoothed(look, 0.8), 2))),
    Pass("deblur 2.5", _deblur(2.5, 0.01)),
    Pass("×3", lambda look: enlarged(look, 3)),
    Pass("inverted smooth ×2", lambda look: inverted(_smooth_twice(look))),
    Pass("zbar ×2", _twice, engine="zbar"),
    Pass("smoother ×2", lambda look: stretched(enlarged(smoothed(look, 1.5), 2))),
    Pass("closed ×2", lambda look: closed(_twice(look))),
    Pass("sharp ×2", lambda look: sharpened(_twice(look), 4, 1.5)),
    Pass("inverted deblur 2", lambda look: inverted(_deblur(2.0)(look))),
    Pass("deblur 1", _deblur(1.0)),
    Pass("half", _half),
    Pass("deblur 3", _deblur(3.0, 0.002)),
    Pass("flat deblur", lambda look: flattened(_deblur(1.5)(look), 41)),
    Pass("deblur 2 of noise", _deblur(2.0, 0.06)),
    Pass("black and white nearby", lambda look: black_and_white(enlarged(smoothed(look, 0.8), 2), 41)),
    Pass("deblur 3.5", _deblur(3.5, 0.0005)),
    Pass("deblur 0.7 ×3", _deblur(0.7, 0.003, times=3)),
    Pass("smoother ×3", lambda look: enlarged(smoothed(look, 1.5), 3)),
    Pass("inverted deblur 1.5 ×3", lambda look: inverted(_deblur(1.5, times=3)(look))),
    Pass("deblur 2.5 ×3", _deblur(2.5, times=3)),
    Pass("deblur 1 ×3", _deblur(1.0, times=3)),
)

MOVED = tuple(
    Pass(f"unstreak {px}{' of little noise' * (noise < 0.01)}", _unstreak_twice(px, noise))
    for px in (9, 11, 13, 7, 15, 10, 12, 8, 14, 6, 16)
    for noise in (0.01, 0.003)
)
"""For a patch of the frame too, of what looks like bars because it moved: a pixel's difference can decide."""


# ── bars: linear codes, upright. What is one along the bars is averaged, what is left of noise is little ──

_STRIPS = 9
"""Rows that a linear code is boiled down to: each the mean of a fifth of its height."""
_LINES_A_STRIP = 5


def _strips(look: Look) -> Floats:
    height, width = look.grey.shape
    mean = cv2.blur(look.grey.astype(np.float32), (1, max(3, height // 5)))
    return np.asarray(cv2.resize(mean, (width, _STRIPS), interpolation=cv2.INTER_NEAREST), np.float32)


def _even(strips: Floats) -> Floats:
    """Each strip between the darkest and the lightest near it: shadows, glare and contrast are taken out."""
    reach = max(31, strips.shape[1] // 6 | 1)
    near = np.ones((1, reach), np.uint8)
    low = cv2.blur(cv2.erode(strips, near), (reach, 1))
    high = cv2.blur(cv2.dilate(strips, near), (reach, 1))
    return np.asarray(np.clip((strips - low) / np.maximum(high - low, 6) * 255, 0, 255), np.float32)


def _averaged(look: Look, blur_px: float = 0.0, streak_px: float = 0.0, noise: float = 0.02) -> Look:
    """The bars out of their averages; a blur, or a motion across the bars, is taken back where one is given."""
    strips = _strips(look)
    if blur_px:
        strips = deblurred_rows(strips, blur_px, noise)
    if streak_px:
        strips = unstreaked_rows(strips, streak_px, noise)
    thick = resized(look, 1, _STRIPS * _LINES_A_STRIP / look.grey.shape[0])
    return thick.showing(np.repeat(_even(strips).astype(np.uint8), _LINES_A_STRIP, axis=0))


def _wide(look: Look) -> Look:
    return resized(look, 2, 1)


def _averaged_unstreak(length_px: float, noise: float) -> Callable[[Look], Look]:
    return lambda look: _averaged(_wide(look), streak_px=2 * length_px, noise=noise)


BARS = (
    Pass("averaged", lambda look: _averaged(_wide(look))),
    Pass("upright", _as_is),
    Pass("averaged deblur 1.5", lambda look: _averaged(_wide(look), 3.0)),
    Pass("averaged deblur 1", lambda look: _averaged(_wide(look), 2.0)),
    Pass("inverted averaged", lambda look: inverted(_averaged(_wide(look)))),
    Pass("upright zbar", _wide, engine="zbar"),
    Pass("averaged zbar", lambda look: _averaged(_wide(look)), engine="zbar"),
    Pass("averaged deblur 2", lambda look: _averaged(_wide(look), 4.0)),
    Pass("inverted averaged deblur 1.5", lambda look: inverted(_averaged(_wide(look), 3.0))),
    Pass("deblur 1.5 zbar", lambda look: _averaged(_wide(look), 3.0), engine="zbar"),
    Pass("upright inverted", lambda look: inverted(_wide(look))),
    Pass("averaged narrow", _averaged),
    Pass("averaged deblur 3", lambda look: _averaged(_wide(look), 6.0, noise=0.003)),
    Pass("upright deblur 2.5", _deblur(2.5, 0.003)),
    Pass("averaged deblur 0.7", lambda look: _averaged(_wide(look), 1.4, noise=0.01)),
    Pass("upright stretched ×2", lambda look: enlarged(stretched(look), 2)),
    Pass("averaged deblur 2.5", lambda look: _averaged(_wide(look), 5.0, noise=0.001)),
    Pass("upright deblur 0.7", _deblur(0.7, 0.003)),
    Pass("averaged deblur 2.8", lambda look: _averaged(_wide(look), 5.5)),
    *(
        Pass(f"averaged unstreak {px}{' of little noise' * (noise < 0.01)}", _averaged_unstreak(px, noise))
        for px in (11, 7, 9, 13, 8, 10, 6, 12, 15)
        for noise in (0.01, 0.003)
    ),
)


# ── rows of bars: PDF417, upright ──

ROWS = (
    Pass("upright", stretched),
    Pass("upright ×2", _twice),
    Pass("upright smooth ×2", _smooth_twice),
    Pass("upright deblur 0.7", _deblur(0.7, 0.003)),
    Pass("upright deblur 1.5", _deblur(1.5)),
    Pass("upright inverted ×2", lambda look: inverted(_twice(look))),
    Pass("upright sharp ×2", lambda look: sharpened(_twice(look), 3, 1.5)),
    Pass("upright tall ×2", lambda look: look.showing(np.asarray(cv2.blur(look.grey, (1, 3)), np.uint8))),
    Pass("upright deblur 2", _deblur(2.0)),
    Pass("upright flat ×2", lambda look: flattened(_twice(look), 61)),
    Pass("upright inverted smooth ×2", lambda look: inverted(_smooth_twice(look))),
    Pass("upright half", _half),
    Pass("upright ×3", lambda look: enlarged(look, 3)),
    Pass("upright deblur 2 of noise", _deblur(2.0, 0.06)),
    Pass("upright black and white", lambda look: black_and_white(enlarged(smoothed(look, 0.8), 2), 201)),
    Pass("upright deblur 3", _deblur(3.0, 0.002)),
    Pass("upright smooth flat ×2", lambda look: flattened(_smooth_twice(look), 41)),
)


# ── the whole frame, for what the survey did not notice ──

AT_ONCE = Pass("frame", _as_is)
AT_ONCE_INVERTED = Pass("frame inverted at once", inverted)
WHOLE = (
    Pass("frame thorough", _as_is, thorough=True),
    Pass("frame zbar", _as_is, engine="zbar"),
    Pass("frame smooth", lambda look: smoothed(look, 1.0), thorough=True),
    Pass("frame ×2", _twice, thorough=True),
    Pass("frame sharp", lambda look: sharpened(look, 2, 1.5), thorough=True),
    Pass("frame inverted", inverted, thorough=True),
    Pass("frame half", _half, thorough=True),
    Pass("framed", _framed, thorough=True),
    Pass("frame ×2 zbar", _twice, engine="zbar"),
    Pass("frame smooth ×2", _smooth_twice, thorough=True),
    Pass("frame quarter", lambda look: enlarged(look, 0.25), thorough=True),
)

FULL_SIZE = (
    Pass("full size", _as_is, thorough=True),
    Pass("full size zbar", _as_is, engine="zbar"),
)
"""For pictures larger than what is surveyed: a small code in a large photograph."""


# ── the whole frame, turned so that some bars in it stand upright: for codes that the survey saw in pieces ──

TURNED = (
    Pass("frame turned", _as_is),
    Pass("frame turned deblur 1.5", lambda look: deblurred(look, 1.5)),
    Pass("frame turned smooth", lambda look: smoothed(look, 1.0)),
    Pass("frame turned deblur 2", lambda look: deblurred(look, 2.0, 0.005)),
    Pass("frame turned inverted", inverted),
    Pass("frame turned flat", lambda look: flattened(smoothed(look, 0.8), 31)),
)


# ── what a pass made readable, once more and a little otherwise: for a text that no other pass has read ──

VARIED: tuple[tuple[str, Callable[[Look], Look]], ...] = (
    ("larger", lambda look: enlarged(look, 1.25)),
    ("smaller", lambda look: enlarged(look, 0.8)),
    ("softer", lambda look: smoothed(look, 0.7)),
)
