"""gpiozero's pretend pins: what they were, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    """Pins that exist only here."""
    before, made = gpiozero.Device.pin_factory, MockFactory()
    gpiozero.Device.pin_factory = made
    yield made
    made.reset()
    gpiozero.Device.pin_factory = before


def states(factory: MockFactory, number: int) -> list[bool]:
    """High or low, from the moment the pin was first touched."""
    return [state.state for state in factory.pin(number).states]
