"""The engines: the same words for both, texts and bytes as they are in the code."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.domain.errors import SourceError
from kiosk.sources.decoding import engines as engines_module
from kiosk.sources.decoding.engines import Engine, engines
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.vision import Picture
from kiosk.sources.formats import FORMATS
from tests.sources.drawing import TEXTS, code, qr

ZBAR_READS = {"QRCODE", "CODE128", "CODE39", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"}


def only(reads: list[Read]) -> Read:
    assert len(reads) == 1
    return reads[0]


@pytest.mark.parametrize("symbology", FORMATS)
def test_zxing_reads_every_symbology_by_our_name(both: dict[str, Engine], symbology: str) -> None:
    read = only(both["zxing"].read(code(symbology, TEXTS[symbology]), FORMATS))
    assert (read.symbology, read.text) == (symbology, TEXTS[symbology])


@pytest.mark.parametrize("symbology", sorted(ZBAR_READS))
def test_zbar_says_the_same(both: dict[str, Engine], symbology: str) -> None:
    read = only(both["zbar"].read(code(symbology, TEXTS[symbology]), FORMATS))
    assert (read.symbology, read.text) == (symbology, TEXTS[symbology])


@pytest.mark.parametrize("name", ["zxing", "zbar"])
@pytest.mark.parametrize("text", ["MZXSLR", "AB+C12", "A/A1$M"])
def test_a_code_39_is_read_as_it_is_printed(both: dict[str, Engine], name: str, text: str) -> None:
    """Six of its characters can pass for an Italian Code 32, pairs of them for small letters."""
    assert only(both[name].read(code("CODE39", text), FORMATS)).text == text


@pytest.mark.parametrize("name", ["zxing", "zbar"])
@pytest.mark.parametrize(
    ("picture", "text"),
    [
        (qr("Müller 漢"), "Müller 漢"),
        (qr("Müller".encode()), "Müller"),
        (qr("Müller".encode("latin-1")), "Müller"),
        (qr("Привет", encoding="iso-8859-5", eci=True), "Привет"),
        (qr(b"A\x00B\x1b[31m[/]\xff"), "A\x00B\x1b[31m[/]\xff"),
        (qr(bytes(range(256))), bytes(range(256)).decode("latin-1")),
        (qr("x" * 2000), "x" * 2000),
    ],
    ids=["utf-8", "utf-8 bytes", "latin-1", "eci", "controls", "every byte", "long"],
)
def test_texts_and_bytes_are_untouched(both: dict[str, Engine], name: str, picture: Picture, text: str) -> None:
    assert only(both[name].read(picture, ["QRCODE"])).text == text


@pytest.mark.parametrize(
    ("name", "symbology"),
    [
        ("zxing", "CODE128"),
        ("zxing", "QRCODE"),
        ("zxing", "DATA_MATRIX"),
        ("zxing", "AZTEC"),
        ("zbar", "CODE128"),
        ("zbar", "QRCODE"),
    ],
)
def test_gs1_has_gs_between_its_fields(both: dict[str, Engine], name: str, symbology: str) -> None:
    picture = code(symbology, "[01]04012345123456[10]ABC123[21]XYZ", gs1=True)
    assert only(both[name].read(picture, [symbology])).text == "010401234512345610ABC123\x1d21XYZ"


@pytest.mark.parametrize("name", ["zxing", "zbar"])
def test_only_what_was_asked_for_is_read(both: dict[str, Engine], name: str) -> None:
    picture = code("CODE128", "HTA89203")
    assert both[name].read(picture, ["QRCODE"]) == []
    assert both[name].read(picture, []) == []
    assert only(both[name].read(picture, ["QRCODE", "CODE128"])).text == "HTA89203"


@pytest.mark.parametrize("name", ["zxing", "zbar"])
def test_an_ean_that_starts_with_zero_is_a_upc_only_where_those_are_asked_for(
    both: dict[str, Engine], name: str
) -> None:
    picture = code("EAN13", "0036000291452")
    assert only(both[name].read(picture, ["EAN13"])).key == ("EAN13", "0036000291452")
    assert only(both[name].read(picture, ["EAN13", "UPCA"])).key == ("UPCA", "036000291452")


@pytest.mark.parametrize("name", ["zxing", "zbar"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 400), (400, 2), (3, 3), (60, 60)])
def test_pictures_too_small_or_empty_hold_nothing(both: dict[str, Engine], name: str, shape: tuple[int, int]) -> None:
    assert both[name].read(np.full(shape, 200, np.uint8), FORMATS) == []


@pytest.mark.parametrize("name", ["zxing", "zbar"])
def test_corners_stand_around_the_code(both: dict[str, Engine], name: str) -> None:
    read = only(both[name].read(code("QRCODE", "HTA89203", 6), ["QRCODE"]))
    (left, top), (right, _), (_, bottom), _ = read.corners
    assert left < right
    assert top < bottom
    assert 100 < right - left < 140  # 21 modules of 6 pixels


def test_a_part_of_a_larger_picture_need_not_be_contiguous(both: dict[str, Engine]) -> None:
    large = np.full((600, 600), 255, np.uint8)
    picture = code("QRCODE", "HTA89203")
    large[100 : 100 + picture.shape[0], 50 : 50 + picture.shape[1]] = picture
    for engine in both.values():
        assert only(engine.read(large[90:, 40:], ["QRCODE"])).text == "HTA89203"


def test_a_missing_library_is_said_once_and_the_other_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Engine:
        raise ImportError("Unable to find zbar shared library")

    monkeypatch.setattr(engines_module, "_zbar", missing)
    monkeypatch.setattr(engines_module, "_told", set())
    said: list[str] = []
    assert list(engines(said.append)) == ["zxing"]
    assert list(engines(said.append)) == ["zxing"]
    assert len(said) == 1
    assert "libzbar0" in said[0]


def test_without_any_engine_there_is_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Engine:
        raise ImportError("no such module")

    for name in ("_zbar", "_zxing"):
        monkeypatch.setattr(engines_module, name, missing)
    monkeypatch.setattr(engines_module, "_told", set())
    with pytest.raises(SourceError, match="no barcode engine"):
        engines(lambda _: None)


def test_a_reads_text_is_not_in_its_repr(both: dict[str, Engine]) -> None:
    assert "HTA89203" not in repr(only(both["zxing"].read(code("QRCODE", "HTA89203"), ["QRCODE"])))
