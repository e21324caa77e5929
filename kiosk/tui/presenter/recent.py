"""The list of what was said just now, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.attempt import Outcome
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code, show_hostile
from kiosk.domain.events import AttemptSettled, Decided, Noted
from kiosk.domain.verdict import Admit, Choose, Doubt, Reason, Refuse, Undecided, Use, bookings_of
from kiosk.tui.presenter.panel import Ink, Line, Shape, Tone
from kiosk.tui.presenter.party import guests, joined, named, product, reference
from kiosk.tui.presenter.times import Here, age, clock, day, starts, then, today_there
from kiosk.tui.presenter.verdicts import word_of

_SIGN = {
    Shape.TICK: "✓✓",
    Shape.TICK_DASHED: "✓",
    Shape.QUESTION_DASHED: "?",
    Shape.CROSS: "✗",
    Shape.QUESTION: "?",
    Shape.LIST: "=",
    Shape.DOTS: "·",
    Shape.LETTER: "i",
    Shape.PLAIN: " ",
}
_INK = {
    Tone.ADMIT: Ink.GOOD,
    Tone.PROVISIONAL: Ink.GOOD,
    Tone.UNVOUCHED: Ink.DOUBT,
    Tone.REFUSE: Ink.BAD,
    Tone.DOUBT: Ink.DOUBT,
    Tone.CHOICE: Ink.ASK,
    Tone.REPEAT: Ink.QUIET,
    Tone.LOOK: Ink.ASK,
    Tone.IDLE: Ink.QUIET,
}


_REFUSED = {
    Reason.UNREADABLE: "came through damaged",
    Reason.NO_OFFICE: "not for this gate",
    Reason.NOT_FOUND: "not found",
    Reason.CANCELLED: "cancelled",
    Reason.EXPIRED: "expired",
    Reason.NOT_CONFIRMED: "not confirmed",
    Reason.TEST_BOOKING: "test booking",
    Reason.NO_SHOW: "no-show",
    Reason.ALREADY_REDEEMED: "already used",
    Reason.WRONG_DAY: "for another day",
    Reason.NOT_REDEEMABLE: "not valid now",
}
_DOUBTED = {
    Doubt.OFFLINE: "office not reached",
    Doubt.NO_ANSWER: "no answer from the office",
    Doubt.OFFICE_ERROR: "the office has trouble",
    Doubt.NOT_AUTHORISED: "key not accepted",
    Doubt.RATE_LIMITED: "asked to slow down",
    Doubt.JOURNAL_FAILED: "record not written",
    Doubt.CLOCK_UNTRUSTED: "clock not set",
}


def row(one: Decided | AttemptSettled | Noted, here: Here) -> Line:
    """`10:00:02 ✓✓ ADMIT   X749G9    3 guests  London River Cruise`."""
    if isinstance(one, Noted):
        return _line(one.at, here, "•", "UNDONE", Ink.ASK, one.references, "taken back: nobody is in on it")
    if isinstance(one, AttemptSettled):
        return _settled(one, here)
    word, tone = word_of(one.verdict, looked=one.looked)
    ink = _INK[tone]
    return (
        (f" {clock(one.at, here)} ", Ink.QUIET),
        (f"{_SIGN[tone.shape]:<2} {word:<7} ", ink),
        (f"{_which(one):<10} ", Ink.TEXT),
        (_what(one, here), Ink.TEXT),
    )


def _which(decided: Decided) -> str:
    """The reference; where none is known, enough of the code to tell it from others."""
    known = [reference(booking) for booking in bookings_of(decided.verdict) if booking.reference]
    if known:
        return known[0] + (f" +{len(known) - 1}" if len(known) > 1 else "")
    return masked(decided.code)


def masked(code: Code | None) -> str:
    """Enough of a code to tell it from others. Over the link it comes masked already."""
    if code is None:
        return "········"
    return show_hostile(code.text if "…" in code.text else code.masked, 12)


def _what(decided: Decided, here: Here) -> str:
    match decided.verdict:
        case Admit(bookings=bookings):
            pax = guests(sum(booking.pax for booking in bookings)) if bookings else "not checked"
            return f"{pax:<9} {joined(*(_for(product(b), starts(b, here)) for b in bookings))}"
        case Choose(options=options):
            return f"a code with {len(options)} bookings" if len(options) > 1 else "a code with one booking"
        case Refuse(reason=reason, bookings=bookings, use=use):
            return joined(_refused(reason, bookings, use, here), _for_what(bookings))
        case Undecided(doubt=doubt, owed=owed):
            return _DOUBTED[doubt] + (": owed, will be settled" if owed else "")
        case _:
            assert_never(decided.verdict)


def _refused(reason: Reason, bookings: Sequence[Booking], use: Use | None, here: Here) -> str:
    """`used 09:12 at Gate B (47 min ago)`, `for Sat 21 Nov`, `cancelled`."""
    match reason:
        case Reason.ALREADY_REDEEMED if use is not None and use.at is not None:
            where = f" at {named(use.lane)}" if use.lane else ""
            since = f" ({age(timedelta(seconds=use.seconds_ago))} ago)" if use.seconds_ago is not None else ""
            return f"used {then(use.at, here).removesuffix(' today')}{where}{since}"
        case Reason.WRONG_DAY if dated := [b.starts_at for b in bookings if b.starts_at is not None]:
            return f"for {day(dated[0].date(), today_there(dated[0], here))}"
        case _:
            return _REFUSED[reason]


def _for_what(bookings: Sequence[Booking]) -> str:
    return product(bookings[0]) if bookings else ""


def _for(what: str, when: str) -> str:
    return f"{what} {when}" if what else when


def _settled(settled: AttemptSettled, here: Here) -> Line:
    """What came of something that was owed."""
    told = {
        Outcome.OURS: "owed: the office has it now",
        Outcome.REFUSED: "owed: the office refused it",
        Outcome.VOID: "owed: nothing was redeemed",
        Outcome.SUPERVISOR: "settled by a supervisor",
        Outcome.UNDONE: "taken back: the ticket is good again",
        "parked": "given up: a supervisor must look at it",
    }.get(settled.outcome, "settled")
    if settled.conflict:
        told = "CONFLICT: used somewhere else too; a supervisor must look at it"
    bad = settled.conflict or settled.outcome not in (Outcome.OURS, Outcome.SUPERVISOR, Outcome.UNDONE)
    sign, ink = ("!", Ink.DOUBT) if bad else ("•", Ink.GOOD)
    return _line(settled.at, here, sign, "SETTLED", ink, settled.references, told)


def _line(at: datetime, here: Here, sign: str, word: str, ink: Ink, references: Sequence[str], told: str) -> Line:
    which = show_hostile(" ".join(references)) or "········"
    return (
        (f" {clock(at, here)} ", Ink.QUIET),
        (f"{sign:<2} {word:<7} ", ink),
        (f"{which:<10} ", Ink.TEXT),
        (told, Ink.TEXT),
    )
