"""Pieces of codes that read as whole ones: refused; whole codes beside other things: not."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.sources.decode import read_still
from kiosk.sources.decoding.engines import Engine
from kiosk.sources.decoding.vision import Picture
from tests.sources.drawing import code, frame

WHOLE = "65153343553526"


def shone_on(picture: Picture, at: float, reach_px: float, light: float = 400) -> Picture:
    """A lamp's band of light upright over a picture, its middle a share `at` of the width from the left."""
    across = np.arange(picture.shape[1]) - at * picture.shape[1]
    return np.asarray(np.clip(picture * 0.8 + light * np.exp(-((across / reach_px) ** 2)), 0, 255), np.uint8)


def itf(picture: Picture, both: dict[str, Engine], angle: float = 0.0) -> list[str]:
    return [read.text for read in read_still(frame((picture, (640, 360)), angle=angle), ["ITF"], with_engines=both)]


def test_a_whole_code_is_read(both: dict[str, Engine]) -> None:
    assert itf(code("ITF", WHOLE), both) == [WHOLE]
    assert itf(code("ITF", WHOLE), both, angle=7) == [WHOLE]


@pytest.mark.parametrize("at", [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75])
@pytest.mark.parametrize("reach_px", [20, 40, 60])
def test_what_a_lamp_leaves_of_a_code_is_not_read(both: dict[str, Engine], at: float, reach_px: int) -> None:
    assert itf(shone_on(code("ITF", WHOLE), at, reach_px), both) in ([], [WHOLE])


@pytest.mark.parametrize(
    ("whole", "at", "reach_px", "light"), [("290247201990", 0.75, 60, 400), ("184422378467", 0.75, 80, 400)]
)
def test_nor_is_it_where_the_light_hides_all_the_rest(
    both: dict[str, Engine], whole: str, at: float, reach_px: int, light: float
) -> None:
    assert itf(shone_on(code("ITF", whole), at, reach_px, light), both) == []


def test_light_that_falls_from_one_side_does_no_harm(both: dict[str, Engine]) -> None:
    picture = code("ITF", WHOLE)
    uneven = np.asarray(picture * np.linspace(0.88, 1, picture.shape[1]), np.uint8)
    assert itf(uneven, both) == [WHOLE]


def test_a_rim_and_a_line_beside_a_code_do_no_harm(both: dict[str, Engine]) -> None:
    picture = code("ITF", WHOLE)
    picture[:, 8:12] = 60
    picture[:, -12:-8] = 60
    assert itf(picture, both) == [WHOLE]


def test_so_few_digits_are_found_in_any_bars(both: dict[str, Engine]) -> None:
    assert itf(code("ITF", "1712"), both) == []
    assert itf(code("ITF", "171200"), both) == ["171200"]
