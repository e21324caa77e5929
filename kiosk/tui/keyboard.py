"""The keyboard of this screen: what a scanner types becomes a code, what a person types becomes a key.

Fed from the App's `on_event`, before any widget: measured, Textual's Input reorders what comes faster than 1,000
characters a second, and on_event loses nothing at 20,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from kiosk.domain.framing import Framed
from kiosk.domain.wedge import FAST_GAP_S, Key

UNREAD = "\ufffd"
"""Stands for input that is no character; no ticket holds it, so that a code with one in it is unreadable."""

_CHARACTERS = {
    "enter": "\r",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+q": "\x11",
}
"""Keys whose character a terminal sends and a test's pilot does not."""


class Reader(Protocol):
    """What tells scanning from typing: `domain.wedge.Wedge`."""

    def key(self, char: str, at_s: float) -> tuple[Framed | Key, ...]: ...
    def quiet(self, at_s: float) -> tuple[Framed | Key, ...]: ...
    def next_deadline(self, at: float) -> float | None: ...


class Keyboard:
    """Turns key events into scans (`Framed`) and key names (`str`: a character, or `escape`, `up`, `down` …)."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held = ""
        self._last_s = float("-inf")
        self._forgotten = 0

    @property
    def held(self) -> str:
        """Characters that nobody knows yet whether a person typed them."""
        return self._held

    def press(self, name: str, character: str | None, at_s: float) -> Iterator[Framed | str]:
        """What a key event has decided. `at_s`: when it was read, in monotonic seconds."""
        char = character if character is not None and len(character) == 1 else _CHARACTERS.get(name)
        if name != "escape" and char is not None:
            yield from self._character(char, at_s)
            return
        if self._held and at_s - self._last_s < FAST_GAP_S:
            yield from self._character(UNREAD, at_s)  # an escape sequence inside of a code: nobody types that fast
            return
        if name == "escape":
            self._forgotten += len(self._held)
        yield name

    def quiet(self, at_s: float) -> Iterator[Framed | str]:
        """What the silence until now has decided."""
        yield from self._told(self._reader.quiet(at_s), at_s)

    def next_deadline(self, at_s: float) -> float | None:
        return self._reader.next_deadline(at_s)

    def _character(self, char: str, at_s: float) -> Iterator[Framed | str]:
        yield from self.quiet(at_s)
        hurried = at_s - self._last_s < FAST_GAP_S
        self._last_s = at_s
        self._held += char
        decided = self._reader.key(char, at_s)
        if hurried and char in "\r\n" and decided and isinstance(decided[-1], Key):
            decided = _without_enter(decided)
        yield from self._told(decided, at_s)

    def _told(self, decided: tuple[Framed | Key, ...], at_s: float) -> Iterator[Framed | str]:
        keys = [one for one in decided if isinstance(one, Key)]
        dropped, self._forgotten = min(self._forgotten, len(keys)), max(0, self._forgotten - len(keys))
        waiting = self._reader.next_deadline(at_s) is not None
        self._held = self._held[len(keys) :] if waiting else ""
        if not waiting:
            self._forgotten = 0
        for one in decided:
            if isinstance(one, Framed):
                yield one
            elif dropped:
                dropped -= 1
            else:
                yield one.char


def _without_enter(decided: tuple[Framed | Key, ...]) -> tuple[Framed | Key, ...]:
    """An Enter that came faster than a person's must not confirm anything; nor must what so short a code held."""
    return decided[:-1] if len(decided) > 3 else ()
