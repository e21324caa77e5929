"""API keys: read from where the configuration says, and shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Supplier, explain, load
from kiosk.domain.errors import ConfigError

KEY = "5c2f7a10-aaaa-4bbb-8ccc-0123456789ab"


def refusal(supplier: Supplier) -> str:
    with pytest.raises(ConfigError) as caught:
        supplier.api_key()
    return str(caught.value)


def test_a_key_is_read_from_a_file_without_its_newline(tmp_path: Path) -> None:
    path = tmp_path / "river.key"
    path.write_text(f"{KEY}\n")
    assert Supplier(name="River", api_key_file=path).api_key().get_secret_value() == KEY


def test_a_key_is_read_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVER_KEY", KEY)
    assert Supplier(name="River", api_key_env="RIVER_KEY").api_key().get_secret_value() == KEY


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\n", "is empty"),
        (f"{KEY}\n{KEY}\n".encode(), "is no key"),
        (f"the key: {KEY}".encode(), "is no key"),
        ("schlüssel".encode(), "is no key"),
        (b"\xff\xfe" + KEY.encode(), "is not text"),
    ],
)
def test_a_file_that_holds_no_key_is_refused_without_repeating_it(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    path = tmp_path / "river.key"
    path.write_bytes(content)
    told = refusal(Supplier(name="River", api_key_file=path))
    assert told.startswith('octo.suppliers "River": api_key_file: ')
    assert expected in told
    assert KEY not in told


def test_a_file_that_is_not_there_and_a_variable_that_is_not_set(tmp_path: Path) -> None:
    assert "No such file" in refusal(Supplier(name="River", api_key_file=tmp_path / "none"))
    told = refusal(Supplier(name="River", api_key_env="RIVER_KEY"))
    assert told == 'octo.suppliers "River": api_key_env: the variable it names is not set'


def test_a_key_is_in_no_text_that_settings_give(file: Path, tmp_path: Path) -> None:
    (tmp_path / "river.key").write_text(KEY)
    settings = load(file)
    assert settings.octo is not None
    shown = explain(settings) + repr(settings) + str(settings) + repr(settings.octo.suppliers[0].api_key())
    assert KEY not in shown
    assert "# the key: ********" in shown


@pytest.mark.parametrize("file", ["RIVER_KEY", "kiosk_RIVER_KEY"])
def test_a_variable_that_is_not_set_is_looked_for_among_systemds_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (tmp_path / file).write_text(f"{KEY}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    supplier = Supplier(name="River", api_key_env="RIVER_KEY")
    assert supplier.api_key().get_secret_value() == KEY
    monkeypatch.setenv("RIVER_KEY", "the-variable-wins")
    assert supplier.api_key().get_secret_value() == "the-variable-wins"


def test_a_secret_that_is_nowhere_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "kiosk_OTHER").write_text(KEY)
    told = refusal(Supplier(name="River", api_key_env="RIVER_KEY"))
    assert told.endswith("api_key_env: the variable it names is not set, and there is no credential RIVER_KEY")
