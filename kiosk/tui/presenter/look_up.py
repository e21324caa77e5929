"""A look-up in words: what was found, each with its reference masked until it is opened."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.booking import Booking
from kiosk.domain.code import show_hostile
from kiosk.domain.events import Noted
from kiosk.domain.verdict import Doubt, Option, Refuse, Undecided
from kiosk.tui.marks import DIGITS
from kiosk.tui.presenter.choice import obstacle
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.party import for_what, guests, joined, party, product, reference
from kiosk.tui.presenter.times import Here, starts

_FOOT = "only looked at: nothing was redeemed"
_SHOWN = 2
"""Characters of a reference that tell staff enough while the guest says the rest."""

_DOUBTED = {
    Doubt.OFFLINE: "the office does not answer: try again when it is back",
    Doubt.NO_ANSWER: "no answer came from the office: try again",
    Doubt.OFFICE_ERROR: "the office has trouble of its own: try again in a moment",
    Doubt.NOT_AUTHORISED: "the office does not let this kiosk search: call the desk",
    Doubt.RATE_LIMITED: "the office asks to slow down: try again in a moment",
    Doubt.JOURNAL_FAILED: "this kiosk cannot write its record: call the desk",
    Doubt.CLOCK_UNTRUSTED: "this kiosk does not know what day it is: call the desk to set its clock",
}


def masked(booking: Booking) -> str:
    """`X7····`: so that nobody at the gate reads another guest's reference off the screen."""
    return f"{show_hostile(booking.reference[:_SHOWN])}····"


def asking(field: str, failed: Refuse | Undecided | Noted | None, *, waits: bool) -> Panel:
    """The line at the bottom is being typed, or an answer is awaited."""
    if waits:
        return Panel(Tone.LOOK, "LOOK UP", "looking up ········", f"by {field}", foot=_FOOT)
    if failed is None:
        what = f"type the {field}, at least 3 characters, then enter"
        return Panel(Tone.LOOK, "LOOK UP", "A GUEST WITHOUT A BARCODE", what)
    return Panel(Tone.LOOK, "LOOK UP", "NOTHING TO SHOW", failure(failed, field))


def failure(failed: Refuse | Undecided | Noted, field: str) -> str:
    """Why there is nothing to show, and what to do."""
    match failed:
        case Refuse():
            return f"no booking has this {field}: is it whole? or try another way with tab"
        case Undecided(doubt=doubt):
            return _DOUBTED[doubt]
        case Noted(word="too_short"):
            return "that is too short: at least 3 characters"
        case _:
            return "nothing came of it: try again"


def found(options: Sequence[Option]) -> Panel:
    many = f"{len(options)} bookings" if len(options) > 1 else "1 booking"
    return Panel(Tone.LOOK, "LOOK UP", f"{many.upper()} FOUND", "open one to see it whole", foot=_FOOT)


def rows(options: Sequence[Option], cursor: int, here: Here) -> tuple[Line, ...]:
    """`┃ 1  X7····  good: Tower entry · 11:30 today · 2 Adult`."""
    return tuple(_row(place, option, place == cursor, here) for place, option in enumerate(options))


def opened(option: Option, here: Here) -> Panel:
    """One booking whole: its reference, whether it is good, and what for."""
    booking = option.booking
    why_not = obstacle(option, here)
    what = f"would admit {guests(booking.pax)}" if not why_not else "cannot be used now"
    details = (joined(product(booking), starts(booking, here)), joined(party([booking]), reference(booking)))
    advice = "enter scans it, as if the guest had held it up" if not why_not else "enter asks the office again"
    return Panel(
        Tone.LOOK, "LOOK", f"{reference(booking)}: {why_not.upper() or 'GOOD'}", what, details, advice, foot=_FOOT
    )


def _row(place: int, option: Option, is_at: bool, here: Here) -> Line:
    digit = str(place + 1) if place < DIGITS else " "
    why_not = obstacle(option, here)
    ink = Ink.STRONG if is_at else Ink.QUIET if why_not else Ink.TEXT
    about = joined(for_what(option.booking, here), party([option.booking]))
    return ((f"{'┃' if is_at else ' '} {digit}  {masked(option.booking)}  {why_not or 'good'}: {about}", ink),)
