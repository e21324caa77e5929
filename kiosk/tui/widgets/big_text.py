"""Block letters that are read from two metres: five rows, of full blocks only, which every console font has.

Upright strokes are two cells wide, because a cell is twice as high as it is wide.
"""

from __future__ import annotations

from kiosk.tui.presenter.panel import Shape

ROWS = 5

_LETTERS = {
    "A": " █████ |██   ██|███████|██   ██|██   ██",
    "B": "██████ |██   ██|██████ |██   ██|██████ ",
    "C": " ██████|██     |██     |██     | ██████",
    "D": "██████ |██   ██|██   ██|██   ██|██████ ",
    "E": "███████|██     |██████ |██     |███████",
    "F": "███████|██     |██████ |██     |██     ",
    "G": " ██████|██     |██  ███|██   ██| ██████",
    "H": "██   ██|██   ██|███████|██   ██|██   ██",
    "I": "██|██|██|██|██",
    "J": "     ██|     ██|     ██|██   ██| █████ ",
    "K": "██   ██|██  ██ |█████  |██  ██ |██   ██",
    "L": "██     |██     |██     |██     |███████",
    "M": "██   ██|███ ███|███████|██ █ ██|██   ██",
    "N": "██   ██|████ ██|███████|██ ████|██   ██",
    "O": " █████ |██   ██|██   ██|██   ██| █████ ",
    "P": "██████ |██   ██|██████ |██     |██     ",
    "Q": " █████ |██   ██|██   ██|██  ██ | ███ ██",
    "R": "██████ |██   ██|██████ |██  ██ |██   ██",
    "S": " ██████|██     | █████ |     ██|██████ ",
    "T": "████████|   ██   |   ██   |   ██   |   ██   ",
    "U": "██   ██|██   ██|██   ██|██   ██| █████ ",
    "V": "██   ██|██   ██|██   ██| ██ ██ |  ███  ",
    "W": "██   ██|██ █ ██|███████|███ ███|██   ██",
    "X": "██   ██| ██ ██ |  ███  | ██ ██ |██   ██",
    "Y": "██    ██| ██  ██ |  ████  |   ██   |   ██   ",
    "Z": "███████|    ██ |  ███  | ██    |███████",
    "0": " █████ |██   ██|██   ██|██   ██| █████ ",
    "1": " ██|███| ██| ██| ██",
    "2": "██████ |     ██| █████ |██     |███████",
    "3": "██████ |     ██| █████ |     ██|██████ ",
    "4": "██   ██|██   ██|███████|     ██|     ██",
    "5": "███████|██     |██████ |     ██|██████ ",
    "6": " █████ |██     |██████ |██   ██| █████ ",
    "7": "███████|    ██ |   ██  |  ██   |  ██   ",
    "8": " █████ |██   ██| █████ |██   ██| █████ ",
    "9": " █████ |██   ██| ██████|     ██| █████ ",
    "-": "     |     |█████|     |     ",
    " ": "   |   |   |   |   ",
}

_SIGNS = {
    Shape.TICK: "        ██|       ██ |██    ██  | ██  ██   |  ████    ",
    Shape.CROSS: "██    ██| ██  ██ |   ██   | ██  ██ |██    ██",
    Shape.QUESTION: " █████ |██   ██|   ███ |       |   ██  ",
    Shape.LETTER: " ██ |    |████| ██ |████",
    Shape.LIST: "██ ██████|         |██ ██████|         |██ ██████",
}
_SIGNS[Shape.TICK_DASHED] = _SIGNS[Shape.TICK]
_SIGNS[Shape.QUESTION_DASHED] = _SIGNS[Shape.QUESTION]


def can_be_block(text: str) -> bool:
    """Whether every character of a text has a block letter."""
    return bool(text) and all(char in _LETTERS for char in text)


def blocks(word: str, scale: int = 1) -> list[str]:
    """A word (or a number) in block letters: `ROWS * scale` lines of equal length."""
    glyphs = [_LETTERS.get(char, _LETTERS[" "]).split("|") for char in word.upper()]
    return _scaled([" ".join(glyph[row] for glyph in glyphs) for row in range(ROWS)], scale)


def sign(shape: Shape, scale: int = 1, pictogram: str = "") -> list[str]:
    """The sign of a shape, or the pictogram in its place; empty lines for a shape that has none."""
    drawn = pictogram or _SIGNS.get(shape, "")
    return _scaled(drawn.split("|") if drawn else [""] * ROWS, scale)


def _scaled(rows: list[str], scale: int) -> list[str]:
    return [row.translate({ord("█"): "█" * scale, ord(" "): " " * scale}) for row in rows for _ in range(scale)]
