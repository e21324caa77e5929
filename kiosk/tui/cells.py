"""Fitting text into cells: wide characters count two, combining ones none."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from kiosk.tui.presenter.panel import Bit, Ink, Line


def wrapped(text: str, width: int) -> list[str]:
    """A text over as many lines as it needs, broken at blanks; a word longer than a line is cut."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if cell_len(longer) <= width:
            current = longer
            continue
        if current:
            lines.append(current)
        current = word if cell_len(word) <= width else cut(word, width)
    return [*lines, current] if current else lines


def cut(text: str, width: int) -> str:
    """A text in at most `width` cells, with a mark where something was left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def length(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


def clipped(line: Line, width: int) -> Line:
    """A line in at most `width` cells."""
    kept: list[Bit] = []
    room = width
    for text, ink in line:
        if room <= 0:
            break
        kept.append((cut(text, room), ink))
        room -= cell_len(text)
    return tuple(kept)


def apart(left: Line, right: Line, width: int) -> Line:
    """Two pieces at the two ends of a line; the left one gives way."""
    room = max(0, width - length(right))
    left = clipped(left, room - 1) if right else clipped(left, room)
    return (*left, (" " * (room - length(left)), Ink.TEXT), *right)
