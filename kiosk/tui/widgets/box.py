"""A thin frame with a title, around lines: what stands beside something else on one screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from kiosk.tui.cells import clipped, cut, length
from kiosk.tui.presenter.panel import Ink, Line


def boxed(title: str, lines: Sequence[Line], width: int, height: int, foot: str = "") -> list[Line]:
    """Lines in a frame of exactly that size, with words in its upper and lower edge."""
    inside = width - 2
    rows: list[Line] = [_edge("╭", title, "╮", inside)]
    for nth in range(height - 2):
        line = clipped(lines[nth], inside) if nth < len(lines) else ()
        fill = " " * (inside - length(line))
        rows.append((("│", Ink.FRAME), *line, (fill, Ink.TEXT), ("│", Ink.FRAME)))
    return [*rows, _edge("╰", foot, "╯", inside)]


def _edge(left: str, words: str, right: str, inside: int) -> Line:
    words = cut(f" {words} ", max(0, inside - 1)) if words else ""
    return ((left, Ink.FRAME), (words, Ink.STRONG), ("─" * (inside - cell_len(words)) + right, Ink.FRAME))
