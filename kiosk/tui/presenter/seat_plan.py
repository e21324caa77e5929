"""A seat plan in cells: free, taken, yours, the screen at its end, and what stands under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from kiosk.domain.seating import Seat, SeatKind
from kiosk.tui.cells import cut
from kiosk.tui.chart import ChartRow
from kiosk.tui.presenter.panel import Bit, Ink, Line
from kiosk.tui.presenter.party import joined
from kiosk.tui.presenter.vouchers import named
from kiosk.tui.seat_marks import SeatMarks, SeatState

_FREE = {SeatKind.WHEELCHAIR: "w", SeatKind.COMPANION: "c", SeatKind.SOFA: "s"}
_PLAIN_FREE = "•"
_STATES = {
    SeatState.MARKED: ("█", Ink.GOOD),
    SeatState.TAKEN: ("▒", Ink.FRAME),
    SeatState.OTHER: ("·", Ink.QUIET),
}
_MINE_AT_CURSOR = "✓"
"""A full block reversed would be nothing at all."""
_SAID = {
    SeatState.FREE: "free",
    SeatState.MARKED: "yours",
    SeatState.TAKEN: "taken",
    SeatState.OTHER: "free, at another price",
}
_KINDS = {SeatKind.WHEELCHAIR: "wheelchair place", SeatKind.COMPANION: "companion's seat", SeatKind.SOFA: "sofa"}
_WIDEST_LABEL = 3
_LONGEST_SEAT = 12


@dataclass(frozen=True)
class Drawing:
    """A plan drawn in a box of cells. `rows` says which row of the chart each line is; `left` where its column 0 is."""

    lines: tuple[Line, ...]
    rows: tuple[ChartRow | None, ...] = ()
    left: int = 0
    pitch: int = 1
    first: int = 0

    def seat_at(self, x: int, y: int) -> str:
        """The seat that is drawn in a cell; empty: none."""
        row = self.rows[y] if 0 <= y < len(self.rows) else None
        column = (x - self.left) // self.pitch + self.first
        if row is None or x < self.left:
            return ""
        return next((seat.id for at, seat in row.seats if at == column), "")


def drawn(marks: SeatMarks, width: int, height: int) -> Drawing:
    """As much of a plan as there is room for, around the cursor; the screen is always in sight."""
    chart = marks.chart
    label = min(_WIDEST_LABEL, max((cell_len(row.label) for row in chart.rows), default=0))
    left = label + 2
    room = max(1, width - left)
    pitch = 2 if 2 * chart.width - 1 <= room else 1
    shown = min(chart.width, (room + pitch - 1) // pitch)
    place = chart.places.get(marks.cursor, (0, 0))
    first = max(0, min(place[1] - shown // 2, chart.width - shown))
    window = _Window(left, pitch, first, shown, label)
    left_of = max(0, (room - (pitch * shown - (pitch - 1))) // 2) if shown == chart.width else 0
    body = [*_body(marks, window, left_of)]
    cursor_line = next((nth for nth, (_, row) in enumerate(body) if row is chart.rows[place[0]]), 0)
    body = _around(body, cursor_line, max(0, height - 1))
    bar = (_screen_bar(left_of + left, pitch * shown - (pitch - 1)), None)
    placed = [bar, *body] if chart.is_screen_above else [*body, bar]
    lines, rows = zip(*placed, strict=True)
    return Drawing(tuple(lines), tuple(rows), left + left_of, pitch, first)


@dataclass(frozen=True, slots=True)
class _Window:
    left: int
    pitch: int
    first: int
    shown: int
    label: int


def _body(marks: SeatMarks, window: _Window, left_of: int) -> Iterator[tuple[Line, ChartRow | None]]:
    for row in marks.chart.rows:
        if row.begins_area:
            yield ((" " * (window.left + left_of), Ink.TEXT), (named(row.area), Ink.QUIET)), None
        yield _row(row, marks, window, left_of), row


def _row(row: ChartRow, marks: SeatMarks, window: _Window, left_of: int) -> Line:
    """One row: runs of cells of one ink, the cursor apart."""
    label = cut(named(row.label), window.label)
    bits: list[Bit] = [(" " * left_of + " " + " " * (window.label - cell_len(label)) + label + " ", Ink.QUIET)]
    at = dict(row.seats)
    text, ink = "", Ink.TEXT
    for column in range(window.first, window.first + window.shown):
        seat = at.get(column)
        glyph, its_ink = (" ", ink) if seat is None else cell(seat, marks)
        if its_ink is not ink and text:
            bits.append((text, ink))
            text = ""
        ink = its_ink
        text += glyph
        if window.pitch == 2:
            if ink is Ink.LOUD:
                bits.append((text, ink))
                text, ink = "", Ink.TEXT
            text += " "
    return (*bits, (text.rstrip() or " ", ink))


def cell(seat: Seat, marks: SeatMarks) -> Bit:
    """The glyph of a seat, which says without colour what it is."""
    state = marks.state(seat)
    glyph, ink = _STATES.get(state, (_FREE.get(seat.kind, _PLAIN_FREE), Ink.STRONG))
    if seat.id != marks.cursor:
        return glyph, ink
    return _MINE_AT_CURSOR if state is SeatState.MARKED else glyph, Ink.LOUD


def _screen_bar(left: int, width: int) -> Line:
    words = " screen "
    before = max(1, (width - len(words)) // 2)
    after = max(1, width - before - len(words))
    return ((" " * left, Ink.TEXT), ("━" * before, Ink.STRONG), (words, Ink.STRONG), ("━" * after, Ink.STRONG))


def _around(
    body: list[tuple[Line, ChartRow | None]], cursor_line: int, room: int
) -> list[tuple[Line, ChartRow | None]]:
    """As many lines as there is room for; what is left out is counted."""
    if len(body) <= room:
        return body
    if room < 3:
        return body[cursor_line : cursor_line + room]
    shown = room - 2
    first = max(0, min(cursor_line - shown // 2, len(body) - shown))
    below = len(body) - first - shown
    return [
        (((f"  {first} more rows" if first else "", Ink.QUIET),), None),
        *body[first : first + shown],
        (((f"  {below} more rows" if below else "", Ink.QUIET),), None),
    ]


def under_cursor(marks: SeatMarks) -> str:
    """`C5: free · wheelchair place · Premium`."""
    seat = marks.chart.seat(marks.cursor)
    if seat is None:
        return ""
    row = marks.chart.rows[marks.chart.places[seat.id][0]]
    said = joined(_SAID[marks.state(seat)], _KINDS.get(seat.kind, ""), named(row.area))
    return f"{cut(named(seat.name), _LONGEST_SEAT)}: {said}"


def legend(marks: SeatMarks) -> Line:
    """What the glyphs of this plan mean."""
    told: list[Bit] = [(f" {_PLAIN_FREE}", Ink.STRONG), (" free", Ink.QUIET)]
    for state, word in ((SeatState.MARKED, "yours"), (SeatState.TAKEN, "taken"), (SeatState.OTHER, "other price")):
        if state is not SeatState.OTHER or marks.has_others:
            glyph, ink = _STATES[state]
            told += [(f" {glyph}", ink), (f" {word}", Ink.QUIET)]
    for kind, glyph in _FREE.items():
        if kind in marks.chart.kinds:
            told += [(f" {glyph}", Ink.STRONG), (f" {kind.value}", Ink.QUIET)]
    return tuple(told)
