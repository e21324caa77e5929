"""New files in a folder: whole or not at all, readable by their owner alone, never over what is there already.

Names are this program's own words. Nothing from outside ever names a file.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

OWN_NAME = re.compile(r"[a-z]{1,40}(-[a-z]{1,40}){0,4}\.[a-z]{1,10}")


class Folder:
    """Opened once: what is made is made in that folder, whatever becomes of its name meanwhile."""

    def __init__(self, path: Path) -> None:
        """Makes the folder, for its owner alone, where there is none. Raises OSError."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def save(self, name: str, content: bytes) -> Path:
        """Raises FileExistsError where anything of that name is there, OSError where it cannot be written.

        Written under another name and linked to its own: a link is never made over a file, and never to half of one.
        """
        if not OWN_NAME.fullmatch(name):
            raise ValueError("not a name of our own")
        unfinished = f".{secrets.token_hex(8)}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(unfinished, flags, 0o600, dir_fd=self._fd), "wb") as file:
                file.write(content)
            os.link(unfinished, name, src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=False)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(unfinished, dir_fd=self._fd)
        return self._path / name
