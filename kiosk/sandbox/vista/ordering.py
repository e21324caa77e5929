"""Orders in progress: create, vouchers, tickets and seats, expiry, delete."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.asking import booking, credentials, path, tickets_and_seats
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.cinemas import SITES
from kiosk.sandbox.vista.order_shapes import details_json, voucher_json
from kiosk.sandbox.vista.orders import Line, Order, new_id
from kiosk.sandbox.vista.refusals import conflict, malformed, not_found
from kiosk.sandbox.vista.seating import check_on_sale, find_seats, make_tickets
from kiosk.sandbox.vista.vouchers import Voucher


def create(office: BoxOffice, call: Call) -> Response:
    site_id, mode = booking(call)
    site = next((site for site in SITES if site.id == site_id), None)
    if site is None:
        raise malformed("The site does not exist.")
    order = Order(site, mode, office.now, office.expiry())
    office.orders[order.id] = order
    office.record("order_created", order, order.id, office.now, call, notes={"mode": mode, "siteId": site.id})
    return JSONResponse(details_json(order))


def show(office: BoxOffice, call: Call) -> Response:
    return JSONResponse(details_json(office.in_progress(path(call, "order"))))


def add_voucher(office: BoxOffice, call: Call) -> Response:
    """Every refusal is a 400, an unknown barcode too."""
    order = office.changeable(path(call, "order"))
    asked = credentials(call)
    showtime = office.programme.showtimes.get(asked.showtime_id) if asked.showtime_id else None
    if asked.showtime_id and showtime is None:
        raise malformed("The showtime does not exist.")
    if showtime is not None and showtime.site is not order.site:
        raise conflict("Showtime of another site", f"The order is for {order.site.name}.")
    voucher = office.vouchers.find(asked.barcode)
    if voucher is None:
        raise conflict("Voucher not found", "No voucher has this barcode.")
    _check_pin(office, call, order, voucher, asked.pin)
    obstacle = voucher.obstacle(order.id, order.site, showtime, office.today(order))
    if obstacle is not None:
        raise obstacle
    voucher_id = new_id()
    voucher.order_id = order.id
    order.vouchers[voucher_id] = voucher
    office.record("voucher_added", order, voucher.barcode, office.now, call, notes={"voucherId": voucher_id})
    return JSONResponse({"voucher": voucher_json(voucher_id, voucher), "availableRedemptions": voucher.left})


def _check_pin(office: BoxOffice, call: Call, order: Order, voucher: Voucher, pin: str) -> None:
    """A PIN that is refused goes into the books, without the PIN: nobody may try the same one again by itself."""
    refusal = voucher.refuses_pin(pin)
    if refusal is None:
        return
    if pin:
        office.record("pin_refused", order, voucher.barcode, office.now, call)
    raise refusal


def remove_voucher(office: BoxOffice, call: Call) -> Response:
    order, voucher_id = office.changeable(path(call, "order")), path(call, "voucher")
    if voucher_id not in order.vouchers:
        raise not_found("The voucher is not part of this order.")
    if order.uses_of(voucher_id):
        raise conflict("Voucher in use", "Take its tickets out of the order first.")
    voucher = order.vouchers.pop(voucher_id)
    voucher.order_id = ""
    office.record("voucher_released", order, voucher.barcode, office.now, call, notes={"voucherId": voucher_id})
    return Response(status_code=204)


def set_showtime(office: BoxOffice, call: Call) -> Response:
    """Replaces what the order had of this showtime. Where it is refused, what it had stays as it was."""
    order = office.changeable(path(call, "order"))
    showtime = office.showtime(path(call, "showtime"))
    wanted, asked_seats = tickets_and_seats(call)
    check_on_sale(office, order, showtime)
    tickets = make_tickets(order, showtime, wanted)
    seats = find_seats(office, order, showtime, tickets, asked_seats)
    house, now = office.house(showtime), office.now
    if showtime.screen.plan is None and not house.take_places(order.id, len(tickets)):
        raise conflict("Showtime sold out", "There are not enough places left.")
    before = order.lines.pop(showtime.id, None)
    if before is not None and before.seats and before.seats != seats:
        office.free(order, before, now, call)
    if tickets:
        order.lines[showtime.id] = Line(showtime, tickets, seats)
    if seats and (before is None or before.seats != seats):
        house.hold(seats, order.id, now)
        office.record("seats_held", order, showtime.id, now, call, seats)
    return JSONResponse(details_json(order))


def seat_availability(office: BoxOffice, call: Call) -> Response:
    """Lags behind what was done; empty where seats are not allocated."""
    office.in_progress(path(call, "order"))
    showtime = office.showtime(path(call, "showtime"))
    shown = office.house(showtime).shown(office.now, office.rules.lag_s)
    return JSONResponse(
        {
            "seatAvailabilities": [{"seatId": seat_id, "status": status} for seat_id, status in shown.items()],
            "isSoldOut": showtime.is_sold_out,
        }
    )


def reset_expiry(office: BoxOffice, call: Call) -> Response:
    order = office.changeable(path(call, "order"))
    if order.resets >= office.rules.resets:
        raise conflict("Order expiry cannot be reset", "The expiry of this order cannot be put off any more.")
    order.resets += 1
    order.expires_at = office.expiry()
    office.record("expiry_reset", order, order.id, office.now, call)
    return JSONResponse(details_json(order))


def delete(office: BoxOffice, call: Call) -> Response:
    """May be repeated. An order that is being completed, or has been, is not deleted (undocumented)."""
    order = office.known(path(call, "order"))
    if order.end == "deleted":
        return Response(status_code=204)
    if order.end == "completed":
        raise conflict("Order cannot be cancelled", "The order has been completed, or is being completed.")
    office.end(office.changeable(order.id), "deleted", office.now, call)
    return Response(status_code=204)
