"""Keyed hashes of codes and of bookings' identifiers: enough to find them again, useless without this device's key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from kiosk.domain.attempt import Intended
from kiosk.domain.booking import Booking
from kiosk.domain.errors import JournalError

KEY_BYTES = 32
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Hashes under one key. Two journals of one device share it; it never leaves the device."""

    key: bytes = field(repr=False)

    def of_code(self, code: str) -> bytes:
        return self._of("code", code)

    def of_bookings(self, bookings: Iterable[Booking]) -> set[bytes]:
        """One for each identifier that `Booking.is_same` compares."""
        return {
            self._of(name, identifier)
            for booking in bookings
            for name, identifier in (
                ("uuid", booking.uuid),
                ("redemption_code", booking.redemption_code),
                ("reference", booking.reference),
            )
            if identifier
        }

    def of_attempt(self, begun: Intended) -> frozenset[bytes]:
        """Everything by which an attempt is found again."""
        return frozenset({self.of_code(begun.code), *self.of_bookings(begun.bookings)})

    @property
    def check(self) -> bytes:
        """Tells one key from another without giving either away."""
        return self._of("check", "")

    def _of(self, name: str, text: str) -> bytes:
        what = f"{name}\0{text}".encode("utf-8", "surrogatepass")
        return blake2b(what, key=self.key, digest_size=DIGEST_BYTES).digest()


def key_path(journal: Path) -> Path:
    """Where the key of a journal is kept: beside it."""
    return journal.with_name(journal.name + ".key")


def read_key(journal: Path) -> Fingerprints | None:
    """The fingerprints of a journal's key; None where there is no key. Raises JournalError for one that is unusable."""
    path = key_path(journal)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JournalError(f"{path}: the journal's key cannot be read ({error.strerror})") from None
    if len(key) != KEY_BYTES:
        raise JournalError(f"{path}: this is no key of a journal: put the right one back, or move this one away")
    return Fingerprints(key)


def read_or_make_key(journal: Path) -> Fingerprints:
    """The same, with a new random key where there was none. Durable when it returns; whole, or not there at all."""
    found = read_key(journal)
    if found is not None:
        return found
    path, key = key_path(journal), secrets.token_bytes(KEY_BYTES)
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise JournalError(f"{path}: the journal's key cannot be written ({error.strerror})") from None
    return Fingerprints(key)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
