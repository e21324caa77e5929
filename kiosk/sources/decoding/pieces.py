"""Pieces of codes. ITF has no check digit and no end that its digits could not have: a glare makes two codes of one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kiosk.sources.decoding.looks import Floats
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.survey import Place
from kiosk.sources.decoding.vision import Picture, cv2
from kiosk.sources.formats import PIECES_PASS

_LEAST_DIGITS = 6
"""Of ITF. Two digits are found in any bars, and four often enough; tickets carry more."""
_MODULES = {"EAN8": 67, "UPCE": 51}
_TALL = 14
"""Modules: lower reads ran across a leaning code, and what is beside them may be above it or below."""
_BESIDE_CELLS = 4
_FROM_MODULES, _QUIET_MODULES, _NEAR_MODULES, _FAR_MODULES = 1.5, 6.0, 12.0, 60.0
"""From a code's end: what is beside it begins, has its quiet zone, stands close, may be parted from it by a glare."""
_A_MODULE = 3
"""Samples."""
_BANDS = 5
_OF_BARS, _OF_MORE_BARS = 4, 8
"""Turns: a ticket has a rim, and something may lie beside it."""
_ONE_WAY = 0.9
"""Bars further away have the same profile in each band; print has not."""
_INNER_MODULES = 25, 45
_NEARLY, _BRIGHTER, _STEEP = 10, 5, 9
"""Grey levels. A glare is a quiet zone nearly as light as anything in the picture, lighter than the other one, and
lighter than what is white further inside the code: light that falls from one side is lighter by less."""


def is_piece(read: Read, frame: Picture, bars: tuple[Place, ...]) -> bool:
    """Whether a read may be a piece of what is there, `bars` being where the survey saw any.

    Because bars go on beside it, close by or beyond a glare, or because a glare lies at one of its ends and they may go
    on under it. Of 3,775 right reads in 300 drawn frames with glares and creases this leaves 3,270, of 575 wrong ones
    17, in three of the frames.
    """
    if read.symbology not in PIECES_PASS:
        return False
    if read.symbology == "ITF" and len(read.text) < _LEAST_DIGITS:
        return True
    a, b, c, d = np.array(read.corners)
    along, down = ((b + c) - (a + d)) / 2, ((d + c) - (a + b)) / 2
    modules = _MODULES.get(read.symbology, 8 * len(read.text) + 9)
    module = along / modules
    code = _sampled(frame, _grid((a + d) / 2, along, down, 0, 1, modules * _A_MODULE))
    left = _beside(frame, (a + d) / 2, -module, down)
    right = _beside(frame, (b + c) / 2, module, down)
    least = max(0.2 * float(np.ptp(np.percentile(code, (5, 95)))), 8.0)
    if _ends_in_glare(code, left, right, float(np.percentile(frame[::4, ::4], 99.8))):
        return True
    if any(_turns_of(side, least) >= _OF_MORE_BARS and _alike(side) > _ONE_WAY for side in (left, right)):
        return True
    if float(np.hypot(*down)) < _TALL * float(np.hypot(*module)):
        return _has_bars_beside(read, frame, bars)
    return any(_turns_of(side[:, : _cells(_NEAR_MODULES)], least) >= _OF_BARS for side in (left, right))


def _ends_in_glare(code: Floats, left: Floats, right: Floats, lightest: float) -> bool:
    """Whether the light at one of its ends may hide that it goes on."""
    first, last = (modules * _A_MODULE for modules in _INNER_MODULES)
    lights = [float(np.median(side[:, : _cells(_QUIET_MODULES)])) for side in (left, right)]
    whites = [float(np.percentile(part, 92)) for part in (code[:, first:last], code[:, ::-1][:, first:last])]
    return any(
        light >= lightest - _NEARLY and light - other > _BRIGHTER and light - white > _STEEP
        for light, other, white in zip(lights, reversed(lights), whites, strict=True)
    )


def _cells(modules: float) -> int:
    return round((modules - _FROM_MODULES) * _A_MODULE)


def _beside(frame: Picture, end: Floats, module: Floats, down: Floats) -> Floats:
    """What stands at a code's end, outwards, in bands one above the other."""
    grey = _sampled(frame, _grid(end, module, down, _FROM_MODULES, _FAR_MODULES, _cells(_FAR_MODULES)))
    bands = grey.reshape(_BANDS, -1, grey.shape[1]).mean(axis=1)
    return np.asarray(cv2.GaussianBlur(bands, (0, 0), sigmaX=0.35 * _A_MODULE, sigmaY=1e-3), np.float32)


def _turns_of(side: Floats, least: float) -> int:
    """How often grey turns back in the median band: once for an edge, twice for a bar."""
    return sorted(_turns(band, least) for band in side)[_BANDS // 2]


def _alike(side: Floats) -> float:
    """How much each band resembles the next, a little shifted: 1 for bars, less for print."""
    detail = (side - cv2.blur(side, (10 * _A_MODULE + 1, 1)))[:, 2 * _A_MODULE : -2 * _A_MODULE]
    found = [max(_correlation(one, np.roll(other, shift)) for shift in range(-3, 4)) for one, other in pairwise(detail)]
    return float(np.median(found))


def _correlation(one: Floats, other: Floats) -> float:
    return float(one @ other / np.sqrt((one @ one) * (other @ other) + 1e-9))


def _grid(end: Floats, along: Floats, down: Floats, first: float, last: float, count: int) -> Floats:
    """Points in rows from `first` to `last` times `along`, over most of the height."""
    across = np.linspace(-0.45, 0.45, 3 * _BANDS)[:, None, None] * down
    return np.asarray(end + np.linspace(first, last, count)[None, :, None] * along + across, np.float32)


def _sampled(frame: Picture, points: Floats) -> Floats:
    x, y = np.ascontiguousarray(points[..., 0]), np.ascontiguousarray(points[..., 1])
    return cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)


def _turns(profile: Floats, least: float) -> int:
    """How often it turns back by at least so many grey levels."""
    count, up, low, high = 0, None, float(profile[0]), float(profile[0])
    for grey in profile.tolist():
        low, high = min(low, grey), max(high, grey)
        if up is not False and high - grey >= least:
            count, up, low = count + 1, False, grey
        elif up is not True and grey - low >= least:
            count, up, high = count + 1, True, grey
    return count


def _has_bars_beside(read: Read, frame: Picture, bars: tuple[Place, ...]) -> bool:
    """Of 718 right reads in drawn frames 695 had less than four cells of bars beside them, of 149 pieces none."""
    read_in = max(bars, key=lambda place: place.inside(read.corners), default=None)
    if read_in is None or not read_in.inside(read.corners):  # a picture of the code alone, or noise
        return bool(np.ptp(np.array(read.corners), axis=0).max() < 0.5 * max(frame.shape))
    return read_in.beside_px(read.corners) >= _BESIDE_CELLS * read_in.cell_px
