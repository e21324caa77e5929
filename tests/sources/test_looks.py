"""Looks: whatever is done to a part of the picture, its points are found again in the frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kiosk.sources.decoding import looks, restoring
from kiosk.sources.decoding.looks import Look, cut, whole
from kiosk.sources.decoding.passes import BARS, MODULES, ROWS, TURNED, WHOLE, Pass
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.vision import Picture


def dotted(x: int, y: int, size: tuple[int, int] = (200, 300)) -> Picture:
    """Grey with one soft white dot."""
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    dot = 155 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18)
    return np.asarray(100 + dot, np.uint8)


def dot_in_frame(look: Look) -> tuple[float, float]:
    """Where the lightest point of a look lies in the frame."""
    values = look.grey.astype(float) - look.grey.min()
    values[values < values.max() / 2] = 0
    rows, columns = np.mgrid[0 : values.shape[0], 0 : values.shape[1]]
    x, y = (columns * values).sum() / values.sum(), (rows * values).sum() / values.sum()
    moved = look.place(Read("", b"", "", ((x, y),) * 4))
    return moved.corners[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda look: looks.enlarged(look, 2),
        lambda look: looks.enlarged(look, 3),
        lambda look: looks.enlarged(look, 0.5),
        lambda look: looks.resized(look, 2, 1),
        lambda look: looks.smoothed(looks.enlarged(look, 2), 1.5),
        lambda look: looks.sharpened(look, 2, 1.5),
        lambda look: looks.stretched(look),
        lambda look: looks.turned(look, 0.4),
        lambda look: looks.turned(looks.enlarged(look, 2), -2.0),
        lambda look: restoring.deblurred(look, 1.0),
        lambda look: restoring.unstreaked(look, 4.0),
        lambda look: looks.enlarged(looks.enlarged(look, 0.5), 4),
    ],
)
def test_a_point_is_found_again(change: Callable[[Look], Look]) -> None:
    for x, y in ((80, 60), (190, 130)):
        found = dot_in_frame(change(cut(dotted(x, y), 50, 40, 260, 190)))
        assert found == pytest.approx((x, y), abs=0.6)


def test_a_border_moves_the_points() -> None:
    framed = looks.framed(whole(dotted(80, 60)), 16)
    inside = looks.Look(framed.grey[16:-16, 16:-16], framed.to_frame)
    x, y = dot_in_frame(inside)
    assert (x + 16, y + 16) == pytest.approx((80, 60), abs=0.6)
    assert framed.grey[0, 0] == 255


def test_a_cut_is_clipped_to_the_frame() -> None:
    look = cut(dotted(5, 5), -20, -30, 40, 50)
    assert look.grey.shape == (50, 40)
    assert dot_in_frame(look) == pytest.approx((5, 5), abs=0.6)


@pytest.mark.parametrize("one", [*BARS, *MODULES, *ROWS, *WHOLE, *TURNED], ids=lambda one: one.name)
@pytest.mark.parametrize("shape", [(8, 8), (33, 97), (97, 33), (120, 200)])
def test_every_pass_takes_every_picture(one: Pass, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    for picture in (rng.integers(0, 256, shape, np.uint8), np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)):
        painted = one.paint(whole(picture))
        assert painted.grey.dtype == np.uint8
        assert min(painted.grey.shape) >= 1
        assert painted.to_frame.shape == (2, 3)


def test_stretching_brings_out_a_faint_contrast() -> None:
    faint = np.tile(np.array([100, 108] * 20, np.uint8), (40, 1))
    assert np.ptp(looks.stretched(whole(faint)).grey) > 200


def test_flattening_takes_a_shadow_out() -> None:
    bars = np.tile(np.repeat([60.0, 180.0], 8), (60, 12))
    shaded = (bars * np.linspace(0.3, 1.0, bars.shape[1])).astype(np.uint8)
    flat = looks.flattened(whole(shaded), 31).grey
    light, dark = flat[:, bars[0] > 100], flat[:, bars[0] < 100]
    assert light.min() > dark.max()
