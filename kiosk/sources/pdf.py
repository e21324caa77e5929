"""A PDF of one black-and-white picture, by hand: forty lines, where a library would be a dependency for one command."""

from __future__ import annotations

import zlib


def one_page(bits: bytes, size_px: tuple[int, int], size_pt: tuple[float, float]) -> bytes:
    """PDF 1.4. `bits`: rows from the top, one bit a pixel, 1 is white, each row filled up to whole bytes.

    Sizes are width and height; a point is 1/72 inch.
    """
    (width, height), (width_pt, height_pt) = size_px, size_pt
    picture = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode"
    )
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width_pt} {height_pt}] /Contents 4 0 R "
        "/Resources << /XObject << /Card 5 0 R >> >> >>"
    )
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode(),
        _stream("", f"q {width_pt} 0 0 {height_pt} 0 0 cm /Card Do Q".encode()),
        _stream(picture, zlib.compress(bits, 9)),
    )


def _stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(*objects: bytes) -> bytes:
    """Objects with what goes around them: header, cross-reference table, trailer (ISO 32000-1, 7.5)."""
    out, starts = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    count = len(objects) + 1
    ending = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return out + ending.encode()
