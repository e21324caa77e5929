"""Completed orders of the wire, and seats found by the barcode of one. Guests' names are not read.

The vendor's page prints one ticket alone where the whole order should be; that is read too.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.domain.cinema import CompletedOrder, CompletedTicket, FoundSeats, SeatsOfShowtime
from kiosk.domain.code import read_code
from kiosk.offices.fields import a_list, an_object, flag, objects, text
from kiosk.offices.vista.orders import read_seat, read_vouchers, seat_id_of, seat_name, ticket_name
from kiosk.offices.vista.reading import Named, Reading, identity, local_moment, look_up, related, word
from kiosk.offices.vista.showtimes import TimeZones


def read_completed_order(document: object, order_id: str, reading: Reading) -> CompletedOrder | None:
    """None where the reply speaks of no order."""
    root = an_object(document)
    order = an_object(root.get("order")) or root
    booking, transaction = an_object(order.get("booking")), an_object(order.get("transaction"))
    (types,) = related(document, "ticketTypes")
    showtimes = objects(order.get("showtimes"))
    tickets = [
        _ticket(ticket, identity(showtime.get("showtimeId")) or identity(showtime.get("id")), types, reading)
        for showtime in showtimes
        for ticket in objects(showtime.get("tickets"))
    ]
    if not showtimes and "admissionStatus" in order:
        return CompletedOrder(id=order_id, tickets=(_ticket(order, "", types, reading),))
    if not (identity(order.get("id")) or showtimes or booking or transaction):
        return None
    return CompletedOrder(
        id=identity(order.get("id")) or order_id,
        status=word(order.get("status")),
        booking_id=identity(booking.get("id")),
        transaction_number=identity(transaction.get("number")),
        transaction_barcode=_barcode(transaction.get("barcode")),
        vouchers=read_vouchers(order.get("vouchers"), reading),
        tickets=tuple(tickets),
    )


def _ticket(item: Mapping[str, object], showtime_id: str, types: Named, reading: Reading) -> CompletedTicket:
    seat_id, seat = read_seat(item, reading)
    ticket_type_id = identity(item.get("ticketTypeId"))
    refund = an_object(item.get("refundAvailability"))
    return CompletedTicket(
        id=identity(item.get("id")),
        type=word(item.get("type")),
        name=ticket_name(item, look_up(types, ticket_type_id), reading),
        ticket_type_id=ticket_type_id,
        showtime_id=showtime_id,
        admission_status=word(item.get("admissionStatus")),
        collection_status=word(item.get("collectionStatus")),
        refund_status=word(item.get("refundStatus")),
        price=reading.price(item.get("price")),
        amount_saved=reading.price(item.get("amountSaved")),
        voucher_id=identity(item.get("voucherId")),
        seat_id=seat_id,
        seat=seat,
        is_refundable=flag(refund.get("isAvailable")),
        refund_obstacle=word(refund.get("unavailableReason")),
    )


def _barcode(value: object) -> str:
    """What is printed as a code again: just as it came, or nothing."""
    code = read_code(text(value))
    return "" if code is None else code.text


def read_found_seats(document: object, reading: Reading, time_zones: TimeZones) -> FoundSeats | None:
    """None where the reply is no object. Its shape is not documented: seats by showtime, or in one list, are read."""
    root = an_object(document)
    if not root:
        return None
    order = an_object(root.get("order")) or root
    showtimes, films, screens = related(document, "showtimes", "films", "screens")
    names: dict[str, list[str]] = {}
    told: dict[str, Mapping[str, object]] = {}
    for item in objects(order.get("showtimes")):
        showtime_id = identity(item.get("showtimeId")) or identity(item.get("id"))
        told[showtime_id] = {**look_up(showtimes, showtime_id), **item}
        names.setdefault(showtime_id, []).extend(_seat_names(item, reading))
    for seat in a_list(order.get("seats")):
        showtime_id = identity(an_object(seat).get("showtimeId")) or identity(order.get("showtimeId"))
        told.setdefault(showtime_id, look_up(showtimes, showtime_id))
        names.setdefault(showtime_id, []).append(_seat_name(seat, reading))
    found = (
        _seats_of(showtime_id, told[showtime_id], tuple(seats), (films, screens), reading, time_zones)
        for showtime_id, seats in names.items()
    )
    order_id = identity(order.get("orderId")) or identity(order.get("id"))
    booking_id = identity(order.get("bookingId")) or identity(an_object(order.get("booking")).get("id"))
    return FoundSeats(tuple(found), order_id, booking_id)


def _seat_names(showtime: Mapping[str, object], reading: Reading) -> list[str]:
    """The seats of a showtime, told by themselves or with its tickets; a seat without a name is told by its id."""
    told = [_seat_name(seat, reading) for seat in a_list(showtime.get("seats"))]
    sold = (read_seat(ticket, reading) for ticket in objects(showtime.get("tickets")))
    return [name for name in (*told, *(name or seat_id for seat_id, name in sold)) if name]


def _seat_name(seat: object, reading: Reading) -> str:
    return seat_name(an_object(seat), reading) or seat_id_of(seat)


def _seats_of(
    showtime_id: str,
    told: Mapping[str, object],
    seats: tuple[str, ...],
    joined: tuple[Named, Named],
    reading: Reading,
    time_zones: TimeZones,
) -> SeatsOfShowtime:
    films, screens = joined
    schedule = an_object(told.get("schedule"))
    time_zone = time_zones.get(identity(told.get("siteId")), "")
    return SeatsOfShowtime(
        showtime_id=showtime_id,
        film=reading.name(look_up(films, told.get("filmId")).get("title")),
        screen=reading.name(look_up(screens, told.get("screenId")).get("name")),
        starts_at=local_moment(schedule.get("startsAt") or told.get("startsAt"), time_zone),
        seats=seats,
    )
