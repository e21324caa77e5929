"""The file of staff: names, roles, and a scrypt hash of each PIN. Read by its owner alone, written whole or not at all.

Never holds a PIN, and nobody but the engine and `kiosk pin` reads it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import KioskError
from kiosk.domain.pins import flaw_of_name
from kiosk.domain.roles import Role
from kiosk.domain.secret import Secret

LOG2_N, BLOCK, PARALLEL = 15, 8, 3
"""32 MiB and, with p = 3, as much work as OWASP's password storage cheat sheet asks for (2^15, 8, 3). Its first choice,
2^17, takes 128 MiB: an eighth of a small Raspberry Pi's memory, beside cameras. One PIN takes 0.3 s on an x86-64 core
here; on a Pi 4 expect about one second. One check runs at a time."""

DECOY = f"scrypt${LOG2_N}${BLOCK}${PARALLEL}${'0' * 32}${'0' * 64}"
"""The hash of no PIN, to be checked where nobody has the name that was given."""

_HASH = re.compile(r"scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([0-9a-f]{32})\$([0-9a-f]{64})")
_MOST_MEMORY = 128 << 20
_LONGEST_FILE = 1 << 20


class PinFileError(KioskError):
    """The file cannot be used: says why, and never what it holds."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `hash` as `hashed` writes it."""

    name: str
    role: Role
    hash: str


def hashed(pin: Secret, log2_n: int = LOG2_N, block: int = BLOCK, parallel: int = PARALLEL) -> str:
    """A PIN's hash, with a salt of its own and everything that is needed to check it. Takes a while."""
    salt = secrets.token_bytes(16)
    made = _scrypt(pin, salt, log2_n, block, parallel)
    return f"scrypt${log2_n}${block}${parallel}${salt.hex()}${made.hex()}"


def matches(pin: Secret, written: str) -> bool:
    """Whether a PIN has this hash, compared in constant time. Takes a while. Raises PinFileError for a strange hash."""
    found = _HASH.fullmatch(written)
    if found is None:
        raise PinFileError("holds a hash that is none of ours: set that PIN again")
    log2_n, block, parallel = (int(number) for number in found.groups()[:3])
    try:
        made = _scrypt(pin, bytes.fromhex(found[4]), log2_n, block, parallel)
    except (ValueError, MemoryError):
        raise PinFileError("holds a hash that this machine cannot check: set that PIN again") from None
    return hmac.compare_digest(made, bytes.fromhex(found[5]))


def _scrypt(pin: Secret, salt: bytes, log2_n: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        pin.reveal().encode(), salt=salt, n=1 << log2_n, r=block, p=parallel, maxmem=_MOST_MEMORY, dklen=32
    )


def people_in(text: str) -> tuple[Person, ...]:
    """Those whom a file's text names. Raises PinFileError."""
    try:
        staff = json.loads(text)["staff"]
        people = tuple(Person(str(one["name"]), Role(one["role"]), str(one["hash"])) for one in staff)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PinFileError("is not what `kiosk pin set` writes") from None
    names = [person.name.casefold() for person in people]
    if len(set(names)) < len(names) or any(flaw_of_name(person.name) for person in people):
        raise PinFileError("names somebody twice, or with a name that nobody can have")
    return people


def person_called(people: tuple[Person, ...], name: str) -> Person | None:
    """Names are the same in capitals and without."""
    return next((person for person in people if person.name.casefold() == name.strip().casefold()), None)


def read_private(path: Path) -> str:
    """A file that nobody else may read or write. Raises PinFileError."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise PinFileError(f"{path}: is no file")
            if found.st_mode & 0o077 or found.st_uid not in (0, os.geteuid()):
                raise PinFileError(f"{path}: others may read it: chmod 600 it, and let the gate's user own it")
            return file.read(_LONGEST_FILE)
    except FileNotFoundError:
        raise PinFileError(f"{path}: there is no such file; `kiosk pin set NAME` makes it") from None
    except UnicodeDecodeError:
        raise PinFileError(f"{path}: is not text") from None
    except OSError as error:
        raise PinFileError(f"{path}: {error.strerror}") from None


def change(path: Path, how: Callable[[tuple[Person, ...]], tuple[Person, ...]]) -> None:
    """Write the file anew as `how` makes it of those who were in it. Two at a time wait for each other.

    Raises PinFileError; then the file is as it was.
    """
    try:
        with _alone(path):
            before = people_in(read_private(path)) if os.path.lexists(path) else ()
            _write(path, how(before))
    except OSError as error:
        raise PinFileError(f"{path}: cannot be written: {error.strerror}") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(path: Path, people: tuple[Person, ...]) -> None:
    """Under another name first, synced, then in its place: whoever reads finds the old one or the new one."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    staff = [{"name": person.name, "role": person.role.value, "hash": person.hash} for person in people]
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(unfinished, flags, 0o600), "w", encoding="utf-8") as file:
            if path.exists() and os.geteuid() == 0:
                os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
            file.write(json.dumps({"staff": staff}, ensure_ascii=False, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
