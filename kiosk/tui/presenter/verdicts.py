"""Verdicts in words: what a panel says for every outcome, reason and doubt, and what staff should do.

Refusals say what, when, where and what to do; a doubt is never worded as the guest's fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.domain.booking import Booking
from kiosk.domain.code import show_hostile
from kiosk.domain.events import Decided
from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, ListGap, Reason, Refuse, Undecided, Use, Verdict
from kiosk.tui.presenter.choice import looked_at
from kiosk.tui.presenter.panel import Panel, Tone
from kiosk.tui.presenter.party import about, guests, in_one_line, joined, named, party, reference
from kiosk.tui.presenter.times import Here, age, ago, away, clock, hour, then, today_there, whole_day

SAME_AGAIN = "same ticket again: nobody else comes in on it"
"""Under an admission whose ticket was read twice while it was held up."""

LOOKS_LIKE_A_VOUCHER = "this looks like a voucher: v takes it to the voucher desk"

_DESK = "send the guest to the ticket desk"


def panel_of(decided: Decided, here: Here, down_since: datetime | None = None, late_s: float | None = None) -> Panel:
    """The panel of a verdict. `down_since`: since when the office has not been reached, where that is known.

    `late_s`: told that long ago, while the screen was away. An admission is quiet then: nobody has just been scanned.
    """
    panel = _panel_of(decided, here, down_since)
    if late_s is None:
        return panel
    foot = f"said {ago(late_s)}, while this screen was away"
    if isinstance(decided.verdict, Admit):
        return replace(panel, tone=Tone.REPEAT, foot=f"{foot}: they come in once")
    return replace(panel, foot=foot)


def _panel_of(decided: Decided, here: Here, down_since: datetime | None) -> Panel:
    if decided.looked:
        return _looked(decided, here, down_since)
    if decided.repeat:
        return _repeated(decided, here, down_since)
    return _first(decided, here, down_since)


def word_of(verdict: Verdict, *, looked: bool = False) -> tuple[str, Tone]:
    """The one word of a verdict, as in block letters and in the list of recent ones."""
    if looked:
        return "LOOK", Tone.LOOK
    match verdict:
        case Admit(grade=Grade.PROVISIONAL, list_age_s=None):
            return "ADMIT", Tone.UNVOUCHED
        case Admit(grade=Grade.PROVISIONAL):
            return "ADMIT", Tone.PROVISIONAL
        case Admit():
            return "ADMIT", Tone.ADMIT
        case Refuse(reason=Reason.UNREADABLE):
            return "AGAIN", Tone.DOUBT
        case Refuse(use=Use(unsure=True)):
            return "ASK", Tone.DOUBT
        case Refuse():
            return "REFUSE", Tone.REFUSE
        case Choose():
            return "CHOOSE", Tone.CHOICE
        case Undecided():
            return "CHECK", Tone.DOUBT
        case _:
            assert_never(verdict)


def _first(decided: Decided, here: Here, down_since: datetime | None) -> Panel:
    word, tone = word_of(decided.verdict)
    said_at = clock(decided.at, here)
    match decided.verdict:
        case Admit() as admit:
            return _admitted(admit, word, tone, decided, here)
        case Refuse(reason=reason, bookings=bookings, use=use):
            headline, what, advice = _refusal(reason, bookings, use, here)
            return Panel(tone, word, headline, what, _listed(bookings, here), advice, said_at=said_at)
        case Choose(options=options):
            usable = sum(option.obstacle is None for option in options)
            headline = f"THIS CODE HOLDS {len(options)} BOOKINGS: choose what to redeem"
            if len(options) == 1:
                headline = "ONE BOOKING: redeem it?"
            return Panel(tone, word, headline, f"{usable} can be redeemed", said_at=said_at)
        case Undecided(doubt=doubt, bookings=bookings, list_gap=gap) as undecided:
            what, advice = _doubt(undecided, here, down_since if doubt is Doubt.OFFLINE else None)
            details = (*((_gap(gap),) if gap is not None else ()), *_listed(bookings, here))
            return Panel(tone, word, "CANNOT CHECK", what, details, advice, said_at=said_at)
        case _:
            assert_never(decided.verdict)


# ── admitted ────────────────────────────────────────────────────────────────────────────────────────


def _admitted(admit: Admit, word: str, tone: Tone, decided: Decided, here: Here) -> Panel:
    heads = sum(booking.pax for booking in admit.bookings)
    if not admit.bookings:
        what = "the house lets in whoever comes while the office is away"
        return Panel(tone, word, "NOT CHECKED", what, foot=_grade(admit, decided), said_at=clock(decided.at, here))
    return Panel(
        tone,
        word,
        headline=guests(heads),
        what=party(admit.bookings),
        details=_admitted_for(admit.bookings, here),
        advice=f"NOT redeemed with it: {_names(admit.left_out)}" if admit.left_out else "",
        count=heads,
        foot=_grade(admit, decided),
        said_at=clock(decided.at, here),
    )


def _grade(admit: Admit, decided: Decided) -> str:
    """How sure it is: two ticks the office, one tick the list, a question mark nobody."""
    office = named(decided.supplier or "") or "the office"
    match admit.grade:
        case Grade.CONFIRMED if admit.recovered:
            return "✓✓ redeemed by this gate before: the first answer was lost"
        case Grade.CONFIRMED:
            return f"✓✓ confirmed by {office}"
        case Grade.PROVISIONAL if admit.list_age_s is not None:
            listed = age(timedelta(seconds=admit.list_age_s))
            return f"✓ PROVISIONAL: by the list of {listed} ago, owed to the office"
        case Grade.PROVISIONAL:
            return "? PROVISIONAL: confirmed by nobody, owed to the office"
        case _:
            assert_never(admit.grade)


def _repeated(decided: Decided, here: Here, down_since: datetime | None) -> Panel:
    """The standing verdict again. Quiet for an admission: it must never look like a second one."""
    first = _first(decided, here, down_since)
    since = "a moment ago" if decided.repeated_s is None else ago(decided.repeated_s)
    if isinstance(decided.verdict, Admit):
        what = f"admitted {since}: nobody else comes in on it"
        return Panel(
            Tone.REPEAT, "SAME", "SAME TICKET", what, _listed(decided.verdict.bookings, here), said_at=first.said_at
        )
    foot = f"same ticket, scanned {since}"
    return replace(first, foot=foot)


def _looked(decided: Decided, here: Here, down_since: datetime | None) -> Panel:
    """What a ticket is: nothing was redeemed, and it must not look as if."""
    word, tone = word_of(decided.verdict, looked=True)
    first = _first(decided, here, down_since)
    headline, what, details = first.headline, first.what, first.details
    if isinstance(decided.verdict, Choose):
        open_ = [option.booking for option in decided.verdict.options if option.obstacle is None]
        headline, what = "GOOD", f"would admit {guests(sum(booking.pax for booking in open_))}"
        details = tuple(looked_at(option, here) for option in decided.verdict.options)
    return Panel(
        tone, word, headline, what, details, foot="only looked at: nothing was redeemed", said_at=first.said_at
    )


# ── refused ─────────────────────────────────────────────────────────────────────────────────────────


def _refusal(reason: Reason, bookings: Sequence[Booking], use: Use | None, here: Here) -> tuple[str, str, str]:
    """Headline, what happened, what to do."""
    match reason:
        case Reason.ALREADY_REDEEMED if use is not None and use.unsure:
            return "ALREADY USED", _unsure(use), "ask whether this guest went in; if not, call the desk"
        case Reason.ALREADY_REDEEMED:
            return "ALREADY USED", _used(use, here), "ask for another ticket, or call the desk"
        case Reason.WRONG_DAY:
            return "WRONG DAY", _other_day(bookings, here), _DESK
        case Reason.NOT_FOUND:
            return "NOT FOUND", "the office does not know this code", f"ask for another ticket, or {_DESK}"
        case Reason.UNREADABLE:
            return "NOT READABLE", "the code came through damaged", "scan it again, or type the code under it"
        case Reason.CANCELLED:
            return "CANCELLED", "this booking was cancelled or changed for another", "ask for the newer ticket"
        case Reason.EXPIRED:
            return "EXPIRED", "this booking has run out", _DESK
        case Reason.NOT_CONFIRMED:
            return "NOT CONFIRMED", "this booking was never completed", _DESK
        case Reason.TEST_BOOKING:
            return "TEST BOOKING", "made to try things out: it admits nobody", _DESK
        case Reason.NO_SHOW:
            return "NO-SHOW", "the office has noted that nobody came", _DESK
        case Reason.NOT_REDEEMABLE:
            note = next((booking.office_note for booking in bookings if booking.office_note), "")
            said = f"the office says: {show_hostile(note)}" if note else "the office does not let it be used now"
            return "NOT VALID NOW", said, _DESK
        case Reason.NO_OFFICE:
            return "NOT FOR THIS GATE", "no ticket office of this gate takes this kind of code", _DESK
        case _:
            assert_never(reason)


def _used(use: Use | None, here: Here) -> str:
    """`09:12 today at Gate B, 47 minutes ago`, as far as it is known."""
    if use is None or use.at is None:
        return f"at {named(use.lane)}" if use is not None and use.lane else "when and where is not known"
    where = f" at {named(use.lane)}" if use.lane else ""
    since = f", {ago(use.seconds_ago)}" if use.seconds_ago is not None else ""
    return f"{then(use.at, here)}{where}{since}"


def _unsure(use: Use) -> str:
    where = f"at {named(use.lane)}" if use.lane else "here"
    since = f" {ago(use.seconds_ago)}" if use.seconds_ago is not None else ""
    return f"used {where}{since}, just before a restart"


def _other_day(bookings: Sequence[Booking], here: Here) -> str:
    """Which day it is for; of several bookings, the day nearest to today."""
    dated = [booking.starts_at for booking in bookings if booking.starts_at is not None]
    if not dated:
        return "for another day"
    nearest = min(dated, key=lambda at: abs((at.date() - today_there(at, here)).days))
    today = today_there(nearest, here)
    timed = "" if next(b for b in bookings if b.starts_at == nearest).all_day else f" at {hour(nearest)}"
    return f"for {whole_day(nearest.date(), today)}{timed}, {away(nearest.date(), today)}"


# ── undecided ───────────────────────────────────────────────────────────────────────────────────────


def _doubt(undecided: Undecided, here: Here, down_since: datetime | None) -> tuple[str, str]:
    """What is wrong (never with the guest), and what to do."""
    aside = "let the guest wait aside, or follow the house rule"
    again = "scan again" + (": it will be recognised if it was ours" if undecided.owed else "")
    match undecided.doubt:
        case Doubt.OFFLINE:
            since = f" since {hour(here.local(down_since))}" if down_since is not None else ""
            return f"the office does not answer{since}", aside
        case Doubt.NO_ANSWER:
            return "no answer came from the office", again
        case Doubt.OFFICE_ERROR:
            return "the office has trouble of its own", f"{again}; if it stays so, {aside}"
        case Doubt.NOT_AUTHORISED:
            return "the office does not accept this kiosk's key", f"call the desk; {aside}"
        case Doubt.RATE_LIMITED:
            wait_s = undecided.retry_after_s
            return (
                "the office asks to slow down",
                f"scan again in {max(1, round(wait_s))} s" if wait_s else "scan again",
            )
        case Doubt.JOURNAL_FAILED:
            return "this kiosk cannot write its record", "use another gate, and call the desk"
        case Doubt.CLOCK_UNTRUSTED:
            return "this kiosk does not know what day it is", f"call the desk to set its clock; {aside}"
        case _:
            assert_never(undecided.doubt)


def _gap(gap: ListGap) -> str:
    """Why the day's list could not stand in for the office."""
    match gap:
        case ListGap.EMPTY:
            return "the list of today's tickets is empty"
        case ListGap.PARTIAL:
            return "the list of today's tickets is not complete"
        case ListGap.OTHER_DAY:
            return "the list of tickets is for another day"
        case ListGap.OUTDATED:
            return "the list of today's tickets is too old"
        case ListGap.NOT_LISTED:
            return "not on the list of today's tickets: it may have been sold since"
        case ListGap.NOT_ADMISSIBLE:
            return "on the list of today's tickets, but not as one to let in"
        case _:
            assert_never(gap)


# ── bookings under a verdict ────────────────────────────────────────────────────────────────────────


def _admitted_for(bookings: Sequence[Booking], here: Here) -> tuple[str, ...]:
    return about(bookings[0], here) if len(bookings) == 1 else _listed(bookings, here)


def _listed(bookings: Sequence[Booking], here: Here) -> tuple[str, ...]:
    return tuple(in_one_line(booking, here) for booking in bookings)


def _names(bookings: Sequence[Booking]) -> str:
    return ", ".join(joined(named(booking.product), reference(booking)) for booking in bookings)
