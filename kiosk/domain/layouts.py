"""Keyboard layouts: which character each key gives. A scanner that types believes in one, whoever reads it in another.

The tables are what xkeyboard-config 2.35 gives (us, gb, de, fr, pl), which Debian's console uses too: AltGr only where
it gives ASCII, the euro or a letter of the language. Checked against the figures measured for a scanner set to us:
printable characters that come out wrong are 6 of 94 on gb, 31 on de, 49 on fr, none on pl.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

DEAD_MARKS = {"^": "\u0302", "´": "\u0301", "`": "\u0300", "¨": "\u0308"}
"""The combining mark that a dead key puts on the next letter."""

SPOKEN = {"´": "'", "¨": '"'}
"""What the console gives for a dead key that nothing can carry, where it is not the sign on the key."""


class Press(NamedTuple):
    """One press of a key that has a character. `key`: its place in the rows of a `Layout`."""

    key: int
    shift: bool = False
    altgr: bool = False


BESIDE_LEFT_SHIFT = 37
"""The key that American keyboards do not have."""

SPACE = 48
"""The key after those in the rows; it is the same everywhere."""


@dataclass(frozen=True)
class Layout:
    """Three rows of 48 characters in the order of the keys: the one left of 1 up to =, q to ], a to ', the one beside
    Enter, the one beside the left Shift, z to /. A blank under AltGr: as without it. `dead`: which signs, plain or
    shifted, wait for the next character.
    """

    name: str
    plain: str
    shifted: str
    altgr: str = " " * SPACE
    dead: str = ""

    def at(self, press: Press) -> str:
        """The sign on the key."""
        if press.key == SPACE:
            return " "
        third = self.altgr[press.key] if press.altgr else " "
        return third if third != " " else (self.shifted if press.shift else self.plain)[press.key]

    def is_dead(self, press: Press) -> bool:
        return self.at(press) in self.dead and not (press.altgr and self.altgr[press.key] != " ")

    def is_letter(self, key: int) -> bool:
        """Whether Caps Lock matters to the key."""
        return key != SPACE and self.plain[key].upper() == self.shifted[key] != self.plain[key]

    @cached_property
    def presses(self) -> Mapping[str, tuple[Press, ...]]:
        """How each character is typed, in the plainest way; a sign on a dead key with the space bar after it."""
        ways: dict[str, tuple[Press, ...]] = {" ": (Press(SPACE),)}
        levels = (Press(0), Press(0, shift=True), Press(0, altgr=True))
        for press in (level._replace(key=key) for level in levels for key in range(SPACE)):
            sign = self.at(press)
            way = (press, Press(SPACE)) if self.is_dead(press) else (press,)
            if sign not in ways or _oddity(way) < _oddity(ways[sign]):
                ways[sign] = way
        return ways


def _oddity(way: tuple[Press, ...]) -> tuple[int, bool, bool]:
    return len(way), way[0].altgr, way[0].key == BESIDE_LEFT_SHIFT


class Keyboard:
    """One keyboard being typed on: presses in, text out. Holds a dead key until the next press."""

    def __init__(self, layout: Layout, *, caps_lock: bool = False) -> None:
        self.layout = layout
        self.caps_lock = caps_lock
        self._dead = ""

    def press(self, press: Press) -> str:
        """What this press adds to the text: nothing for a dead key, two characters where none carries it."""
        if self.caps_lock and self.layout.is_letter(press.key):
            press = press._replace(shift=not press.shift)
        sign = self.layout.at(press)
        if self.layout.is_dead(press) and self._dead != sign:
            return self._lay(sign)
        return self.put(" " if self.layout.is_dead(press) else sign)

    def put(self, char: str) -> str:
        """A character from a key that is the same in every layout: space bar, Enter, keypad; "" ends a dead key."""
        dead, self._dead = self._dead, ""
        if not dead:
            return char
        spoken = SPOKEN.get(dead, dead)
        if char in ("", " "):
            return spoken
        together = unicodedata.normalize("NFC", char + DEAD_MARKS[dead])
        return together if len(together) == 1 else spoken + char

    def forget(self) -> None:
        """Drop a dead key that waits."""
        self._dead = ""

    def _lay(self, sign: str) -> str:
        before, self._dead = self._dead, sign
        return SPOKEN.get(before, before)


def _row(keys: str) -> str:
    """A row of the table, written with a gap where the keyboard has one; · is a key without a sign."""
    return keys.replace(" ", "").replace("·", " ")


US = Layout(
    "us",
    _row("`1234567890-= qwertyuiop[] asdfghjkl;' \\< zxcvbnm,./"),
    _row('~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:" |> ZXCVBNM<>?'),
)
GB = Layout(
    "gb",
    _row("`1234567890-= qwertyuiop[] asdfghjkl;' #\\ zxcvbnm,./"),
    _row('¬!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@ ~| ZXCVBNM<>?'),
    _row("|···€··{[]}\\· @··········· ··········· ·| ··········"),
)
DE = Layout(
    "de",
    _row("^1234567890ß´ qwertzuiopü+ asdfghjklöä #< yxcvbnm,.-"),
    _row("°!\"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖÄ '> YXCVBNM;:_"),
    _row("·······{[]}\\· @·€········~ ··········· ·| ··········"),
    "^´`",
)
FR = Layout(
    "fr",
    _row("²&é\"'(-è_çà)= azertyuiop^$ qsdfghjklmù *< wxcvbn,;:!"),
    _row("~1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM% µ> WXCVBN?./§"),
    _row("··~#{[|`\\^@]} ··€········· @·········· ·| ··········"),
    "^¨",
)
PL = Layout(
    "pl", US.plain, US.shifted, _row("·····€······· ··ę·····ó··· ąś······ł·· ·| żźć··ń····")
)  # fmt: skip

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        US, GB, DE, replace(DE, name="de-nodeadkeys", dead=""), FR, replace(FR, name="fr-nodeadkeys", dead=""), PL,
    )
}  # fmt: skip
"""By the name that the configuration uses; the likelier first."""
