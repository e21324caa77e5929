"""Where a job is kept: `record.sqlite3` for ever, `papers.json` until the report is written. Only the owner reads it.

The papers hold the recipients; the record does not. Nothing of a job's name comes from outside.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from kiosk.domain.errors import JournalError, KioskError
from kiosk.domain.issuing.papers import Papers, from_bytes, to_bytes
from kiosk.journal.fingerprints import sync_folder

ID = re.compile(r"[0-9a-f]{8}")
FEWEST_CHARACTERS = 3
"""Of a job's name, where it is told by its beginning."""


def digest(stored: bytes) -> str:
    """What the record keeps of the papers."""
    return blake2b(stored, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class JobFolder:
    """One job's place."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def record(self) -> Path:
        """The journal that holds the job's notes."""
        return self.path / "record.sqlite3"

    @property
    def _papers(self) -> Path:
        return self.path / "papers.json"

    @property
    def has_papers(self) -> bool:
        return self._papers.exists()

    def write_papers(self, papers: Papers) -> str:
        """Their digest; on disk when it returns. Raises JournalError."""
        stored = to_bytes(papers, secrets.token_hex(16))
        try:
            with open(os.open(self._papers, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(stored)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.path)
        except OSError as error:
            raise JournalError(f"{self._papers}: cannot be written ({error.strerror})") from None
        return digest(stored)

    def read_papers(self, noted: str) -> Papers:
        """The papers whose digest was noted. Raises JournalError where they are gone, or are not those."""
        try:
            stored = self._papers.read_bytes()
        except OSError as error:
            raise JournalError(f"{self._papers}: cannot be read ({error.strerror}): nothing was sent") from None
        if digest(stored) != noted:
            raise JournalError(f"{self._papers}: these are not the papers that the job began with: nothing was sent")
        try:
            return from_bytes(stored)
        except (ValueError, KeyError, TypeError):
            raise JournalError(f"{self._papers}: these are no papers of a job: nothing was sent") from None

    def drop_papers(self) -> None:
        """Delete what was to be sent: it has been, and is reported. Raises JournalError."""
        try:
            self._papers.unlink(missing_ok=True)
            sync_folder(self.path)
        except OSError as error:
            raise JournalError(f"{self._papers}: cannot be deleted ({error.strerror})") from None


@dataclass(frozen=True, slots=True)
class JobFolders:
    """All jobs of this machine."""

    root: Path

    def new(self) -> JobFolder:
        """A folder for a new job. Raises JournalError."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            while True:
                path = self.root / secrets.token_hex(4)
                try:
                    path.mkdir(mode=0o700)
                except FileExistsError:
                    continue
                sync_folder(self.root)
                return JobFolder(path)
        except OSError as error:
            raise JournalError(f"{self.root}: no job can be kept there ({error.strerror})") from None

    def all(self) -> tuple[JobFolder, ...]:
        """Raises JournalError where the folder cannot be read; nothing where there is none."""
        try:
            names = sorted(os.listdir(self.root))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise JournalError(f"{self.root}: cannot be read ({error.strerror})") from None
        return tuple(JobFolder(self.root / name) for name in names if ID.fullmatch(name))

    def find(self, name: str) -> JobFolder:
        """The job of this name, or of the one name that begins so. Raises KioskError."""
        if not re.fullmatch(rf"[0-9a-f]{{{FEWEST_CHARACTERS},8}}", name):
            raise KioskError("no job has such a name: `kiosk issue status` lists them")
        found = [folder for folder in self.all() if folder.id.startswith(name)]
        if len(found) != 1:
            many = f"{len(found)} jobs have names that begin" if found else "no job has a name that begins"
            raise KioskError(f"{many} with {name}: `kiosk issue status` lists them")
        return found[0]
