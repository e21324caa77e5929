"""Codes out of bytes: the same whatever the pieces, in whatever encoding, and never too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.framing import Framed, FramingRules
from kiosk.domain.translation import Translation
from kiosk.sources.text import TextReading, text_of
from tests.sources.devices import in_pieces

RAW = FramingRules(strip_aim=False)


def read_all(data: bytes, size: int, rules: FramingRules = RAW) -> list[Framed]:
    reading = TextReading(rules)
    return [code for piece in in_pieces(data, size) for code in reading.feed(piece, 0.0)]


@pytest.mark.parametrize(
    ("data", "text"),
    [("Müller".encode(), "Müller"), ("Müller".encode("latin-1"), "Müller"), (b"", ""), (b"\xff\xfe", "ÿþ")],
)
def test_utf_8_or_latin_1(data: bytes, text: str) -> None:
    assert text_of(data) == text


@given(st.binary(max_size=2_000), st.integers(1, 64))
def test_pieces_do_not_matter_and_no_code_is_too_long(data: bytes, size: int) -> None:
    rules = FramingRules(longest=20, prefix="<", suffix=">")
    codes = read_all(data, size, rules)
    assert codes == read_all(data, max(len(data), 1), rules)
    assert all(len(code.text) <= 20 for code in codes)


@given(st.binary(max_size=300), st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=4))
def test_nothing_is_carried_into_the_next_code(before: bytes, code: str) -> None:
    reading = TextReading(RAW)
    reading.feed(before + b"\r", 0.0)
    assert [framed.text for framed in reading.feed(code.encode() + b"\r", 0.0)] == [code]


@given(st.binary(max_size=300))
def test_a_code_cut_off_by_silence_is_not_carried_either(before: bytes) -> None:
    reading = TextReading(RAW)
    reading.feed(before, 0.0)
    assert reading.idle(0.3) == ()
    assert [framed.text for framed in reading.feed(b"ABCD\r", 0.3)] == ["ABCD"]


def test_a_replacement_may_be_what_no_byte_stands_for() -> None:
    (code,) = TextReading(RAW, Translation({"~": "漢"})).feed(b"AB~CD\r", 0.0)
    assert code.text == "AB漢CD"
