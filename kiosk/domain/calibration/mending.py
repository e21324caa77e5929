"""A diagnosis in words for whoever holds the scanner, and as the lines of the configuration that mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kiosk.domain.calibration.diagnosis import Diagnosis, Speed
from kiosk.domain.calibration.reads import Fault
from kiosk.domain.framing import FramingRules
from kiosk.domain.layouts import LAYOUTS
from kiosk.domain.translation import between
from kiosk.domain.wedge import STEADY_GAP_S

TYPES_KEYS = ("wedge", "evdev")
"""Kinds of source whose scanner types, so that layouts matter."""

SENDS_A_STREAM = (*TYPES_KEYS, "serial")
"""Kinds whose codes need something that ends them; others come whole."""

_NAMES = {"\x1d": "GS", "\r": "CR", "\n": "LF", "\t": "Tab", " ": "blank"}
_SHOWN = 12
"""Characters named one by one; of more it is their number that matters."""


def spell(char: str) -> str:
    """A character by name where it cannot be seen or must not be printed."""
    return _NAMES.get(char) or (char if char.isprintable() else f"U+{ord(char):04X}")


def told(diagnosis: Diagnosis, kind: str) -> Iterator[str]:
    """What was found, a line each: what was read first, then what is wrong."""
    yield _reads(diagnosis)
    if not diagnosis.expected:
        return
    yield from _layouts(diagnosis, kind)
    yield from _lost(diagnosis, kind)
    yield from _faults(diagnosis)
    yield _wrapping(diagnosis, kind)
    yield from _speed(diagnosis.speed, kind)


def mend(diagnosis: Diagnosis, kind: str) -> dict[str, object]:
    """The keys of the `[[sources]]` table that mend what can be mended here, with their values; none is a default."""
    keys: dict[str, object] = {}
    if not diagnosis.expected:
        return keys
    if kind in TYPES_KEYS and not diagnosis.setup.agrees:
        keys["translate"] = f"{diagnosis.setup.scanner}>{diagnosis.setup.host}"
    if diagnosis.replace:
        keys["replace"] = dict(diagnosis.replace)
    if diagnosis.prefix:
        keys["prefix"] = diagnosis.prefix
    if diagnosis.suffix:
        keys["suffix"] = diagnosis.suffix
    if kind in SENDS_A_STREAM and not (diagnosis.ending and set(diagnosis.ending) <= set(FramingRules().terminators)):
        keys["terminators"] = diagnosis.ending
    return keys


def toml_lines(keys: Mapping[str, object]) -> list[str]:
    """Keys as TOML."""
    return [f"{key} = {_toml(value)}" for key, value in keys.items()]


def is_well(diagnosis: Diagnosis, kind: str) -> bool:
    """Whether nothing is left that the configuration cannot mend."""
    return (
        bool(diagnosis.expected)
        and all(tried.at_first for tried in diagnosis.tried if tried.whole)
        and not (diagnosis.never or diagnosis.setup.caps_lock or diagnosis.setup.shift is not None)
        and not any(_lost(diagnosis, kind))
        and not any(_speed_trouble(diagnosis.speed, kind))
    )


def _reads(diagnosis: Diagnosis) -> str:
    unread = [f"{tried.code.number} {tried.code.symbology}" for tried in diagnosis.tried if not tried.whole]
    first = sum(tried.at_first for tried in diagnosis.tried)
    text = f"Read right the first time: {first} of {len(diagnosis.tried)} codes"
    text += f" ({diagnosis.first_read_rate:.0%})"
    text += f"; not read: {', '.join(unread)}" if unread else ""
    return text + (f"; codes that are not on the card: {diagnosis.strangers}" if diagnosis.strangers else "")


def _layouts(diagnosis: Diagnosis, kind: str) -> Iterator[str]:
    setup = diagnosis.setup
    if kind in TYPES_KEYS:
        if setup.agrees and not diagnosis.replace:
            yield "Layout: scanner and keyboard agree"
        elif setup.agrees:
            yield "Layout: none that is known; it is put right character by character"
        elif kind == "evdev":
            yield f"Layout: the scanner believes in {setup.scanner}"
        else:
            yield f"Layout: the scanner believes in {setup.scanner}, this machine's keyboard is {setup.host}"
    if setup.caps_lock:
        yield "Caps Lock is on: switch it off"
    if setup.shift is False:
        yield "Shift never arrives, so capitals cannot be told from small letters: set a delay between characters"
    if setup.shift:
        yield "Shift is held all the time: look for a stuck key"


def _lost(diagnosis: Diagnosis, kind: str) -> Iterator[str]:
    """evdev sees the keys themselves, AltGr and dead ones too, and loses nothing to a layout."""
    setup = diagnosis.setup
    if kind == "wedge" and (lost := between(setup.scanner, setup.host).lost):
        dead = LAYOUTS[setup.host].dead
        advice = f", or {setup.host}-nodeadkeys on this machine" if dead else ""
        advice = f"set the scanner to {setup.host}{advice}, or read it by evdev"
        yield f"Cannot be told from others: {_spelt(lost)}; {advice}"
    if diagnosis.lost:
        yield f"Come as characters that also stand for themselves: {_spelt(diagnosis.lost)}; set the scanner to others"


def _faults(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.never:
        yield f"Never sent: {_spelt(diagnosis.never)}; look for it in the scanner's manual (control characters, GS1)"
    if diagnosis.cut_first:
        yield f"First character missing: in {diagnosis.cut_first} codes; set a delay before the first character"
    if diagnosis.cut_last:
        yield f"Last character missing: in {diagnosis.cut_last} codes; is it set to leave check digits out?"
    words = {
        Fault.DROPPED: "Dropped now and then",
        Fault.DOUBLED: "Doubled",
        Fault.SHIFTED: "With the wrong Shift now and then",
        Fault.CHANGED: "Came out as another character now and then",
    }
    for fault, word in words.items():
        if counted := diagnosis.faults.get(fault):
            yield f"{word}: {_counted(counted, diagnosis.expected)}"
    if strays := sum(diagnosis.faults.get(Fault.STRAY, {}).values()):
        yield f"Came in between now and then: {strays} too many"


def _wrapping(diagnosis: Diagnosis, kind: str) -> str:
    parts = []
    if diagnosis.prefix:
        parts.append(f"before each code {_spelt(diagnosis.prefix)}")
    if diagnosis.sends_aim:
        parts.append("a symbology identifier (taken off by strip_aim)")
    if diagnosis.suffix:
        parts.append(f"after each code {_spelt(diagnosis.suffix)}")
    if kind in SENDS_A_STREAM:
        parts.append(f"each code ends with {_spelt(diagnosis.ending)}" if diagnosis.ending else "nothing ends a code")
    return "Sent with it: " + (", ".join(parts) or "nothing")


def _speed(speed: Speed, kind: str) -> Iterator[str]:
    if speed.chars_per_s is None or speed.median_gap_s is None or speed.longest_gap_s is None:
        yield "Speed: whole codes at once"
        return
    yield (
        f"Speed: {speed.chars_per_s:,.0f} characters a second, "
        f"{speed.median_gap_s * 1000:.1f} ms between two at the median, {speed.longest_gap_s * 1000:.0f} ms at most"
    )
    yield from _speed_trouble(speed, kind)


def _speed_trouble(speed: Speed, kind: str) -> Iterator[str]:
    if kind == "wedge" and (speed.median_gap_s or 0) >= STEADY_GAP_S:
        yield "Too slow: it would be taken for a person typing; set its delay between characters to 0"
    if (speed.longest_gap_s or 0) >= FramingRules().partial_after_s:
        yield "Pauses too long: a code would be cut in two; set its delay between characters to 0"


def _spelt(chars: str) -> str:
    return " ".join(map(spell, chars))


def _counted(times: Mapping[str, int], expected: Mapping[str, int]) -> str:
    named = ", ".join(
        f"{spell(char)} {count} of {expected.get(char, 0)}" for char, count in list(times.items())[:_SHOWN]
    )
    total = f"{sum(times.values())} of {sum(expected.values())} characters"
    return f"{total} ({named}{', …' if len(times) > _SHOWN else ''})"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
