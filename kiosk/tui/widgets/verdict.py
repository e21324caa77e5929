"""The panel that is read from two metres: sign, word and head count in block letters, inside the frame of its tone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events

from kiosk.tui.cells import apart, clipped, cut, length, wrapped
from kiosk.tui.presenter.panel import Ink, Line, Panel, Shape, Tone
from kiosk.tui.widgets.big_text import ROWS, blocks, can_be_block, sign
from kiosk.tui.widgets.lines import Lines

_SCALES = (3, 2, 1)
_QUIET = (Tone.REPEAT, Tone.IDLE)
"""Tones that are not to be mistaken for news: never larger than need be."""
_LIST_LEAST = 6
"""Lines of a list that must be in sight, or the word gives way."""
_AIR = 6
"""Rows that larger letters leave for the text under them."""
_MARGIN = 2
"""Cells between the frame and what stands in it."""


class VerdictPanel(Lines):
    """Shows one panel at a time, as large as there is room for."""

    DEFAULT_CSS = "VerdictPanel { height: 1fr; }"

    panel: Panel | None = None
    body: Body | None = None

    def show(self, panel: Panel, body: Body | None = None) -> None:
        self.panel, self.body = panel, body
        self._repaint()

    def on_resize(self, event: events.Resize) -> None:
        self._repaint()

    def _repaint(self) -> None:
        if self.panel is not None and self.size.width:
            self.paint(painted(self.panel, self.size.width, self.size.height, self.body), self.panel.tone)


@dataclass(frozen=True, slots=True)
class Body:
    """A list under the headline: a choice, the help. The line at `cursor` is always in sight."""

    lines: tuple[Line, ...]
    cursor: int = 0


def painted(panel: Panel, width: int, height: int, body: Body | None = None) -> list[Line]:
    """A panel as `height` lines of `width` cells."""
    if height < 3 or width < 12:
        small: Line = ((cut(f"{panel.word} {panel.headline}".strip(), width), Ink.STRONG),)
        return [small][:height]
    inside = width - 2 - 2 * _MARGIN
    rows = _rows(panel, inside, height - 2) if body is None else _rows_with(body, panel, inside, height - 2)
    return framed(rows, panel.shape, width, height)


# ── what stands in the frame ────────────────────────────────────────────────────────────────────────


def _rows(panel: Panel, width: int, height: int) -> list[Line]:
    said = _said(panel, width)
    advice = [_strong(line) for line in wrapped(f"→ {panel.advice}", width)] if panel.advice else []
    foot = (
        [apart(((panel.foot, Ink.QUIET),), ((panel.said_at, Ink.QUIET),), width)] if panel.said_at or panel.foot else []
    )
    big = _big(panel, width, height - len(said) - len(advice) - len(foot))
    headline = _big_headline(panel, width, height - len(big) - len(said) - len(advice) - len(foot) - 4)
    if headline:
        said = [*headline, (), *(_text(line) for line in wrapped(panel.what, width))]
    room = height - len(big) - len(said) - len(advice) - len(foot)
    details = _details(panel, width, room)
    return _spread(big, [*said, *advice, *details], foot, height)


def _rows_with(body: Body, panel: Panel, width: int, height: int) -> list[Line]:
    """The list has what room the word leaves; the word gives way to a list that would not be seen."""
    said = _said(panel, width)
    for big in (_big(panel, width, height - len(said) - 6), []):
        room = height - len(big) - len(said) - bool(big) - 1
        if room >= min(len(body.lines), _LIST_LEAST) or not big:
            break
    air = 1 if height - len(big) - len(said) - len(body.lines) > 3 else 0
    top: list[Line] = [*[()] * air, *big, *[()] * bool(big), *said, ()]
    return [*top, *windowed(body, width, height - len(top))][:height]


def windowed(body: Body, width: int, room: int) -> list[Line]:
    """As many lines as there is room for, around the cursor; what is left out is counted."""
    lines = [clipped(line, width) for line in body.lines]
    if len(lines) <= room or room < 3:
        return lines[: max(0, room)]
    shown = room - 2
    first = max(0, min(body.cursor - shown // 2, len(lines) - shown))
    above, below = first, len(lines) - first - shown
    return [
        ((f"  {above} more above" if above else "", Ink.QUIET),),
        *lines[first : first + shown],
        ((f"  {below} more below" if below else "", Ink.QUIET),),
    ]


def _spread(big: list[Line], middle: list[Line], foot: list[Line], height: int) -> list[Line]:
    """Air where there is room: under the word first, then above it; the rest between the text and the foot."""
    spare = max(0, height - len(big) - len(middle) - len(foot))
    under = 1 if spare and big else 0
    above = 1 if spare - under > 0 else 0
    spare -= under + above
    if spare > 3:
        above, spare = above + spare // 3, spare - spare // 3
    if spare > 3 and under:
        under, spare = under + 1, spare - 1
    rows: list[Line] = [*[()] * above, *big, *[()] * under, *middle]
    return [*rows, *[()] * (height - len(rows) - len(foot)), *foot][:height]


def _said(panel: Panel, width: int) -> list[Line]:
    """Headline and what happened, side by side where that fits."""
    if not panel.headline:
        return []
    if cell_len(panel.headline) + 3 + cell_len(panel.what) <= width:
        return [((panel.headline, Ink.STRONG), (f"   {panel.what}", Ink.TEXT))]
    headline = [_strong(line) for line in wrapped(panel.headline, width)]
    return [*headline, *(_text(line) for line in wrapped(panel.what, width))]


def _details(panel: Panel, width: int, room: int) -> list[Line]:
    lines = [_text(cut(line, width)) for line in panel.details]
    if len(lines) <= room:
        return lines
    if room <= 0:
        return []
    return [*lines[: room - 1], _text(f"and {len(lines) - room + 1} more")]


# ── block letters ───────────────────────────────────────────────────────────────────────────────────


def _big(panel: Panel, width: int, room: int) -> list[Line]:
    """Sign, word and count, as large as they fit; the sign gives way, the count never."""
    if not panel.word:
        return []
    for scale in _SCALES if panel.pictogram or panel.tone not in _QUIET else (1,):
        if scale > 1 and ROWS * scale + _AIR > room:
            continue
        for with_sign in (True, False):
            rows = _block_rows(panel, scale, with_sign=with_sign)
            if len(rows) <= room and length(rows[0]) <= width:
                return rows
    count = f"  {panel.count}" if panel.count is not None else ""
    return [clipped(((panel.word + count, Ink.STRONG),), width)]


def _block_rows(panel: Panel, scale: int, *, with_sign: bool) -> list[Line]:
    ink = Ink.QUIET if panel.tone is Tone.IDLE and not panel.pictogram else Ink.TEXT
    signs = sign(panel.shape, scale, panel.pictogram) if with_sign else [""] * (ROWS * scale)
    rows: list[Line] = []
    for row, (mark, word) in enumerate(zip(signs, blocks(panel.word, scale), strict=True)):
        line: Line = ((mark + " " * 2 * scale, ink),) if mark else ()
        rows.append((*line, (word, ink), *_count(panel, scale, row)))
    return rows


def _count(panel: Panel, scale: int, row: int) -> Line:
    """One row of the head count."""
    if panel.count is None:
        return ()
    return ((" " * 3 * scale, Ink.TEXT), (blocks(str(panel.count), scale)[row], Ink.TEXT))


def _big_headline(panel: Panel, width: int, room: int) -> list[Line]:
    """The reason in block letters too, where the screen is large enough for both."""
    if panel.tone not in (Tone.REFUSE, Tone.DOUBT) or not can_be_block(panel.headline):
        return []
    rows = blocks(panel.headline)
    return [_text(row) for row in rows] if len(rows) <= room and len(rows[0]) <= width else []


def _text(text: str) -> Line:
    return ((text, Ink.TEXT),)


def _strong(text: str) -> Line:
    return ((text, Ink.STRONG),)


# ── the frame ───────────────────────────────────────────────────────────────────────────────────────

_EDGES = {
    Shape.TICK: ("█", "█"),
    Shape.TICK_DASHED: ("████    ", "█ "),
    Shape.QUESTION_DASHED: ("██      ", "█   "),
    Shape.CROSS: ("✗   ", "✗ "),
    Shape.QUESTION: ("▒▒▒▒    ", "▒▒  "),
    Shape.LIST: ("━", "┃"),
    Shape.DOTS: ("·   ", "· "),
    Shape.LETTER: ("━━━ ", "┃ "),
}
"""What runs along the top and bottom, and down the sides; a blank in it is a gap."""


def framed(rows: list[Line], shape: Shape, width: int, height: int) -> list[Line]:
    """Rows inside the frame of a shape."""
    edge = _EDGES.get(shape)
    if edge is None:
        top, bottom, side = f"╭{'─' * (width - 2)}╮", f"╰{'─' * (width - 2)}╯", "│"
    else:
        top = bottom = (edge[0] * width)[:width]
        side = edge[1]
    lines: list[Line] = [((top, Ink.FRAME),)]
    for row in range(height - 2):
        line = rows[row] if row < len(rows) else ()
        fill = " " * (width - 2 - _MARGIN - length(line))
        bar = side[row % len(side)]
        lines.append(((bar + " " * _MARGIN, Ink.FRAME), *line, (fill, Ink.TEXT), (bar, Ink.FRAME)))
    return [*lines, ((bottom, Ink.FRAME),)]
