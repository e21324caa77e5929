"""Rows of text in columns, safe for a terminal whatever the text is; or as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from kiosk.domain.code import show_hostile

T = TypeVar("T")

WIDEST = 60
"""Characters of one cell; the last column may be longer."""

WIDEST_LAST = 200


def list_all(
    things: Sequence[T],
    head: Sequence[str],
    line: Callable[[T], Sequence[str]],
    as_json: Callable[[T], Mapping[str, Any]] | None,
    none: str,
) -> None:
    """Print them all: as a table under a head, `none` where there are none; with `as_json` one object on each line."""
    if as_json is not None:
        for thing in things:
            click.echo(json.dumps(as_json(thing)))
    else:
        click.echo(table(head, map(line, things)) if things else none)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines under a head, two blanks between columns. Control characters are shown as dots."""
    lines = [tuple(_safe(row)) for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _safe(row: Sequence[str]) -> Iterable[str]:
    *cells, last = row
    return (*(show_hostile(cell, WIDEST) for cell in cells), show_hostile(last, WIDEST_LAST))
