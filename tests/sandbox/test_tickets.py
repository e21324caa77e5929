"""Ticket pictures: they read back, and show no code to human eyes."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from kiosk.sandbox import Sandbox
from kiosk.sandbox.tickets import SYMBOLOGIES, GreyPicture, fits, png, ticket_picture, write_tickets
from tests.fakes import FakeClock

LONG = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"


def read(picture: GreyPicture) -> list[str]:
    return [result.text for result in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)]


def unpack(file: bytes) -> GreyPicture:
    """A PNG of 8 bit grey without filters, checked chunk by chunk."""
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, {}
    while place < len(file):
        (length,) = struct.unpack_from(">I", file, place)
        kind, content = file[place + 4 : place + 8], file[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", file, place + 8 + length) == (zlib.crc32(kind + content),)
        chunks[kind] = content
        place += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour, list(chunks)) == (8, 0, [b"IHDR", b"IDAT", b"IEND"])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return np.ascontiguousarray(rows[:, 1:])


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_a_picture_reads_back_as_its_code(symbology: str) -> None:
    code = {"EAN13": "5901234123457", "ITF": "30712345000010"}.get(symbology, "HTA89203")
    picture = ticket_picture(code, symbology)
    assert (str(picture.dtype), picture.ndim, np.unique(picture).tolist()) == ("uint8", 2, [0, 255])
    assert read(picture) == [code]


@pytest.mark.parametrize("symbology", ["QRCODE", "AZTEC", "PDF417", "DATA_MATRIX"])
def test_a_long_code_goes_into_every_square_or_stacked_barcode(symbology: str) -> None:
    assert read(ticket_picture(LONG, symbology, module_px=3)) == [LONG]


def test_a_code_that_a_barcode_cannot_hold_is_refused_without_being_named() -> None:
    for code, symbology in ((LONG, "CODE128"), ("HTA89203", "EAN13"), (LONG, "MAXICODE")):
        with pytest.raises(ValueError, match=symbology) as refused:
            ticket_picture(code, symbology)
        assert code not in str(refused.value)


def test_around_the_barcode_there_is_room() -> None:
    picture = ticket_picture("HTA89203", "QRCODE", module_px=4)
    edges = [picture[:8], picture[-8:], picture[:, :8], picture[:, -8:]]
    assert all((edge == 255).all() for edge in edges)


def test_every_sample_is_written_reads_back_and_is_on_the_page(tmp_path: Path) -> None:
    samples = Sandbox(clock=FakeClock()).samples
    *pictures, page = write_tickets(tmp_path / "new" / "folder", samples.values())
    text = page.read_text(encoding="utf-8")
    assert len(pictures) == len(samples)
    for path, sample in zip(pictures, samples.values(), strict=True):
        assert read(unpack(path.read_bytes())) == [sample.code], sample.name
        assert fits(sample.code, sample.symbology)
        assert path.name.startswith(sample.name)
        assert f'src="{path.name}"' in text
    assert {sample.symbology for sample in samples.values()} == {"QRCODE", "AZTEC", "PDF417", "CODE128", "EAN13"}


def test_the_page_names_tickets_and_never_shows_a_code_or_a_control_character(tmp_path: Path) -> None:
    samples = Sandbox(clock=FakeClock()).samples
    text = write_tickets(tmp_path, samples.values())[-1].read_text(encoding="utf-8")
    assert "good-1</b> YYP2K2<br>London River Cruise Return · 2 Adult, 1 Child" in text
    shown = [name for name, sample in samples.items() if sample.code in text]
    assert shown == ["reference"]  # its code is what people are shown anyway: the supplier's reference
    assert not [character for character in text if (character < " " and character != "\n") or character == "\u202e"]
    assert "\x1b" in samples["hostile"].caption


def test_png_keeps_every_grey() -> None:
    picture = np.arange(256, dtype=np.uint8).reshape(4, 64)
    assert (unpack(png(picture)) == picture).all()
