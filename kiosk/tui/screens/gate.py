"""The gate: status, what is wrong, the verdict, what was said just now, the camera, the keys. One screen, in place."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from kiosk.tui.cells import clipped
from kiosk.tui.dialogs.plain import Leaving
from kiosk.tui.presenter import recent, standing, status
from kiosk.tui.presenter.bottom import key_line, note_line, question_line, too_small, typing_line
from kiosk.tui.presenter.palette import Palette
from kiosk.tui.presenter.panel import Line
from kiosk.tui.presenter.times import Here
from kiosk.tui.screens.panels import shown
from kiosk.tui.stage import Stage
from kiosk.tui.widgets.frame import LookFrame
from kiosk.tui.widgets.lines import Lines
from kiosk.tui.widgets.preview import CameraPreview
from kiosk.tui.widgets.verdict import VerdictPanel

SMALLEST = (80, 24)
_BANNERS = 3
_PANEL_ROWS = 13
"""Rows of the verdict at 80×24; of what a larger terminal has more it gets three in four."""
_PREVIEW_LEAST = 7


class GateScreen(Screen[None]):
    """Paints a stage. Holds nothing of its own."""

    CSS_PATH = "../kiosk.tcss"

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self.frame = LookFrame(palette)
        self.strip = Lines(palette, id="strip")
        self.banners = Lines(palette, id="banners")
        self.panel = VerdictPanel(palette, id="panel")
        self.recent = Lines(palette, id="recent")
        self.preview = CameraPreview(palette, id="preview")
        self.prompt = Lines(palette, id="prompt")
        self.keys = Lines(palette, id="keys")
        self.below = Horizontal(self.recent, self.preview, id="below")

    def compose(self) -> ComposeResult:
        yield from self.frame.sides
        yield from (self.strip, self.banners, self.panel, self.below, self.prompt, self.keys)

    def paint(self, stage: Stage, here: Here, held: str = "", why_away: str = "") -> None:
        """Everything anew; what has not changed stays untouched. `held`: typed, but not yet known by whom."""
        is_small = self.app.size.width < SMALLEST[0] or self.app.size.height < SMALLEST[1]
        self.frame.show(stage.is_looking, self.app.size, *standing.looking_only(stage.lane))
        width, height = self._inside
        self.strip.paint([clipped(status.strip(stage.view, here, width, stage.rights), width)])
        banners = [clipped(line, width) for line in self._banners(stage, here, is_small)]
        self.banners.paint(banners)
        prompt = [*_prompt(stage, width, held)]
        self.prompt.paint(prompt)
        panel, body = shown(stage, here, why_away)
        self._share_out(height - 2 - len(banners) - len(prompt), stage, body is not None or is_small)
        self.panel.show(panel, body)
        self.paint_below(stage, here)
        self.keys.paint([clipped(key_line(stage.hints, width), width)])

    def paint_below(self, stage: Stage, here: Here) -> None:
        if self.below.display:
            width = self._inside.width - (self._preview_width if self.preview.display else 0)
            self.recent.paint([clipped(recent.row(one, here), width) for one in stage.view.recent])
            self.preview.show(stage.view.preview)

    def paint_strip(self, stage: Stage, here: Here) -> None:
        """The clock, once a second."""
        width = self._inside.width
        self.strip.paint([clipped(status.strip(stage.view, here, width, stage.rights), width)])

    @property
    def wants_preview(self) -> bool:
        return bool(self.below.display and self.preview.display)

    # ── room ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _inside(self) -> Size:
        """The room that the frame leaves."""
        return self.frame.inside(self.app.size)

    @property
    def _preview_width(self) -> int:
        return min(44, self._inside.width * 3 // 10)

    def _share_out(self, rows: int, stage: Stage, panel_alone: bool) -> None:
        """How the rows between banners and keys are shared: the verdict first."""
        below = 0 if panel_alone else rows - _PANEL_ROWS - max(0, (rows - SMALLEST[1] + 2) * 3 // 4)
        below = below if below >= 3 else 0
        self.below.display = below > 0
        self.preview.display = stage.view.has_camera and stage.view.joined and below >= _PREVIEW_LEAST
        for part, height in ((self.panel, rows - below), (self.below, below)):
            _set_height(part, height)
        if self.preview.display:
            _set_width(self.preview, self._preview_width)

    def _banners(self, stage: Stage, here: Here, is_small: bool) -> Iterator[Line]:
        if is_small:
            yield too_small(*self.app.size)
            return
        yield from status.banners(stage.view, here, _BANNERS, self._inside.width)


def _set_height(part: Widget, height: int) -> None:
    if part.styles.height is None or part.styles.height.value != height:
        part.styles.height = height


def _set_width(part: Widget, width: int) -> None:
    if part.styles.width is None or part.styles.width.value != width:
        part.styles.width = width


def _prompt(stage: Stage, width: int, held: str) -> Iterator[Line]:
    if stage.note:
        yield note_line(stage.note)
    if stage.dialog is None:
        return
    if (entry := stage.dialog.entry) is not None:
        typed = entry.text + held
        yield typing_line(entry.label, "•" * len(typed) if entry.is_secret else typed, width)
    elif isinstance(stage.dialog, Leaving):
        yield question_line()
