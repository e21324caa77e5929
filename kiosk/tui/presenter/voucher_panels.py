"""Panels of the voucher desk: what fills the screen, read from two metres like a verdict of the gate."""

from __future__ import annotations

from typing import assert_never

from kiosk.domain.code import show_hostile
from kiosk.domain.redeeming import Confirmation
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Ticketed, Why
from kiosk.domain.voucher_events import AtCounter, Closing, Phase, Remark
from kiosk.tui.presenter.panel import Panel, Tone
from kiosk.tui.presenter.party import joined
from kiosk.tui.presenter.times import Here
from kiosk.tui.presenter.voucher_words import DOUBTED, WHYS, office_words, remark_words, ticket_lines
from kiosk.tui.presenter.vouchers import (
    money,
    named,
    seats,
    sentence,
    tickets,
    title,
)

_REFUSING = (Why.REFUSED, Why.FAILED, Why.NOT_ARRIVED, Why.JOURNAL_FAILED)


def panel_of(now: AtCounter, here: Here, waited_s: float) -> Panel:
    """What fills the screen where neither the list nor the order does."""
    match now.phase:
        case Phase.TICKET:
            return ticket(now, now.ticketed or Ticketed(), here)
        case Phase.ENDED:
            return ended(now, now.closing or Closing(Why.GIVEN_UP), here)
        case Phase.UNCLEAR:
            return unclear(now, here)
        case Phase.STUCK:
            return stuck(now)
        case Phase.REDEEMING:
            return redeeming(now, here, waited_s)
        case Phase.SHOWTIMES | Phase.ORDER:
            return Panel(Tone.IDLE, "", title(now.showtime, here) if now.showtime else "")
        case _:
            assert_never(now.phase)


def confirm(confirmation: Confirmation, here: Here) -> Panel:
    """The one question before it cannot be undone."""
    stays = ""
    if confirmation.is_unpaid and confirmation.due is not None and confirmation.due.is_due:
        stays = f"{money(confirmation.due, confirmation.tax)} stays to be paid at the till."
    vouchers = tuple(f"{one.masked} {named(one.type_name)}" for one in confirmation.vouchers)
    return Panel(
        Tone.CHOICE,
        "REDEEM?",
        f"{sentence(confirmation, here)} Enter = redeem, Esc = back.",
        stays,
        (tickets(confirmation.tickets), *vouchers),
    )


def redeeming(now: AtCounter, here: Here, waited_s: float) -> Panel:
    """Completion is followed until the office says how it ended."""
    what = title(now.showtime, here) if now.showtime else ""
    headline = "redeeming ········" if waited_s < 1 else f"redeeming ········ {waited_s:.0f} s"
    advice = "the office takes its time: it is asked again by itself" if waited_s > 8 else ""
    details = (seats(now.holding.seats),) if now.holding and now.holding.seats else ()
    return Panel(Tone.IDLE, "WAIT", headline, what, details, advice)


def ticket(now: AtCounter, ticketed: Ticketed, here: Here) -> Panel:
    """Redeemed: what the guest is given."""
    film = title(now.showtime, here) if now.showtime else ""
    count = ticketed.tickets or sum(one.tickets for one in now.vouchers)
    booking = f"booking {show_hostile(ticketed.booking_id, 24)}" if ticketed.booking_id else ""
    transaction = f"transaction {show_hostile(ticketed.transaction, 24)}" if ticketed.transaction else ""
    unread = "its booking number could not be read yet: it is asked for again by itself"
    due = ""
    if now.holding is not None and now.holding.is_unpaid and now.holding.due is not None and now.holding.due.is_due:
        due = f"to be paid at the till: {money(now.holding.due, now.holding.tax)}"
    return Panel(
        Tone.ADMIT,
        "TICKET",
        seats(ticketed.seats) or tickets(count),
        film,
        tuple(line for line in (joined(booking, transaction), due, "" if booking else unread) if line),
        count=count or None,
        foot="✓✓ redeemed: the vouchers are used up",
    )


def ended(now: AtCounter, closing: Closing, here: Here) -> Panel:
    """The order is gone, the vouchers are unused."""
    word, headline, what = WHYS[closing.why]
    said = f"the office says: {office_words(closing.title, closing.detail)}" if closing.title or closing.detail else ""
    if closing.why is Why.EXPIRED:
        said = ""
    if closing.why is Why.SEND_TO_TILL and now.holding is not None:
        headline = f"TO THE TILL: {money(now.holding.due, now.holding.tax)}"
    kept = _kept(now) if closing.why is not Why.SEND_TO_TILL else ""
    deleting = "" if closing.is_gone else "the office could not be told yet: the order is deleted by itself"
    tone = Tone.REFUSE if closing.why in _REFUSING else Tone.CHOICE if closing.why is Why.SEND_TO_TILL else Tone.DOUBT
    return Panel(
        tone,
        word,
        headline,
        what,
        tuple(line for line in (said, kept, deleting) if line),
        advice=_ended_advice(closing.why, kept=bool(now.waiting)),
        foot="nothing was redeemed: the vouchers are unused",
    )


def _kept(now: AtCounter) -> str:
    return f"kept for a new order: {', '.join(now.waiting)}" if now.waiting else ""


def _ended_advice(why: Why, *, kept: bool) -> str:
    match why:
        case Why.SEND_TO_TILL:
            return "the guest pays and redeems at the till"
        case Why.JOURNAL_FAILED:
            return "redeem nothing here; send the guest to the till, and call the desk"
        case _:
            return "a starts again with the same vouchers" if kept else "scan the vouchers again"


def unclear(now: AtCounter, here: Here) -> Panel:
    """Asked to complete, and nobody knows yet."""
    what, _ = DOUBTED[now.doubt or Doubt.NO_ANSWER]
    return Panel(
        Tone.DOUBT,
        "WAIT",
        "NOT KNOWN WHETHER IT WAS REDEEMED",
        what,
        (title(now.showtime, here) if now.showtime else "", "this kiosk goes on asking by itself, and says so here"),
        advice="do not redeem these vouchers again; let the guest wait, or call the desk",
    )


def stuck(now: AtCounter) -> Panel:
    """An answer was lost on the way, and the order does not show what became of it."""
    what, _ = DOUBTED[now.doubt or Doubt.NO_ANSWER]
    kept = _kept(now)
    return Panel(
        Tone.DOUBT,
        "AGAIN",
        "AN ANSWER WAS LOST",
        f"{what}: nobody knows what this order holds",
        (kept,) if kept else (),
        advice="a starts again with the same vouchers; nothing was redeemed",
    )


def already_a_ticket(remark: Remark, here: Here) -> Panel:
    headline, what, advice = remark_words(remark, here)
    return Panel(Tone.LOOK, "TICKET", headline, what, ticket_lines(remark.found, here), advice)


def choosing(title: str) -> Panel:
    return Panel(Tone.CHOICE, "", title)
