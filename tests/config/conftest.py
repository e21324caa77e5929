"""No variable of the machine that runs the tests reaches a configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("KIOSK_", "XDG_", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small configuration that is right."""
    path = tmp_path / "gate.toml"
    path.write_text(
        """
        [kiosk]
        lane = "Gate B"
        [octo]
        base_url = "https://tickets.example/octo/"
        [[octo.suppliers]]
        name = "River Cruises"
        api_key_file = "river.key"
        """
    )
    return path
