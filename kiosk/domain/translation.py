"""Puts right what a scanner types that takes the keyboard for another one than it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from kiosk.domain.layouts import BESIDE_LEFT_SHIFT, DEAD_MARKS, LAYOUTS, Keyboard, Layout, Press

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
"""What a ticket may be printed with: ASCII, the blank included."""


def typed(text: str, scanner: Layout, host: Layout, *, caps_lock: bool = False) -> tuple[str, tuple[int, ...]]:
    """What a scanner that believes in `scanner` types where the keyboard is `host`.

    With it, for each character, the place in `text` that it comes from. A character that the scanner's layout does
    not have is not typed; control characters come through Ctrl, which every layout leaves alone.
    """
    keyboard = Keyboard(host, caps_lock=caps_lock)
    out, origins = "", list[int]()
    for place, char in enumerate(text):
        presses = scanner.presses.get(char)
        came = keyboard.put(char) if presses is None and char < " " else "".join(map(keyboard.press, presses or ()))
        origins += [place - 1] * (len(came) - 1) + [place] * bool(came)
        out += came
    end = keyboard.put("")
    return out + end, (*origins, *[len(text) - 1] * len(end))


class Translation:
    """Characters back to what the scanner meant.

    `pairs`: what came → what was meant. `laid`: the mark of a dead key on a letter → what was meant by that key.
    `lost`: what cannot be told from other characters any more.
    """

    def __init__(
        self, pairs: Mapping[str, str], laid: Mapping[str, str] = MappingProxyType({}), lost: Iterable[str] = ()
    ) -> None:
        self.pairs = MappingProxyType(dict(pairs))
        self.laid = MappingProxyType(dict(laid))
        self.lost = "".join(sorted(lost))

    def __call__(self, text: str) -> str:
        return "".join(map(self._one, text)) if self.pairs else text

    def _one(self, char: str) -> str:
        if char in self.pairs or char.isascii():
            return self.pairs.get(char, char)
        letter, mark = unicodedata.normalize("NFD", char)[:1], unicodedata.normalize("NFD", char)[1:]
        return self.laid[mark] + self.pairs.get(letter, letter) if mark in self.laid else char


AS_IT_COMES = Translation({})


@cache
def between(scanner: str, host: str) -> Translation:
    """For a scanner that believes in one of `LAYOUTS` where the keyboard is another. Raises KeyError."""
    believed, real = LAYOUTS[scanner], LAYOUTS[host]
    pairs, laid, lost = dict[str, str](), dict[str, str](), set[str]()
    for char in sorted(PRINTABLE, key=lambda char: _oddity(believed.presses[char], real)):
        presses = believed.presses[char]
        came, _ = typed(char, believed, real)
        if real.is_dead(presses[0]):
            laid[DEAD_MARKS[real.at(presses[0])]] = char
        if len(came) != 1 or came in pairs:
            lost.add(char)
        else:
            pairs[came] = char
    return Translation({came: char for came, char in pairs.items() if came != char}, laid, lost)


def _oddity(presses: tuple[Press, ...], host: Layout) -> tuple[bool, bool, bool]:
    """Of two characters that come out alike, the one that is typed in the plainer way is meant."""
    first = presses[0]
    return len(presses) > 1 or host.is_dead(first), first.altgr, first.key == BESIDE_LEFT_SHIFT


def translation(option: str | Mapping[str, str]) -> Translation:
    """The one that a configuration names: nothing, `"us>de"` (the scanner's layout, then the keyboard's), or pairs of
    what comes and what is meant. Raises ValueError.
    """
    if not isinstance(option, str):
        if any(len(came) != 1 for came in option):
            raise ValueError("each key must be one character: what comes")
        return Translation(option)
    scanner, host = layouts_of(option)
    return between(scanner, host)


def layouts_of(option: str) -> tuple[str, str]:
    """The scanner's layout and the keyboard's, of an option like `"us>de"`; both us for `""`. Raises ValueError."""
    scanner, _, host = option.partition(">") if option else ("us", ">", "us")
    if scanner not in LAYOUTS or host not in LAYOUTS:
        raise ValueError(f'must be two layouts, the scanner\'s first, like "us>de"; known are {", ".join(LAYOUTS)}')
    return scanner, host
