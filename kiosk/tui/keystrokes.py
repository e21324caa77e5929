"""Bytes of a terminal into keys, for a terminal at which anybody may hold up any barcode.

Knows the few keys that a gate needs and no protocol: no paste, no resize, no kitty keys, no replies, and of a mouse
only its clicks, and only while they are heard: a code may hold one, so a click never does more than move. Total:
there is no input that it does not turn into keys, none that it holds on to, none that makes it raise.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator

ESC = "\x1b"
ESCAPE_AFTER_S = 0.05
"""An escape character that nothing has followed by then was the Esc key."""

UNKNOWN = "\ufffd"
"""What input that is no character and no known key turns into: a code that holds it is unreadable."""

LONGEST_SEQUENCE = 16
"""Characters. What is longer is no key's, and is not kept."""

_FINAL = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
_NUMBERED = {"1": "home", "3": "delete", "4": "end", "5": "pageup", "6": "pagedown", "7": "home", "8": "end"}
_FOCUS = ("[I", "[O")
_MOUSE = re.compile(r"\[<([0-9]{1,3});([0-9]{1,4});([0-9]{1,4})([Mm])", re.ASCII)
_WHEEL = {"64": "up", "65": "down"}
CLICK = "click"

Stroke = tuple[str, str | None]
"""A key's name and its character; names of characters are themselves."""


class Keystrokes:
    """One terminal being read. Give it what was read, and call `quiet` when nothing came for `ESCAPE_AFTER_S`."""

    def __init__(self) -> None:
        self.hears_clicks = False
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._sequence: str | None = None
        """What followed an escape character so far."""

    @property
    def waits(self) -> bool:
        return self._sequence is not None

    def feed(self, data: bytes) -> Iterator[Stroke]:
        for char in self._decode(data):
            if self._sequence is not None:
                yield from self._within(char)
            elif char == ESC:
                self._sequence = ""
            else:
                yield char, char

    def quiet(self) -> Iterator[Stroke]:
        """Nothing has followed: an escape character alone was the key, an unfinished sequence was nothing."""
        sequence, self._sequence = self._sequence, None
        if sequence == "":
            yield "escape", ESC
        elif sequence is not None:
            yield UNKNOWN, UNKNOWN

    def _within(self, char: str) -> Iterator[Stroke]:
        sequence = f"{self._sequence}{char}"
        if char == ESC:
            self._sequence = ""
            yield UNKNOWN, UNKNOWN
        elif sequence in ("[", "O"):
            self._sequence = sequence
        elif sequence[0] not in "[O":
            self._sequence = None
            yield UNKNOWN, UNKNOWN
            yield char, char
        elif not " " <= char <= "~":
            self._sequence = None
            yield UNKNOWN, UNKNOWN
            if char < " ":
                yield char, char
        elif "@" <= char <= "~":
            self._sequence = None
            yield from self._clicked(sequence) if self.hears_clicks and sequence[1] == "<" else _named(sequence)
        else:
            self._sequence = sequence[:LONGEST_SEQUENCE]

    def _clicked(self, sequence: str) -> Iterator[Stroke]:
        """A click as xterm tells it (SGR 1006): pressed, not let go; the wheel is up and down."""
        found = _MOUSE.fullmatch(sequence)
        if found is None:
            yield UNKNOWN, UNKNOWN
        elif found[1] == "0" and found[4] == "M":
            yield f"{CLICK} {int(found[2]) - 1} {int(found[3]) - 1}", None
        elif found[1] in _WHEEL:
            yield _WHEEL[found[1]], None


def clicked_at(key: str) -> tuple[int, int] | None:
    """The cell of a click, column and row from 0; None for any other key."""
    word, *place = key.split(" ")
    return (int(place[0]), int(place[1])) if word == CLICK and len(place) == 2 else None


def _named(sequence: str) -> Iterator[Stroke]:
    """The key of a whole sequence, without its escape character."""
    if sequence in _FOCUS:
        return
    inner, final = sequence[1:-1], sequence[-1]
    name = _NUMBERED.get(inner) if final == "~" else _FINAL.get(final) if not inner else None
    yield (name, None) if name is not None else (UNKNOWN, UNKNOWN)
