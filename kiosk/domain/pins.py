"""PINs of staff: which are good enough, how long a wrong one makes everybody wait, what a check comes to.

A PIN of six digits is guessed in a million tries: it is the waiting, not the hash, that keeps a guest out.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.roles import Role

SHORTEST_PIN = 6
LONGEST_PIN = 64
LONGEST_NAME = 40

FREE_TRIES = 3
"""Wrong PINs in a row that cost nothing: fingers slip."""

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 300.0
"""A guest who guesses on purpose must not keep a supervisor out for longer. That leaves 288 tries a day: half of all
PINs of six digits take nearly five years."""

_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
FEWEST_DIFFERENT = 3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The PIN is that of this person."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class WrongPin:
    """No such name, or not its PIN: which of them is not said. The next try is heard after `wait_s` seconds.

    `name` is that of somebody known, else empty: a PIN typed in place of a name must not reach the record.
    """

    wait_s: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """Not even looked at: the next try is heard after `wait_s` seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class NoPins:
    """The PINs cannot be read, or nobody has one: nobody can sign in."""

    why: str


PinResult = SignedIn | WrongPin | TooSoon | NoPins


def wait_after(wrong: int) -> float:
    """Seconds until the next try is heard, after so many wrong ones in a row."""
    return 0.0 if wrong < FREE_TRIES else min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(wrong - FREE_TRIES, 16))


def flaw_of(pin: str, name: str) -> str | None:
    """What is wrong with a PIN for somebody, in words that never repeat it; None: nothing."""
    if not (pin.isascii() and pin.isprintable()) or " " in pin:
        return "only digits, letters and signs of an English keyboard, without blanks"
    if len(pin) < SHORTEST_PIN:
        return f"at least {SHORTEST_PIN} characters"
    if len(pin) > LONGEST_PIN:
        return f"at most {LONGEST_PIN} characters"
    lower = pin.lower()
    if len(set(lower)) < FEWEST_DIFFERENT or _repeats(lower):
        return "too easy: the same few characters again and again"
    if any(lower in run for run in _RUNS):
        return "too easy: keys in a row"
    if lower in name.lower() or (len(name) >= SHORTEST_PIN and name.lower() in lower):
        return "too easy: it is the name"
    return None


def flaw_of_name(name: str) -> str | None:
    """What is wrong with a name; None: nothing."""
    if not name or name != name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        return f"a name is up to {LONGEST_NAME} printable characters, without blanks around it"
    return None


def _repeats(text: str) -> bool:
    """Whether it is made of one piece, over and over: 123123."""
    return text in (text + text)[1:-1]
