"""Keys from a terminal: every byte as it comes, and the terminal as it was, whatever happens."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import termios
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kiosk.sources.tty_keys import TtyKeys, raw


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    master, line = pty.openpty()
    yield master, line
    for fd in (master, line):
        with suppress(OSError):
            os.close(fd)


async def read(keys: TtyKeys, count: int) -> str:
    strokes = keys.items()
    text = ""
    async with asyncio.timeout(5):
        while len(text) < count:
            text += (await anext(strokes)).char
    await strokes.aclose()
    return text


@pytest.mark.parametrize(
    "typed",
    [b"\r", b"\n", b"\x03\x04\x1a\x1c\x11\x13", b"\x1b[200~\x1b[:;1u", b"\x00\x1d\x7f\x16\x0f", bytes(range(32))],
)
async def test_every_byte_comes_as_it_is(terminal: tuple[int, int], typed: bytes) -> None:
    master, line = terminal
    with raw(line):
        os.write(master, typed)
        assert await read(TtyKeys(line), len(typed)) == typed.decode()


async def test_utf_8_in_pieces_and_bytes_that_are_none(terminal: tuple[int, int]) -> None:
    master, line = terminal
    with raw(line):
        keys = TtyKeys(line)
        reading = asyncio.ensure_future(read(keys, 4))
        for byte in "£|".encode() + b"\xff\r":
            os.write(master, bytes([byte]))
            await asyncio.sleep(0.001)
        assert await reading == "£|\ufffd\r"


def test_the_terminal_is_as_it_was(terminal: tuple[int, int]) -> None:
    _, line = terminal
    before = termios.tcgetattr(line)
    with raw(line):
        assert termios.tcgetattr(line) != before
    assert termios.tcgetattr(line) == before
    with pytest.raises(RuntimeError), raw(line):
        raise RuntimeError
    assert termios.tcgetattr(line) == before


def test_what_is_typed_before_and_after_reaches_nobody(terminal: tuple[int, int]) -> None:
    master, line = terminal
    os.write(master, b"BEFORE\r")
    assert select.select([line], [], [], 5)[0]  # the kernel hands it over when it gets round to it
    with raw(line):
        os.set_blocking(line, False)
        with pytest.raises(BlockingIOError):
            os.read(line, 100)
        os.write(master, b"rm -rf x\r")
        assert select.select([line], [], [], 5)[0]
    with pytest.raises(BlockingIOError):
        os.read(line, 100)


async def test_a_terminal_that_goes_ends_it(terminal: tuple[int, int]) -> None:
    master, line = terminal
    with raw(line):
        keys = TtyKeys(line)
        reading = asyncio.ensure_future(anext(keys.items(), None))
        await asyncio.sleep(0)
        os.close(master)
        async with asyncio.timeout(5):
            assert await reading is None


async def test_close_ends_it(terminal: tuple[int, int]) -> None:
    keys = TtyKeys(terminal[1])
    reading = asyncio.ensure_future(anext(keys.items(), None))
    await asyncio.sleep(0)
    await keys.close()
    async with asyncio.timeout(5):
        assert await reading is None
