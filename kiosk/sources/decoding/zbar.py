"""libzbar through pyzbar's bindings: a second opinion on linear codes and QR. Needs the system's libzbar0."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from pyzbar import wrapper

from kiosk.sources.decoding.reading import Read, corners_of
from kiosk.sources.decoding.vision import Picture, Points, cv2

_GREY = int.from_bytes(b"Y800", "little")
_BINARY = 4
"""ZBAR_CFG_BINARY of zbar.h, unknown to pyzbar: without it QR texts are guessed at and re-coded, and bytes are lost."""

_SYMBOLS = {
    "QRCODE": wrapper.ZBarSymbol.QRCODE,
    "CODE128": wrapper.ZBarSymbol.CODE128,
    "CODE39": wrapper.ZBarSymbol.CODE39,
    "ITF": wrapper.ZBarSymbol.I25,
    "EAN13": wrapper.ZBarSymbol.EAN13,
    "EAN8": wrapper.ZBarSymbol.EAN8,
    "UPCA": wrapper.ZBarSymbol.UPCA,
    "UPCE": wrapper.ZBarSymbol.UPCE,
}
_NAMES = {int(symbol): name for name, symbol in _SYMBOLS.items()}


class Zbar:
    """One scanner of libzbar's, with only the asked symbologies on: DataBar prints assertions on noise.

    It reads grey only, never inverted, and looks at every angle by itself: `thorough` changes nothing.
    """

    name = "zbar"

    def __init__(self) -> None:
        self._scanner = wrapper.zbar_image_scanner_create()
        self._formats: frozenset[str] = frozenset()
        self._set(0, wrapper.ZBarConfig.CFG_ENABLE, 0)

    def __del__(self) -> None:
        if scanner := getattr(self, "_scanner", None):
            wrapper.zbar_image_scanner_destroy(scanner)

    def read(self, grey: Picture, formats: Collection[str], *, thorough: bool = False) -> list[Read]:
        self._ask_for(frozenset(formats) & _SYMBOLS.keys())
        if not self._formats or min(grey.shape) < 3:
            return []
        return list(self._scan(np.ascontiguousarray(grey)))

    def _ask_for(self, formats: frozenset[str]) -> None:
        if formats == self._formats:
            return
        for name, symbol in _SYMBOLS.items():
            self._set(int(symbol), wrapper.ZBarConfig.CFG_ENABLE, int(name in formats))
        if "QRCODE" in formats:
            self._set(int(wrapper.ZBarSymbol.QRCODE), _BINARY, 1)
        self._formats = formats

    def _set(self, symbol: int, config: int, value: int) -> None:
        wrapper.zbar_image_scanner_set_config(self._scanner, symbol, int(config), value)

    def _scan(self, grey: Picture) -> Iterator[Read]:
        height, width = grey.shape
        image = wrapper.zbar_image_create()
        try:
            wrapper.zbar_image_set_format(image, _GREY)
            wrapper.zbar_image_set_size(image, width, height)
            wrapper.zbar_image_set_data(image, grey.ctypes.data_as(ctypes.c_void_p), grey.size, None)
            if wrapper.zbar_scan_image(self._scanner, image) < 0:
                return
            symbol = wrapper.zbar_image_first_symbol(image)
            while symbol:
                if read := _read(symbol):
                    yield read
                symbol = wrapper.zbar_symbol_next(symbol)
        finally:
            wrapper.zbar_image_destroy(image)


def _read(symbol: Any) -> Read | None:
    name = _NAMES.get(symbol.contents.type)
    count = wrapper.zbar_symbol_get_loc_size(symbol)
    if name is None or count == 0:
        return None
    raw = ctypes.string_at(wrapper.zbar_symbol_get_data(symbol), wrapper.zbar_symbol_get_data_length(symbol))
    points = np.array(
        [(wrapper.zbar_symbol_get_loc_x(symbol, i), wrapper.zbar_symbol_get_loc_y(symbol, i)) for i in range(count)],
        np.float32,
    )
    # A QR code has its four corners, anticlockwise; a linear one the ends of every line that crossed it.
    box: Points = points[[0, 3, 2, 1]] if count == 4 and name == "QRCODE" else np.asarray(_box(points), np.float32)
    return Read(_text(raw), raw, name, corners_of(box))


def _box(points: Points) -> Points:
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float32)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
