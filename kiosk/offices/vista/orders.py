"""Orders in progress, on the wire. Every reply of a write holds the order as it is now; times are the office's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from kiosk.domain.cinema import Completion, CompletionStatus, Extended, Order, OrderShowtime, OrderTicket, OrderVoucher
from kiosk.domain.money import Money
from kiosk.offices.fields import a_list, an_object, number, objects, text, utc_moment
from kiosk.offices.vista.reading import Named, Reading, identity, look_up, related, word

MOST_REDEMPTIONS = 1000
"""Of one voucher."""

_STATUSES = {
    "pending": CompletionStatus.PENDING,
    "completed": CompletionStatus.COMPLETED,
    "failed": CompletionStatus.FAILED,
}


def read_order(document: object, reading: Reading, ahead: timedelta = timedelta()) -> Order | None:
    """None where nothing in it says which order. `ahead`: the office's clock minus ours; ours is what is told."""
    root = an_object(document)
    order = an_object(root.get("order")) or root
    order_id = identity(order.get("id"))
    if not order_id:
        return None
    (types,) = related(document, "ticketTypes")
    booking = an_object(order.get("booking"))
    return Order(
        id=order_id,
        site_id=identity(order.get("siteId")),
        status=word(order.get("status")),
        mode=word(booking.get("mode") or order.get("bookingMode")),
        expires_at=our_time(order.get("expiresAt"), ahead),
        total=reading.price(order.get("totalPrice")),
        booking_fee=reading.money(booking.get("totalBookingFee")),
        paid=_paid(order.get("payments"), reading),
        vouchers=read_vouchers(order.get("vouchers"), reading),
        showtimes=tuple(_showtime(item, types, reading) for item in objects(order.get("showtimes"))),
    )


def our_time(value: object, ahead: timedelta) -> datetime | None:
    """A time of the office's, on our clock: a countdown runs by ours."""
    at = utc_moment(value)
    return None if at is None else at - ahead


def _paid(payments: object, reading: Reading) -> Money:
    """What payments add up to. One whose amount cannot be read is not counted: better asked for than given away."""
    amounts = (reading.money(item.get("amount")) or reading.money(item.get("value")) for item in objects(payments))
    return Money(sum((amount.amount for amount in amounts if amount is not None), Decimal()), reading.currency)


def _showtime(item: Mapping[str, object], types: Named, reading: Reading) -> OrderShowtime:
    seats = read_seats(item, reading)
    tickets = (_ticket(ticket, types, reading) for ticket in objects(item.get("tickets")))
    named = tuple(replace(ticket, seat=ticket.seat or seats.get(ticket.seat_id, "")) for ticket in tickets)
    names = tuple(name or seat_id for seat_id, name in seats.items())
    return OrderShowtime(showtime_id_of(item), named, tuple(seats), names)


def showtime_id_of(item: Mapping[str, object]) -> str:
    return identity(item.get("showtimeId")) or identity(item.get("id"))


def read_seats(item: Mapping[str, object], reading: Reading) -> dict[str, str]:
    """The seats of a showtime in an order, told beside its tickets or with them: names by id, empty where not told."""
    beside = ((seat_id_of(seat), seat_name(an_object(seat), reading)) for seat in a_list(item.get("seats")))
    with_tickets = (read_seat(ticket, reading) for ticket in objects(item.get("tickets")))
    seats: dict[str, str] = {}
    for seat_id, name in (*beside, *with_tickets):
        if seat_id:
            seats[seat_id] = seats.get(seat_id, "") or name
    return seats


def _ticket(item: Mapping[str, object], types: Named, reading: Reading) -> OrderTicket:
    seat_id, seat = read_seat(item, reading)
    ticket_type_id = identity(item.get("ticketTypeId"))
    return OrderTicket(
        id=identity(item.get("id")),
        ticket_type_id=ticket_type_id,
        name=ticket_name(item, look_up(types, ticket_type_id), reading),
        price=reading.price(item.get("price")),
        voucher_id=identity(item.get("voucherId")),
        seat_id=seat_id,
        seat=seat,
    )


def ticket_name(item: Mapping[str, object], ticket_type: Mapping[str, object], reading: Reading) -> str:
    """What a ticket is called: by its type, else by itself."""
    keys = ("description", "longDescription", "name")
    return reading.first_name(ticket_type, *keys) or reading.first_name(item, *keys)


def read_seat(ticket: Mapping[str, object], reading: Reading) -> tuple[str, str]:
    """A ticket's seat, its id and its name; in which of the fields it comes is not documented."""
    told = ticket.get("seat")
    seat_id = identity(ticket.get("seatId")) or seat_id_of(told)
    return seat_id, seat_name(an_object(told), reading) or reading.name(ticket.get("seatLabel"), 40)


def seat_id_of(seat: object) -> str:
    """A seat is told by its id alone, or as an object."""
    told = an_object(seat)
    return identity(told.get("id")) or identity(told.get("seatId")) if told else identity(seat)


def seat_name(seat: Mapping[str, object], reading: Reading) -> str:
    """`C5`."""
    return reading.name(seat.get("rowLabel"), 20) + (
        reading.name(seat.get("label"), 20) or reading.name(seat.get("seatLabel"), 20)
    )


def read_vouchers(listed: object, reading: Reading) -> tuple[OrderVoucher, ...]:
    found = (_voucher(item, reading) for item in objects(listed))
    return tuple(voucher for voucher in found if voucher.id)


def _voucher(item: Mapping[str, object], reading: Reading) -> OrderVoucher:
    return OrderVoucher(
        id=identity(item.get("id")),
        masked_barcode=_masked(text(item.get("maskedBarcode")).strip(), reading),
        type=word(item.get("type")),
        type_code=identity(item.get("voucherTypeCode")),
        type_name=reading.name(item.get("voucherTypeDescription")),
    )


def _masked(told: str, reading: Reading) -> str:
    """The office's mask. One that hides nothing is no mask: a barcode is as good as the voucher."""
    return reading.name(f"{'·' * 8}{told[-4:]}" if told.isalnum() and len(told) > 4 else told, 40)


def read_added_voucher(document: object, reading: Reading) -> OrderVoucher | None:
    """None where the reply does not say which voucher it is now. How often it may be used: once, where not told."""
    root = an_object(document)
    voucher = _voucher(an_object(root.get("voucher")), reading)
    told = number(root.get("availableRedemptions"))
    redemptions = int(told) if told is not None and 0 <= told <= MOST_REDEMPTIONS else 1
    return replace(voucher, available_redemptions=redemptions) if voucher.id else None


def read_extended(document: object, ahead: timedelta) -> Extended:
    root = an_object(document)
    places: Sequence[Mapping[str, object]] = (an_object(root.get("order")), root)
    told = (our_time(place.get(key), ahead) for place in places for key in ("expiresAt", "updatedOrderExpiresAt"))
    return Extended(next((at for at in told if at is not None), None))


def read_completion(document: object, order_id: str, ahead: timedelta) -> Completion | None:
    """None where the reply is about no completion."""
    root = an_object(document)
    told = word(root.get("status"))
    if not told:
        return None
    return Completion(
        order_id=identity(root.get("orderId")) or order_id,
        status=_STATUSES.get(told.casefold(), CompletionStatus.UNKNOWN),
        word=told,
        transaction_number=identity(root.get("transactionNumber")),
        expires_at=our_time(root.get("updatedOrderExpiresAt"), ahead),
    )
