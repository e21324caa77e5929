"""`kiosk config show`: every value, where it came from, and TOML all the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kiosk.config import Settings, explain, load


def line(text: str, key: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{key} = "))


def test_each_value_names_the_layer_it_came_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_OCTO__TIMEOUT_S", "2.5")
    text = explain(load(file, offline={"admit": "listed"}))
    assert line(text, "lane").endswith(f"# {file}")
    assert line(text, "timeout_s").split() == ["timeout_s", "=", "2.5", "#", "KIOSK_OCTO__TIMEOUT_S"]
    assert line(text, "admit").endswith("# command line")
    assert line(text, "repeat_s").endswith("# default")
    assert "# [vista] is not set" in text


def test_inside_a_list_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(file.read_text() + '\n[[sources]]\nkind = "camera"\nwidth = 640\n')
    monkeypatch.setenv("KIOSK_SOURCES", '[{"kind":"camera","height":480}]')
    text = explain(load(file))
    assert line(text, "height").endswith("# KIOSK_SOURCES")
    assert line(text, "width").split() == ["width", "=", "1280", "#", "default"]


def test_what_is_shown_can_be_loaded_again(file: Path, tmp_path: Path) -> None:
    sources = [
        {"kind": "camera", "formats": ["EAN13", "UPCA"], "device": 'clip "1"\\.mp4'},
        {"kind": "replay", "path": "codes.jsonl"},
        {"kind": "wedge", "prefix": "\x7f\t"},
    ]
    vista = {
        "base_url": "https://cinema.example",
        "auth_url": "https://auth.example",
        "username_env": "A",
        "password_env": "B",
        "site_id": "1",
    }
    settings = load(file, sources=sources, vista=vista, kiosk={"socket": "/run/kiosk/a.sock"})
    again = tmp_path / "again.toml"
    again.write_text(explain(settings))
    assert tomllib.loads(again.read_text())["sources"][2]["prefix"] == "\x7f\t"
    assert load(again).model_dump() == settings.model_dump()


def test_settings_that_nobody_set_are_all_defaults() -> None:
    values = [line for line in explain(Settings()).splitlines() if " = " in line]
    assert values
    assert all(line.endswith("# default") for line in values)
