"""`kiosk calibrate`: the card as a file, and a scanner that types it into a real terminal or device."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.cli.calibrate import chosen
from kiosk.cli.calibration import calibrate, to_change
from kiosk.config.settings import Settings
from kiosk.config.sources import Evdev, Hidraw, Serial, Wedge
from kiosk.domain.calibration.card import CARD
from kiosk.domain.calibration.diagnosis import diagnose
from tests.domain.calibration.typist import strokes
from tests.sources.devices import in_pieces, send_from_thread, typing


def kiosk(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["calibrate", *map(str, words)])


def typed_card(**how: Any) -> bytes:
    return "".join(stroke.char for stroke in strokes(**how)).encode()


# ── the card ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "magic"), [("card.png", b"\x89PNG"), ("card.PDF", b"%PDF-1.4")])
def test_the_card_is_written(tmp_path: Path, name: str, magic: bytes) -> None:
    result = kiosk("--card", tmp_path / name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "print it at 100 %" in result.stdout
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_a_card_of_another_kind_is_refused(tmp_path: Path) -> None:
    result = kiosk("--card", tmp_path / "card.jpeg")
    assert result.exit_code == 2
    assert ".png or .pdf" in result.stderr
    assert not (tmp_path / "card.jpeg").exists()


def test_a_card_that_cannot_be_written(tmp_path: Path) -> None:
    result = kiosk("--card", tmp_path / "missing" / "card.png")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


# ── which source ────────────────────────────────────────────────────────────────────────────────────


def sources(*tables: dict[str, Any]) -> Settings:
    return Settings.model_validate({"sources": tables})


def test_the_only_scanner_needs_no_name() -> None:
    settings = sources({"kind": "lines"}, {"kind": "serial", "device": "/dev/ttyACM0"})
    assert chosen(settings.sources, None).kind == "serial"


def test_of_several_one_must_be_named() -> None:
    settings = sources({"kind": "wedge"}, {"kind": "serial", "name": "door", "device": "/dev/ttyACM0"})
    assert chosen(settings.sources, "door").kind == "serial"
    with pytest.raises(click.UsageError, match=r"which scanner.*wedge \(wedge\), door \(serial\)"):
        chosen(settings.sources, None)
    with pytest.raises(click.UsageError, match="no scanner of that name"):
        chosen(settings.sources, "gate")


def test_without_a_scanner_there_is_nothing_to_calibrate() -> None:
    with pytest.raises(click.UsageError, match="configured are: none"):
        chosen(sources({"kind": "lines"}).sources, None)


# ── what to change ──────────────────────────────────────────────────────────────────────────────────


def test_only_what_is_not_in_force_yet_is_offered() -> None:
    found = diagnose(CARD, strokes(host="gb", suffix="#"))
    assert to_change(found, Wedge()) == {"translate": "us>gb", "suffix": "#"}
    assert to_change(found, Wedge(translate="us>gb", suffix="#")) == {}


def test_what_is_in_force_and_wrong_is_taken_back() -> None:
    found = diagnose(CARD, strokes())
    assert to_change(found, Wedge(translate="us>de", prefix="*")) == {"translate": "", "prefix": ""}
    assert to_change(found, Wedge(terminators="\r")) == {}
    assert to_change(found, Wedge(terminators="\t")) == {"terminators": "\r\n"}


def test_only_keys_that_the_source_has_are_offered() -> None:
    found = diagnose(CARD, strokes(host="gb", ending="\t"), ())
    assert set(to_change(found, Serial(device="/dev/ttyACM0"))) <= {"terminators", "replace"}
    assert "terminators" not in to_change(found, Hidraw(device="/dev/hidraw0"))


def test_nothing_read_changes_nothing() -> None:
    assert to_change(diagnose(CARD, []), Wedge(translate="us>de")) == {}


# ── a wedge, in a terminal of its own ───────────────────────────────────────────────────────────────


class Terminal:
    """`kiosk calibrate` in a pseudo-terminal, as somebody sees it."""

    def __init__(self, config: Path) -> None:
        self.master, self._line = pty.openpty()
        self.before = termios.tcgetattr(self._line)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "calibrate", "--config", str(config)],
            stdin=self._line,
            stdout=self._line,
            stderr=self._line,
            start_new_session=True,
        )
        self.shown = ""

    def until(self, text: str, within_s: float = 30.0) -> str:
        deadline_s = time.monotonic() + within_s
        while text not in self.shown:
            readable, _, _ = select.select([self.master], [], [], max(0.0, deadline_s - time.monotonic()))
            assert readable, f"never shown: {text}; but {self.shown}"
            self.shown += os.read(self.master, 65_536).decode()
        return self.shown

    def type(self, data: bytes) -> None:
        os.write(self.master, data)

    def ended(self) -> int:
        """Its exit status; the terminal is as it was."""
        status = self.process.wait(20)
        while select.select([self.master], [], [], 0)[0]:
            self.shown += os.read(self.master, 65_536).decode()
        assert termios.tcgetattr(self._line) == self.before
        return status

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self._line)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "kiosk.toml").write_text('[[sources]]\nkind = "wedge"\n')
    terminal = Terminal(tmp_path / "kiosk.toml")
    yield terminal
    terminal.close()


def test_a_wedge_on_a_british_keyboard(terminal: Terminal) -> None:
    terminal.until("when done")
    terminal.type(typed_card(host="gb"))
    terminal.until('translate = "us>gb"')
    assert terminal.ended() == 1
    assert " 13 MICRO_QRCODE: read" in terminal.shown
    assert "Read right the first time: 13 of 13 codes (100%)" in terminal.shown
    assert "the scanner believes in us, this machine's keyboard is gb" in terminal.shown
    assert "each code ends with CR" in terminal.shown


@pytest.mark.parametrize("enough", [b"q", b"\x03"])
def test_a_person_ends_it_before_the_card_is_done(terminal: Terminal, enough: bytes) -> None:
    terminal.until("when done")
    terminal.type(typed_card(codes=CARD[:2], host="fr"))
    terminal.until("2 AZTEC: read")
    terminal.type(enough)
    terminal.until('translate = "us>fr"')
    assert terminal.ended() == 1
    assert "Read right the first time: 2 of 13 codes (15%); not read: 3 DATA_MATRIX" in terminal.shown


def test_a_signal_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.until("when done")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 1
    assert "0 of 13 codes" in terminal.shown


def test_a_ticket_is_never_shown(terminal: Terminal) -> None:
    terminal.until("when done")
    terminal.type(b"!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhg\r")
    terminal.until("32 characters that are not of the card")
    terminal.type(b"q")
    assert terminal.ended() == 1
    assert "zmEIG9t4" not in terminal.shown


def test_a_wedge_without_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('[[sources]]\nkind = "wedge"\n')
    words = [sys.executable, "-m", "kiosk", "calibrate", "--config", str(tmp_path / "kiosk.toml")]
    run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert "a wedge types into a terminal, and there is none here" in run.stderr


# ── devices ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_serial_scanner_that_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    master, line = pty.openpty()
    tty.setraw(line)
    listening = asyncio.ensure_future(calibrate(Serial(name="door", device=os.ttyname(line))))
    await _said(capsys, "door: ready")
    thread = send_from_thread(lambda piece: os.write(master, piece), in_pieces(typed_card(), 50))
    async with asyncio.timeout(20):
        assert await listening
    thread.join()
    shown = capsys.readouterr().out
    assert "Read right the first time: 13 of 13 codes (100%)" in shown
    assert "Layout" not in shown
    assert "What mends it" not in shown
    for fd in (master, line):
        os.close(fd)


async def test_an_evdev_scanner_that_believes_in_a_german_keyboard(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from kiosk.domain.layouts import LAYOUTS

    path = tmp_path / "event0"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    listening = asyncio.ensure_future(calibrate(Evdev(device=str(path), grab=False)))
    await _said(capsys, "evdev: ready")
    events = typing("".join(code.text.replace("\x1d", "") + "\r" for code in CARD), LAYOUTS["de"])
    thread = send_from_thread(lambda piece: os.write(writer, piece), in_pieces(events, 24 * 100))
    async with asyncio.timeout(20):
        assert not await listening
    thread.join()
    os.close(writer)
    shown = capsys.readouterr().out
    assert "Layout: the scanner believes in de\n" in shown
    assert "Never sent: GS" in shown
    assert 'translate = "de>us"' in shown


async def _said(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Wait for a line on standard error."""
    said = ""
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while line not in said:
                await asyncio.sleep(0.01)
                said += capsys.readouterr().err
    assert line in said
