"""The voucher desk: the showtimes, the order with its seats, or what fills the screen. Paints a stage, in place."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget

from kiosk.domain.voucher_events import AtCounter
from kiosk.tui.cells import apart, clipped, wrapped
from kiosk.tui.counter_view import Page
from kiosk.tui.dialogs.at_the_counter import Choice, GivingUp
from kiosk.tui.dialogs.plain import Help
from kiosk.tui.presenter import showtimes, voucher_panels
from kiosk.tui.presenter.bottom import key_lines, note_line, too_small, typing_line
from kiosk.tui.presenter.palette import Palette
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.party import named
from kiosk.tui.presenter.qr import QrCells, least_size
from kiosk.tui.presenter.take_home import no_room_for
from kiosk.tui.presenter.times import Here, clock
from kiosk.tui.presenter.voucher_help import help_rows
from kiosk.tui.presenter.voucher_words import DOING, remark_words
from kiosk.tui.presenter.vouchers import held_for, next_step, order_lines, title
from kiosk.tui.voucher_stage import VoucherStage
from kiosk.tui.widgets.box import boxed
from kiosk.tui.widgets.lines import Lines
from kiosk.tui.widgets.seat_plan import SeatPlanView, no_plan
from kiosk.tui.widgets.take_home import TakeHomePanel
from kiosk.tui.widgets.verdict import Body, VerdictPanel

SMALLEST = (80, 24)
_ORDER_WIDTH = 28
_TICKET_WIDTHS = (60, 46)
"""Columns that a ticket keeps for itself beside a code: for its word in block letters, or for its lines alone."""
_REMARK_LINES = 3
GIVE_UP = "Give this order up? Nothing is used, its seats are free again."


class VoucherScreen(Screen[None]):
    """Holds nothing of its own."""

    CSS_PATH = "../kiosk.tcss"

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.strip = Lines(palette, id="strip")
        self.remark = Lines(palette, id="banners")
        self.list = Lines(palette, id="showtimes")
        self.order = Lines(palette, id="order")
        self.plan = SeatPlanView(palette, id="plan")
        self.panel = VerdictPanel(palette, id="panel")
        self.take_home = TakeHomePanel(palette, id="take-home")
        self.told = Horizontal(self.panel, self.take_home, id="told")
        self.advice = Lines(palette, id="advice")
        self.prompt = Lines(palette, id="prompt")
        self.keys = Lines(palette, id="voucher-keys")
        self.beside = Horizontal(self.order, self.plan, id="beside")
        self._first_shown = 0
        self._key_rows = 1

    def compose(self) -> ComposeResult:
        yield from (self.strip, self.remark, self.list, self.beside, self.told, self.advice, self.prompt, self.keys)

    def paint(self, stage: VoucherStage, here: Here, held: str = "") -> None:
        """Everything anew; what has not changed stays untouched. `held`: typed, but not yet known by whom."""
        now = stage.counter
        if now is None:
            return
        width, height = self.app.size
        page = stage.page
        self._paint_strip(now, here)
        keys = self._key_lines(stage, now, width)
        code, no_room = self._take_home_code(stage, width, height - 1 - len(keys))
        advice = [((f" {line}", Ink.QUIET),) for line in wrapped(no_room, width - 2)]
        around = (
            (self.remark, [clipped(line, width) for line in self._remark(stage, now, here)]),
            (self.advice, [clipped(line, width) for line in (*_advice(stage, now, width), *advice)]),
            (self.prompt, [*_prompt(stage, now, width, held)]),
            (self.keys, keys),
        )
        for part, lines in around:
            part.paint(lines)
        others = 1 + sum(len(lines) for _, lines in around)
        parts: dict[Page, Widget] = {Page.SHOWTIMES: self.list, Page.ORDER: self.beside, Page.PANEL: self.told}
        for its_page, body in parts.items():
            body.display = its_page is page
            _set_height(body, max(1, height - others))
        match page:
            case Page.SHOWTIMES:
                self._paint_list(stage, here, width, height - others)
            case Page.ORDER:
                self._paint_order(stage, now, here, height - others)
            case Page.PANEL:
                self.panel.show(*_filled(stage, now, here))
        self._show_take_home(code)

    def _take_home_code(self, stage: VoucherStage, width: int, height: int) -> tuple[QrCells | None, str]:
        """The code that the guest's phone may read beside the ticket, or why it has no room."""
        link = stage.link_to_show
        if not link:
            return None, ""
        rooms = (width - ticket for ticket in _TICKET_WIDTHS)
        code = next((code for room in rooms if (code := self.take_home.code_of(link, room, height))), None)
        if code is not None:
            return code, ""
        least = least_size(link, whole_cells=self.take_home.palette.plain)
        return None, no_room_for(least and (least[0] + _TICKET_WIDTHS[-1], least[1] + self.app.size.height - height))

    def _show_take_home(self, code: QrCells | None) -> None:
        self.take_home.display = code is not None
        if code is not None:
            _set_width(self.take_home, code.width)
        self.take_home.show(code)

    def paint_strip(self, stage: VoucherStage, here: Here) -> None:
        """The clock and the countdown, once a second, and what counts seconds."""
        if stage.counter is not None:
            self._paint_strip(stage.counter, here)
            if stage.page is Page.PANEL:
                self.panel.show(*_filled(stage, stage.counter, here))

    def seat_at(self, x: int, y: int) -> str:
        """The seat that is painted in a cell of the terminal; empty: none."""
        region = self.plan.region
        return self.plan.seat_at(x - region.x, y - region.y) if self.beside.display else ""

    def showtime_at(self, y: int) -> int | None:
        """The place on the list that is painted in a line of the terminal."""
        if not self.list.display:
            return None
        nth = y - self.list.region.y - 1
        return self._first_shown + nth if nth >= 0 else None

    def _key_lines(self, stage: VoucherStage, now: AtCounter, width: int) -> list[Line]:
        """While none works, as many lines: nothing else is to move."""
        if not stage.hints:
            return [_waiting_line(stage, now), *[()] * (self._key_rows - 1)]
        lines = key_lines(stage.hints, width)
        self._key_rows = len(lines)
        return lines

    def _paint_strip(self, now: AtCounter, here: Here) -> None:
        width = self.app.size.width
        left: Line = ((" Voucher desk", Ink.STRONG), (f" · {named(now.lane)}", Ink.TEXT))
        right: Line = (*held_for(now, here), (f"   {clock(here.now, here)} ", Ink.STRONG))
        self.strip.paint([clipped(apart(left, right, width), width)])

    def _remark(self, stage: VoucherStage, now: AtCounter, here: Here) -> Iterator[Line]:
        width, height = self.app.size
        if width < SMALLEST[0] or height < SMALLEST[1]:
            yield too_small(width, height)
            return
        if now.remark is None or stage.fills_the_screen:
            return
        headline, what, advice = remark_words(now.remark, here)
        words = f"{headline}: {what}" + (f" → {advice}" if advice else "")
        for nth, line in enumerate(wrapped(words, width - 4)[:_REMARK_LINES]):
            yield ((" ! " if nth == 0 else "   ", Ink.DOUBT), (line, Ink.DOUBT))

    def _paint_list(self, stage: VoucherStage, here: Here, width: int, height: int) -> None:
        told, shown = stage.told_showtimes, stage.list
        lines: list[Line] = [showtimes.head(told, shown, here)]
        room = height - 1
        first = max(0, min(shown.cursor - room // 2, len(shown.shown) - room))
        self._first_shown = first
        for nth, showtime in enumerate(shown.shown[first : first + room], first):
            lines.append(showtimes.row(showtime, width, is_at=nth == shown.cursor))
        if not shown.shown:
            lines += showtimes.empty(told, shown, here)
        self.list.paint([clipped(line, width) for line in lines])

    def _paint_order(self, stage: VoucherStage, now: AtCounter, here: Here, height: int) -> None:
        _set_width(self.order, _order_width(self.app.size.width))
        width = _order_width(self.app.size.width)
        lines = [((" ", Ink.TEXT), *line) for line in order_lines(now, here)]
        self.order.paint(boxed("vouchers", lines, width, height))
        name = title(now.showtime, here) if now.showtime else ""
        self.plan.show(name, stage.marks, _without_plan(now))


def _filled(stage: VoucherStage, now: AtCounter, here: Here) -> tuple[Panel, Body | None]:
    match stage.dialog:
        case Help(at_end=at_end):
            rows = help_rows()
            return Panel(Tone.IDLE, "", "THE VOUCHER DESK"), Body(rows, len(rows) - 1 if at_end else 0)
        case Choice(title=words, lines=lines, cursor=cursor):
            rows = tuple(_choice_row(nth, line, is_at=nth == cursor) for nth, line in enumerate(lines))
            return voucher_panels.choosing(words), Body(rows, cursor)
    if stage.fills_the_screen and now.remark is not None:
        return voucher_panels.already_a_ticket(now.remark, here), None
    if now.confirmation is not None:
        return voucher_panels.confirm(now.confirmation, here), None
    return voucher_panels.panel_of(now, here, stage.waited_s), None


def _choice_row(nth: int, line: str, *, is_at: bool) -> Line:
    digit = str(nth + 1) if nth < 9 else " "
    return ((f"{'┃' if is_at else ' '} {digit}  {line}", Ink.STRONG if is_at else Ink.TEXT),)


def _without_plan(now: AtCounter) -> tuple[Line, ...]:
    if not now.is_allocated:
        return no_plan("Seats are not numbered here: guests sit where they like.")
    return no_plan("The plan comes with the first voucher." if not now.vouchers else "The plan is not there yet.")


def _advice(stage: VoucherStage, now: AtCounter, width: int) -> Iterator[Line]:
    """What to do next, above the keys."""
    if stage.page is Page.SHOWTIMES:
        yield ((f" {showtimes.waiting(now)}", Ink.TEXT),)
    elif stage.page is Page.ORDER:
        marks = stage.marks
        missing = marks.missing if marks is not None else 0
        words = next_step(now, missing, is_changed=marks is not None and marks.is_changed)
        yield from (((f" {line}", Ink.STRONG),) for line in wrapped(words, width - 2)[:2])


def _prompt(stage: VoucherStage, now: AtCounter, width: int, held: str) -> Iterator[Line]:
    if stage.note:
        yield note_line(stage.note)
    if stage.dialog is None:
        return
    if isinstance(stage.dialog, GivingUp):
        yield ((f" {GIVE_UP}", Ink.STRONG),)
    elif (entry := stage.dialog.entry) is not None:
        typed = entry.text + held
        yield typing_line(entry.label, "•" * len(typed) if entry.is_secret else typed, width)


def _waiting_line(stage: VoucherStage, now: AtCounter) -> Line:
    """In place of keys, while none does anything."""
    if not stage.is_waiting or now.doing is None:
        return ((" ", Ink.TEXT),)
    return ((f" {DOING[now.doing]} ········", Ink.QUIET),)


def _order_width(width: int) -> int:
    return min(44, max(_ORDER_WIDTH, width * 3 // 10))


def _set_height(part: Widget, height: int) -> None:
    if part.styles.height is None or part.styles.height.value != height:
        part.styles.height = height


def _set_width(part: Widget, width: int) -> None:
    if part.styles.width is None or part.styles.width.value != width:
        part.styles.width = width
