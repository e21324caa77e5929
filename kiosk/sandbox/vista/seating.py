"""Setting the tickets and seats of a showtime in an order: what may be sold together, and who sits where."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable

from kiosk.sandbox.vista.asking import TicketRequest
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.orders import Order, Ticket
from kiosk.sandbox.vista.prices import KNOWN_RESTRICTIONS, TicketType, prices_for
from kiosk.sandbox.vista.programme import Showtime
from kiosk.sandbox.vista.refusals import conflict, seats_unavailable


def check_on_sale(office: BoxOffice, order: Order, showtime: Showtime) -> None:
    """Raises VistaError (400) for a showtime of another cinema, one that has begun, one that is full."""
    if showtime.site is not order.site:
        raise conflict("Showtime of another site", f"The order is for {order.site.name}.")
    if not showtime.is_on_sale(office.now):
        raise conflict("Showtime unavailable", "This showtime is no longer on sale.")
    if showtime.is_sold_out:
        raise conflict("Showtime sold out", "This showtime is sold out.")


def make_tickets(order: Order, showtime: Showtime, wanted: Iterable[TicketRequest]) -> tuple[Ticket, ...]:
    """The tickets that a request asks for. Raises VistaError (400) for a price that does not fit its voucher."""
    kinds = {kind.id_at(showtime.site): kind for kind in prices_for(showtime)}
    tickets = []
    for one in wanted:
        kind = kinds.get(one.ticket_type_id)
        if kind is None:
            raise conflict("Ticket type unavailable", "The ticket type is not on sale for this showtime.")
        _check_voucher(order, kind, one.voucher_id)
        tickets.append(Ticket(str(uuid.uuid4()), kind, one.voucher_id))
    _check_redemptions(order, showtime, tickets)
    return tuple(tickets)


def _check_voucher(order: Order, kind: TicketType, voucher_id: str) -> None:
    if set(kind.restrictions) - {"Voucher"} or set(kind.restrictions) - KNOWN_RESTRICTIONS:
        raise conflict("Ticket type restricted", "This order may not buy tickets of this type.")
    if voucher_id and voucher_id not in order.vouchers:
        raise conflict("Voucher not on order", "The voucher has not been added to this order.")
    if "Voucher" not in kind.restrictions:
        if voucher_id:
            raise conflict("Voucher not applicable", "Tickets of this type are not sold for vouchers.")
        return
    if not voucher_id:
        raise conflict("Voucher required", "Tickets of this type are sold for vouchers only.")
    if order.vouchers[voucher_id].type.code not in kind.codes:
        raise conflict("Voucher not applicable", "The voucher cannot be used for tickets of this type.")


def _check_redemptions(order: Order, showtime: Showtime, tickets: list[Ticket]) -> None:
    """No voucher may be used oftener than it can be redeemed, all showtimes of the order together."""
    elsewhere = [ticket for key, line in order.lines.items() if key != showtime.id for ticket in line.tickets]
    uses = Counter(ticket.voucher_id for ticket in [*elsewhere, *tickets] if ticket.voucher_id)
    if any(count > order.vouchers[voucher_id].left for voucher_id, count in uses.items()):
        raise conflict("Voucher redemptions exceeded", "The voucher cannot be used for so many tickets.")


def find_seats(
    office: BoxOffice, order: Order, showtime: Showtime, tickets: tuple[Ticket, ...], asked: tuple[str, ...]
) -> tuple[str, ...]:
    """The seats of these tickets: those asked for, else those that the office finds; none where they are not
    allocated. Raises VistaError (400)."""
    plan, house = showtime.screen.plan, office.house(showtime)
    wanted = Counter(ticket.type.category for ticket in tickets)
    if plan is None:
        if asked:
            raise conflict("Seats not allocated", "This showtime has no allocated seats: send none.")
        return ()
    if asked:
        if len(set(asked)) < len(asked) or any(seat_id not in plan.seats for seat_id in asked):
            raise conflict("Seats invalid", "A seat is unknown, or was sent twice.")
        if len(asked) != len(tickets):
            raise conflict("Seats and tickets differ", f"{len(asked)} seats were sent for {len(tickets)} tickets.")
        if Counter(plan.seats[seat_id].category for seat_id in asked) != wanted:
            raise conflict("Area category mismatch", "The ticket types do not fit the areas of the seats.")
        if not all(house.is_open_to(seat_id, order.id) for seat_id in asked):
            raise seats_unavailable("One or more of the requested seats are no longer available.")
        return asked
    found = house.find(dict(wanted), order.id) if showtime.screen.auto else None
    if found is None:
        raise seats_unavailable("Seats could not be allocated automatically: choose them.")
    return found
