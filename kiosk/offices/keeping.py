"""Small documents kept on disk from one run to the next, readable by nobody else."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from kiosk.offices.fields import NotJson, read_json

log = logging.getLogger(__name__)

LARGEST_FILE = 8 * 1024 * 1024


def read_kept(path: Path) -> object:
    """What was kept. A file that cannot be read is as good as none, which is None."""
    try:
        with path.open("rb") as file:
            return read_json(file.read(LARGEST_FILE))
    except FileNotFoundError:
        return None
    except (OSError, NotJson) as error:
        log.warning("action=read_kept file=%s is not readable (%s)", path.name, type(error).__name__)
        return None


def keep(path: Path, document: object) -> None:
    """All or nothing, whatever the power does: a new file, on disk, renamed over the old one. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".new")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
