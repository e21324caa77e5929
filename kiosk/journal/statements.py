"""The SQL of this package, by name: `queries.sql` and the migrations, read once."""

from __future__ import annotations

import re
from importlib.resources import files

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?);\s*(?=^-- name: |\Z)", re.DOTALL | re.MULTILINE)


def _read(*path: str) -> str:
    return files(__package__).joinpath(*path).read_text(encoding="utf-8")


def named(*path: str) -> dict[str, str]:
    """The statements of a file of this package: name → statement."""
    return dict(_NAMED.findall(_read(*path)))


SQL: dict[str, str] = named("queries.sql")


def migrations() -> list[str]:
    """The scripts that make and change the schema, in order: the n-th leads to version n."""
    folder = files(__package__).joinpath("migrations")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [_read("migrations", name) for name in names]
