"""Where the record and the socket are."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Settings, journal_path, socket_path, state_dir
from kiosk.config.settings import Gate, JournalFile
from kiosk.domain.errors import ConfigError


def lane(name: str) -> Settings:
    return Settings(kiosk=Gate(lane=name))


def test_the_state_directory_is_the_first_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_dir() == tmp_path / "home" / ".local" / "state" / "kiosk"
    monkeypatch.setenv("XDG_STATE_HOME", "relative, so ignored")
    assert state_dir() == tmp_path / "home" / ".local" / "state" / "kiosk"
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert state_dir() == Path("/var/state/kiosk")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/kiosk:/var/lib/other")
    assert state_dir() == Path("/var/lib/kiosk")
    monkeypatch.setenv("KIOSK_STATE_DIR", "/srv/kiosk")
    assert state_dir() == Path("/srv/kiosk")


def test_a_relative_journal_is_in_the_state_directory_an_absolute_one_where_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", "/srv/kiosk")
    assert journal_path(Settings()) == Path("/srv/kiosk/journal.sqlite3")
    assert journal_path(Settings(journal=JournalFile(path=Path("/data/j.db")))) == Path("/data/j.db")


def test_a_lanes_socket_is_in_the_users_runtime_directory_else_in_the_state_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", "/srv/kiosk")
    assert socket_path(Settings()) == Path("/srv/kiosk/gate-a.sock")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert socket_path(Settings()) == Path("/run/user/1000/kiosk/gate-a.sock")
    assert socket_path(Settings(kiosk=Gate(socket=Path("/run/gate.sock")))) == Path("/run/gate.sock")
    assert socket_path(Settings(kiosk=Gate(socket=Path("gate.sock")))) == Path("/srv/kiosk/gate.sock")


def test_lanes_that_differ_have_sockets_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    names = ["Gate A", "Gate B", "入口一", "入口二", "Gate/A", "../Gate A", "G" * 39 + "1", "G" * 39 + "2", "-"]
    paths = {socket_path(lane(name)) for name in names}
    assert len(paths) == len(names)
    assert {path.parent for path in paths} == {Path("/run/user/1000/kiosk")}


def test_a_socket_path_that_the_kernel_would_refuse_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/" + "é" * 50)
    with pytest.raises(ConfigError, match=r"kiosk\.socket: .* bytes.* set a shorter one"):
        socket_path(Settings())
