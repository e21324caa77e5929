"""zxing-cpp: every symbology, turned, inverted; the engine that most passes use."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import zxingcpp

from kiosk.sources.decoding.reading import Corners, Read
from kiosk.sources.decoding.vision import Picture

_FORMATS = {
    "QRCODE": zxingcpp.BarcodeFormat.QRCode,
    "MICRO_QRCODE": zxingcpp.BarcodeFormat.MicroQRCode,
    "AZTEC": zxingcpp.BarcodeFormat.AztecCode,
    "DATA_MATRIX": zxingcpp.BarcodeFormat.DataMatrix,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
    "CODE128": zxingcpp.BarcodeFormat.Code128,
    "CODE39": zxingcpp.BarcodeFormat.Code39Std,
    "ITF": zxingcpp.BarcodeFormat.ITF,
    "EAN13": zxingcpp.BarcodeFormat.EAN13,
    "EAN8": zxingcpp.BarcodeFormat.EAN8,
    "UPCA": zxingcpp.BarcodeFormat.UPCA,
    "UPCE": zxingcpp.BarcodeFormat.UPCE,
}
"""Plain Code 39: its family takes six letters for a Code 32, and +A for an a. No Aztec runes: they are three digits."""

_NAMES = {
    **{known: name for name, known in _FORMATS.items()},
    zxingcpp.BarcodeFormat.Code39: "CODE39",
    zxingcpp.BarcodeFormat.Aztec: "AZTEC",
}
"""A read names its symbology, or a variant of it."""


class Zxing:
    """Restricting the formats halves the time and the wrong reads; its default text mode rewrites GS1 and controls."""

    name = "zxing"

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        asked = _asked(frozenset(formats))
        if asked is None or min(grey.shape) < 3:
            return []
        found = zxingcpp.read_barcodes(
            np.ascontiguousarray(grey),
            asked,
            try_rotate=thorough,
            try_downscale=thorough,
            try_invert=thorough,
            text_mode=zxingcpp.TextMode.Plain,
        )
        return [read for code in found if (read := _read(code, formats)) is not None]


@lru_cache(maxsize=64)
def _asked(formats: frozenset[str]) -> zxingcpp.BarcodeFormats | None:
    known = [_FORMATS[name] for name in formats if name in _FORMATS]
    return zxingcpp.BarcodeFormats(known) if known else None


def _read(code: zxingcpp.Barcode, formats: Collection[str]) -> Read | None:
    # A variant (Code 39 Extended, MicroPDF417, QR Model 2) goes by its family's name.
    symbology = _NAMES.get(code.format) or _NAMES.get(code.symbology)
    if symbology is None or not code.valid:
        return None
    text, raw = code.text, code.bytes
    if symbology == "UPCE":
        text = str(_extra(code).get("UPCE", text))  # as printed; the library spells it out as an EAN-13
        raw = text.encode()
    elif symbology in ("UPCA", "EAN13") and text.startswith("0") and "UPCA" in formats:
        symbology, text, raw = "UPCA", text[-12:], raw[-12:]  # an EAN-13 that starts with 0 is a UPC-A
    return Read(text, raw, symbology, _corners(code.position))


def _extra(code: zxingcpp.Barcode) -> dict[str, object]:
    return code.extra if isinstance(code.extra, dict) else {}


def _corners(at: zxingcpp.Position) -> Corners:
    a, b, c, d = ((float(p.x), float(p.y)) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
    return a, b, c, d
