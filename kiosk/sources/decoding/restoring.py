"""Blur taken back: Wiener's filter for a lens out of focus and for a ticket that moved while the frame was exposed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kiosk.sources.decoding.looks import Floats, Look, to_grey
from kiosk.sources.decoding.vision import cv2

_REACH_PX = 32
"""Border for a filter in the frequency domain, so that one edge of a picture does not wrap into the other."""
_LENS_PX = 0.7
"""Sigma of the blur that a lens in focus adds to a streak."""

Frequencies = NDArray[np.floating]
"""Cycles a pixel."""


def deblurred(look: Look, sigma_px: float, noise: float = 0.02) -> Look:
    """For a Gaussian blur of `sigma_px`; `noise`: its power against the picture's."""
    return _restored(look, lambda down, across: _gauss(down, sigma_px) * _gauss(across, sigma_px), noise)


def unstreaked(look: Look, length_px: float, noise: float = 0.01) -> Look:
    """For a motion of `length_px` along a straight line, in the direction in which the picture has fewest edges."""
    angle = streak_angle(look)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))

    def streak(down: Frequencies, across: Frequencies) -> Frequencies:
        along = across * cos + down * sin
        return np.sinc(length_px * along) * _gauss(down, _LENS_PX) * _gauss(across, _LENS_PX)

    return _restored(look, streak, noise)


def deblurred_rows(rows: Floats, sigma_px: float, noise: float = 0.02) -> Floats:
    """A Gaussian blur along each row alone."""
    return _restored_rows(rows, lambda across: _gauss(across, sigma_px), noise)


def unstreaked_rows(rows: Floats, length_px: float, noise: float = 0.01) -> Floats:
    """A motion along each row alone. Where it ran otherwise, this is its part across the bars."""
    return _restored_rows(rows, lambda across: np.sinc(length_px * across) * _gauss(across, 1.7 * _LENS_PX), noise)


def streak_angle(look: Look) -> float:
    """Along which way (radians) grey changes least: a motion wipes out what lies across it.

    Only for what has edges all ways, as the modules of a code do.
    """
    soft = cv2.GaussianBlur(look.grey, (0, 0), 0.8).astype(np.float32)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx, ksize=3) for dx in (1, 0))
    xx, yy, xy = (float(np.mean(product)) for product in (across * across, down * down, across * down))
    return float(np.arctan2(2 * xy, xx - yy) / 2 + np.pi / 2)


def _restored(look: Look, blur_of: Callable[[Frequencies, Frequencies], Frequencies], noise: float) -> Look:
    height, width = look.grey.shape
    tall, wide = cv2.getOptimalDFTSize(height + 2 * _REACH_PX), cv2.getOptimalDFTSize(width + 2 * _REACH_PX)
    below, right = tall - height - _REACH_PX, wide - width - _REACH_PX
    padded = cv2.copyMakeBorder(look.grey, _REACH_PX, below, _REACH_PX, right, cv2.BORDER_REPLICATE).astype(np.float32)
    blur = blur_of(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None])
    sharp = np.fft.irfft2(np.fft.rfft2(padded) * _inverse(blur, noise), padded.shape)
    return look.showing(to_grey(sharp[_REACH_PX : _REACH_PX + height, _REACH_PX : _REACH_PX + width]))


def _restored_rows(rows: Floats, blur_of: Callable[[Frequencies], Frequencies], noise: float) -> Floats:
    width = rows.shape[1]
    wide = cv2.getOptimalDFTSize(width + 4 * _REACH_PX)
    padded = np.pad(rows, ((0, 0), (2 * _REACH_PX, wide - width - 2 * _REACH_PX)), mode="edge")
    sharp = np.fft.irfft(np.fft.rfft(padded, axis=1) * _inverse(blur_of(np.fft.rfftfreq(wide)), noise), wide, axis=1)
    return np.asarray(sharp[:, 2 * _REACH_PX : 2 * _REACH_PX + width], np.float32)


def _inverse(blur: Frequencies, noise: float) -> Floats:
    return np.asarray(blur / (blur * blur + noise), np.float32)


def _gauss(frequency: Frequencies, sigma_px: float) -> Frequencies:
    """What a Gaussian blur leaves of each frequency."""
    return np.asarray(np.exp(-2 * (np.pi * sigma_px * frequency) ** 2))
