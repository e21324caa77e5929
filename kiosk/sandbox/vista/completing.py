"""Completing an order: the one step that uses vouchers up and cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.vista.asking import path
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.order_shapes import completion_json
from kiosk.sandbox.vista.orders import Completion, Order, Outcome, Sale
from kiosk.sandbox.vista.refusals import conflict, not_found

_FIRST_BOOKING, _FIRST_TRANSACTION = 44_293, 41_792
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def complete(office: BoxOffice, call: Call) -> Response:
    """What is to be done is done at once; it shows as Completed after a while."""
    return _start(office, call, Completion(office.now + timedelta(seconds=office.rules.pending_s)))


def complete_with(plan: FaultPlan) -> Callable[[BoxOffice, Call], Response]:
    """Completing with the end, the delay or the words of a fault."""
    outcome: Outcome = "Failed" if plan.name == "completion_fails" else "Completed"
    meanwhile = "AwaitingSite" if plan.name == "completion_odd" else "Pending"

    def answer(office: BoxOffice, call: Call) -> Response:
        return _start(office, call, Completion(office.now + timedelta(seconds=plan.delay_s), outcome, meanwhile))

    return answer


def _start(office: BoxOffice, call: Call, completion: Completion) -> Response:
    """A second completion of an order, unless the first failed, is refused and goes into the books (undocumented)."""
    order = office.known(path(call, "order"))
    if order.end == "completed" or order.is_pending(office.now):
        office.record("completion_repeated", order, order.id, office.now, call)
        raise conflict("Order completion exists", "The order has been completed, or is being completed.")
    order = office.changeable(order.id)
    _check(order)
    order.completion = completion
    order.expires_at = max(order.expires_at, completion.settles_at + timedelta(seconds=office.rules.hold_s))
    if completion.outcome == "Completed":
        _apply(office, call, order)
    else:
        office.record("completion_failed", order, order.id, office.now, call)
    return JSONResponse(completion_json(order, office.now))


def show(office: BoxOffice, call: Call) -> Response:
    order = office.known(path(call, "order"))
    if order.completion is None or order.end in ("deleted", "expired"):
        raise not_found("The order, or its completion, does not exist.")
    return JSONResponse(completion_json(order, office.now))


def _check(order: Order) -> None:
    if not order.tickets:
        raise conflict("Order is empty", "There is nothing in this order.")
    if order.mode == "Paid" and order.due:
        raise conflict("Payment required", f"{order.due:.2f} must be paid before the order can be completed.")


def _apply(office: BoxOffice, call: Call, order: Order) -> None:
    now, number = office.now, office.next_sale()
    for ticket in order.tickets:
        if ticket.voucher_id:
            voucher = order.vouchers[ticket.voucher_id]
            voucher.redeemed += 1
            notes = {"voucherId": ticket.voucher_id, "voucherTypeCode": voucher.type.code}
            office.record("voucher_redeemed", order, voucher.barcode, now, call, (ticket.id,), notes)
    for voucher_id, voucher in order.vouchers.items():
        voucher.order_id = ""
        if not order.uses_of(voucher_id):
            office.record("voucher_released", order, voucher.barcode, now, call, notes={"voucherId": voucher_id})
    for line in order.lines.values():
        if line.seats:
            office.house(line.showtime).sell(order.id, now)
            office.record("seats_sold", order, line.showtime.id, now, call, line.seats)
    order.sale = Sale(_booking_id(order.id), _FIRST_BOOKING + number, _FIRST_TRANSACTION + number, now)
    order.end = "completed"
    tickets = tuple(ticket.id for ticket in order.tickets)
    office.record("order_completed", order, order.id, now, call, tickets, {"bookingId": order.sale.booking_id})


def _booking_id(order_id: str) -> str:
    """Seven letters and digits, the first two letters, like `WQ9LJTK`."""
    drawn = int(order_id, 16)
    digits = []
    for place in range(7):
        drawn, at = divmod(drawn, 24 if place < 2 else len(_LETTERS))
        digits.append(_LETTERS[at])
    return "W" + "".join(digits[1:])
