"""Pictures of tickets: barcodes as grey pictures and PNG files, and a page to print them from.

The picture holds the barcode alone; what people read beside it stands on the page. A code is never written out as
text: whoever reads it holds the ticket.
"""

from __future__ import annotations

import html
import re
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from kiosk.sandbox.samples import Sample

GreyPicture = NDArray[np.uint8]
"""Rows by columns, 0 black to 255 white."""

_FORMATS = {
    "QRCODE": zxingcpp.BarcodeFormat.QRCode,
    "AZTEC": zxingcpp.BarcodeFormat.Aztec,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
    "DATA_MATRIX": zxingcpp.BarcodeFormat.DataMatrix,
    "CODE128": zxingcpp.BarcodeFormat.Code128,
    "CODE39": zxingcpp.BarcodeFormat.Code39,
    "EAN13": zxingcpp.BarcodeFormat.EAN13,
    "ITF": zxingcpp.BarcodeFormat.ITF,
}

SYMBOLOGIES = tuple(_FORMATS)

LONGEST = {"CODE128": 32, "CODE39": 24, "ITF": 24, "EAN13": 13}
"""Characters a linear code may hold before it is too wide for a ticket, and for a camera."""


def fits(code: str, symbology: str) -> bool:
    """Whether this barcode can hold this code, and be read from a ticket."""
    if symbology in ("EAN13", "ITF") and not (code.isascii() and code.isdigit()):
        return False
    if symbology == "EAN13" and len(code) != 13:
        return False
    return len(code) <= LONGEST.get(symbology, 1000)


def ticket_picture(code: str, symbology: str, *, module_px: int = 4) -> GreyPicture:
    """A barcode with its quiet zone; `module_px` pixels for its narrowest element.

    Raises ValueError for a symbology that there is not, or that cannot hold the code.
    """
    if symbology not in _FORMATS:
        raise ValueError(f"no symbology {symbology!r}; there are {', '.join(SYMBOLOGIES)}")
    if not fits(code, symbology):
        raise ValueError(f"{symbology} cannot hold these {len(code)} characters")
    barcode = zxingcpp.create_barcode(code, _FORMATS[symbology])
    picture = np.array(barcode.to_image(scale=module_px, add_quiet_zones=True), dtype=np.uint8)
    return np.pad(picture, 2 * module_px, constant_values=255)


def png(picture: GreyPicture) -> bytes:
    """The picture as a PNG file (8 bit grey; RFC 2083)."""
    height, width = picture.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    unfiltered = np.zeros((height, width + 1), dtype=np.uint8)
    unfiltered[:, 1:] = picture
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_tickets(folder: Path, samples: Iterable[Sample]) -> tuple[Path, ...]:
    """One PNG for every sample, named for it, and `index.html` to print them from. Raises OSError.

    `good-1_74T6JK_qrcode.png`: the sample's name, the supplier's reference, the symbology.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, cards = [], []
    for sample in samples:
        name = _file_name(sample)
        (folder / name).write_bytes(png(ticket_picture(sample.code, sample.symbology)))
        written.append(folder / name)
        cards.append(_card(sample, name))
    page = folder / "index.html"
    page.write_text(_PAGE.format(cards="\n".join(cards)), encoding="utf-8")
    return (*written, page)


def _file_name(sample: Sample) -> str:
    reference = sample.references[0] if len(sample.references) == 1 else ""
    return "_".join(filter(None, (sample.name, reference, sample.symbology.lower()))) + ".png"


def _card(sample: Sample, picture: str) -> str:
    lines = (
        f"<b>{_text(sample.name)}</b> {_text(' '.join(sample.references))}",
        _text(sample.caption),
        _text(sample.supplier),
        f"<i>{_text(sample.description)} → {_text(sample.expectation)}</i>",
    )
    return f'<figure><img src="{_text(picture)}" alt=""><figcaption>{"<br>".join(lines)}</figcaption></figure>'


def _text(text: str) -> str:
    """Safe in HTML; control and bidi characters shown as dots."""
    return html.escape(re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "·", text))


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox tickets</title><style>
body {{ font: 11pt sans-serif; display: grid; grid-template-columns: repeat(auto-fill, minmax(22em, 1fr)); gap: 2em; }}
figure {{ margin: 0; break-inside: avoid; }}
img {{ max-width: 100%; image-rendering: pixelated; }}
</style></head><body>
{cards}
</body></html>
"""
