"""A terminal is made as it was found, whatever a screen has done to it, and whether it reads or not."""

from __future__ import annotations

import asyncio
import os
import pty
import termios
import tty
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kiosk.tty import SANE, Tty


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The far end, and the end that programs use."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def test_a_terminal_left_raw_is_as_it_was_found(terminal: tuple[int, int]) -> None:
    far, near = terminal
    found = termios.tcgetattr(near)
    ours = Tty(near, near)
    tty.setraw(near)
    os.write(near, b"\x1b[?1049h\x1b[?25l")
    assert termios.tcgetattr(near) != found
    ours.reset()
    assert termios.tcgetattr(near) == found
    written = b""
    while not written.endswith(SANE):
        written += os.read(far, 1000)


def test_what_was_typed_at_a_dead_screen_is_dropped(terminal: tuple[int, int]) -> None:
    far, near = terminal
    ours = Tty(near, near)
    os.write(far, b"!1|z-a-ticket\n")
    ours.reset()
    os.write(far, b"next\n")
    assert os.read(near, 1000) == b"next\n"


async def test_a_terminal_that_does_not_read_holds_nobody_up(terminal: tuple[int, int]) -> None:
    _, near = terminal
    os.set_blocking(near, False)
    with suppress(BlockingIOError):
        while os.write(near, b"x" * 1000):
            pass
    os.set_blocking(near, True)
    async with asyncio.timeout(5):
        await asyncio.to_thread(Tty(near, near).reset)


def test_without_a_terminal_nothing_is_done() -> None:
    with open(os.devnull, "r+b") as null:
        ours = Tty(null.fileno(), null.fileno())
        assert not ours.is_there
        ours.reset()


def test_a_hushed_terminal_echoes_nothing_and_makes_no_signals(terminal: tuple[int, int]) -> None:
    far, near = terminal
    found = termios.tcgetattr(near)
    ours = Tty(near, near)
    ours.hush()
    quiet = termios.tcgetattr(near)
    assert not quiet[3] & (termios.ECHO | termios.ISIG)
    assert not quiet[0] & termios.IXON
    os.write(far, b"\x03secret\n")
    assert os.read(near, 100) == b"\x03secret\n"
    os.set_blocking(far, False)
    with pytest.raises(BlockingIOError):
        os.read(far, 100)
    ours.reset()
    assert termios.tcgetattr(near) == found


def test_a_pseudo_terminal_has_no_consoles_to_change_to(terminal: tuple[int, int]) -> None:
    ours = Tty(*reversed(terminal))
    assert ours.hold() is False
    ours.stay()
    ours.let_go()
