"""The key map: what each key gives, whatever is held, and nothing that a scanner cannot have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.layouts import LAYOUTS, US, Layout
from kiosk.domain.translation import PRINTABLE
from kiosk.sources.evdev_input import EV_KEY, EVENT
from kiosk.sources.keymap import KeyMap, by_number
from tests.sources.devices import typing

CAPS_LOCK, LEFT_ALT, RIGHT_ALT, LEFT_CTRL, RIGHT_SHIFT, KEY_A, KEY_RIGHTBRACE = 58, 56, 100, 29, 54, 30, 27


def text_of(events: bytes, keys: KeyMap | None = None) -> str:
    keys = keys or KeyMap()
    return "".join(keys.key(code, value) for _, _, kind, code, value in EVENT.iter_unpack(events) if kind == EV_KEY)


def press(keys: KeyMap, *codes: int) -> str:
    return "".join(keys.key(code, value) for code in codes for value in (1, 0))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_printable_character_of_every_layout(layout: Layout) -> None:
    for char in PRINTABLE:
        assert text_of(typing(char, layout), KeyMap(layout)) == char


def test_a_whole_ticket() -> None:
    ticket = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"
    assert text_of(typing(ticket + "\r\t")) == ticket + "\r\t"


def test_ctrl_and_right_bracket_is_gs() -> None:
    assert text_of(typing("\x1d")) == "\x1d"
    keys = KeyMap()
    assert keys.key(LEFT_CTRL, 1) + press(keys, KEY_RIGHTBRACE) + keys.key(LEFT_CTRL, 0) == "\x1d"
    assert press(keys, KEY_RIGHTBRACE) == "]"


def test_ctrl_and_left_alt_are_altgr_and_ctrl_and_altgr_are_a_control_character() -> None:
    keys = KeyMap(LAYOUTS["de"])
    keys.key(LEFT_CTRL, 1)
    keys.key(LEFT_ALT, 1)
    assert press(keys, 10) == "]"
    keys.key(LEFT_ALT, 0)
    keys.key(RIGHT_ALT, 1)
    assert press(keys, 10) == "\x1d"


def test_caps_lock_turns_letters_and_nothing_else() -> None:
    keys = KeyMap()
    assert press(keys, CAPS_LOCK, KEY_A, 2) == "A1"
    keys.key(RIGHT_SHIFT, 1)
    assert press(keys, KEY_A, 2) == "a!"
    keys.key(RIGHT_SHIFT, 0)
    assert press(keys, CAPS_LOCK, KEY_A) == "a"


def test_repeats_are_ignored() -> None:
    keys = KeyMap()
    assert [keys.key(KEY_A, value) for value in (1, 2, 2, 2, 0)] == ["a", "", "", "", ""]
    assert keys.key(CAPS_LOCK, 1) + keys.key(CAPS_LOCK, 2) + press(keys, KEY_A) == "A"


def test_the_keypad_gives_digits_and_signs() -> None:
    keypad = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 74, 78, 55, 98, 96]
    assert press(KeyMap(), *keypad) == "0123456789.-+*/\r"


@pytest.mark.parametrize(
    ("digits", "char"),
    [("65", "A"), ("065", "A"), ("0233", "é"), ("130", "é"), ("029", "\x1d"), ("0128", "€"), ("8364", "€"), ("", "")],
)
def test_alt_and_a_number_on_the_keypad(digits: str, char: str) -> None:
    keypad = dict(zip("0123456789", [82, 79, 80, 81, 75, 76, 77, 71, 72, 73], strict=True))
    keys = KeyMap()
    typed = keys.key(LEFT_ALT, 1) + press(keys, *(keypad[digit] for digit in digits)) + keys.key(LEFT_ALT, 0)
    assert typed == char
    assert press(keys, KEY_A) == "a"


def test_a_dead_key_is_laid_on_a_number_too() -> None:
    keys = KeyMap(LAYOUTS["de"])
    assert press(keys, 41) == ""
    assert keys.key(LEFT_ALT, 1) + press(keys, 77, 76) + keys.key(LEFT_ALT, 0) == "Â"


def test_events_that_were_lost_leave_no_key_held() -> None:
    keys = KeyMap()
    keys.key(RIGHT_SHIFT, 1)
    keys.key(LEFT_CTRL, 1)
    keys.forget()
    assert press(keys, KEY_A) == "a"


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(-(2**31), 2**31 - 1)), max_size=300))
def test_no_event_crashes_it_or_gives_more_than_a_dead_key_and_its_character(events: list[tuple[int, int]]) -> None:
    for layout in LAYOUTS.values():
        keys = KeyMap(layout)
        for code, value in events:
            typed = keys.key(code, value)
            assert len(typed) <= 2
            typed.encode()


@given(st.lists(st.tuples(st.integers(0, 130), st.integers(0, 2)), max_size=200), st.text(PRINTABLE, max_size=20))
def test_whatever_came_before_lost_events_the_next_code_is_right(events: list[tuple[int, int]], code: str) -> None:
    keys = KeyMap()
    for number, value in events:
        keys.key(number, value)
    if keys._keyboard.caps_lock:
        press(keys, CAPS_LOCK)
    keys.forget()
    assert text_of(typing(code, US), keys) == code


@given(st.text(max_size=8))
def test_any_number_gives_one_character_or_none(number: str) -> None:
    assert len(by_number(number)) <= 1
