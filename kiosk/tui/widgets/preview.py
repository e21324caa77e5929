"""What the camera sees, small and grey: enough to hold a ticket the right way."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kiosk.domain.code import show_hostile
from kiosk.domain.events import Preview
from kiosk.tui.cells import cut, wrapped
from kiosk.tui.presenter.palette import Palette
from kiosk.tui.presenter.panel import Ink

LEAST_APART = timedelta(milliseconds=180)
"""Five pictures a second: more of them cost a third of a core (measured), and help nobody aim."""

_SHADES = " ░▒▓█"
_GREYS = 24
_ADVICE_ROWS = 2


class CameraPreview(Widget, can_focus=False):
    """Half blocks where the terminal has them, shades of a block on a plain console."""

    def __init__(self, palette: Palette, *, id: str | None = None) -> None:  # noqa: A002 (textual's own name)
        super().__init__(id=id)
        self.palette = palette
        self.preview: Preview | None = None

    def show(self, preview: Preview | None) -> None:
        last = self.preview
        if preview is last:
            return
        if preview is not None and last is not None and timedelta() <= preview.at - last.at < LEAST_APART:
            return
        self.preview = preview
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        rows = height - _ADVICE_ROWS
        if self.preview is None or rows < 1:
            return self._text("camera" if y == 0 else "")
        if y >= rows:
            advice = wrapped(show_hostile(self.preview.advice), width)
            return self._text(advice[y - rows] if y - rows < len(advice) else "")
        return Strip(
            _shaded(self.preview, y, width, rows) if self.palette.plain else _halved(self.preview, y, width, rows)
        )

    def _text(self, text: str) -> Strip:
        style = self.palette.style(Ink.TEXT)
        return Strip([Segment(cut(text, self.size.width), style)]).adjust_cell_length(self.size.width, style)


def _dots(preview: Preview, row: int, width: int, rows: int) -> list[int]:
    """One row of `width` dots out of `rows`, the picture as a mirror: who holds a ticket up sees himself."""
    line = min(preview.height - 1, row * preview.height // rows) * preview.width
    last = preview.width - 1
    return [preview.grey[line + last - column * preview.width // width] for column in range(width)]


def _halved(preview: Preview, y: int, width: int, rows: int) -> list[Segment]:
    upper, lower = (_dots(preview, 2 * y + half, width, 2 * rows) for half in (0, 1))
    greys = ((_grey(up), _grey(low)) for up, low in zip(upper, lower, strict=True))
    return [Segment("▀" * len([*run]), Style(color=up, bgcolor=low)) for (up, low), run in groupby(greys)]


def _grey(dot: int) -> str:
    level = dot * (_GREYS - 1) // 255 * 255 // (_GREYS - 1)
    return f"#{level:02x}{level:02x}{level:02x}"


def _shaded(preview: Preview, y: int, width: int, rows: int) -> list[Segment]:
    text = "".join(_SHADES[dot * len(_SHADES) // 256] for dot in _dots(preview, y, width, rows))
    return [Segment(text, Style(color="white", bgcolor="black"))]
