"""Files instead of a camera: a picture with every pass there is, a video frame by frame."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiosk.sources.capture import to_grey
from kiosk.sources.decode import FilmDecoder, read_still
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.presence import Presence
from kiosk.sources.replay import film

MOST_BYTES = 100_000_000
"""A picture file larger than this is not loaded at once; it is tried as a video."""
_COLOURFUL = 24
"""Grey levels between a pixel's darkest and lightest channel, on average: coloured ink rather than a tint."""

Pixels = NDArray[np.uint8]


def load(path: str) -> Pixels | None:
    """A picture file as it is; None where it is no picture. Raises OSError where it cannot be read."""
    if Path(path).stat().st_size > MOST_BYTES:
        return None
    data = np.fromfile(path, np.uint8)
    if data.size == 0:
        raise OSError("is empty")
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    return None if picture is None else _of_bytes(np.asarray(picture))


def read_picture(
    picture: Pixels, formats: Collection[str], min_length: int = 4, budget_s: float | None = None
) -> tuple[list[Read], float]:
    """The codes, nearest to the middle first, and the milliseconds that it took."""
    begun_s = time.perf_counter()
    reads: list[Read] = []
    for grey in _greys(picture):
        left_s = None if budget_s is None else budget_s - (time.perf_counter() - begun_s)
        reads = reads or read_still(grey, formats, min_length, budget_s=left_s)
    return reads, (time.perf_counter() - begun_s) * 1000


def read_video(
    path: str, formats: Collection[str], min_length: int = 4, budget_s: float | None = None
) -> Iterator[tuple[float, Read]]:
    """Each code that comes into view, with the seconds from the start. Every frame is looked at.

    Raises OSError where it is no video.
    """
    fps, frames = film(path)
    decoder, presence = FilmDecoder(formats, min_length), Presence()
    for number, frame in enumerate(frames):
        at_s, grey = number / fps, to_grey(frame, cv2.IMREAD_GRAYSCALE)
        height, width = grey.shape
        reads = decoder.read(grey, at_s, math.inf if budget_s is None else budget_s)
        new = presence.look(reads, at_s, width, height)
        if new is not None:
            yield at_s, new


def _of_bytes(picture: NDArray[np.generic]) -> Pixels:
    """Eight bits a channel, and white where it is transparent."""
    if picture.dtype != np.uint8:
        levels = np.nan_to_num(np.asarray(picture, np.float32), posinf=0.0, neginf=0.0)
        picture = np.clip(levels * (255 / (float(levels.max()) or 1.0)), 0, 255)
    pixels = np.asarray(picture, np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = pixels[:, :, 3:].astype(np.uint16)
        mixed = (pixels[:, :, :3] * alpha + 255 * (255 - alpha)) // 255
        pixels = mixed.astype(np.uint8)
    return pixels


def _greys(picture: Pixels) -> Iterator[Picture]:
    """Brightness; of a colourful picture also its darkest channel, in which any ink is dark and paper white."""
    if picture.ndim == 2 or picture.shape[2] < 3:
        yield picture.reshape(picture.shape[:2]) if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, 0])
        return
    yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    darkest, lightest = picture.min(axis=2), picture.max(axis=2)
    if float(np.mean(lightest - darkest)) > _COLOURFUL:
        yield darkest
