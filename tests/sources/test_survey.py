"""The survey: codes are found, told apart by their edges and stood upright."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.sources.decode import read_still
from kiosk.sources.decoding.looks import enlarged, whole
from kiosk.sources.decoding.restoring import streak_angle
from kiosk.sources.decoding.survey import patch, survey, upright
from kiosk.sources.decoding.vision import Picture, cv2
from tests.sources.drawing import TEXTS, code, frame, ticket_frame


@pytest.mark.parametrize("angle", [0, 20, 45, 80])
@pytest.mark.parametrize(
    ("symbology", "bars"), [("QRCODE", False), ("AZTEC", False), ("DATA_MATRIX", False), ("CODE128", True),
                            ("ITF", True), ("PDF417", True)]
)  # fmt: skip
def test_a_code_is_found_for_what_it_is(symbology: str, bars: bool, angle: float) -> None:
    found = survey(whole(ticket_frame(symbology, angle=angle)))
    places = found.bars if bars else found.modules
    assert places[0].holds((640, 360))
    assert places[0].bars == bars


def test_pdf417_agrees_less_in_direction_than_a_linear_code() -> None:
    rows, lines = (survey(whole(ticket_frame(name))).bars[0].agreement for name in ("PDF417", "CODE128"))
    assert rows < 0.72 < lines


@pytest.mark.parametrize("angle", [0, 15, -35, 60, 90])
def test_bars_are_stood_upright(angle: float) -> None:
    picture = ticket_frame("CODE128", angle=angle)
    place = survey(whole(picture)).bars[0]
    look = upright(picture, place)
    values = look.grey.astype(np.float32)
    middle = values[values.shape[0] // 3 : 2 * values.shape[0] // 3]
    across = np.abs(np.diff(middle, axis=1)).mean()
    along = np.abs(np.diff(middle, axis=0)).mean()
    assert across > 4 * along


def slanted(picture: Picture, by: float) -> Picture:
    height, width = picture.shape
    lean = np.array([[1, 0, 0], [by, 1, -by * width / 2]])
    return np.asarray(cv2.warpAffine(picture, lean, (width, height), borderValue=120), np.uint8)


@pytest.mark.parametrize("lean", [-0.35, 0.35])
def test_rows_of_a_slanted_view_lie_level(lean: float) -> None:
    picture = slanted(ticket_frame("PDF417"), lean)
    look = upright(picture, survey(whole(picture)).bars[0], above_px=8)
    values = look.grey[:, 40:-40].astype(np.float32)
    band = np.abs(values - values.mean()).mean(axis=1) > 20  # rows of the look that cross the code
    assert band.mean() > 0.6


def moved(picture: Picture, length_px: int, angle: float) -> Picture:
    """As when a ticket moves along a straight line while the frame is exposed; degrees."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1 / length_px
    middle = (length_px - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), -angle, 1.0)
    kernel = cv2.warpAffine(kernel, turn, (length_px, length_px)).astype(np.float32)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize("angle", [0, 30, 90, 140])
def test_modules_that_moved_are_a_dense_place_and_tell_which_way(angle: float) -> None:
    found = survey(whole(moved(ticket_frame("QRCODE"), 13, angle)))
    left, top, right, bottom = found.dense[0].box
    assert found.dense[0].holds((640, 360))
    assert max(right - left, bottom - top) < 200
    measured = np.degrees(streak_angle(patch(moved(ticket_frame("QRCODE"), 13, angle), found.dense[0])))
    assert abs((measured - angle + 90) % 180 - 90) < 8


@pytest.mark.parametrize(("symbology", "length_px"), [("QRCODE", 13), ("AZTEC", 11), ("CODE128", 9)])
def test_a_code_that_moved_is_read(symbology: str, length_px: int) -> None:
    picture = moved(ticket_frame(symbology), length_px, 25 if symbology != "CODE128" else 0)
    (read,) = read_still(picture, [symbology])
    assert read.text == TEXTS[symbology]


def test_places_are_in_the_frames_pixels_whatever_the_looks_size() -> None:
    picture = ticket_frame("QRCODE")
    assert survey(enlarged(whole(picture), 0.5)).modules[0].holds((640, 360))


@pytest.mark.parametrize("picture", [np.zeros((720, 1280), np.uint8), np.full((8, 8), 255, np.uint8), frame()])
def test_an_empty_picture_has_no_places(picture: Picture) -> None:
    found = survey(whole(picture))
    assert found.bars == found.modules == ()


def test_a_lone_line_is_no_place() -> None:
    picture = frame()
    cv2.line(picture, (100, 100), (1100, 600), 255, 5)
    assert survey(whole(picture)).bars == ()


def test_a_faint_code_is_found_beside_a_strong_one() -> None:
    faint = (code("QRCODE", "FAINT-ONE").astype(np.float32) * 0.2 + 100).astype(np.uint8)
    found = survey(whole(frame((faint, (300, 360)), (code("QRCODE", "STRONG-ONE"), (900, 360)))))
    assert any(place.holds((300, 360)) for place in found.modules)
    assert any(place.holds((900, 360)) for place in found.modules)
