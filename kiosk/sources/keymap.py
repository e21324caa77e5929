"""Key presses as the kernel numbers them, as characters: a scanner's keyboard without any terminal or layout between.

Pure: no I/O, no clock. Codes are those of linux/input-event-codes.h.
"""

from __future__ import annotations

from itertools import chain

from kiosk.domain.layouts import SPACE, US, Keyboard, Layout, Press

_PLACES = {
    code: place
    for place, code in enumerate(
        chain(range(41, 42), range(2, 14), range(16, 28), range(30, 41), (43, 86), range(44, 54))
    )
} | {57: SPACE}
"""KEY_GRAVE, KEY_1 … KEY_EQUAL, KEY_Q … KEY_RIGHTBRACE, KEY_A … KEY_APOSTROPHE, KEY_BACKSLASH, KEY_102ND, KEY_Z …
KEY_SLASH, KEY_SPACE, as a `Layout` counts them."""

_FIXED = {28: "\r", 96: "\r", 15: "\t", 1: "\x1b", 14: "\x08"}
_KEYPAD = {
    71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1", 80: "2", 81: "3", 82: "0",
    83: ".", 55: "*", 98: "/", 117: "=", 121: ",",
}  # fmt: skip
"""Digits whatever Num Lock says: a scanner means what it types, and has no arrows."""

SHIFTS, CONTROLS, LEFT_ALT, RIGHT_ALT, CAPS_LOCK = {42, 54}, {29, 97}, 56, 100, 58
MODIFIERS = SHIFTS | CONTROLS | {LEFT_ALT, RIGHT_ALT}

UP, DOWN = 0, 1
"""Values of a key event; 2 is a repeat, which a scanner never means."""

_LONGEST_NUMBER = 6


class KeyMap:
    """One keyboard. `layout`: what the scanner believes in."""

    def __init__(self, layout: Layout = US) -> None:
        self._keyboard = Keyboard(layout)
        self._held: set[int] = set()
        self._number = ""

    def key(self, code: int, value: int) -> str:
        """The characters that this event has completed, mostly none or one."""
        if code in MODIFIERS:
            return self._modifier(code, value)
        if value != DOWN:
            return ""
        if code == CAPS_LOCK:
            self._keyboard.caps_lock = not self._keyboard.caps_lock
            return ""
        if LEFT_ALT in self._held and code in _KEYPAD:
            self._number = (self._number + _KEYPAD[code])[-_LONGEST_NUMBER:]
            return ""
        fixed = _FIXED.get(code) or _KEYPAD.get(code)
        if fixed:
            return self._keyboard.put(fixed)
        return self._character(_PLACES[code]) if code in _PLACES else ""

    def forget(self) -> None:
        """Events were lost: whatever is being held may have been let go."""
        self._held.clear()
        self._number = ""
        self._keyboard.forget()

    def _modifier(self, code: int, value: int) -> str:
        if value == DOWN:
            self._held.add(code)
        elif value == UP:
            self._held.discard(code)
            if code == LEFT_ALT:
                number, self._number = self._number, ""
                return self._keyboard.put(char) if (char := by_number(number)) else ""
        return ""

    def _character(self, place: int) -> str:
        control, left_alt = bool(self._held & CONTROLS), LEFT_ALT in self._held
        press = Press(place, bool(self._held & SHIFTS), RIGHT_ALT in self._held or (control and left_alt))
        if not control or left_alt:
            return self._keyboard.press(press)
        sign = self._keyboard.layout.at(press).upper()
        return self._keyboard.put(chr(ord(sign) & 0x1F) if "@" <= sign <= "_" else sign)


def by_number(number: str) -> str:
    """What Alt and a number on the keypad type: three digits mean code page 437, with a 0 before them Windows-1252."""
    if not (number.isascii() and number.isdigit()):
        return ""
    value = int(number)
    if value > 0xFF:
        return chr(value) if value <= 0xFFFF and not 0xD800 <= value <= 0xDFFF else ""
    return bytes([value]).decode("cp1252" if number.startswith("0") else "cp437", "ignore")
