"""Puts right what a scanner types that takes the keyboard for another one than it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from kiosk.domain.layouts import BESIDE_LEFT_SHIFT, DEAD_MARKS, LAYOUTS, Keyboard, Layout, Press

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
"""What a ticket may be printed with: ASCII, the blank included."""


def typed(
    text: str, scanner: Layout, host: Layout, caps_lock: bool = False, shift: bool | None = None
) -> tuple[str, tuple[int, ...]]:
    """What a scanner that believes in `scanner` types where the keyboard is `host`.

    With it, for each character, the place in `text` that it comes from. A character that the scanner's layout does
    not have is not typed; control characters come through Ctrl, which every layout leaves alone. `shift`: always held
    (True) or never (False), whatever the scanner does.
    """
    keyboard = Keyboard(host, caps_lock=caps_lock)
    out, origins = "", list[int]()
    for place, char in enumerate(text):
        presses = scanner.presses.get(char)
        if presses and shift is not None:
            presses = tuple(press._replace(shift=shift) for press in presses)
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

    def then(self, replace: Mapping[str, str]) -> Translation:
        """This one, and what it gives put right after it."""
        mended = {came: replace.get(meant, meant) for came, meant in self.pairs.items()}
        laid = {mark: replace.get(meant, meant) for mark, meant in self.laid.items()}
        return Translation({**replace, **mended}, laid, self.lost)

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


def translation(layouts: str, replace: Mapping[str, str] = MappingProxyType({})) -> Translation:
    """The one that a configuration names: layouts like `"us>de"` or nothing; then single characters put right.

    Raises ValueError.
    """
    scanner, host = layouts_of(layouts)
    return between(scanner, host).then(replace)


def layouts_of(layouts: str) -> tuple[str, str]:
    """The scanner's layout and the keyboard's, of `"us>de"`; us twice for nothing. Raises ValueError."""
    scanner, _, host = layouts.partition(">") if layouts else ("us", ">", "us")
    if scanner not in LAYOUTS or host not in LAYOUTS:
        raise ValueError(f'must be two layouts, the scanner\'s first, like "us>de"; known are {", ".join(LAYOUTS)}')
    return scanner, host
