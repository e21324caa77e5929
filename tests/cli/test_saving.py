"""Saving: only under our own names, only into the folder, whole, private, and never over anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kiosk.cli.saving import Folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Folder(tmp_path / "a" / "new") as folder:
            saved = folder.save("tickets.ics", b"x" * 100_000)
    finally:
        os.umask(before)
    assert (mode(saved), mode(saved.parent), saved.read_bytes()) == (0o600, 0o700, b"x" * 100_000)
    assert os.listdir(saved.parent) == ["tickets.ics"]


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "folder"])
def test_what_is_there_stays(tmp_path: Path, kind: str) -> None:
    elsewhere, there = tmp_path / "elsewhere", tmp_path / "out" / "tickets.ics"
    there.parent.mkdir()
    elsewhere.write_text("mine")
    match kind:
        case "file":
            there.write_text("mine")
        case "link":
            there.symlink_to(elsewhere)
        case "dangling link":
            there.symlink_to(tmp_path / "nothing")
        case _:
            there.mkdir()
    with Folder(there.parent) as folder, pytest.raises(FileExistsError):
        folder.save("tickets.ics", b"theirs")
    assert elsewhere.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()
    assert os.listdir(there.parent) == ["tickets.ics"]


@pytest.mark.parametrize(
    "name",
    ["../x.ics", "/etc/x.ics", "x/y.ics", ".x.ics", "x", "x.ics\n", "X.ics", "a b.ics", "", "..", "x.ics\0", "é.x"],
)
def test_no_other_name_is_taken(tmp_path: Path, name: str) -> None:
    with Folder(tmp_path) as folder, pytest.raises(ValueError, match="own"):
        folder.save(name, b"x")
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with Folder(tmp_path) as folder, pytest.raises(OSError, match="No space"):
        folder.save("tickets.ics", b"x")
    assert os.listdir(tmp_path) == []


def test_the_folder_is_the_one_that_was_opened(tmp_path: Path) -> None:
    out, aside = tmp_path / "out", tmp_path / "aside"
    with Folder(out) as folder:
        out.rename(aside)
        out.symlink_to("/nowhere")
        folder.save("tickets.ics", b"x")
    assert os.listdir(aside) == ["tickets.ics"]
