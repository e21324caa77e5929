"""Undo in words: which admission is meant, what came of it, and what to do where nothing did."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.code import show_hostile
from kiosk.domain.events import Decided, Noted
from kiosk.domain.roles import Action
from kiosk.domain.undo import UndoRefusal
from kiosk.domain.verdict import Admit, Doubt, bookings_of
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.party import for_what, guests, joined, party
from kiosk.tui.presenter.times import Here, clock

DONE = "done"

_DESK = "call the desk: the office can still take it back"
_SEE = "press i and scan the ticket: the look says whether it is good again"
_LATER = "the ticket still counts as used; press u again in a moment"

_REFUSED: dict[str, tuple[str, str]] = {
    UndoRefusal.NOTHING: ("no admission by this gate stands for this ticket", _DESK),
    UndoRefusal.OTHER_LANE: ("it was admitted at another lane", "undo it there, or call the desk"),
    UndoRefusal.TOO_LATE: ("it was admitted too long ago to be taken back here", _DESK),
    UndoRefusal.OPEN: ("the office has not confirmed it yet", "press u again when nothing is owed any more"),
    UndoRefusal.DECLINED: ("the office does not allow it", "call the desk"),
    UndoRefusal.NO_REASON: ("it needs a reason", "press u again and give one"),
    Doubt.OFFLINE: ("the office does not answer: nothing has changed", "press u again when it is back"),
    Doubt.NO_ANSWER: ("no answer came: nobody knows whether it was taken back", _SEE),
    Doubt.OFFICE_ERROR: ("the office has trouble of its own", _LATER),
    Doubt.NOT_AUTHORISED: ("the office does not let this kiosk take anything back", "call the desk"),
    Doubt.RATE_LIMITED: ("the office asks to slow down", _LATER),
    Doubt.JOURNAL_FAILED: ("this kiosk cannot write its record", f"call the desk; {_SEE}"),
    Doubt.CLOCK_UNTRUSTED: ("this kiosk does not know what time it is", "call the desk to set its clock"),
}
"""What is wrong, and what to do."""

_UNKNOWN = ("nobody knows what came of it", _SEE)
"""A word of a newer engine."""


def asking(decided: Decided, here: Here, *, no_show: bool) -> Panel:
    """Which admission is meant, before anything is asked for."""
    bookings = bookings_of(decided.verdict)
    what = joined(clock(decided.at, here), party(bookings), *(for_what(booking, here) for booking in bookings))
    headline = f"NO-SHOW: {which_of(decided)} admits nobody any more?" if no_show else f"UNDO {which_of(decided)}: why?"
    return Panel(Tone.CHOICE, "UNDO", headline, what)


def reason_rows(reasons: Sequence[str], *, no_show: bool, may: frozenset[str] = frozenset(Action)) -> tuple[Line, ...]:
    """The reasons by their digits, and what else can be said."""
    if no_show:
        return (
            (("The office is told that they did not come. This cannot be undone here.", Ink.TEXT),),
            (("enter = mark as no-show   esc = back", Ink.STRONG),),
        )
    given = [(str(place), reason) for place, reason in enumerate((*reasons, "another reason, typed"), 1)]
    rows = [*given] if Action.UNDO in may else []
    rows += [("n", "no-show: they did not come at all")] if Action.NO_SHOW in may else []
    return tuple(((f"  {key}  ", Ink.STRONG), (words, Ink.TEXT)) for key, words in rows)


def under_way(which: str, *, no_show: bool) -> Panel:
    return Panel(Tone.IDLE, "", "marking as no-show ········" if no_show else "taking back ········", which)


def outcome(noted: Noted, which: str, *, no_show: bool) -> Panel:
    """What came of it. `which`: the ticket as this screen knows it."""
    which = _references(noted.references) or which
    if noted.word == DONE and no_show:
        return Panel(Tone.IDLE, "NO-SHOW", f"{which} IS MARKED AS NO-SHOW", "it admits nobody any more")
    if noted.word == DONE:
        return Panel(
            Tone.IDLE, "UNDONE", f"{which} IS GOOD AGAIN", "taken back at the office",
            advice="nobody is in on it now: scan it again to let its guests in",
        )  # fmt: skip
    what, advice = _REFUSED.get(noted.word, _UNKNOWN)
    note = show_hostile(noted.note)
    headline = f"NOT MARKED AS NO-SHOW: {which}" if no_show else f"NOT TAKEN BACK: {which}"
    return Panel(Tone.DOUBT, "UNDO", headline, f"{what}: {note}" if note else what, advice=advice)


def outcome_in_short(noted: Noted, which: str, *, no_show: bool) -> str:
    """The same beside something that has come in between."""
    panel = outcome(noted, which, no_show=no_show)
    return panel.headline if noted.word == DONE else f"{panel.headline}: {panel.what}"


def cut_off(which: str) -> Panel:
    """The engine went away in the middle of it."""
    return Panel(
        Tone.DOUBT, "UNDO", f"NOT KNOWN: {which}", "the gate engine stopped while it took this back", advice=_SEE
    )


def which_of(decided: Decided) -> str:
    """The reference of an admission, or how many there are besides."""
    verdict = decided.verdict
    bookings = verdict.bookings if isinstance(verdict, Admit) else ()
    heads = guests(sum(booking.pax for booking in bookings))
    return _references([booking.reference for booking in bookings]) or f"the ticket of {heads}"


def _references(references: Sequence[str]) -> str:
    shown = [show_hostile(one, 24) for one in references if one]
    return f"{shown[0]} +{len(shown) - 1}" if len(shown) > 1 else "".join(shown)
