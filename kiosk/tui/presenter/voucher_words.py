"""What came of a scan or key at the voucher desk, and how an order ended: what happened, and what to do."""

from __future__ import annotations

from typing import assert_never

from kiosk.domain.cinema import SeatsOfShowtime
from kiosk.domain.code import show_hostile
from kiosk.domain.redeeming import Earlier, SeatFault
from kiosk.domain.verdict import Doubt
from kiosk.domain.voucher import Stage, Why
from kiosk.domain.voucher_events import Doing, Remark, Said, VoucherSettled
from kiosk.tui.presenter.party import joined
from kiosk.tui.presenter.times import Here, then
from kiosk.tui.presenter.vouchers import named, seats, start

_LONGEST_SAID = 200

DOUBTED = {
    Doubt.OFFLINE: ("the cinema's office is not reached", "try again in a moment; the vouchers are unused"),
    Doubt.NO_ANSWER: ("no answer came from the cinema's office", "try again: nothing was applied"),
    Doubt.OFFICE_ERROR: ("the cinema's office has trouble of its own", "try again in a moment"),
    Doubt.NOT_AUTHORISED: ("the cinema's office does not accept this kiosk's user", "call the desk"),
    Doubt.RATE_LIMITED: ("the cinema's office asks to slow down", "try again in a moment"),
    Doubt.JOURNAL_FAILED: ("this kiosk cannot write its record", "redeem nothing here; call the desk"),
    Doubt.CLOCK_UNTRUSTED: ("this kiosk does not know what day it is", "call the desk to set its clock"),
}
"""What is wrong, never with the guest; what to do."""

_FAULTS = {
    SeatFault.UNKNOWN: ("there is no such seat", "mark another"),
    SeatFault.AMBIGUOUS: ("two parts of the screen have such a seat", "mark it on the plan"),
    SeatFault.TAKEN: ("somebody else has taken it", "mark another: the plan is fresh"),
    SeatFault.TWICE: ("the same seat twice", "mark another"),
    SeatFault.TOO_FEW: ("fewer seats than tickets", "mark more"),
    SeatFault.TOO_MANY: ("more seats than tickets", "mark fewer"),
    SeatFault.OTHER_AREA: ("the vouchers are not for that part of the screen", "mark seats that are not faint"),
    SeatFault.NOT_ALLOCATED: ("seats are not numbered here", "hold it without"),
}

DOING = {
    Doing.SHOWTIMES: "asking what is on",
    Doing.OPENING: "opening an order",
    Doing.ADDING: "putting the voucher on the order",
    Doing.REMOVING: "taking the voucher off",
    Doing.HOLDING: "holding tickets",
    Doing.SEATS: "looking at the seats",
    Doing.EXTENDING: "asking for more time",
    Doing.CHECKING: "looking at the order once more",
    Doing.REDEEMING: "redeeming",
    Doing.GIVING_UP: "giving the order up",
    Doing.LOOKING: "looking the ticket up",
    Doing.GOOD_FOR: "asking which showtimes it is for",
}


def remark_words(remark: Remark, here: Here) -> tuple[str, str, str]:
    """A headline, what happened, what to do."""
    which = remark.masked
    match remark.said:
        case Said.ALREADY_IN:
            return f"SAME VOUCHER{f' {which}' if which else ''}", "it is on this order already", "scan the next one"
        case Said.NOT_ADDED:
            return f"REFUSED {which}", _refused(remark, here), _refused_advice(remark)
        case Said.OTHER_SHOWTIME:
            name = f" ({named(remark.type_name)})" if remark.type_name else ""
            what = f"{which}{name} is not for this showtime; it stays unused"
            return "NOT FOR THIS SHOWTIME", what, "f lists today's showtimes that it is good for"
        case Said.NONE_GOOD:
            return "NOT FOR ANY OF TODAY'S", f"{which} buys no ticket today; it stays unused", "try another day with s"
        case Said.NOT_A_VOUCHER:
            return "NOT A VOUCHER", f"{which} looks like a ticket of the gate", "tab takes it there"
        case Said.UNREADABLE:
            return "NOT READABLE", "the code came through damaged", "scan it again, or / to type it"
        case Said.TICKET:
            booking = f"booking {show_hostile(remark.booking_id, 24)}" if remark.booking_id else which
            return "A TICKET ALREADY", f"{booking}: paid for, no voucher is needed", "let them in with it"
        case Said.NO_SUCH_TICKET:
            return "NO SUCH TICKET", f"{which} looks like a ticket, and the office knows none like it", _TO_TILL
        case Said.OFFICE_SAYS:
            return "THE OFFICE SAYS NO", office_words(remark.title, remark.detail), "try something else"
        case Said.NO_ANSWER:
            return _no_answer(remark)
        case Said.CHOOSE_SEATS:
            return "PICK THE SEATS", "the office does not choose seats by itself here", "mark them on the plan"
        case Said.WRONG_SEATS:
            what, advice = _FAULTS[remark.fault or SeatFault.TAKEN]
            return f"NOT HELD {seats(remark.seats)}".strip(), what, advice
        case Said.CHANGED:
            return "THE ORDER HAS CHANGED", "it is not what was shown", "look at it again, then confirm"
        case Said.EXTENDED:
            return "MORE TIME", "the office holds the order for longer", ""
        case Said.SCAN_AGAIN:
            return "SCAN IT AGAIN", "it came while another was redeemed: it was not taken", ""
        case Said.GIVEN_UP:
            return "GIVEN UP", "nothing was used", ""
        case _:
            assert_never(remark.said)


_TO_TILL = "send the guest to the till"


def _no_answer(remark: Remark) -> tuple[str, str, str]:
    what, advice = DOUBTED[remark.doubt or Doubt.NO_ANSWER]
    if remark.retry_after_s is not None:
        advice = f"try again in {max(1, round(remark.retry_after_s))} s"
    return "NOT DONE", what, advice


def _refused(remark: Remark, here: Here) -> str:
    said = f"the office says: {office_words(remark.title, remark.detail)}"
    return f"{said}. {_earlier(remark.earlier, here)}" if remark.earlier is not None else said


def _refused_advice(remark: Remark) -> str:
    if remark.earlier is not None:
        return "ask the guest for that ticket"
    if remark.pin_sent:
        return "ask for the PIN again (n), or go on without this voucher"
    return "go on without it; n types its PIN, where it has one"


def _earlier(earlier: Earlier, here: Here) -> str:
    """What our own record knows of it."""
    sure = "Redeemed here" if earlier.stage in (Stage.DONE, Stage.REDEEMED) else "Perhaps redeemed here"
    booking = f", booking {show_hostile(earlier.booking_id, 24)}" if earlier.booking_id else ""
    film = f" for {named(earlier.film)}" if earlier.film else ""
    return f"{sure}, {then(earlier.at, here)} at {named(earlier.lane)}{film}{booking}"


def office_words(title: str, detail: str) -> str:
    """The office's own text, safe to show."""
    told = [show_hostile(" ".join(part.split()), _LONGEST_SAID) for part in dict.fromkeys((title, detail))]
    return ": ".join(part for part in told if part).rstrip(".") or "no, and not why"


def ticket_lines(found: tuple[SeatsOfShowtime, ...], here: Here) -> tuple[str, ...]:
    """What a ticket is for: `The Long Take · 19:00 · Screen 3 · C5 and C6`."""
    return tuple(
        joined(named(one.film), start(one.starts_at, here), named(one.screen), seats(one.seats)) for one in found
    )


WHYS = {
    Why.GIVEN_UP: ("GIVEN UP", "GIVEN UP", "the order was given up"),
    Why.START_AGAIN: ("AGAIN", "THE ORDER IS GONE", "a new one could not be opened yet"),
    Why.EXPIRED: ("EXPIRED", "TIME IS UP", "the office held the order no longer: its seats are free again"),
    Why.SEND_TO_TILL: ("TILL", "TO THE TILL", "money is due, and it is paid there"),
    Why.NOT_OPENED: ("NOT DONE", "NO ORDER", "the office opened none"),
    Why.NEVER_LEARNT: ("NOT DONE", "NO ORDER", "the office's answer was lost"),
    Why.CUT_OFF: ("CUT OFF", "CUT OFF", "the engine was stopped in the middle"),
    Why.JOURNAL_FAILED: ("STOP", "NO RECORD", "this kiosk cannot write its record"),
    Why.REFUSED: ("REFUSED", "THE OFFICE SAYS NO", "it did not complete the order"),
    Why.FAILED: ("FAILED", "NOT REDEEMED", "completing it failed at the office"),
    Why.NOT_ARRIVED: ("FAILED", "NOT REDEEMED", "the request did not come to the office"),
}
"""The word in block letters, a headline, what happened."""


def settled_words(settled: VoucherSettled, here: Here) -> str:
    """An order that was left behind, in one line."""
    film = joined(named(settled.film) or "an order", start(settled.starts_at, here))
    if settled.ticketed is None:
        return f"left open at the voucher desk: {film}: nothing was redeemed"
    booking = f", booking {show_hostile(settled.ticketed.booking_id, 24)}" if settled.ticketed.booking_id else ""
    return f"left open at the voucher desk: {film}: REDEEMED{booking}, {seats(settled.ticketed.seats)}"
