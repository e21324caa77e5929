"""The configuration that is in force, as text: every value with where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kiosk.config.offices import Supplier
from kiosk.config.places import journal_path, socket_path
from kiosk.config.settings import Key, Settings
from kiosk.domain.errors import ConfigError

STARS = "********"


def explain(settings: Settings) -> str:
    """Every value and where it came from, as TOML. Secrets are asterisks, and only where they could be read."""
    lines = [f"# the record: {journal_path(settings)}", f"# the socket: {_socket(settings)}"]
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if value is None:
            lines += ["", f"# [{name}] is not set"]
        elif isinstance(value, tuple):
            lines += _array((name,), value, settings)
        else:
            lines += _table((name,), value, settings)
    return "\n".join(lines) + "\n"


def _socket(settings: Settings) -> str:
    try:
        return str(socket_path(settings))
    except ConfigError as error:
        return str(error)


def _table(key: Key, model: BaseModel, settings: Settings, heading: str = "[{}]") -> Iterator[str]:
    yield ""
    yield heading.format(".".join(part for part in key if isinstance(part, str)))
    inner: list[tuple[Key, Any]] = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        origin = settings.origin(*key, name)
        if isinstance(value, BaseModel) or (isinstance(value, tuple) and value and isinstance(value[0], BaseModel)):
            inner.append(((*key, name), value))
        elif value is None:
            yield f"# {name} is not set"
        else:
            yield f"{name} = {toml(value)}".ljust(60) + f"  # {origin}"
    if isinstance(model, Supplier):
        yield f"# the key: {_secret(model)}"
    for at, value in inner:
        yield from _array(at, value, settings) if isinstance(value, tuple) else _table(at, value, settings)


def _array(key: Key, models: tuple[BaseModel, ...], settings: Settings) -> Iterator[str]:
    for place, model in enumerate(models):
        yield from _table((*key, place), model, settings, "[[{}]]")


def _secret(supplier: Supplier) -> str:
    try:
        supplier.api_key()
    except ConfigError as error:
        return error.problems[0].what
    return STARS


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Enum() | Path():
            return toml(str(value))
        case tuple() | list():
            return "[" + ", ".join(toml(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return repr(value)
