"""Lamps and buzzer on pretend pins."""

from __future__ import annotations

import pytest
from gpiozero.pins.mock import MockFactory

from kiosk.device.signals.lights import Buzzer, Lamps
from kiosk.device.signals.pins import Pin
from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Beat, Cue, Light, Word
from tests.device.signals.pins import factory, states

__all__ = ["factory"]

GREEN, AMBER, RED = 17, 27, 22
BOTH = frozenset({Light.GREEN, Light.AMBER})


def go_on(seconds: float) -> bool:
    return True


def test_the_colours_of_a_cue_flash_as_often_as_it_says(factory: MockFactory) -> None:
    lamps, waited = Lamps({Light.GREEN: GREEN, Light.AMBER: AMBER, Light.RED: RED}, hold_s=2), list[float]()
    lamps.open()

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return True

    lamps.show(Cue(Word.ADMIT_PROVISIONAL, "A", (), BOTH, flashes=3), wait)
    for number in (GREEN, AMBER):
        assert states(factory, number)[-6:] == [True, False] * 3
    assert True not in states(factory, RED)
    assert waited[-2] == 2
    lamps.close()


def test_a_lamp_is_dark_again_when_something_newer_comes(factory: MockFactory) -> None:
    lamps = Lamps({Light.GREEN: GREEN})
    lamps.open()
    lamps.show(Cue(Word.ADMIT, "A", (), frozenset({Light.GREEN}), flashes=5), lambda seconds: False)
    assert states(factory, GREEN)[-2:] == [True, False]
    assert states(factory, GREEN).count(True) == 1
    lamps.close()


def test_where_low_is_lit_high_is_dark_from_the_first_moment(factory: MockFactory) -> None:
    lamps = Lamps({Light.RED: RED}, active_high=False)
    lamps.open()
    assert states(factory, RED)[-1] is True
    lamps.show(Cue(Word.REFUSE, "A", (), frozenset({Light.RED})), go_on)
    assert states(factory, RED)[-2:] == [False, True]
    lamps.close()


def test_the_buzzer_keeps_the_rhythm(factory: MockFactory) -> None:
    buzzer, waited = Buzzer(23), list[float]()
    buzzer.open()

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) < 3

    buzzer.show(Cue(Word.REFUSE, "A", (Beat(220, 0.35, 0.12), Beat(220, 0.3))), wait)
    assert waited == [0.35, 0.12, 0.3]
    assert states(factory, 23)[-4:] == [True, False, True, False]
    buzzer.close()


def test_a_pin_that_somebody_has_is_told(factory: MockFactory) -> None:
    pin = Pin("buzzer", 23)
    with pytest.raises(SignalError, match="buzzer: pin 23 cannot be used"):
        Pin("buzzer", 23)
    pin.close()
