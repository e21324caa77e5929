"""Completed orders of the wire, and seats found by the barcode of one. Guests' names are not read.

The vendor's page prints one ticket alone where the whole order should be; that is read too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.domain.cinema import CompletedOrder, CompletedTicket, FoundSeats, SeatsOfShowtime
from kiosk.domain.code import read_code
from kiosk.offices.fields import a_list, an_object, flag, objects, text
from kiosk.offices.vista.orders import read_seat, read_seats, read_vouchers, showtime_id_of, ticket_name
from kiosk.offices.vista.reading import (
    Named,
    Reading,
    TimeZones,
    identity,
    local_moment,
    look_up,
    related,
    time_zones_in,
    word,
)


def read_completed_order(
    document: object, order_id: str, reading: Reading, time_zones: TimeZones
) -> CompletedOrder | None:
    """None where the reply speaks of no order."""
    root = an_object(document)
    order = an_object(root.get("order")) or root
    booking, transaction = an_object(order.get("booking")), an_object(order.get("transaction"))
    (types,) = related(document, "ticketTypes")
    showtimes = objects(order.get("showtimes"))
    tickets = tuple(
        _ticket(ticket, showtime_id_of(showtime), types, reading)
        for showtime in showtimes
        for ticket in objects(showtime.get("tickets"))
    )
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
        tickets=tickets,
        showtimes=_seats_by_showtime(showtimes, document, reading, time_zones),
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
    listed = [*objects(order.get("showtimeSeats")), *objects(order.get("showtimes"))]
    alone = a_list(order.get("seats"))
    order_id = identity(order.get("orderId")) or identity(order.get("id"))
    booking_id = identity(order.get("bookingId")) or identity(an_object(order.get("booking")).get("id"))
    showtimes = [*listed, *_by_showtime(alone, identity(order.get("showtimeId")))]
    return FoundSeats(_seats_by_showtime(showtimes, document, reading, time_zones), order_id, booking_id)


def _by_showtime(seats: list[object], of_all: str) -> list[Mapping[str, object]]:
    """Seats in one list, each with its showtime or all of one, as showtimes with seats."""
    found: dict[str, list[object]] = {}
    for seat in seats:
        found.setdefault(identity(an_object(seat).get("showtimeId")) or of_all, []).append(seat)
    return [{"showtimeId": showtime_id, "seats": theirs} for showtime_id, theirs in found.items()]


def _seats_by_showtime(
    showtimes: Sequence[Mapping[str, object]], document: object, reading: Reading, time_zones: TimeZones
) -> tuple[SeatsOfShowtime, ...]:
    """What an order holds, joined with what the reply tells of each showtime."""
    known, films, screens = related(document, "showtimes", "films", "screens")
    time_zones = time_zones_in(document, time_zones)
    found = []
    for item in showtimes:
        showtime_id = showtime_id_of(item)
        about = {**look_up(known, showtime_id), **item}
        schedule = an_object(about.get("schedule"))
        time_zone = time_zones.get(identity(about.get("siteId")), "")
        found.append(
            SeatsOfShowtime(
                showtime_id=showtime_id,
                film=reading.name(look_up(films, about.get("filmId")).get("title")),
                screen=reading.name(look_up(screens, about.get("screenId")).get("name")),
                starts_at=local_moment(schedule.get("startsAt"), time_zone),
                seats=tuple(name or seat_id for seat_id, name in read_seats(item, reading).items()),
            )
        )
    return tuple(found)
