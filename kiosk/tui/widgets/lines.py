"""A widget that paints lines as they are: no markup, no wrapping, nothing that a ticket's text could set off."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from kiosk.tui.presenter.palette import RICH, Palette, plain_text
from kiosk.tui.presenter.panel import Ink, Line, Tone


class Lines(Widget, can_focus=False):
    """Lines on one tone. What has not changed is not painted again."""

    DEFAULT_CSS = "Lines { height: auto; }"

    def __init__(self, palette: Palette = RICH, *, id: str | None = None) -> None:  # noqa: A002 (textual's own name)
        super().__init__(id=id)
        self.palette = palette
        self.tone = Tone.IDLE
        self._lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """What stands there, for tests and for whoever reads along."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def paint(self, lines: Sequence[Line], tone: Tone = Tone.IDLE) -> None:
        lines = tuple(lines)
        if lines == self._lines and tone is self.tone:
            return
        grown = len(lines) != len(self._lines)
        self._lines, self.tone = lines, tone
        self.refresh(layout=grown and self.styles.is_auto_height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        style = self.palette.style
        line = self._lines[y] if y < len(self._lines) else ()
        shown = plain_text if self.palette.plain else str
        segments = [Segment(shown(text), style(ink, self.tone)) for text, ink in line]
        return Strip(segments).adjust_cell_length(self.size.width, style(Ink.TEXT, self.tone))
