"""The card's codes: every character in every symbology that has it, and each code unlike the others."""

from __future__ import annotations

from itertools import pairwise

from kiosk.domain.calibration.card import CARD, CODE39
from kiosk.domain.calibration.setups import STRANGE
from kiosk.domain.code import GS, read_code
from kiosk.domain.translation import PRINTABLE

FULL = ("QRCODE", "AZTEC", "DATA_MATRIX", "PDF417", "CODE128")


def characters(symbology: str) -> set[str]:
    return {char for code in CARD if code.symbology == symbology for char in code.text}


def test_every_character_is_in_every_symbology_that_has_it() -> None:
    for symbology in FULL:
        assert characters(symbology) - {GS} == set(PRINTABLE)
    assert GS in characters("DATA_MATRIX")
    assert characters("CODE39") == set(CODE39)
    for symbology in ("ITF", "EAN13", "EAN8"):
        assert characters(symbology) <= set("0123456789")


def test_check_digits_are_right() -> None:
    for code in CARD:
        if code.symbology in ("ITF", "EAN13", "EAN8"):
            digits = [int(char) for char in reversed(code.text)]
            assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0, code


def test_no_code_looks_like_another() -> None:
    neighbours = [set(pairwise(code.text)) for code in CARD]
    for place, some in enumerate(neighbours):
        for others in neighbours[:place]:
            assert len(some & others) / len(some | others) < STRANGE


def test_a_missing_first_or_last_character_shows() -> None:
    for code in CARD:
        assert code.text[0] != code.text[1], code
        assert code.text[-1] != code.text[-2], code


def test_a_gate_could_read_each_of_them_as_it_is() -> None:
    for code in CARD:
        assert read_code(code.text) is not None
        assert code.text.strip() == code.text
        assert len(code.text) >= 4
