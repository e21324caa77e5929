"""The card as it is printed: every code on it is read, in its symbology; and wrongly typed, it is told right."""

from __future__ import annotations

import re
import struct
import zlib

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.domain.calibration.card import CARD, CardCode
from kiosk.domain.calibration.diagnosis import diagnose
from kiosk.domain.calibration.setups import Setup
from kiosk.sources.card import A4_PX, DPI, Picture, card_file, code_picture, draw
from tests.domain.calibration.typist import strokes


def codes_in(page: Picture) -> list[tuple[str, str]]:
    """Symbology and text of every code on a page, from top left to bottom right."""
    found = zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain)
    found.sort(key=lambda code: (code.position.top_left.y // 250, code.position.top_left.x))
    return [(re.sub(r"[^A-Z0-9]", "", str(code.format).upper()), code.text) for code in found]


def bare(symbology: str) -> str:
    return symbology.replace("_", "")


@pytest.fixture(scope="module")
def page() -> Picture:
    return draw()


def test_every_code_is_read_from_the_whole_page(page: Picture) -> None:
    assert set(codes_in(page)) == {(bare(code.symbology), code.text) for code in CARD}


@pytest.mark.parametrize("code", CARD, ids=lambda code: f"{code.number} {code.symbology}")
def test_each_code_is_read_by_itself(code: CardCode) -> None:
    assert codes_in(code_picture(code)) == [(bare(code.symbology), code.text)]


@pytest.mark.parametrize("host", ["us", "gb", "de", "fr", "pl"])
def test_read_from_the_page_and_typed_through_a_layout_it_is_told_right(page: Picture, host: str) -> None:
    read = [CardCode(0, symbology, text) for symbology, text in codes_in(page)]
    found = diagnose(CARD, strokes(read, host=host))
    assert found.setup == Setup("us", "us" if host == "pl" else host)
    assert (found.first_read_rate, found.faults, found.strangers) == (1, {}, 0)


def test_codes_keep_a_distance_and_stay_on_the_page(page: Picture) -> None:
    dark_rows, dark_columns = np.flatnonzero((page < 128).any(axis=1)), np.flatnonzero((page < 128).any(axis=0))
    assert dark_rows[0] > 100
    assert dark_rows[-1] < A4_PX[1] - 100
    assert dark_columns[0] > 100
    assert dark_columns[-1] < A4_PX[0] - 100


def test_the_png_is_an_a4_page_at_its_resolution(page: Picture) -> None:
    data = card_file(".PNG")
    assert data is not None
    again = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert again is not None
    assert np.array_equal(again, page)
    start = data.index(b"pHYs")
    length, (x, y, unit) = struct.unpack(">I", data[start - 4 : start])[0], struct.unpack(">IIB", data[start + 4 :][:9])
    assert (length, x, y, unit) == (9, 11811, 11811, 1)
    assert round(x * 0.0254) == DPI
    assert struct.unpack(">I", data[start + 13 : start + 17])[0] == zlib.crc32(data[start : start + 13])


def test_the_pdf_holds_the_page(page: Picture) -> None:
    """Read as a viewer does: from the trailer by the cross-reference table to the picture."""
    data = card_file(".pdf")
    assert data is not None
    xref = int(data.split(b"startxref\n")[1].split(b"\n")[0])
    table = data[xref:].split(b"\n")
    assert table[0] == b"xref"
    count = int(table[1].split()[1])
    starts = [int(line[:10]) for line in table[3 : 2 + count]]
    assert all(len(line) == 19 for line in table[2 : 2 + count])
    objects = [data[start:].split(b"endobj")[0] for start in starts]
    assert [body.split(b" ", 1)[0] for body in objects] == [b"%d" % number for number in range(1, count)]
    assert b"/MediaBox [0 0 595.276 841.89]" in objects[2]
    picture = objects[4]
    width, height = (int(re.search(rb"/%s (\d+)" % name, picture)[1]) for name in (b"Width", b"Height"))  # type: ignore[index]
    length = int(re.search(rb"/Length (\d+)", picture)[1])  # type: ignore[index]
    stream = picture.split(b"stream\n", 1)[1]
    assert stream[length:] == b"\nendstream\n"
    bits = np.frombuffer(zlib.decompress(stream[:length]), np.uint8).reshape(height, -1)
    again = (np.unpackbits(bits, axis=1)[:, :width] * 255).astype(np.uint8)
    assert again.shape == page.shape
    assert set(codes_in(again)) == set(codes_in(page))


def test_other_kinds_of_file_are_not_made() -> None:
    assert card_file(".jpeg") is None
