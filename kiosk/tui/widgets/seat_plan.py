"""The seats of a showtime in a frame: drawn anew with every key, only where something has changed."""

from __future__ import annotations

from textual import events
from textual.geometry import Region

from kiosk.tui.presenter.panel import Ink, Line
from kiosk.tui.presenter.seat_plan import Drawing, drawn, legend, under_cursor
from kiosk.tui.seat_marks import SeatMarks
from kiosk.tui.widgets.box import boxed
from kiosk.tui.widgets.lines import Lines

_FRAME = 1
_BELOW = 1
"""Lines under the plan: what the glyphs mean. What is under the cursor stands in the frame."""


class SeatPlanView(Lines):
    """Shows a plan, or why there is none."""

    DEFAULT_CSS = "SeatPlanView { height: 100%; width: 1fr; }"

    drawing: Drawing | None = None
    _shown: tuple[str, SeatMarks | None, tuple[Line, ...]] = ("", None, ())

    def show(self, title: str, marks: SeatMarks | None, otherwise: tuple[Line, ...]) -> None:
        self._shown = (title, marks, otherwise)
        self._repaint()

    def on_resize(self, event: events.Resize) -> None:
        self._repaint()

    def _repaint(self) -> None:
        title, marks, otherwise = self._shown
        width, height = self.size
        if width < 8 or height < 6:
            return
        if marks is None:
            self.drawing = None
            lines, foot = list(otherwise), ""
        else:
            room = height - 2 * _FRAME - _BELOW
            self.drawing = drawn(marks, width - 2 * _FRAME, room)
            blank: list[Line] = [()] * max(0, room - len(self.drawing.lines))
            lines, foot = [*self.drawing.lines, *blank, legend(marks)], under_cursor(marks)
        self._paint_changes(boxed(title, lines, width, height, foot))

    def seat_at(self, x: int, y: int) -> str:
        """The seat in a cell of this widget; empty: none."""
        return self.drawing.seat_at(x - _FRAME, y - _FRAME) if self.drawing is not None else ""

    def _paint_changes(self, lines: list[Line]) -> None:
        """A cursor that moves changes two rows or three: the others are not painted again."""
        before, self._lines = self._lines, tuple(lines)
        if len(before) != len(lines):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, self._lines, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))


def no_plan(words: str) -> tuple[Line, ...]:
    return ((), ((f" {words}", Ink.QUIET),))
