"""A secret is shown by nothing but `reveal`."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import dataclass

import pytest

from kiosk.domain.secret import Secret


@dataclass(frozen=True)
class Holder:
    pin: Secret


def test_a_secret_does_not_show_itself(caplog: pytest.LogCaptureFixture) -> None:
    pin = Secret("1234")
    logging.getLogger("test").warning("%s %r %s", pin, pin, Holder(pin))
    for shown in (repr(pin), str(pin), f"{pin}", f"{pin!r:>20}", repr(Holder(pin)), repr([pin]), caplog.text):
        assert "1234" not in shown
    assert pin.reveal() == "1234"


def test_a_secret_is_not_written_down() -> None:
    for write in (pickle.dumps, copy.copy, json.dumps):
        with pytest.raises(TypeError):
            write(Secret("1234"))


def test_an_empty_secret_is_none() -> None:
    assert not Secret()
    assert Secret("0")
    assert (Secret("1"), Secret("1"), hash(Secret("1"))) == (Secret("1"), Secret("1"), hash(Secret("1")))
    assert Secret("1") != Secret("2")
    assert Secret("1") != "1"
