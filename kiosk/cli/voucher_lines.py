"""Showtimes, prices and orders of the voucher desk: as lines of a table, and as JSON for other programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never

from kiosk.cli.voucher_words import ending_line
from kiosk.domain.cinema import Showtime, TicketPrice
from kiosk.domain.money import Money
from kiosk.domain.redeeming import Done, Ended, Over, Unclear
from kiosk.domain.voucher import Conversation

if TYPE_CHECKING:
    from kiosk.desks.vouchers import Resumed

Json = dict[str, Any]

SHOWTIME_HEAD = ("START", "FILM", "SCREEN", "SEATS", "SHOWTIME", "WITH")
PRICE_HEAD = ("TICKET TYPE", "NAME", "PRICE", "FEE", "FOR VOUCHERS", "ASKS FOR")
RESUMED_HEAD = ("BEGUN", "FILM", "SEATS", "VOUCHERS", "WHAT BECAME OF IT")
OPEN_HEAD = ("BEGUN", "LANE", "FILM", "SEATS", "VOUCHERS", "STAGE")


def showtime_line(showtime: Showtime) -> tuple[str, ...]:
    """A showtime under `SHOWTIME_HEAD`, in the cinema's own time."""
    start = "?" if showtime.starts_at is None else f"{showtime.starts_at:%a %d %b %H:%M}"
    seats = "sold out" if showtime.is_sold_out else "numbered" if showtime.is_allocated else "free"
    return start, showtime.film, showtime.screen, seats, showtime.id, ", ".join(showtime.attributes)


def showtime_json(showtime: Showtime) -> Json:
    return {
        "id": showtime.id,
        "site_id": showtime.site_id,
        "film": showtime.film,
        "screen": showtime.screen,
        "starts_at": iso(showtime.starts_at),
        "ends_at": iso(showtime.ends_at),
        "business_date": showtime.business_date and showtime.business_date.isoformat(),
        "is_sold_out": showtime.is_sold_out,
        "is_allocated": showtime.is_allocated,
        "attributes": list(showtime.attributes),
        "rating": showtime.rating,
        "runtime_min": showtime.runtime_min,
    }


def price_line(price: TicketPrice) -> tuple[str, ...]:
    """A price under `PRICE_HEAD`."""
    return (
        price.ticket_type_id,
        price.name,
        str(price.price),
        "" if price.booking_fee is None else str(price.booking_fee),
        ", ".join(price.voucher_type_codes),
        ", ".join(price.restrictions),
    )


def price_json(price: TicketPrice) -> Json:
    return {
        "ticket_type_id": price.ticket_type_id,
        "name": price.name,
        "price": amount(price.price.total),
        "tax": amount(price.price.tax),
        "booking_fee": amount(price.booking_fee),
        "currency": price.price.total.currency,
        "restrictions": list(price.restrictions),
        "voucher_type_codes": list(price.voucher_type_codes),
        "area_category_id": price.area_category_id,
    }


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.rounded.amount:f}"


def resumed_line(resumed: Resumed) -> tuple[str, ...]:
    """Under `RESUMED_HEAD`; times are this machine's."""
    told = resumed.conversation
    return (
        f"{told.opened_at.astimezone():%d %b %H:%M:%S}",
        told.showing.film,
        ", ".join(told.seats),
        ", ".join(voucher.masked for voucher in told.vouchers),
        ending_line(resumed.result),
    )


def resumed_json(resumed: Resumed) -> Json:
    told = resumed.conversation
    return {
        "conversation": told.id,
        "opened_at": told.opened_at.isoformat(),
        **conversation_json(told),
        "outcome": outcome(resumed.result),
        "reason": reason(resumed.result),
    }


def open_line(told: Conversation) -> tuple[str, ...]:
    """Under `OPEN_HEAD`; times are this machine's."""
    return (
        f"{told.opened_at.astimezone():%d %b %H:%M:%S}",
        told.lane,
        told.showing.film,
        ", ".join(told.seats),
        ", ".join(voucher.masked for voucher in told.vouchers),
        told.stage.value,
    )


def open_json(told: Conversation) -> Json:
    return {
        "conversation": told.id,
        "opened_at": told.opened_at.isoformat(),
        **conversation_json(told),
        "outcome": "open",
        "reason": told.stage.value,
    }


def conversation_json(told: Conversation) -> Json:
    """What is known of an order, whatever became of it."""
    ticketed = told.ticketed
    return {
        "order_id": told.order_id or None,
        "showtime_id": told.showing.showtime_id,
        "film": told.showing.film,
        "starts_at": iso(told.showing.starts_at),
        "seats": list(told.seats),
        "tickets": (ticketed.tickets if ticketed else told.held.tickets if told.held else 0),
        "booking_id": ticketed.booking_id if ticketed else None,
        "transaction_number": told.transaction or None,
    }


def outcome(result: Over) -> str:
    """`redeemed`, `cancelled`, `unclear`."""
    match result:
        case Done():
            return "redeemed"
        case Unclear():
            return "unclear"
        case Ended():
            return "cancelled"
        case _:
            assert_never(result)


def reason(result: Over) -> str | None:
    """The word of a `Why` or of a doubt; None for a redemption."""
    match result:
        case Done():
            return None
        case Unclear(doubt=doubt):
            return doubt.value
        case Ended(why=why):
            return why.value
        case _:
            assert_never(result)
