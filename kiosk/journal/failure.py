"""What SQLite complains about, as errors of ours: what happened and what to do, and never in its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.domain.errors import JournalError


class JournalDamaged(JournalError):
    """The file, or a row of it, is not what was written. `seq` is the first bad row, None where no row can be named."""

    def __init__(self, path: Path, what: str, seq: int | None = None) -> None:
        row = "" if seq is None else f" at row {seq}"
        super().__init__(f"{path}: the journal is damaged{row}: {what}")
        self.path = path
        self.seq = seq


_WORDS = {
    "SQLITE_FULL": "there is no space left on its disk: make some",
    "SQLITE_IOERR": "its disk fails, or is full: check the disk",
    "SQLITE_READONLY": "it may only be read: check who owns it, and whether its disk is mounted read-only",
    "SQLITE_CANTOPEN": "it cannot be opened: check that its folder exists and who may write there",
    "SQLITE_PERM": "it cannot be opened: check who may write there",
    "SQLITE_AUTH": "it cannot be opened: check who may write there",
    "SQLITE_BUSY": "another program holds it: close whatever has it open",
    "SQLITE_LOCKED": "another program holds it: close whatever has it open",
    "SQLITE_CONSTRAINT": "a row was refused: rows are only ever added after the last one",
    "SQLITE_NOMEM": "there is no memory left",
    "SQLITE_TOOBIG": "a row is too big",
}
_DAMAGE = {
    "SQLITE_CORRUPT": "the file's pages do not fit together",
    "SQLITE_NOTADB": "this is no journal, or its beginning is overwritten",
}


def explain(error: sqlite3.Error, path: Path) -> JournalError:
    """The error of ours for one of SQLite's; its own text, which may quote a statement, is left out."""
    name = getattr(error, "sqlite_errorname", "") or ""
    primary = "_".join(name.split("_")[:2])
    if primary in _DAMAGE:
        return JournalDamaged(path, _DAMAGE[primary])
    return JournalError(f"{path}: {_WORDS.get(primary, f'the journal failed ({name or type(error).__name__})')}")


@contextmanager
def plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite raises within into errors of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from None
