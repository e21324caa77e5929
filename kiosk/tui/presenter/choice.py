"""The bookings of a choice, one line each: what can be redeemed, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from kiosk.domain.verdict import Option, Reason
from kiosk.tui.marks import DIGITS, Marks
from kiosk.tui.presenter.panel import Ink, Line
from kiosk.tui.presenter.party import in_one_line, named
from kiosk.tui.presenter.times import Here, then


def rows(options: Sequence[Option], marks: Marks, here: Here) -> tuple[Line, ...]:
    """`┃ 1 [x] London River Cruise · 11:30 today · 2 Adult · X749G9`, and beside it why not, where it cannot be."""
    return tuple(_row(place, option, marks, here) for place, option in enumerate(options))


def looked_at(option: Option, here: Here) -> str:
    """`good: Tower entry · any time · 2 Adult`: whether it could be redeemed, where nothing is chosen."""
    return f"{obstacle(option, here) or 'good'}: {in_one_line(option.booking, here)}"


def _row(place: int, option: Option, marks: Marks, here: Here) -> Line:
    bar = "┃" if place == marks.cursor else " "
    digit = str(place + 1) if place < DIGITS else " "
    booking = option.booking
    about = in_one_line(booking, here)
    if option.obstacle is not None:
        return ((f"{bar} {digit}  ✗  ", Ink.QUIET), (f"{obstacle(option, here)}: ", Ink.QUIET), (about, Ink.QUIET))
    box = "[x]" if place in marks.marked else "[ ]"
    ink = Ink.STRONG if place in marks.marked or place == marks.cursor else Ink.TEXT
    return ((f"{bar} {digit} {box} ", ink), (about, ink))


def obstacle(option: Option, here: Here) -> str:
    """Why a booking cannot be redeemed, in a word or two; empty where it can."""
    match option.obstacle:
        case Reason.ALREADY_REDEEMED:
            use = option.use
            when = f" {then(use.at, here)}" if use is not None and use.at is not None else ""
            where = f" at {named(use.lane)}" if use is not None and use.lane else ""
            return f"used{when}{where}"
        case Reason.WRONG_DAY:
            return "another day"
        case Reason.CANCELLED:
            return "cancelled"
        case Reason.EXPIRED:
            return "expired"
        case Reason.NOT_CONFIRMED:
            return "not confirmed"
        case Reason.TEST_BOOKING:
            return "test booking"
        case Reason.NO_SHOW:
            return "no-show"
        case Reason.NOT_REDEEMABLE | Reason.NOT_FOUND | Reason.NO_OFFICE | Reason.UNREADABLE:
            return "not valid now"
        case None:
            return ""
        case _:
            assert_never(option.obstacle)
