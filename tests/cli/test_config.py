"""`kiosk config`."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from kiosk.cli import main


def kiosk(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["config", *map(str, words)])


def test_init_writes_the_example_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    first = kiosk("init", path)
    assert first.exit_code == 0
    assert "[[octo.suppliers]]" in path.read_text()
    path.write_text("mine")
    second = kiosk("init", path)
    assert second.exit_code == 1
    assert "is left as it is" in second.stderr
    assert path.read_text() == "mine"


def test_init_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    result = kiosk("init", tmp_path / "missing" / "kiosk.toml")
    assert result.exit_code == 1
    assert result.stderr.endswith("No such file or directory\n")


def test_check_lists_problems_and_missing_keys_then_says_ok(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    kiosk("init", path)
    missing = kiosk("check", "--config", path)
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr.startswith('octo.suppliers "River Cruises": api_key_file: ')
    (tmp_path / "river-cruises.key").write_text("a-key")
    right = kiosk("check", "--config", path)
    assert (right.exit_code, right.stdout, right.stderr) == (0, "ok\n", "")
    path.write_text(path.read_text().replace("auto_redeem =", "auto_reedem =").replace("4.0", "0"))
    wrong = kiosk("check", "--config", path)
    assert wrong.exit_code == 2
    assert 'did you mean "auto_redeem"?' in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 2


def test_show_prints_what_is_in_force_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    kiosk("init", path)
    (tmp_path / "river-cruises.key").write_text("the-key-itself")
    result = kiosk("show", "--config", path)
    assert result.exit_code == 0
    assert 'lane = "Gate A"' in result.stdout
    assert "the-key-itself" not in result.output
