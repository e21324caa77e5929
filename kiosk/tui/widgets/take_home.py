"""The code that a guest's phone takes the ticket from, black on white whatever theme or palette is set."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kiosk.tui.cells import cut, wrapped
from kiosk.tui.presenter.palette import Palette, plain_text
from kiosk.tui.presenter.panel import Ink
from kiosk.tui.presenter.qr import Dots, QrCells, qr_cells
from kiosk.tui.presenter.take_home import UNDER_THE_CODE


class TakeHomePanel(Widget, can_focus=False):
    """Shows one code, and what to do with it where there are rows left for words."""

    def __init__(self, palette: Palette, *, id: str | None = None) -> None:  # noqa: A002 (textual's own name)
        super().__init__(id=id)
        self.palette = palette
        self.code: QrCells | None = None

    def code_of(self, link: str, width: int, height: int) -> QrCells | None:
        """The code of a link in so much room; None where it has none."""
        return _code(link, width, height, self.palette.plain)

    def show(self, code: QrCells | None) -> None:
        if code is not self.code:
            self.code = code
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        text = self.palette.style(Ink.TEXT)
        if self.code is None:
            return Strip([]).adjust_cell_length(width, text)
        words = wrapped(UNDER_THE_CODE, width)
        top = max(0, (height - self.code.height - len(words) - 1) // 2)
        row, under = y - top, y - top - self.code.height - 1
        if 0 <= row < self.code.height:
            indent = " " * ((width - self.code.width) // 2)
            drawn = Strip([Segment(indent, text), *painted(self.code.rows[row], plain=self.palette.plain)])
            return drawn.adjust_cell_length(width, text)
        words_here = words[under] if 0 <= under < len(words) else ""
        shown = plain_text(words_here) if self.palette.plain else words_here
        return Strip([Segment(cut(shown, width).center(width), self.palette.style(Ink.STRONG))])


def painted(dots: tuple[Dots, ...], *, plain: bool) -> list[Segment]:
    """One row of cells. Where both halves are alike a blank does, which every font has."""
    dark, light = ("black", "white") if plain else ("#000000", "#ffffff")

    def segment(run: Dots, count: int) -> Segment:
        upper, lower = (dark if half else light for half in run)
        if upper == lower:
            return Segment(" " * count, Style(color=upper, bgcolor=upper))
        return Segment("▀" * count, Style(color=upper, bgcolor=lower))

    return [segment(run, len([*same])) for run, same in groupby(dots)]


@lru_cache(maxsize=8)
def _code(link: str, width: int, height: int, plain: bool) -> QrCells | None:
    return qr_cells(link, width, height, whole_cells=plain)
