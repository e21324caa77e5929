"""Layouts and translations: what a scanner types where the keyboard is another, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.layouts import DE, FR, LAYOUTS, SPACE, US, Keyboard, Layout
from kiosk.domain.translation import PRINTABLE, Translation, between, layouts_of, translation, typed

TICKET = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"


@pytest.mark.parametrize(("host", "wrong"), [("us", 0), ("gb", 6), ("de", 31), ("fr", 49), ("pl", 0)])
def test_as_many_characters_come_out_wrong_as_were_measured(host: str, wrong: int) -> None:
    """A scanner set to us, the 94 printable characters one by one; a dead key counts as wrong."""
    real = LAYOUTS[host]
    came = [(char, real.at(US.presses[char][0]), real.is_dead(US.presses[char][0])) for char in PRINTABLE[1:]]
    assert sum(char != sign or dead for char, sign, dead in came) == wrong


def test_a_bar_from_an_american_scanner_is_a_tilde_in_britain() -> None:
    assert typed("|", US, LAYOUTS["gb"])[0] == "~"


def test_a_ticket_on_a_german_keyboard() -> None:
    assert typed("zY/+1=|", US, DE)[0] == "yZ-`1''"
    assert typed("+a=e`o", US, DE)[0] == "àéô"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_rows_have_a_place_for_every_key(layout: Layout) -> None:
    assert (len(layout.plain), len(layout.shifted), len(layout.altgr)) == (SPACE, SPACE, SPACE)


@pytest.mark.parametrize("name", LAYOUTS)
@given(text=st.text(PRINTABLE, max_size=60))
def test_where_scanner_and_keyboard_agree_nothing_changes(name: str, text: str) -> None:
    assert typed(text, LAYOUTS[name], LAYOUTS[name])[0] == text
    assert between(name, name)(text) == text


@pytest.mark.parametrize("host", ["us", "gb", "pl", "de-nodeadkeys", "fr-nodeadkeys"])
@given(text=st.text(PRINTABLE, max_size=60))
def test_every_text_of_an_american_scanner_comes_back(host: str, text: str) -> None:
    assert between("us", host)(typed(text, US, LAYOUTS[host])[0]) == text


@pytest.mark.parametrize("host", ["de", "fr"])
@given(text=st.text("".join(c for c in PRINTABLE if c not in " `=+[{^'\"|"), max_size=60))
def test_dead_keys_spoil_nothing_else(host: str, text: str) -> None:
    assert between("us", host)(typed(text, US, LAYOUTS[host])[0]) == text


def test_a_dead_key_on_a_letter_comes_back() -> None:
    assert between("us", "de")(typed("+n`a=E", US, DE)[0]) == "+n`a=E"
    assert between("us", "fr")(typed("[a{o", US, FR)[0]) == "[a{o"


def test_what_cannot_be_told_apart_is_said() -> None:
    assert between("us", "de").lost == "="
    assert between("us", "de-nodeadkeys").lost == ""
    assert "@" in between("de", "us").lost


@pytest.mark.parametrize("scanner", LAYOUTS)
@pytest.mark.parametrize("host", LAYOUTS)
def test_whatever_is_not_lost_comes_back(scanner: str, host: str) -> None:
    back = between(scanner, host)
    for char in PRINTABLE:
        came, _ = typed(char, LAYOUTS[scanner], LAYOUTS[host])
        assert (back(came) == char) != (char in back.lost)


def test_control_characters_pass() -> None:
    assert typed("A\x1dB", US, DE)[0] == "A\x1dB"
    assert between("us", "de")("A\x1dB\r") == "A\x1dB\r"


@given(st.text(max_size=40), st.sampled_from(sorted(LAYOUTS)), st.sampled_from(sorted(LAYOUTS)), st.booleans())
def test_each_character_knows_where_it_comes_from(text: str, scanner: str, host: str, caps_lock: bool) -> None:
    came, origins = typed(text, LAYOUTS[scanner], LAYOUTS[host], caps_lock=caps_lock)
    assert len(came) == len(origins)
    assert list(origins) == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


def test_caps_lock_is_of_the_letters_only() -> None:
    keyboard = Keyboard(FR, caps_lock=True)
    assert "".join(keyboard.press(FR.presses[char][0]) for char in "aA1é&m") == "Aa1é&M"


def test_options() -> None:
    assert translation("")("zy|") == "zy|"
    assert translation("us>gb")("~") == "|"
    assert translation("", {"~": "\x1d"})("A~B") == "A\x1dB"
    assert translation("us>de", {"|": "!", "é": "e"})("'é~zà") == "!e~y+a"
    assert layouts_of("") == ("us", "us")
    assert layouts_of("us>de-nodeadkeys") == ("us", "de-nodeadkeys")


@pytest.mark.parametrize("option", ["de", "us>xx", "xx>us", ">", "us>de>fr"])
def test_options_that_are_none(option: str) -> None:
    with pytest.raises(ValueError, match='like "us>de"'):
        translation(option)


@given(st.text(max_size=60))
def test_a_translation_takes_any_text(text: str) -> None:
    for scanner in LAYOUTS:
        for host in LAYOUTS:
            assert len(between(scanner, host)(text)) <= 2 * len(text)
    assert Translation({})(text) == text
