"""The place where an engine listens: this user's only, one engine's only, and free again after a crash."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kiosk.domain.errors import LinkError


@contextmanager
def claimed(path: Path) -> Iterator[socket.socket]:
    """A socket bound at `path`, readable and writable for this user alone. Nobody is listened to yet.

    What a killed engine left there is replaced: the lock beside it is held by the living only.
    Raises LinkError where another engine serves it, or where the place cannot be used.
    """
    with ExitStack() as held:
        try:
            _own_folder(path.parent)
            held.enter_context(_locked(path))
            _remove_stale(path)
            listening = held.enter_context(socket.socket(socket.AF_UNIX))
            _bind(listening, path)
        except OSError as error:
            raise LinkError(f"{path}: cannot listen there: {error.strerror or error}") from None
        held.callback(path.unlink, missing_ok=True)
        yield listening


def _own_folder(folder: Path) -> None:
    """Nobody else may put a socket of theirs in our place: codes of tickets are sent there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if not found.st_mode & 0o022 and found.st_uid in (0, os.geteuid()):
        return
    if found.st_uid != os.geteuid():
        raise LinkError(f"{folder}: others may write there; set kiosk.socket to a folder of your own")
    folder.chmod(stat.S_IMODE(found.st_mode) & ~0o022)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Held as long as this process lives, whatever ends it. The file stays: removing it would let two in."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process = os.read(lock, 20).decode("ascii", "replace").strip()
            what = f"an engine already serves {path} (process {process})"
            raise LinkError(f"{what}: `kiosk run --attach` opens a screen on it") from None
        os.truncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(lock)


def _remove_stale(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise LinkError(f"{path}: is in the way, and no socket; set kiosk.socket to another place")
    path.unlink()


def _bind(listening: socket.socket, path: Path) -> None:
    """With its rights from the first moment on."""
    before = os.umask(0o177)
    try:
        listening.bind(os.fspath(path))
    finally:
        os.umask(before)
