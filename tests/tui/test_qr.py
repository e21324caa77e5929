"""Codes as a phone would read them: the terminal's cells made into dots, and read by the decoder."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.tui.presenter.qr import QrCells, least_size, qr_cells

PAGE = "HTTP://192.168.100.20:8080/ABCDEFGHIJKLMNOPQ234"
WALLET = "https://pay.google.com/gp/v/save/" + "eyJhbGciOiJub25lIn0." * 12


def dots(cells: QrCells, width_px: int = 8, height_px: int = 16) -> NDArray[np.uint8]:
    """A screenshot: dark surroundings, as a terminal's are."""
    lines = [
        [half for cell in row for half in [255 * (not cell[upper])] * width_px]
        for row in cells.rows
        for upper in (0, 1)
        for _ in range(height_px // 2)
    ]
    return np.pad(np.array(lines, dtype=np.uint8), 40, constant_values=20)


def read(picture: NDArray[np.uint8]) -> list[str]:
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=zxingcpp.TextMode.Plain
    )
    return [one.text for one in found]


@pytest.mark.parametrize("whole_cells", [False, True])
@pytest.mark.parametrize(("width", "height"), [(56, 22), (76, 28), (120, 40), (200, 60)])
def test_a_page_is_read_wherever_it_fits(width: int, height: int, whole_cells: bool) -> None:
    cells = qr_cells(PAGE, width, height, whole_cells=whole_cells)
    if cells is None:
        assert whole_cells
        assert height < 27
        return
    assert cells.width <= width
    assert cells.height <= height
    assert read(dots(cells)) == [PAGE]


def test_a_page_of_our_own_fits_a_small_terminal_beside_its_words() -> None:
    assert least_size(PAGE, whole_cells=False) == (27, 14)
    assert least_size(PAGE, whole_cells=True) == (54, 27)


def test_larger_where_there_is_room() -> None:
    sizes = [qr_cells(PAGE, width, height, whole_cells=False) for width, height in ((30, 15), (60, 30), (100, 50))]
    assert [cells and cells.width for cells in sizes] == [29, 58, 99]


def test_a_wallets_own_link_needs_a_larger_one() -> None:
    assert qr_cells(WALLET, 56, 22, whole_cells=False) is None
    cells = qr_cells(WALLET, 100, 40, whole_cells=False)
    assert cells is not None
    assert read(dots(cells)) == [WALLET]


def test_what_no_code_holds() -> None:
    assert qr_cells("x" * 5000, 500, 500, whole_cells=False) is None
    assert least_size("x" * 5000, whole_cells=False) is None


@pytest.mark.parametrize("height_px", [14, 16, 20])
@pytest.mark.parametrize("width_px", [7, 8, 10])
def test_cells_of_other_shapes_are_read_too(width_px: int, height_px: int) -> None:
    cells = qr_cells(PAGE, 40, 20, whole_cells=False)
    assert cells is not None
    assert read(dots(cells, width_px, height_px)) == [PAGE]


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="ABCDEFabcdef0123456789:/.-_%?", min_size=1, max_size=60), st.booleans())
def test_any_link_is_read_as_it_is(link: str, whole_cells: bool) -> None:
    cells = qr_cells(link, 100, 45, whole_cells=whole_cells)
    assert cells is not None
    assert read(dots(cells)) == [link]
