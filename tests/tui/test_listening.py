"""Silence is what was listened to: a program that was kept from listening has heard none."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from kiosk.tui.listening import Listening


class Clock:
    """Jumps ahead whenever it is looked at, by what it was told, once."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.jumps_s: list[float] = []

    def __call__(self) -> float:
        self.now_s += self.jumps_s.pop(0) if self.jumps_s else 0.0
        return self.now_s


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_time_goes_on_while_it_listens(pipe: tuple[int, int]) -> None:
    clock = Clock()
    listening = Listening(pipe[0], clock)
    clock.jumps_s = [0.0, 0.03]
    assert not listening.wait(0.05)
    assert listening.heard_s == pytest.approx(100.03)


def test_a_wait_that_took_too_long_was_no_silence(pipe: tuple[int, int]) -> None:
    clock = Clock()
    listening = Listening(pipe[0], clock)
    os.write(pipe[1], b"x")
    clock.jumps_s = [0.0, 5.0]
    assert listening.wait(0.05)
    assert listening.heard_s == pytest.approx(100.05)


def test_nor_was_what_lay_between_two_waits(pipe: tuple[int, int]) -> None:
    clock = Clock()
    listening = Listening(pipe[0], clock)
    clock.jumps_s = [3.0]
    listening.wait(0.001)
    assert listening.heard_s == pytest.approx(100.0)


def test_what_is_on_its_way_is_known(pipe: tuple[int, int]) -> None:
    listening = Listening(pipe[0])
    assert not listening.is_behind
    os.write(pipe[1], b"x")
    assert listening.is_behind
    listening.at_work = True
    os.read(pipe[0], 1)
    assert listening.is_behind
    listening.at_work = False
    assert not listening.is_behind
