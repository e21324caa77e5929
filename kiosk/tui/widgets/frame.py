"""A frame around the whole screen, while tickets are only looked at: nobody can take the one mode for the other."""

from __future__ import annotations

from rich.cells import cell_len
from textual.geometry import Size

from kiosk.tui.cells import cut
from kiosk.tui.presenter.palette import Palette
from kiosk.tui.presenter.panel import Ink, Line, Tone
from kiosk.tui.widgets.lines import Lines

THICK = 1
"""Cells on each side."""


class LookFrame:
    """Its four sides. They stand only while `show` is told to."""

    def __init__(self, palette: Palette) -> None:
        self.top, self.bottom, self.left, self.right = (
            Lines(palette, id=f"frame-{side}") for side in ("top", "bottom", "left", "right")
        )
        self.is_shown = False

    @property
    def sides(self) -> tuple[Lines, ...]:
        return self.top, self.bottom, self.left, self.right

    def show(self, wanted: bool, size: Size, above: str, below: str) -> None:
        """Stand around a screen of `size`, with these words on the top and the bottom edge."""
        self.is_shown = wanted
        for side in self.sides:
            side.display = wanted
        if wanted:
            self.top.paint([_edge(above, size.width)], Tone.LOOK)
            self.bottom.paint([_edge(below, size.width)], Tone.LOOK)
            for side in (self.left, self.right):
                side.paint([(("█", Ink.FRAME),)] * size.height, Tone.LOOK)

    def inside(self, size: Size) -> Size:
        """What room it leaves."""
        return Size(max(0, size.width - 2 * THICK), max(0, size.height - 2 * THICK)) if self.is_shown else size


def _edge(words: str, width: int) -> Line:
    words = cut(f" {words} ", max(0, width - 4))
    before = (width - cell_len(words)) // 2
    return (("█" * before, Ink.FRAME), (words, Ink.STRONG), ("█" * (width - before - cell_len(words)), Ink.FRAME))
