"""What may be said of a scanner: how it wraps its codes, which keyboard it believes in, what to put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.config import explain, load
from kiosk.config.settings import Settings
from kiosk.config.sources import Evdev, Serial, Wedge
from kiosk.domain.errors import ConfigError
from kiosk.domain.framing import FramingRules
from kiosk.domain.layouts import DE, US


def test_rules_are_those_of_framing_unless_said_otherwise() -> None:
    assert Wedge().rules == Serial(device="/dev/ttyACM0").rules == FramingRules()
    said = Wedge(prefix="<", suffix=">", terminators="\t", min_length=6, strip_aim=False)
    assert said.rules == FramingRules("<", ">", "\t", min_length=6, strip_aim=False)


def test_a_wedge_is_translated_and_then_put_right() -> None:
    assert Wedge(translate="us>de", replace={"#": "!"}).translation("zy§") == "yz!"


def test_evdev_takes_the_scanners_layout() -> None:
    scanner = Evdev(device="/dev/input/event0", translate="de>us", replace={"~": "\x1d"})
    assert scanner.layout is DE
    assert scanner.translation("A~") == "A\x1d"
    assert Evdev(device="/dev/input/event0").layout is US


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"kind": "wedge", "translate": "de"}, "must be two layouts"),
        ({"kind": "wedge", "translate": "us>xx"}, "known are us, gb, de"),
        ({"kind": "evdev", "device": "x", "translate": "us>de"}, 'must end in ">us"'),
        ({"kind": "serial", "device": "x", "translate": "us>de"}, "unknown key"),
        ({"kind": "serial", "device": "x", "replace": {"~~": "a"}}, "at most 1 character"),
        ({"kind": "hidraw", "device": "x", "min_length": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, source: dict[str, Any], problem: str) -> None:
    (tmp_path / "kiosk.toml").touch()
    with pytest.raises(ConfigError, match=problem):
        load(tmp_path / "kiosk.toml", sources=[source])


def test_what_is_put_right_is_shown_as_toml(tmp_path: Path) -> None:
    text = 'sources = [{ kind = "wedge", replace = { "~" = "\\u001d", "\\"" = "@" } }]'
    (tmp_path / "kiosk.toml").write_text(text)
    settings = load(tmp_path / "kiosk.toml")
    (line,) = (line for line in explain(settings).splitlines() if line.startswith("replace = "))
    (tmp_path / "again.toml").write_text(f'[[sources]]\nkind = "wedge"\n{line}\n')
    assert load(tmp_path / "again.toml").sources == settings.sources
    assert settings.sources != Settings().sources
