"""A serial scanner over a real pseudo-terminal: every code intact, in order, and the plug pulled and put back."""

from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.domain.code import LONGEST_CODE
from kiosk.domain.framing import FramingRules
from kiosk.domain.translation import Translation
from kiosk.sources.serial_port import SerialSource
from tests.sources.devices import Watched, in_pieces, send_from_thread, tickets


class Port:
    """A pseudo-terminal behind a stable name, as udev makes one in /dev/serial/by-id/."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "by-id" / "usb-scanner"
        self.path.parent.mkdir()
        self.master = -1

    def plug_in(self) -> None:
        self.master, line = pty.openpty()
        tty.setraw(line)
        self.path.symlink_to(os.ttyname(line))
        self._line = line

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._line)
        os.close(self.master)
        self.master = -1

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.master, data) :]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[Port]:
    port = Port(tmp_path)
    port.plug_in()
    yield port
    with suppress(OSError):
        port.unplug()


@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_10_000_codes_are_intact_and_in_order(port: Port, size: int) -> None:
    expected = tickets(10_000)
    rules = FramingRules(partial_after_s=10.0)  # on a busy machine the sender may stop in the middle of a code
    watched = Watched(SerialSource("scanner", str(port.path), rules=rules))
    await watched.is_up(True)
    thread = send_from_thread(port.send, in_pieces("".join(f"{code}\r\n" for code in expected).encode(), size))
    assert await watched.scanned(len(expected)) == expected
    thread.join()
    assert await watched.end() == expected


async def test_a_scan_carries_source_lane_and_symbology(port: Port) -> None:
    watched = Watched(SerialSource("door", str(port.path), 115_200, "Gate B"))
    await watched.is_up(True)
    port.send(b"]C1ABCD1234\r")
    await watched.scanned(1)
    await watched.end()
    (scan,) = watched.scans
    assert (scan.text, scan.source, scan.lane, scan.symbology) == ("ABCD1234", "door", "Gate B", "CODE128")


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("Müller 漢\r".encode(), "Müller 漢"),
        ("Müller\r".encode("latin-1"), "Müller"),
        (b"0104006381333931\x1d10ABC\r", "0104006381333931\x1d10ABC"),
    ],
)
async def test_bytes_are_text(port: Port, sent: bytes, text: str) -> None:
    watched = Watched(SerialSource("scanner", str(port.path)))
    await watched.is_up(True)
    for piece in in_pieces(sent, 1):
        port.send(piece)
    assert await watched.scanned(1) == [text]
    await watched.end()


async def test_rules_and_translation_are_followed(port: Port) -> None:
    rules = FramingRules(prefix="<", suffix=">", terminators="\t", min_length=2)
    watched = Watched(SerialSource("scanner", str(port.path), rules=rules, translation=Translation({"~": "\x1d"})))
    await watched.is_up(True)
    port.send(b"<A~B>\tX\t<CD>\t")
    assert await watched.scanned(2) == ["A\x1dB", "CD"]
    await watched.end()


async def test_without_terminators_silence_ends_a_code(port: Port) -> None:
    rules = FramingRules(terminators="", partial_after_s=0.05)
    watched = Watched(SerialSource("scanner", str(port.path), rules=rules))
    await watched.is_up(True)
    port.send(b"ABCD")
    assert await watched.scanned(1) == ["ABCD"]
    await watched.end()


async def test_a_code_too_long_is_one_unreadable_scan(port: Port) -> None:
    watched = Watched(SerialSource("scanner", str(port.path)))
    await watched.is_up(True)
    send_from_thread(port.send, [b"X" * 5000 + b"\r", b"ABCD\r"])
    first, second = await watched.scanned(2)
    assert len(first) > LONGEST_CODE
    assert "X" not in first
    assert second == "ABCD"
    await watched.end()


async def test_the_plug_is_pulled_in_the_middle_of_a_code_and_put_back(port: Port) -> None:
    watched = Watched(SerialSource("scanner", str(port.path)))
    await watched.is_up(True)
    port.send(b"BEFORE\rCUT O")
    await watched.scanned(1)
    port.unplug()
    await watched.is_up(False)
    assert watched.told[-1].what == "unplugged"
    port.plug_in()
    await watched.is_up(True, times=2)
    port.send(b"FF\rAFTER\r")
    assert await watched.scanned(2) == ["BEFORE", "AFTER"]
    await watched.end()


async def test_a_name_that_means_another_device_now_is_a_loss(port: Port, tmp_path: Path) -> None:
    watched = Watched(SerialSource("scanner", str(port.path)))
    await watched.is_up(True)
    silent = port.master, port._line
    port.path.unlink()
    port.plug_in()
    await watched.is_up(False)
    await watched.is_up(True, times=2)
    port.send(b"ABCD\r")
    assert await watched.scanned(1) == ["ABCD"]
    await watched.end()
    for fd in silent:
        os.close(fd)


async def test_a_device_that_is_not_there_is_told_with_what_is(port: Port) -> None:
    watched = Watched(SerialSource("scanner", str(port.path.with_name("usb-other"))))
    await watched.is_up(False)
    assert watched.told[0].what == f"{port.path.with_name('usb-other')} is not there; there is usb-scanner"
    await watched.end()


async def test_what_is_no_serial_port_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("ABCD\r")
    watched = Watched(SerialSource("scanner", str(tmp_path / "file")))
    await watched.is_up(False)
    assert watched.told[0].what.endswith("it is no serial port")
    assert await watched.end() == []


async def test_a_port_that_another_program_uses_is_told(port: Port) -> None:
    first = Watched(SerialSource("first", str(port.path)))
    await first.is_up(True)
    second = Watched(SerialSource("second", str(port.path)))
    await second.is_up(False)
    assert second.told[0].what.endswith("another program uses it")
    await second.end()
    await first.end()


async def test_what_was_sent_to_nobody_is_not_read(port: Port) -> None:
    port.send(b"EARLY\r")
    watched = Watched(SerialSource("scanner", str(port.path)))
    await watched.is_up(True)
    port.send(b"LATER\r")
    assert await watched.scanned(1) == ["LATER"]
    await watched.end()
