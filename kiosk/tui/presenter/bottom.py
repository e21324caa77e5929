"""The lines at the bottom: the keys that work, the line for a typed code, the question before closing, the help."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from kiosk.domain.code import show_hostile
from kiosk.tui.cells import length
from kiosk.tui.presenter.keys import GUARDED, HELP, LOCKED, QUESTION, Hint
from kiosk.tui.presenter.panel import Bit, Ink, Line

_LONGEST_SHOWN = 200


def key_line(hints: Sequence[Hint], width: int) -> Line:
    """`/ type a code   ? help   q quit`: closer together, then with fewer words, where there is little room."""
    full, short = [hint.label for hint in hints], [hint.short or hint.label for hint in hints]
    for labels, gap in ((full, 3), (full, 2), (short, 3), (short, 2), (full, 1), (short, 1)):
        line = _keys(hints, labels, gap)
        if length(line) <= width:
            return line
    return _keys(hints, [""] * len(hints), 1)


def key_lines(hints: Sequence[Hint], width: int) -> list[Line]:
    """One line where they fit with all their words, else two."""
    labels = [hint.label for hint in hints]
    whole = _keys(hints, labels, 3)
    if length(whole) <= width:
        return [whole]
    for cut_at in range(len(hints) - 1, 0, -1):
        first, second = _keys(hints[:cut_at], labels[:cut_at], 3), key_line(hints[cut_at:], width)
        if length(first) <= width:
            return [first, second]
    return [key_line(hints, width)]


def _keys(hints: Sequence[Hint], labels: Sequence[str], gap: int) -> Line:
    line: list[Bit] = []
    for hint, label in zip(hints, labels, strict=True):
        line += [(" " * (gap if line else 1), Ink.TEXT), (hint.shown, Ink.STRONG)]
        line += [(f" {label}", Ink.QUIET)] if label else []
    return tuple(line)


def typing_line(label: str, text: str, width: int) -> Line:
    """What has been typed, its end always in sight, and where the next character goes."""
    shown, prompt = show_hostile(text, _LONGEST_SHOWN * 10), f" {label}: "
    room = width - cell_len(prompt) - 2
    while cell_len(shown) > room:
        shown = shown[1:]
    return ((prompt, Ink.STRONG), (shown, Ink.TEXT), ("█", Ink.STRONG))


def note_line(note: str) -> Line:
    """Something that staff should know, and that nobody waits for."""
    return ((" ! ", Ink.DOUBT), (note, Ink.STRONG))


def question_line() -> Line:
    return ((f" {QUESTION}", Ink.STRONG),)


def help_rows(hints: Sequence[Hint], *, locked: bool, guarded: bool = False) -> tuple[Line, ...]:
    """The words and the keys, for a new colleague: the keys two in a line."""
    told = (GUARDED, *HELP) if guarded else (LOCKED, *HELP) if locked else HELP
    words = tuple(((f"{word:<11}", Ink.STRONG), (meaning, Ink.TEXT)) for word, meaning in told)
    cells = [((f"{hint.shown:<6}", Ink.STRONG), (f"{hint.label:<20}", Ink.TEXT)) for hint in hints]
    keys = (tuple(bit for cell in cells[at : at + 2] for bit in cell) for at in range(0, len(cells), 2))
    return (*words, (), *keys)


def too_small(width: int, height: int) -> Line:
    return ((f" make the terminal larger: 80×24, this is {width}×{height}", Ink.DOUBT),)
