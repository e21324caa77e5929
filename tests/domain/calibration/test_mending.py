"""Findings in words, and the configuration that mends them: with it in force, the same scanner reads every code."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from kiosk.config.sources import Evdev, Wedge
from kiosk.domain.calibration.card import CARD
from kiosk.domain.calibration.diagnosis import diagnose
from kiosk.domain.calibration.mending import is_well, mend, spell, told, toml_lines
from kiosk.domain.framing import Framing, FramingRules
from kiosk.domain.layouts import LAYOUTS
from tests.domain.calibration.typist import strokes
from tests.sources.devices import typing


def words(kind: str = "wedge", **typed: Any) -> str:
    hosts = ("us",) if kind == "evdev" else tuple(LAYOUTS)
    return "\n".join(told(diagnose(CARD, strokes(**typed), hosts), kind))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({}, "Read right the first time: 13 of 13 codes (100%)\nLayout: scanner and keyboard agree"),
        ({"host": "gb"}, "Layout: the scanner believes in us, this machine's keyboard is gb"),
        ({"host": "de"}, "Cannot be told from others: =; set the scanner to de, or de-nodeadkeys on this machine"),
        ({"scanner": "fr"}, "Layout: the scanner believes in fr, this machine's keyboard is us"),
        ({"caps_lock": True}, "Caps Lock is on"),
        ({"shift": False}, "Shift never arrives"),
        ({"shift": True}, "Shift is held"),
        ({"fault": lambda text: text[1:]}, "First character missing: in 13 codes"),
        ({"fault": lambda text: text[:-1]}, "Last character missing: in 13 codes"),
        ({"fault": lambda text: text.replace("\x1d", "")}, "Never sent: GS"),
        ({"fault": lambda text: text.replace("|", "") if len(text) > 50 else text}, "Dropped now and then: 4 of 566"),
        ({"fault": lambda text: text.replace("5", "55", 1)}, "Doubled: 1"),
        ({"prefix": "#", "suffix": "~"}, "Sent with it: before each code #, after each code ~, each code ends with CR"),
        ({"ending": ""}, "nothing ends a code"),
        ({"gap_s": 0.1}, "Too slow"),
        ({"gap_s": 0.3}, "Pauses too long"),
        ({"gap_s": 0.0}, "Speed: whole codes at once"),
        ({"gap_s": 0.01}, "Speed: 100 characters a second, 10.0 ms between two at the median, 10 ms at most"),
    ],
)
def test_what_is_told(typed: dict[str, Any], found: str) -> None:
    assert found in words(**typed)


def test_evdev_loses_nothing_to_a_layout() -> None:
    text = words("evdev", scanner="de")
    assert "Layout: the scanner believes in de" in text
    assert "Cannot be told" not in text


def test_nothing_read_is_all_that_is_told() -> None:
    (line,) = told(diagnose(CARD, []), "wedge")
    assert line.startswith("Read right the first time: 0 of 13 codes (0%); not read: 1 QRCODE, 2 AZTEC")
    assert mend(diagnose(CARD, []), "wedge") == {}
    assert not is_well(diagnose(CARD, []), "wedge")


def test_no_character_of_a_scanner_reaches_the_terminal_raw() -> None:
    text = words(prefix="\x1b[2J", fault=lambda text: text.replace("a", "\x9b"))
    assert not {char for char in text if not char.isprintable()} - {"\n"}
    assert "U+001B" in text


@pytest.mark.parametrize(("char", "name"), [("\x1d", "GS"), (" ", "blank"), ("|", "|"), ("\u202e", "U+202E")])
def test_spelling(char: str, name: str) -> None:
    assert spell(char) == name


SETUPS: list[dict[str, Any]] = [
    {},
    {"host": "gb"},
    {"host": "de-nodeadkeys"},
    {"host": "fr-nodeadkeys", "prefix": "*", "suffix": "#", "ending": "\t"},
    {"ending": ""},
    {"ending": "\r\n", "suffix": "."},
    {"fault": lambda text: text.translate(str.maketrans("`|é", "ò§à"))},
    {"host": "gb", "fault": lambda text: text.translate(str.maketrans("\x1d", "\u241d"))},
]


@pytest.mark.parametrize("typed", SETUPS)
def test_the_lines_mend_a_wedge(typed: dict[str, Any]) -> None:
    """What is offered, read back as configuration, and the same keystrokes: every code comes out as printed."""
    came = strokes(**typed)
    found = diagnose(CARD, came)
    lines = "\n".join(toml_lines(mend(found, "wedge")))
    source = Wedge.model_validate({"kind": "wedge", **tomllib.loads(lines)})
    framing = Framing(source.rules)
    read = [
        code for stroke in came for code in framing.feed(source.translation(stroke.char), stroke.at_s)
    ]  # fmt: skip
    read += framing.finish()
    assert [code.text for code in read] == [code.text for code in CARD]
    assert is_well(found, "wedge")


@pytest.mark.parametrize("scanner", ["us", "gb", "de", "fr", "pl"])
def test_the_lines_mend_evdev(scanner: str) -> None:
    from kiosk.sources.evdev_input import EvdevReading
    from kiosk.sources.strokes import EvdevStrokes

    unframed = EvdevStrokes()
    came = [
        stroke._replace(at_s=stroke.at_s + place * 0.003)
        for number, code in enumerate(CARD)
        for place, stroke in enumerate(unframed.feed(typing(code.text + "\r", LAYOUTS[scanner]), 10.0 * number))
    ]
    found = diagnose(CARD, came, ("us",))
    lines = "\n".join(toml_lines(mend(found, "evdev")))
    source = Evdev.model_validate({"kind": "evdev", "device": "/dev/input/event0", **tomllib.loads(lines)})
    reading = EvdevReading(source.rules, source.translation, source.layout)
    read = [code for one in CARD for code in reading.feed(typing(one.text + "\r", LAYOUTS[scanner]), 0.0)]
    assert [code.text for code in read] == [code.text for code in CARD]


def test_nothing_is_offered_that_is_the_default() -> None:
    assert mend(diagnose(CARD, strokes(ending="\r\n")), "wedge") == {}
    assert FramingRules().terminators == "\r\n"


def test_a_serial_scanner_is_offered_no_layout() -> None:
    found = diagnose(CARD, strokes(ending="\t"), ())
    assert mend(found, "serial") == {"terminators": "\t"}
    assert mend(found, "hidraw") == {}
