"""The showtimes of a day, one line each, and what the list is about."""

from __future__ import annotations

from rich.cells import cell_len

from kiosk.domain.cinema import Showtime
from kiosk.domain.voucher_events import AtCounter, ShowtimesTold
from kiosk.tui.cells import cut
from kiosk.tui.presenter.panel import Ink, Line
from kiosk.tui.presenter.times import Here, hour, whole_day
from kiosk.tui.presenter.voucher_words import remark_words
from kiosk.tui.presenter.vouchers import named
from kiosk.tui.showtime_list import ShowtimeList

_SCREEN = 12
_FILM = 30
_ABOUT = 24
"""Cells of the columns; a wider terminal gives films more."""
_SOLD_OUT = "SOLD OUT"


def head(told: ShowtimesTold | None, shown: ShowtimeList, here: Here) -> Line:
    """`Saturday 21 November · 12 of 42 showtimes`, and what it is narrowed to."""
    if told is None:
        return ((" asking what is on ········", Ink.QUIET),)
    today = here.local(here.now).date()
    day = whole_day(told.business_date, today) if told.business_date else "today"
    many, all_ = len(shown.shown), len(shown.showtimes)
    count = f"{many} of {all_}" if many != all_ else f"{all_}"
    line: Line = ((f" {day}", Ink.STRONG), (f" · {count} showtime{'' if all_ == 1 else 's'}", Ink.TEXT))
    if shown.only:
        line = (*line, (" · those that the voucher is good for", Ink.ASK))
    if shown.filter:
        line = (*line, (" · with ", Ink.TEXT), (f"{shown.filter}█", Ink.ASK))
    return line


def empty(told: ShowtimesTold | None, shown: ShowtimeList, here: Here) -> tuple[Line, ...]:
    """Why there is no line."""
    if told is None:
        return ()
    if told.trouble is not None:
        headline, what, advice = remark_words(told.trouble, here)
        return (
            ((f" {headline}: {what}", Ink.DOUBT),),
            ((f" → {advice}; left and right ask for another day", Ink.TEXT),),
        )
    if shown.filter:
        return (((f" nothing is on with '{shown.filter}': esc shows all of them", Ink.DOUBT),),)
    return (((" nothing is on: left and right ask for another day", Ink.DOUBT),),)


def row(showtime: Showtime, width: int, *, is_at: bool) -> Line:
    """`┃ 19:00  Screen 3      The Long Take  12A · Sofas` and at the right whether it is sold out."""
    bar = "┃" if is_at else " "
    ink = Ink.QUIET if showtime.is_sold_out else Ink.STRONG if is_at else Ink.TEXT
    start = hour(showtime.starts_at) if showtime.starts_at else "--:--"
    screen = cut(named(showtime.screen), _SCREEN)
    left = f" {bar} {start}  {screen}{' ' * (_SCREEN - cell_len(screen))}  "
    right = f"  {_SOLD_OUT} " if showtime.is_sold_out else ""
    room = width - cell_len(left) - len(right)
    film = cut(named(showtime.film), min(room, max(_FILM, room - _ABOUT)))
    film += " " * (min(_FILM, room) - cell_len(film))
    about = cut(_about(showtime), max(0, room - cell_len(film) - 2))
    gap = " " * max(0, room - cell_len(film) - 2 - cell_len(about))
    return ((left, ink), (film, ink), ("  ", ink), (about, Ink.QUIET), (gap, ink), (right, Ink.BAD))


def _about(showtime: Showtime) -> str:
    """Its rating and what is special about it."""
    unallocated = "" if showtime.is_allocated or any(area.is_allocated for area in showtime.areas) else "free seating"
    glasses = "3D glasses" if showtime.requires_3d_glasses else ""
    parts = [named(showtime.rating), *map(named, showtime.attributes), glasses, unallocated]
    return " · ".join(part for part in parts if part)


def waiting(now: AtCounter) -> str:
    """The vouchers that wait for a showtime."""
    if not now.waiting:
        return "scan the vouchers now or later"
    which = ", ".join(now.waiting[:4]) + (f" and {len(now.waiting) - 4} more" if len(now.waiting) > 4 else "")
    return f"waiting for a showtime: {which}"
