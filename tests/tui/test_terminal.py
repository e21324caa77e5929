"""The screen on a real terminal: whatever is typed, and whatever happens to the terminal, the gate goes on."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import struct
import subprocess
import sys
from contextlib import AsyncExitStack
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from kiosk.tui.terminal import is_plain
from tests.tui.given import admitted
from tests.tui.terminals import engine_at, screen_at, until

CODE = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"

HOSTILE = [
    b"\x1b[:;1u",
    b"\x1b[:;1u" * 500,
    b"\x1b[97;5:3;98:99u",
    b"\xff\xfe\x80\xc3(",
    b"\x1b[200~",
    b"\x1b[200~pasted\x1b[201~",
    b"\x1b[48;99999;99999;1;1t",
    b"\x1b[48;24;80;480;800t",
    b"\x1b[?2048;2$y\x1b[?2026;2$y",
    b"\x1b[<0;10;10M\x1b[<0;10;10m\x1b[M !!",
    b"\x1b[1;1R",
    b"\x1b]52;c;AAAA\x07\x1bP+q\x1b\\",
    b"\x1b[" + b"9" * 5000 + b"~",
    b"\x1b" * 300,
    b"\x00\x01\x02\x1c\x7f\x85\x9b31m",
    b"[/][bold]{0}%s$(reboot)`x`\r",
    b"\x03\x03\x11\x1a\x04\x13\x0c",
    b"\r\r\r\n\n\r\n",
    b"a\r",
    b"\x1b[I\x1b[O\x1b[27;5;9~\x1bOM\x1bOP",
    "\u202eevil\u2066\ud7ff".encode() + b"\xed\xa0\x80\r",
]


async def test_nothing_that_can_be_typed_ends_or_mutes_it(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        for number, bytes_ in enumerate(HOSTILE):
            screen.type(bytes_ + b"\r")
            await screen.scan(engine, f"{CODE}{number}")
        assert screen.is_running


async def test_random_bytes_at_full_speed_change_nothing(place: Path) -> None:
    noise = random.Random(7)
    async with engine_at(place) as engine, screen_at(place) as screen:
        for number in range(3):
            for _ in range(20):
                screen.type(noise.randbytes(1024))
                await asyncio.sleep(0.002)
            screen.type(b"\r")  # what the noise began ends here
            await screen.scan(engine, f"{CODE}{number}")
        assert screen.is_running


async def test_every_character_arrives_at_twenty_thousand_a_second(place: Path) -> None:
    codes = [f"{CODE}{number:04}" for number in range(150)]
    stream = "".join(f"{code}\r\n" for code in codes).encode()
    async with engine_at(place) as engine, screen_at(place) as screen:
        for at in range(0, len(stream), 100):
            screen.type(stream[at : at + 100])
            await asyncio.sleep(0.005)
        await until(lambda: len(engine.codes) >= len(codes))
        assert engine.codes == codes


async def test_what_was_typed_before_it_started_presses_nothing(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place, typed_before=b"?") as screen:
        await asyncio.sleep(0.3)  # what was typed would have become a key by now
        await screen.scan(engine, CODE)
        assert "WHAT THE WORDS MEAN" not in screen.text


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_in_order_and_gives_the_terminal_back(place: Path, told: signal.Signals) -> None:
    async with engine_at(place), screen_at(place) as screen:
        assert screen.attributes != screen.before
        assert await screen.end(told) == 0
        await until(lambda: "\x1b[?1049l" in screen.painted)
        assert "\x1b[?25h" in screen.painted
        assert screen.attributes == screen.before


async def test_a_stray_continue_signal_does_not_shuffle_the_keys(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        for _ in range(3):
            screen.process.send_signal(signal.SIGCONT)
        for number in range(20):
            await screen.scan(engine, f"{CODE}{number:02}")
        assert engine.codes == [f"{CODE}{number:02}" for number in range(20)]


async def test_a_frozen_screen_takes_up_what_was_scanned_meanwhile(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        screen.process.send_signal(signal.SIGSTOP)
        screen.type(CODE.encode() + b"\r")
        engine.tell(admitted())
        await asyncio.sleep(0.1)
        assert engine.codes == []
        screen.process.send_signal(signal.SIGCONT)
        await until(lambda: engine.codes == [CODE])
        await screen.shows("X749G9")


async def test_a_screen_stopped_in_the_middle_of_a_code_takes_it_whole(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        screen.type(CODE[:40].encode())
        screen.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(0.6)  # far longer than a scanner ever pauses
        screen.type(CODE[40:].encode() + b"\r")
        screen.process.send_signal(signal.SIGCONT)
        await until(lambda: engine.codes == [CODE])


async def test_a_terminal_that_does_not_read_keeps_no_scan_from_the_engine(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        screen.stop_reading()
        for number in range(400):
            engine.tell(admitted(f"scan-{number}"))
            await asyncio.sleep(0.002)
        await screen.scan(engine, CODE)
        screen.forget()
        screen.read_again()
        await screen.shows("type a code")
        await screen.shows("London River Cruise Return")


async def test_it_ends_when_told_although_its_terminal_does_not_read(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place) as screen:
        screen.stop_reading()
        for number in range(400):
            engine.tell(admitted(f"scan-{number}"))
            await asyncio.sleep(0.002)
        assert await screen.end() == 0
        assert screen.attributes == screen.before


async def test_it_ends_when_its_terminal_is_gone(place: Path) -> None:
    async with engine_at(place), screen_at(place) as screen:
        screen.close_terminal()
        assert await screen.ended() == 0


async def test_it_says_that_the_engine_is_away_and_comes_back_by_itself(place: Path) -> None:
    async with AsyncExitStack() as stack:
        async with engine_at(place) as engine:
            screen = await stack.enter_async_context(screen_at(place))
            await screen.scan(engine, CODE)
        await screen.shows("the gate engine is not running: starting again")
        screen.forget()
        async with engine_at(place) as engine:
            await screen.shows("scan a ticket")
            await screen.scan(engine, f"{CODE}2")


async def test_a_resized_terminal_is_painted_anew(place: Path) -> None:
    async with engine_at(place), screen_at(place) as screen:
        ioctl(screen.slave, TIOCSWINSZ, struct.pack("4H", 15, 60, 0, 0))
        screen.process.send_signal(signal.SIGWINCH)
        await screen.shows("make the terminal larger")


async def test_no_key_closes_a_locked_screen(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place, "--locked") as screen:
        for key in (b"q", b"y", b"\x03", b"y", b"\x11", b"y"):
            screen.type(key)
            await asyncio.sleep(0.15)
        await screen.scan(engine, CODE)
        assert screen.is_running


async def test_q_and_a_yes_close_it(place: Path) -> None:
    async with engine_at(place), screen_at(place) as screen:
        screen.type(b"q")
        await screen.shows("Close this screen?")
        screen.type(b"y")
        assert await screen.ended() == 0


def test_without_a_terminal_it_says_so(place: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk.tui", "--socket", str(place)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "needs a terminal" in ended.stderr


# ── colours ─────────────────────────────────────────────────────────────────────────────────────────

_SGR = re.compile(r"\x1b\[([0-9;]*)m")


def colours(painted: str) -> set[str]:
    """The colours that were asked for; attributes and the defaults left out."""
    attributes = {"", "0", "1", "7", "39", "49"}
    return {code for sequence in _SGR.findall(painted) for code in sequence.split(";")} - attributes


@pytest.mark.parametrize(
    ("environ", "plain"),
    [
        ({"TERM": "linux"}, True),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, True),
        ({"TERM": "vt220"}, True),
        ({"TERM": "xterm"}, True),
        ({}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "tmux-256color"}, False),
        ({"TERM": "xterm-direct"}, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
    ],
)
def test_a_plain_terminal_is_known_by_its_environment(environ: dict[str, str], plain: bool) -> None:
    assert is_plain(environ) is plain


async def test_a_plain_terminal_is_asked_for_sixteen_colours_only(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place, environ={"TERM": "linux"}) as screen:
        engine.tell(admitted())
        await screen.shows("X749G9")
        asked = colours(screen.painted)
    assert {"30", "42"} <= asked
    assert asked <= {str(base + n) for base in (30, 40, 90) for n in range(8)}


async def test_where_no_colour_is_wanted_none_is_asked_for(place: Path) -> None:
    async with engine_at(place) as engine, screen_at(place, environ={"NO_COLOR": "1"}) as screen:
        engine.tell(admitted())
        await screen.shows("X749G9")
        assert colours(screen.painted) == set()


async def test_the_terminal_is_asked_for_nothing_that_it_would_answer(place: Path) -> None:
    async with engine_at(place), screen_at(place) as screen:
        asked = set(re.findall(r"\x1b\[[?>][0-9;]*[$a-zA-Z]+", screen.painted))
    assert asked == {"\x1b[?1049h", "\x1b[?25l", "\x1b[?7l"}
