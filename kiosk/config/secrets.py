"""Secrets by name: from the environment, or from the credentials that systemd hands to a unit. Shown nowhere."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_ID = "kiosk"
"""What `LoadCredential=` in config/systemd/ calls the folder: systemd.exec(5) puts it before each file's name."""


def secret(name: str) -> str:
    """What the variable of this name holds, else the credential of this name; empty where there is neither."""
    return os.environ.get(name) or _credential(name)


def why_missing(name: str) -> str:
    """Where a secret of this name has been looked for in vain."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return "the variable it names is not set" + (f", and there is no credential {name}" if folder else "")


def _credential(name: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return ""
    for file in (Path(folder, name), Path(folder, f"{FOLDER_ID}_{name}")):
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
    return ""
