"""What a scanner types becomes a code, what a person types becomes a key, and neither the other."""

from __future__ import annotations

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from kiosk.domain.framing import Framed
from kiosk.domain.wedge import Wedge
from kiosk.tui.keyboard import UNREAD, Keyboard

CODE = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"
SCANNER_S, PERSON_S = 0.001, 0.2


class Hands:
    """Types into a keyboard, and collects what it made of it."""

    def __init__(self) -> None:
        self.keyboard = Keyboard(Wedge())
        self.at_s = 10.0
        self.made: list[Framed | str] = []

    def type(self, text: str, gap_s: float) -> Hands:
        for char in text:
            self.at_s += gap_s
            self.made += self.keyboard.press(char, char, self.at_s)
        return self

    def name(self, name: str, gap_s: float = PERSON_S) -> Hands:
        self.at_s += gap_s
        self.made += self.keyboard.press(name, None, self.at_s)
        return self

    def rest(self, seconds: float = 1.0) -> Hands:
        self.at_s += seconds
        self.made += self.keyboard.quiet(self.at_s)
        return self

    @property
    def codes(self) -> list[str]:
        return [one.text for one in self.made if isinstance(one, Framed)]

    @property
    def keys(self) -> list[str]:
        return [one for one in self.made if isinstance(one, str)]


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_a_burst_is_one_code_and_no_keys(hands: Hands) -> None:
    hands.type(f"{CODE}\r\n", SCANNER_S).rest()
    assert (hands.codes, hands.keys) == ([CODE], [])


def test_what_a_person_types_is_keys_and_no_code(hands: Hands) -> None:
    hands.type("/X749G9\r", PERSON_S).rest()
    assert (hands.codes, hands.keys) == ([], [*"/X749G9\r"])


def test_characters_stay_held_until_it_is_known_who_typed_them(hands: Hands) -> None:
    hands.type("q", PERSON_S)
    assert (hands.keyboard.held, hands.keys) == ("q", [])
    hands.rest(0.15)
    assert (hands.keyboard.held, hands.keys) == ("", ["q"])


def test_a_burst_that_never_ends_is_nobodys(hands: Hands) -> None:
    hands.type("abcdefgh", SCANNER_S).rest()
    assert hands.made == []
    assert hands.keyboard.held == ""


@pytest.mark.parametrize("short", ["a\r", "1\r", "a1\r", "y\r", "q\r"])
def test_a_barcode_too_short_for_a_code_confirms_nothing(hands: Hands, short: str) -> None:
    hands.type(short, SCANNER_S).rest()
    assert hands.made == []


def test_a_hasty_enter_does_not_lose_what_was_typed_before_it(hands: Hands) -> None:
    hands.type("X749G9", 0.1).type("\r", 0.02).rest()
    assert hands.keys == [*"X749G9"]


def test_named_keys_pass_at_once(hands: Hands) -> None:
    assert hands.name("down").name("up").name("escape").keys == ["down", "up", "escape"]


def test_esc_takes_back_what_was_typed_just_before(hands: Hands) -> None:
    hands.type("q", PERSON_S).name("escape", 0.05).rest()
    assert hands.keys == ["escape"]
    hands.type("q", PERSON_S).rest()
    assert hands.keys == ["escape", "q"]


def test_a_key_sequence_inside_of_a_code_makes_the_code_unreadable(hands: Hands) -> None:
    hands.type("X749", SCANNER_S).name("down", SCANNER_S).type("G9\r", SCANNER_S).rest()
    assert (hands.codes, hands.keys) == ([f"X749{UNREAD}G9"], [])


def test_keys_without_their_character_are_known_by_name(hands: Hands) -> None:
    for name in ("space", "enter", "ctrl+q"):
        hands.name(name).rest()
    assert hands.keys == [" ", "\r", "\x11"]


@holds_for(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=6, max_size=90)))
def test_whatever_a_scanner_sends_is_never_a_key(codes: list[str]) -> None:
    hands = Hands()
    for code in codes:
        hands.type(f"{code}\r", SCANNER_S)
    assert hands.rest().keys == []
    assert len(hands.codes) == len(codes)
