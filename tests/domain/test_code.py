"""What may be looked up, and how it is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.code import GS, LONGEST_CODE, Code, read_code, show_hostile, split_aim
from tests.fakes import CODE


@pytest.mark.parametrize(
    "text",
    [CODE, "X749G9", "HTA89203", "VOUCHER-0123", "4006381333931", f"0100614141{GS}21AB", "Müller", "チケット", "a b"],
)
def test_a_ticket_is_read_as_it_is(text: str) -> None:
    code = read_code(text, "QRCODE")
    assert code is not None
    assert (code.text, code.symbology) == (text, "QRCODE")


def test_what_a_scanner_types_around_a_code_is_dropped() -> None:
    assert read_code("\tX749G9\r\n") == Code("X749G9")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\r\n", "a\0b", "a\x1b[2Jb", "a\nb", "\u202eabc", "a\u200bb", "\ud800", "a\ufffdb", "a\x85b", "x" * 1025],
)
def test_what_no_ticket_holds_is_unreadable(text: str) -> None:
    assert read_code(text) is None


def test_the_longest_code_is_readable() -> None:
    assert read_code("x" * LONGEST_CODE) is not None


@pytest.mark.parametrize(
    ("text", "masked"),
    [(CODE, "!1|z…R1Gp"), ("VOUCHER-0123", "VOUC…0123"), ("X749G9", "…G9"), ("1234", "…")],
)
def test_a_masked_code_is_too_little_to_make_a_ticket_of(text: str, masked: str) -> None:
    assert Code(text).masked == masked
    assert text not in repr(Code(text))


@given(st.text(min_size=1, max_size=200))
def test_masking_never_shows_more_than_eight_characters(text: str) -> None:
    assert len(Code(text).masked.replace("…", "", 1)) <= 8


def test_tickets_of_one_supplier_share_a_shape() -> None:
    other = CODE[:10] + "Q" + CODE[11:]
    assert Code(CODE).shape == Code(other).shape
    assert len({Code(text).shape for text in (CODE, "X749G9", "HTA89203", "VOUCHER-0123")}) == 4
    assert Code("X749G9").shape == Code("408H44").shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("]C1X749G9", ("X749G9", "CODE128")),
        ("]d2abc", ("abc", "DATA_MATRIX")),
        ("]Q3abc", ("abc", "QRCODE")),
        ("]z0abc", ("abc", "AZTEC")),
        ("]X0abc", ("abc", None)),
        ("]", ("]", None)),
        ("plain", ("plain", None)),
        ("a]C1", ("a]C1", None)),
    ],
)
def test_an_aim_identifier_is_told_from_the_code(text: str, expected: tuple[str, str | None]) -> None:
    assert split_aim(text) == expected


@given(st.text(max_size=300))
def test_shown_text_is_one_harmless_line(text: str) -> None:
    shown = show_hostile(text)
    assert len(shown) <= 80
    assert all(unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" for c in shown)


@given(st.text(max_size=300))
def test_whatever_is_read_is_what_is_looked_up(text: str) -> None:
    code = read_code(text)
    assert code is None or code.text == text.strip(" \t\r\n")
