"""Where the configuration, the record and the socket are on this machine, by the XDG base directories and systemd's."""

from __future__ import annotations

import os
import re
import zlib
from pathlib import Path

from kiosk.config.settings import Settings
from kiosk.domain.errors import ConfigError, Problem

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux takes 107 (unix(7)); some room is left for a file written beside it."""


def state_dir() -> Path:
    """The folder of the record and of what is cached. Not made here."""
    named = os.environ.get("KIOSK_STATE_DIR") or os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(named).expanduser() if named else _xdg("XDG_STATE_HOME", ".local/state") / "kiosk"


def journal_path(settings: Settings) -> Path:
    """The record's file: in the state directory, where the configuration gives no absolute path."""
    return state_dir() / settings.journal.path.expanduser()


def issuing_dir() -> Path:
    """The folder of the issuing jobs."""
    return state_dir() / "issuing"


def socket_path(settings: Settings) -> Path:
    """Where the engine of this lane listens. Raises ConfigError where the kernel could not take the path."""
    path = settings.kiosk.socket
    if path is None:
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        path = (Path(runtime) / "kiosk" if runtime else state_dir()) / f"{_slug(settings.kiosk.lane)}.sock"
    path = state_dir() / path.expanduser()
    length = len(os.fsencode(path.absolute()))
    if length > LONGEST_SOCKET_PATH:
        what = f"{path} has {length} bytes, a socket's path may have {LONGEST_SOCKET_PATH}: set a shorter one"
        raise ConfigError((Problem("kiosk.socket", what),))
    return path


def config_files() -> tuple[Path, ...]:
    """Where a configuration is looked for when none is named: the first that exists is taken."""
    return (
        Path("kiosk.toml"),
        _xdg("XDG_CONFIG_HOME", ".config") / "kiosk" / "kiosk.toml",
        Path("/etc/kiosk/kiosk.toml"),
    )


def _xdg(variable: str, otherwise: str) -> Path:
    """A base directory; the specification says that a relative one is to be ignored."""
    named = os.environ.get(variable, "")
    return Path(named) if named.startswith("/") else Path.home() / otherwise


def _slug(lane: str) -> str:
    """A lane's name as a file's. Letters that a slug cannot hold are told apart by a checksum."""
    slug = re.sub(r"[^a-z0-9]+", "-", lane.lower()).strip("-")[:30]
    plain = re.fullmatch(r"[A-Za-z0-9 _-]{1,30}", lane) and slug
    return slug if plain else f"{slug or 'lane'}-{zlib.crc32(lane.encode()):08x}"
