"""A QR code in a terminal's cells, for a guest's phone: as large as there is room for.

How large it must be. A phone held 40 cm away sees about 45 cm across; a camera's preview has 1,080 dots or more on its
short side, so one millimetre is 2.4 dots, and readers want 2 to 3 dots a module: 0.8 to 1.2 mm. A cell of a terminal is
8 dots wide or more, on a screen of 100 to 250 dots an inch: 0.8 to 2 mm. So one column a module is enough, and two or
three are taken where there is room. A quiet zone of one module is read (measured, on real xterm pixels), none is not;
the standard's four are taken where they fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import segno

QUIET_ZONES = (4, 3, 2, 1)
SCALES = (3, 2, 1)

Dots: TypeAlias = tuple[bool, bool]
"""What a cell shows: its upper and its lower half, True where it is dark."""


@dataclass(frozen=True, slots=True)
class QrCells:
    """Rows of cells, all of one width."""

    rows: tuple[tuple[Dots, ...], ...]

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)


def qr_cells(text: str, width: int, height: int, *, whole_cells: bool) -> QrCells | None:
    """The code of a text in at most `width` by `height` cells; None where there is no room for it.

    A cell is twice as high as wide. So a module is one column of half a cell, or, with `whole_cells`, two columns of a
    whole one: a plain console's font has no half blocks.
    """
    matrix = _modules(text)
    if matrix is None:
        return None
    for scale in SCALES:
        for quiet in QUIET_ZONES:
            cells = _cells(matrix, quiet, scale, whole_cells=whole_cells)
            if cells.width <= width and cells.height <= height:
                return cells
    return None


def least_size(text: str, *, whole_cells: bool) -> tuple[int, int] | None:
    """Columns and rows that the code of a text needs; None where no code holds so much."""
    matrix = _modules(text)
    if matrix is None:
        return None
    cells = _cells(matrix, QUIET_ZONES[-1], 1, whole_cells=whole_cells)
    return cells.width, cells.height


def _modules(text: str) -> list[list[bool]] | None:
    """The smallest code: a screen is not scratched, so error correction is only what is left over."""
    try:
        code = segno.make(text, error="l", boost_error=True, micro=False)
    except segno.DataOverflowError:
        return None
    return [[bool(module) for module in row] for row in code.matrix]


def _cells(matrix: list[list[bool]], quiet: int, scale: int, *, whole_cells: bool) -> QrCells:
    across = scale * (2 if whole_cells else 1)
    lines = [_stretched(line, across) for line in _framed(matrix, quiet) for _ in range(scale)]
    if whole_cells:
        return QrCells(tuple(tuple((dark, dark) for dark in line) for line in lines))
    lines += [[False] * len(lines[0])] * (len(lines) % 2)
    return QrCells(
        tuple(tuple(zip(upper, lower, strict=True)) for upper, lower in zip(lines[::2], lines[1::2], strict=True))
    )


def _framed(matrix: list[list[bool]], quiet: int) -> list[list[bool]]:
    side = [False] * quiet
    blank = [[False] * (len(matrix) + 2 * quiet)] * quiet
    return [*blank, *([*side, *line, *side] for line in matrix), *blank]


def _stretched(line: list[bool], across: int) -> list[bool]:
    return [dark for dark in line for _ in range(across)]
