"""The writer's lock: one process writes a journal. The kernel lets go of it when that process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from kiosk.domain.code import show_hostile
from kiosk.domain.errors import JournalError, JournalLocked


class WriterLock:
    """Held from `WriterLock(...)` to `release()`. A sibling file, because SQLite's own locks come and go.

    Raises JournalLocked where another holds it, JournalError where the file cannot be made.
    """

    def __init__(self, journal: Path, lane: str) -> None:
        path = journal.with_name(journal.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise JournalError(f"{path}: cannot be opened ({error.strerror})") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n{lane}\n".encode("utf-8", "replace"), 0)
        except BlockingIOError:
            holder = _holder(self._file)
            self.release()
            raise JournalLocked(
                f"{journal}: {holder} writes this journal: stop it first, or name another file"
            ) from None
        except OSError as error:
            self.release()
            raise JournalError(f"{path}: cannot be locked ({error.strerror})") from None

    def release(self) -> None:
        os.close(self._file)


def holder_of(journal: Path) -> int | None:
    """The process that a journal's lock file names: its writer, or the last one it had. None: there was none."""
    try:
        pid = journal.with_name(journal.name + ".lock").read_bytes()[:20].partition(b"\n")[0]
    except OSError:
        return None
    return int(pid) if pid.isdigit() and int(pid) > 0 else None


def _holder(file: int) -> str:
    """Who says, in the lock file, that it holds the lock."""
    pid, _, lane = os.pread(file, 200, 0).decode("utf-8", "replace").partition("\n")
    if not pid.isdecimal():
        return "another process"
    return f"process {pid} (lane {show_hostile(lane.strip(), 40)})"
