"""What the voucher desk says on a terminal. An office's words are shown safely, never parsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from kiosk.domain.cinema import CompletedOrder, FoundSeats
from kiosk.domain.code import show_hostile
from kiosk.domain.money import Money
from kiosk.domain.redeeming import (
    ChooseSeats,
    Confirmation,
    Done,
    Earlier,
    Ended,
    MoneyDue,
    NoAnswer,
    OfficeSays,
    Over,
    SeatFault,
    Seating,
    Unclear,
    Unsure,
    WrongSeats,
)
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Conversation, Stage, Why

WIDEST_PLAN = 100
"""Columns of seats."""

_DOUBTS = {
    Doubt.OFFLINE: "The office is not reached: look at the network, and try again.",
    Doubt.NO_ANSWER: "The office has not answered: look at the network, and try again.",
    Doubt.OFFICE_ERROR: "The office has trouble of its own: try again.",
    Doubt.NOT_AUTHORISED: "The office does not accept this kiosk's user: look at the user's name and password.",
    Doubt.RATE_LIMITED: "The office asks to slow down: wait, and try again.",
    Doubt.JOURNAL_FAILED: "The record cannot be written: look at the disk.",
    Doubt.CLOCK_UNTRUSTED: "Nobody knows what day it is: set the clock.",
}

_WHYS = {
    Why.GIVEN_UP: "given up",
    Why.START_AGAIN: "started again",
    Why.EXPIRED: "the order's time had run out",
    Why.SEND_TO_TILL: "sent to the till",
    Why.NOT_OPENED: "the office opened no order",
    Why.NEVER_LEARNT: "its order's number was never learnt; it held nothing",
    Why.CUT_OFF: "cut off in the middle",
    Why.JOURNAL_FAILED: "the record could not be written",
    Why.REFUSED: "the office refused to complete it",
    Why.FAILED: "completing it failed at the office",
    Why.NOT_ARRIVED: "the request to complete it did not arrive",
}

_NEXT = {
    Why.EXPIRED: "Start again.",
    Why.REFUSED: "Send the guest to the till.",
    Why.FAILED: "Try again, or send the guest to the till.",
    Why.NOT_ARRIVED: "Try again.",
}
"""What to do about an order that has ended so; about the others there is nothing to do."""

_SEAT_FAULTS = {
    SeatFault.UNKNOWN: "there is no such seat",
    SeatFault.AMBIGUOUS: "two parts of the screen have such a seat: name it by its id",
    SeatFault.TAKEN: "taken",
    SeatFault.TWICE: "named twice",
    SeatFault.TOO_FEW: "too few",
    SeatFault.TOO_MANY: "too many",
    SeatFault.OTHER_AREA: "in another part of the screen than the vouchers are for",
    SeatFault.NOT_ALLOCATED: "seats are not numbered at this showtime: name none",
}


# ── sentences ───────────────────────────────────────────────────────────────────────────────────────


def confirm_line(confirmation: Confirmation) -> str:
    """ "Redeem 2 vouchers for The Long Take, 19:00, C5 and C6. This cannot be undone." """
    vouchers = _count(len(confirmation.vouchers), "voucher")
    if confirmation.tickets != len(confirmation.vouchers):
        vouchers += f" ({_count(confirmation.tickets, 'ticket')})"
    what = [safe(confirmation.film) or "this showtime", when(confirmation.starts_at), listed(confirmation.seats)]
    sentence = f"Redeem {vouchers} for {', '.join(part for part in what if part)}. This cannot be undone."
    if confirmation.is_unpaid and confirmation.due is not None and confirmation.due.is_due:
        sentence += f" {_money(confirmation.due, confirmation.tax)} stays to be paid at the till."
    return sentence


def when(at: datetime | None) -> str:
    """The time in the cinema's offset; with the day where that is not today."""
    if at is None:
        return ""
    is_today = at.date() == datetime.now(at.tzinfo).date()
    return f"{at:%H:%M}" if is_today else f"{at:%a %d %b %H:%M}"


def listed(names: Sequence[str]) -> str:
    """`C5`, `C5 and C6`, `C5, C6 and C7`."""
    shown = [safe(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def due_line(money: MoneyDue, *, at_till: bool) -> str:
    if money.due is None:
        return "The office does not say what is left to pay, so nothing can be redeemed here. The vouchers are unused."
    sentence = f"To pay: {_money(money.due, money.tax)}."
    return sentence + (" Send the guest to the till: the vouchers are unused." if at_till else "")


def _money(due: Money, tax: Money | None) -> str:
    return f"{due}" if tax is None else f"{due} (tax {tax})"


def trouble_line(trouble: OfficeSays | NoAnswer | Unsure | Over) -> str:
    match trouble:
        case OfficeSays():
            said = office_words(trouble.title, trouble.detail)
            return f"The office says: {said}. If it says so again, send the guest to the till."
        case NoAnswer(doubt=Doubt.NOT_AUTHORISED, retry_after_s=0):
            return "The office asked anew who this is, and has been told: try again."
        case NoAnswer():
            wait = "" if trouble.retry_after_s is None else f" In {trouble.retry_after_s:.0f} s."
            return _DOUBTS[trouble.doubt] + wait
        case Unsure():
            return "An answer was lost on the way, and the office does not show what became of it: start again."
        case _:
            return ending_line(trouble)


def office_words(title: str, detail: str) -> str:
    """The office's own text, without a full stop at its end."""
    told = [safe(part) for part in dict.fromkeys((title, detail)) if part.strip()]
    return ": ".join(told).rstrip(".") or "no (without a reason)"


def ending_line(result: Over) -> str:
    """How an order has ended, and what that means for the vouchers."""
    match result:
        case Done(conversation, order):
            return ticket_line(conversation, order)
        case Unclear(Conversation(stage=Stage.REDEEMED) as conversation):
            return ticket_line(conversation, None)
        case Unclear():
            return "Not known yet whether it was redeemed: do not try again. `kiosk voucher resume` finds out."
        case Ended(why, title, detail, is_gone):
            said = f" ({office_words(title, detail)})" if title or detail else ""
            sentences = [f"Nothing was redeemed: {_WHYS[why]}{said}.", "The vouchers are unused.", _NEXT.get(why, "")]
            if not is_gone:
                sentences.append("Its order is still to be deleted: `kiosk voucher resume` does it.")
            return " ".join(filter(None, sentences))
        case _:
            assert_never(result)


def ticket_line(conversation: Conversation, order: CompletedOrder | None) -> str:
    """The ticket in a line: booking, transaction, seats."""
    ticketed = conversation.ticketed
    parts = [
        "Redeemed",
        f"booking {safe(ticketed.booking_id)}" if ticketed and ticketed.booking_id else "",
        f"transaction {safe(conversation.transaction)}" if conversation.transaction else "",
        listed(conversation.seats),
        "" if order is not None else "its tickets could not be read yet: `kiosk voucher resume` reads them",
    ]
    return " · ".join(part for part in parts if part)


def refused_line(label: str, title: str, detail: str, earlier: Earlier | None) -> str:
    sentence = f"{label} is refused: {office_words(title, detail)}."
    if earlier is not None:
        booking = f", booking {safe(earlier.booking_id)}" if earlier.booking_id else ""
        sure = "redeemed" if earlier.is_sure else "perhaps redeemed"
        sentence += (
            f" It was {sure} here, at {safe(earlier.lane)}, {earlier.at.astimezone():%d %b %H:%M}"
            f" for {safe(earlier.film) or 'a showtime'}{booking}."
        )
    return sentence


def left_out_line(label: str, *, may_have_pin: bool) -> str:
    pin = " If it has a PIN, give it with --pin-file." if may_have_pin else ""
    return f"{label} is left out: ask for another voucher, or send the guest to the till.{pin}"


def seats_line(wrong: WrongSeats | ChooseSeats) -> str:
    """Why seats must be picked, or picked again."""
    if isinstance(wrong, ChooseSeats):
        said = f": {office_words(wrong.title, wrong.detail)}" if wrong.title or wrong.detail else ""
        return f"The office does not choose seats by itself here{said}."
    names = f"{listed(wrong.seats)}: " if wrong.seats else ""
    wanted = f" ({wrong.wanted} wanted)" if wrong.wanted else ""
    return f"{names}{_SEAT_FAULTS[wrong.fault]}{wanted}."


def found_line(label: str, found: FoundSeats) -> str:
    """A ticket that was scanned in place of a voucher."""
    shown = [
        ", ".join(part for part in (safe(one.film), when(one.starts_at), safe(one.screen), listed(one.seats)) if part)
        for one in found.showtimes
    ]
    booking = f" (booking {safe(found.booking_id)})" if found.booking_id else ""
    return f"{label} is a ticket already{booking}: {'; '.join(shown) or 'no seats are told'}."


def plan_lines(seating: Seating) -> list[str]:
    """The plan, row by row: free seats by their numbers, others as dots. Seats stand by their columns."""
    lines = []
    for area in seating.plan.areas:
        seats = [seat for row in area.rows for seat in row.seats]
        if not seats:
            continue
        first, last = min(seat.column for seat in seats), max(seat.column for seat in seats)
        if last - first > WIDEST_PLAN:
            lines.append("  too wide to be drawn here")
            continue
        lines.append(safe(area.name) or f"Area {area.number}")
        width = max(len(safe(seat.label)) for seat in seats) + 1
        for row in area.rows:
            shown = {
                seat.column: safe(seat.label) if seating.availability.is_bookable(seat.id) else "."
                for seat in row.seats
            }
            cells = (shown.get(column, "").rjust(width) for column in range(first, last + 1))
            lines.append(f"  {safe(row.label):>3} {''.join(cells)}".rstrip())
    return lines


def safe(text: str) -> str:
    """One line without control characters."""
    return show_hostile(" ".join(text.split()), 200)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
