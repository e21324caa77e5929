"""Which PINs are good enough, and how long a wrong one makes everybody wait."""

from __future__ import annotations

import pytest

from kiosk.domain.pins import FREE_TRIES, LONGEST_WAIT_S, flaw_of, flaw_of_name, wait_after


@pytest.mark.parametrize("pin", ["730518", "0914-7", "tram9!", "918273"])
def test_good_pins(pin: str) -> None:
    assert flaw_of(pin, "Ana") is None


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "73051",
        "1" * 65,
        "111111",
        "121212",
        "123123",
        "123456",
        "987654",
        "345678",
        "abcdef",
        "qwerty",
        "73 518",
        "7305é8",
    ],
)
def test_bad_pins_are_refused_in_words_that_do_not_repeat_them(pin: str) -> None:
    flaw = flaw_of(pin, "Ana")
    assert flaw
    assert not pin or pin not in flaw


@pytest.mark.parametrize("pin", ["marlene", "MARLENE", "marlene1"])
def test_a_name_is_no_pin(pin: str) -> None:
    assert flaw_of(pin, "Marlene")


@pytest.mark.parametrize("name", ["", " Ana", "A" * 41, "A\x1b[31m", "A\nB"])
def test_names_that_nobody_can_have(name: str) -> None:
    assert flaw_of_name(name)


def test_the_wait_doubles_and_has_an_end() -> None:
    waits = [wait_after(wrong) for wrong in range(40)]
    assert waits[:FREE_TRIES] == [0.0] * FREE_TRIES
    assert waits[FREE_TRIES : FREE_TRIES + 4] == [5.0, 10.0, 20.0, 40.0]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_S
