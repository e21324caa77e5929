"""A scanner read through evdev: real event structures over a socket pair, in the smallest and the largest pieces."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.framing import Framed, FramingRules
from kiosk.domain.layouts import LAYOUTS
from kiosk.domain.translation import between
from kiosk.sources.evdev_input import EV_KEY, EV_SYN, EVENT, SYN_DROPPED, EvdevReading, EvdevSource, open_evdev
from kiosk.sources.plugged import WAITING_MOST
from tests.sources.devices import Cable, Watched, event, ignore, in_pieces, key, send_from_thread, tickets, typing

DROPPED = event(EV_SYN, SYN_DROPPED, 0)
REPORT = event(EV_SYN, 0, 0)
CAPS_LOCK = 58


def read_all(data: bytes, size: int = 24, rules: FramingRules | None = None) -> list[Framed]:
    reading = EvdevReading(rules or FramingRules(strip_aim=False))
    return [code for piece in in_pieces(data, size) for code in reading.feed(piece, 0.0)]


def test_an_event_is_what_a_64_bit_kernel_sends() -> None:
    assert EVENT.size == struct.calcsize("@llHHi") == 24


@pytest.mark.parametrize("size", [1, 24, 1000, 65_536])
async def test_10_000_codes_are_intact_and_in_order(cable: Cable, size: int) -> None:
    count = 10_000 if size > 1 else 200
    expected = tickets(count, longest=11 if size == 24 else 20)
    rules = FramingRules(partial_after_s=10.0)  # on a busy machine the sender may stop in the middle of a code
    watched = Watched(EvdevSource("scanner", "", open_device=cable.open, rules=rules))
    await watched.is_up(True)
    thread = send_from_thread(cable.end.sendall, in_pieces(b"".join(typing(f"{code}\r") for code in expected), size))
    assert await watched.scanned(count) == expected
    thread.join()
    assert await watched.end() == expected


async def test_pulled_in_the_middle_of_a_code_and_put_back(cable: Cable) -> None:
    watched = Watched(EvdevSource("scanner", "", lane="Gate B", open_device=cable.open))
    await watched.is_up(True)
    cable.end.sendall(typing("BEFORE\rCUT OFF HERE"))
    await watched.scanned(1)
    cable.unplug()
    await watched.is_up(False)
    cable.plug_in()
    await watched.is_up(True, times=2)
    cable.end.sendall(typing("\rAFTER\r"))
    assert await watched.scanned(2) == ["BEFORE", "AFTER"]
    await watched.end()
    assert [(status.up, status.what) for status in watched.told][:2] == [(True, ""), (False, "unplugged")]
    assert {scan.lane for scan in watched.scans} == {"Gate B"}


async def test_a_named_device_is_missed_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "event0"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    watched = Watched(EvdevSource("scanner", str(path), grab=False))
    await watched.is_up(True)
    path.unlink()
    await watched.is_up(False)
    os.close(writer)
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    await watched.is_up(True, times=2)
    os.write(writer, typing("ABCD\r"))
    assert await watched.scanned(1) == ["ABCD"]
    await watched.end()
    os.close(writer)


async def test_a_slow_gate_loses_no_code(cable: Cable) -> None:
    expected = tickets(3 * WAITING_MOST, longest=12)
    source = EvdevSource("scanner", "", open_device=cable.open)
    up = asyncio.Event()
    scans = source.scans(lambda _: up.set(), ignore)
    first = asyncio.ensure_future(anext(scans))
    await up.wait()
    thread = send_from_thread(cable.end.sendall, [typing("".join(f"{code}\r" for code in expected))])
    read = [(await first).text]
    await asyncio.sleep(0.2)
    while len(read) < len(expected):
        read.append((await anext(scans)).text)
    assert read == expected
    thread.join()
    await source.close()
    assert [scan async for scan in scans] == []


def test_a_code_of_which_events_were_lost_is_dropped_to_its_end() -> None:
    stream = typing("BEFORE\rLOST ") + DROPPED + key(30) + REPORT + typing(" TAIL OF IT\rAFTER\r")
    assert [code.text for code in read_all(stream)] == ["BEFORE", "AFTER"]


def test_a_shift_let_go_among_lost_events_is_not_held_for_ever() -> None:
    stream = event(EV_KEY, 42, 1) + DROPPED + event(EV_KEY, 42, 0) + REPORT + typing("\rabcd\r")
    assert [code.text for code in read_all(stream)] == ["abcd"]


def test_events_of_other_kinds_say_nothing() -> None:
    stream = b"".join(event(kind, 30, 1) for kind in range(2, 32)) + typing("ABCD\r")
    assert [code.text for code in read_all(stream)] == ["ABCD"]


def test_an_aim_identifier_names_the_symbology() -> None:
    (code,) = read_all(typing("]d2ABCD\r"), rules=FramingRules())
    assert (code.text, code.symbology) == ("ABCD", "DATA_MATRIX")


@pytest.mark.parametrize("name", ["gb", "de", "fr", "pl"])
def test_a_scanner_that_believes_in_another_layout(name: str) -> None:
    ticket = "!1|zYqAmZ/+=@#[]{}~\\^`-_;:'\"<>?.,"
    reading = EvdevReading(FramingRules(strip_aim=False), layout=LAYOUTS[name])
    (code,) = reading.feed(typing(f"{ticket}\r", LAYOUTS[name]), 0.0)
    assert code.text == ticket


def test_a_translation_comes_before_prefix_and_suffix() -> None:
    rules = FramingRules(prefix="<", suffix="|")
    reading = EvdevReading(rules, between("us", "de"))
    (code,) = reading.feed(typing(";Yz!1'\r"), 0.0)
    assert code.text == "Zy!1"


@given(st.binary(max_size=2_000), st.sampled_from([1, 5, 24, 4096]))
def test_any_bytes_at_all(data: bytes, size: int) -> None:
    for code in read_all(data, size, FramingRules(longest=12)):
        assert len(code.text) <= 12


_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just(EV_KEY), st.integers(0, 130), st.integers(0, 2)),
        st.tuples(st.just(EV_SYN), st.integers(0, 3), st.just(0)),
    ),
    max_size=120,
)


@given(_EVENTS, st.sampled_from([1, 24, 4096]))
def test_whatever_was_typed_before_the_plug_was_pulled_the_next_code_is_whole(
    events: list[tuple[int, int, int]], size: int
) -> None:
    data = b"".join(event(*one) for one in events)
    for code in read_all(data, size, FramingRules(longest=12)):
        assert len(code.text) <= 12
    assert [code.text for code in read_all(typing("ABCD\r"), size)] == ["ABCD"]


@given(_EVENTS)
def test_a_code_after_lost_events_and_enter_carries_nothing(events: list[tuple[int, int, int]]) -> None:
    before = b"".join(event(*one) for one in events if one[1] != CAPS_LOCK)
    reading = EvdevReading(FramingRules(strip_aim=False))
    reading.feed(before + DROPPED + REPORT + key(28), 0.0)
    assert [code.text for code in reading.feed(typing("ABCD\r"), 0.0)] == ["ABCD"]


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_device_is_grabbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "event0").touch()
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _, request, value: asked.append((request, value)))
    open_evdev(str(tmp_path / "event0"), grab=True).close()
    assert asked == [(0x40044590, 1)]
    open_evdev(str(tmp_path / "event0"), grab=False).close()
    assert len(asked) == 1


def test_a_device_that_is_grabbed_already_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "event0").touch()

    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(fcntl, "ioctl", busy)
    with pytest.raises(OSError, match="another program has grabbed it"):
        open_evdev(str(tmp_path / "event0"), grab=True)


async def test_what_is_no_input_device_is_told(tmp_path: Path) -> None:
    (tmp_path / "event0").touch()
    watched = Watched(EvdevSource("scanner", str(tmp_path / "event0")))
    await watched.is_up(False)
    assert watched.told[0].what.endswith("it is no input device")
    await watched.end()


async def test_a_device_that_may_not_be_opened_says_what_to_do() -> None:
    def refused() -> Cable:
        raise PermissionError(errno.EACCES, "Permission denied")

    watched = Watched(EvdevSource("scanner", "/dev/input/event0", open_device=refused))  # type: ignore[arg-type]
    await watched.is_up(False)
    assert "group or udev rule" in watched.told[0].what
    await watched.end()
