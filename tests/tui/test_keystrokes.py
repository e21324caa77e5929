"""Bytes into keys: total, and whatever is no key makes a code unreadable instead of vanishing from it."""

from __future__ import annotations

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from kiosk.tui.keystrokes import UNKNOWN, Keystrokes


def names(data: bytes, *, quiet: bool = True) -> list[str]:
    strokes = Keystrokes()
    read = list(strokes.feed(data))
    return [name for name, _ in (*read, *(strokes.quiet() if quiet else ()))]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"aB1 /\r\n\x7f\x1d", [*"aB1 /\r\n\x7f\x1d"]),
        ("Müller €".encode(), [*"Müller €"]),
        (b"\x1b", ["escape"]),
        (b"\x1b[A\x1bOB\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1b[H\x1b[F\x1b[5~\x1b[6~\x1b[3~", ["home", "end", "pageup", "pagedown", "delete"]),
        (b"\x1b[I\x1b[O", []),
        (b"\xff", [UNKNOWN]),
        (b"\x1b[:;1u", [UNKNOWN]),
        (b"\x1b[200~x\x1b[201~", [UNKNOWN, "x", UNKNOWN]),
        (b"\x1b[48;99999;99999;1;1t", [UNKNOWN]),
        (b"\x1b[<0;1;1M", [UNKNOWN]),
        (b"\x1b[1;5A", [UNKNOWN]),
        (b"\x1bx", [UNKNOWN, "x"]),
        (b"\x1b\x1b[A", [UNKNOWN, "up"]),
        (b"\x1b[1\rX", [UNKNOWN, "\r", "X"]),
        (b"\x1b[\xc3\xa9", [UNKNOWN]),
        (b"\x1b[12", [UNKNOWN]),
    ],
)
def test_bytes_are_these_keys(data: bytes, read: list[str]) -> None:
    assert names(data) == read


def test_an_escape_waits_for_what_may_follow() -> None:
    strokes = Keystrokes()
    assert list(strokes.feed(b"\x1b")) == []
    assert strokes.waits
    assert list(strokes.feed(b"[")) == []
    assert list(strokes.feed(b"A")) == [("up", None)]
    assert not strokes.waits


def test_a_character_may_come_in_pieces() -> None:
    strokes = Keystrokes()
    assert list(strokes.feed("€".encode()[:2])) == []
    assert list(strokes.feed("€".encode()[2:])) == [("€", "€")]


def test_an_endless_sequence_is_not_kept_and_ends_as_one_unknown_key() -> None:
    assert names(b"\x1b[" + b"1" * 100_000) == [UNKNOWN]
    assert names(b"\x1b[" + b"1" * 100_000 + b"~q") == [UNKNOWN, "q"]


@holds_for(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_raise_or_are_held_on_to(pieces: list[bytes]) -> None:
    strokes = Keystrokes()
    for piece in pieces:
        for name, character in strokes.feed(piece):
            assert name
            assert character is None or len(character) == 1
    assert len(list(strokes.quiet())) <= 1
    assert not strokes.waits


@holds_for(st.text(st.characters(codec="utf-8", exclude_characters="\x1b")))
def test_plain_text_comes_through_whole(text: str) -> None:
    assert names(text.encode()) == [*text]


@holds_for(st.binary(max_size=200), st.integers(1, 7))
def test_pieces_make_no_difference(data: bytes, size: int) -> None:
    strokes = Keystrokes()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    read = [name for piece in pieces for name, _ in strokes.feed(piece)]
    assert [*read, *(name for name, _ in strokes.quiet())] == names(data)
