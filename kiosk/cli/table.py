"""Rows of text in columns, safe for a terminal whatever the text is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.domain.code import show_hostile

WIDEST = 60
"""Characters of one cell; the last column may be longer."""

WIDEST_LAST = 200


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
