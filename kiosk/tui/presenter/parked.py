"""What waits for a supervisor, in words: who was let in on what, when, and what the office says instead."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.code import show_hostile
from kiosk.domain.events import Noted, ParkedAttempt
from kiosk.domain.verdict import Doubt
from kiosk.tui.marks import DIGITS
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.party import guests, joined, named
from kiosk.tui.presenter.times import Here, ago, then

_LONGEST_WHY = 120

_SETTLED = {
    "done": "settled, and in the record with your name",
    "nothing": "not settled: somebody else has settled it already",
    "no_reason": "not settled: it needs a reason and a name",
    Doubt.JOURNAL_FAILED.value: "not settled: this kiosk cannot write its record; call the desk",
}
_NOT_LISTED = "this kiosk cannot read its record: call the desk"


def listed(attempts: Sequence[ParkedAttempt] | None, said: str) -> Panel:
    """The head of the list. `said`: what came of the last one."""
    if attempts is None:
        return Panel(Tone.CHOICE, "", "WAITING FOR A SUPERVISOR", "reading ········")
    many = f"{len(attempts)} WAIT FOR A SUPERVISOR" if len(attempts) != 1 else "1 WAITS FOR A SUPERVISOR"
    headline = many if attempts else "NOTHING WAITS FOR A SUPERVISOR"
    return Panel(Tone.CHOICE, "", headline, said)


def rows(attempts: Sequence[ParkedAttempt], cursor: int, here: Here) -> tuple[Line, ...]:
    """`┃ 1  09:58 today Gate A · X749G9 · 3 guests · London River Cruise · told ADMIT · redeemed elsewhere 09:40`."""
    return tuple(_row(place, one, place == cursor, here) for place, one in enumerate(attempts))


def opened(attempt: ParkedAttempt, here: Here) -> Panel:
    """One of them whole, while it is being settled."""
    waits_s = (here.now - attempt.opened_at).total_seconds()
    details = (
        f"at the door   {then(attempt.opened_at, here)} at {named(attempt.lane)}, {ago(waits_s)}",
        f"ticket        {joined(_references(attempt), named(attempt.product), guests(attempt.pax))}",
        f"we told them  {_told(attempt)}",
        f"why it waits  {show_hostile(attempt.why, _LONGEST_WHY) or 'the office has not taken it'}",
        *((f"used          {_used(attempt, here)}",) if attempt.redeemed_at is not None else ()),
    )
    headline = "CONFLICT: used somewhere else too" if attempt.conflict else "NOT SETTLED WITH THE OFFICE"
    return Panel(Tone.CHOICE, "", headline, "say what became of it, and who you are", details)


def came_of_it(noted: Noted, attempt: ParkedAttempt | None) -> str:
    """What came of settling one, or of asking for the list."""
    if noted.about == "list_parked":
        return _NOT_LISTED
    which = f"{_references(attempt)}: " if attempt is not None else ""
    return which + _SETTLED.get(noted.word, "nobody knows what came of it: look at the list again")


def _row(place: int, attempt: ParkedAttempt, is_at: bool, here: Here) -> Line:
    digit = str(place + 1) if place < DIGITS else " "
    when = then(attempt.opened_at, here).removesuffix(" today")
    about = joined(
        f"{when} {named(attempt.lane)}",
        _references(attempt),
        guests(attempt.pax),
        f"told {_told(attempt)}",
        f"used {_used(attempt, here)}" if attempt.redeemed_at is not None else show_hostile(attempt.why, 40),
        named(attempt.product),
    )
    return ((f"{'┃' if is_at else ' '} {digit}  {about}", Ink.STRONG if is_at else Ink.TEXT),)


def _told(attempt: ParkedAttempt) -> str:
    return "ADMIT" if attempt.was_admitted else "CHECK"


def _used(attempt: ParkedAttempt, here: Here) -> str:
    """`elsewhere 09:40`."""
    if attempt.redeemed_at is None:
        return ""
    return f"elsewhere {then(attempt.redeemed_at, here).removesuffix(' today')}"


def _references(attempt: ParkedAttempt) -> str:
    known = [show_hostile(one, 24) for one in attempt.references if one]
    return f"{known[0]} +{len(known) - 1}" if len(known) > 1 else "".join(known) or "········"
