"""The command line's frame: the list of commands, light imports, exit statuses, errors without a traceback."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import COMMANDS, main
from kiosk.domain.errors import ConfigError, JournalLocked, KioskError, Problem


def run_failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Run a command of our own that lets an error out."""

    @click.command()
    def command() -> None:
        raise error

    module = ModuleType("a_failing_command")
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(COMMANDS, "fail", ("a_failing_command:command", "Fails."))
    return CliRunner().invoke(main, ["fail"])


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (ConfigError((Problem("a.toml: x", "one"), Problem("b", "two"))), 2, "a.toml: x: one\nb: two\n"),
        (JournalLocked("another engine has it"), 4, "another engine has it\n"),
        (KioskError("the camera\nis \x1b[2J gone"), 1, "the camera is ·[2J gone\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.UsageError("no such thing"), 2, "Usage: main fail [OPTIONS]\n"),
    ],
)
def test_an_error_is_one_plain_line_and_a_status(
    error: BaseException, status: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_failing_with(error, monkeypatch)
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith(told)
    assert (result.stderr == told) or isinstance(error, click.UsageError)
    assert "Traceback" not in result.output


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_failing_with(ZeroDivisionError(), monkeypatch)
    assert isinstance(result.exception, ZeroDivisionError)


def test_help_lists_every_command_and_imports_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for target, _ in COMMANDS.values():
        monkeypatch.delitem(sys.modules, target.partition(":")[0], raising=False)
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, (target, line) in COMMANDS.items():
        assert f"  {name} " in result.stdout
        assert line in result.stdout
        assert target.partition(":")[0] not in sys.modules


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_that_is_listed_exists_and_has_help(name: str) -> None:
    assert find_spec(COMMANDS[name][0].partition(":")[0]) is not None
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Usage: main {name}")


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["scann"])
    assert result.exit_code == 2
    assert "No such command 'scann'" in result.stderr
