"""From a file, the environment and the command line to `Settings`; every problem listed at once, with its place."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk.config.environment import read_environment
from kiosk.config.places import config_files
from kiosk.config.problems import told
from kiosk.config.settings import Key, Settings
from kiosk.domain.errors import ConfigError, Problem


def load(path: Path | None = None, **overrides: Any) -> Settings:
    """The configuration: file, then environment, then `overrides` (a section's name = a table), the later ones winning.

    Without `path`, `find_file` says which file. Raises ConfigError.
    """
    path = path or find_file()
    problems: list[Problem] = []
    layers = [(str(path), _read(path, problems)), *read_environment(problems), ("command line", overrides)]
    if problems:
        raise ConfigError(tuple(problems))
    stacked = _Stack()
    for origin, layer in layers:
        stacked.lay(layer, origin)
    try:
        settings = Settings.model_validate(stacked.values, context={"folder": path.absolute().parent})
    except ValidationError as error:
        raise ConfigError(told(error, stacked.origins, str(path))) from None
    settings._origins = stacked.origins
    return settings


def find_file() -> Path:
    """The file named by KIOSK_CONFIG, else the first of the usual ones. Raises ConfigError where there is none."""
    named = os.environ.get("KIOSK_CONFIG")
    if named:
        return Path(named).expanduser()
    for path in config_files():
        if path.is_file():
            return path
    looked = ", ".join(str(path) for path in config_files())
    raise ConfigError((Problem("configuration", f"none found ({looked}); `kiosk config init` writes one to fill in"),))


def _read(path: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(str(path), f"there is no such file; `kiosk config init {path}` writes one to fill in"))
    except OSError as error:
        problems.append(Problem(str(path), f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        problems.append(Problem(str(path), "is not UTF-8 text"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(str(path), f"is not TOML: {error}"))
    return {}


@dataclass
class _Stack:
    """Layers on top of each other: tables are merged key by key, everything else (lists too) is replaced whole."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Key, str] = field(default_factory=dict)

    def lay(self, layer: Mapping[str, Any], origin: str) -> None:
        self._merge(self.values, layer, origin, ())

    def _merge(self, below: dict[str, Any], above: Mapping[str, Any], origin: str, at: Key) -> None:
        for name, value in above.items():
            key = (*at, name)
            if isinstance(value, Mapping) and isinstance(below.get(name), dict):
                self._merge(below[name], value, origin, key)
                continue
            self.origins = {k: o for k, o in self.origins.items() if k[: len(key)] != key}
            self._note(value, origin, key)
            below[name] = value

    def _note(self, value: Any, origin: str, key: Key) -> None:
        self.origins[key] = origin
        parts: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, Mapping):
            parts = value.items()
        elif isinstance(value, list | tuple):
            parts = enumerate(value)
        for name, part in parts:
            self._note(part, origin, (*key, name))
