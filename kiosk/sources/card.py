"""Draws the calibration card: a page to print, each code with its name. Needs no font but the one inside OpenCV."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from kiosk.domain.calibration.card import CARD, CardCode
from kiosk.sources.pdf import one_page

Picture = NDArray[np.uint8]

DPI = 300
A4_PX = 2480, 3508
A4_PT = 595.276, 841.89
"""A4 in pixels at 300 dpi, and in points."""

_MARGIN_PX, _GAP_PX = 140, 190
"""Far enough apart that a scanner aimed at one code does not read its neighbour."""

_FONT, _CAPTION_SIZE, _CAPTION_PX = cv2.FONT_HERSHEY_SIMPLEX, 1.2, 70

_FORMATS = {
    "QRCODE": zxingcpp.BarcodeFormat.QRCode,
    "MICRO_QRCODE": zxingcpp.BarcodeFormat.MicroQRCode,
    "AZTEC": zxingcpp.BarcodeFormat.Aztec,
    "DATA_MATRIX": zxingcpp.BarcodeFormat.DataMatrix,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
    "CODE128": zxingcpp.BarcodeFormat.Code128,
    "CODE39": zxingcpp.BarcodeFormat.Code39,
    "ITF": zxingcpp.BarcodeFormat.ITF,
    "EAN13": zxingcpp.BarcodeFormat.EAN13,
    "EAN8": zxingcpp.BarcodeFormat.EAN8,
}
_MODULE_PX = {"CODE128": 3, "CODE39": 3, "PDF417": 4, "ITF": 4, "EAN13": 4, "EAN8": 4}
"""Pixels of the narrowest bar or dot: 0.25 to 0.34 mm for lines, 0.7 mm for squares."""
_SQUARE_PX = 8

_HOW_TO = (
    "Calibration card",
    "Run  kiosk calibrate  and scan every code once, in any order. Print at 100 %, do not scale.",
)


def card_file(suffix: str) -> bytes | None:
    """The card as a file of the kind that `suffix` names: .png or .pdf; None for others."""
    match suffix.lower():
        case ".png":
            return _png(draw())
        case ".pdf":
            return one_page(np.packbits(draw() > 127, axis=1).tobytes(), A4_PX, A4_PT)
        case _:
            return None


def draw(codes: Iterable[CardCode] = CARD) -> Picture:
    """The page: black (0) on white (255), A4 upright at 300 dpi. The codes flow from left to right, and down."""
    page: Picture = np.full((A4_PX[1], A4_PX[0]), 255, np.uint8)
    _write(page, _HOW_TO[0], (_MARGIN_PX, 190), 2.6)
    _write(page, _HOW_TO[1], (_MARGIN_PX, 270), _CAPTION_SIZE)
    x, y, row_height = _MARGIN_PX, 360, 0
    for code in codes:
        picture, caption = code_picture(code), f"{code.number}  {code.symbology}"
        height, width = picture.shape
        room = max(width, cv2.getTextSize(caption, _FONT, _CAPTION_SIZE, _thickness(_CAPTION_SIZE))[0][0])
        if x + room > A4_PX[0] - _MARGIN_PX:
            x, y, row_height = _MARGIN_PX, y + row_height + _GAP_PX, 0
        _write(page, caption, (x, y + 30), _CAPTION_SIZE)
        top = y + _CAPTION_PX
        page[top : top + height, x : x + width] = picture
        x, row_height = x + room + _GAP_PX, max(row_height, height + _CAPTION_PX)
    return page


def code_picture(code: CardCode) -> Picture:
    """One code with its quiet zone, at the size that it is printed in."""
    options = {"force_square": True} if code.symbology == "DATA_MATRIX" else {}  # old scanners know no oblong ones
    barcode = zxingcpp.create_barcode(code.text, _FORMATS[code.symbology], **options)
    scale = _MODULE_PX.get(code.symbology, _SQUARE_PX)
    return np.array(barcode.to_image(scale=scale, add_quiet_zones=True), np.uint8)


def _write(page: Picture, text: str, at: tuple[int, int], size: float) -> None:
    """ASCII only: what the font has."""
    cv2.putText(page, text, at, _FONT, size, (0,), _thickness(size), cv2.LINE_AA)


def _thickness(size: float) -> int:
    return max(2, round(size * 2))


def _png(page: Picture) -> bytes:
    """With its resolution, so that it is printed in the right size."""
    done, data = cv2.imencode(".png", page, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise ValueError("OpenCV cannot write a PNG")
    raw = data.tobytes()
    after_header = raw.index(b"IHDR") + 4 + 13 + 4
    per_metre = round(DPI / 0.0254)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    physical = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return raw[:after_header] + physical + raw[after_header:]
