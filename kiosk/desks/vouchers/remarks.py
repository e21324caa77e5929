"""Results of the voucher desk as remarks for a screen: the same values, flat, and without a barcode."""

from __future__ import annotations

from typing import assert_never

from kiosk.domain.cinema import FoundSeats
from kiosk.domain.redeeming import (
    Added,
    AlreadyIn,
    NoAnswer,
    NotAdded,
    NotForThisShowtime,
    OfficeSays,
    masked_voucher,
)
from kiosk.domain.voucher import Conversation, Ticketed
from kiosk.domain.voucher_events import Remark, Said


def about_adding(result: Added | AlreadyIn | NotAdded | NotForThisShowtime) -> Remark | None:
    """None: the voucher is on the order, which shows it."""
    match result:
        case Added():
            return None
        case AlreadyIn(voucher):
            return Remark(Said.ALREADY_IN, voucher.masked, voucher.type_name)
        case NotForThisShowtime(voucher):
            return Remark(Said.OTHER_SHOWTIME, voucher.masked, voucher.type_name)
        case NotAdded(masked, title, detail, pin_sent, earlier):
            return Remark(Said.NOT_ADDED, masked, title=title, detail=detail, pin_sent=pin_sent, earlier=earlier)
        case _:
            assert_never(result)


def about_trouble(trouble: OfficeSays | NoAnswer) -> Remark:
    match trouble:
        case OfficeSays(title, detail):
            return Remark(Said.OFFICE_SAYS, title=title, detail=detail)
        case NoAnswer(doubt, retry_after_s):
            return Remark(Said.NO_ANSWER, doubt=doubt, retry_after_s=retry_after_s)
        case _:
            assert_never(trouble)


def about_ticket(text: str, found: FoundSeats | OfficeSays | NoAnswer | None, *, is_sure: bool) -> Remark:
    """A code that may be a ticket's. `is_sure`: by its looks it is one, whatever the office says."""
    masked = masked_voucher(text)
    match found:
        case FoundSeats(showtimes, booking_id=booking_id):
            return Remark(Said.TICKET, masked, booking_id=booking_id, found=showtimes)
        case None:
            return Remark(Said.NO_SUCH_TICKET if is_sure else Said.NOT_A_VOUCHER, masked)
        case _:
            return about_trouble(found)


def ticketed_of(conversation: Conversation) -> Ticketed:
    """The ticket; where it could not be read yet, what was held."""
    if conversation.ticketed is not None:
        return conversation.ticketed
    held = conversation.held
    return Ticketed("", conversation.transaction, conversation.seats, held.tickets if held else 0)
