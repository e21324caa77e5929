"""How the vendor writes orders in JSON: in progress, being completed, completed."""

from __future__ import annotations

from datetime import datetime

from kiosk.sandbox.vista.cinemas import Site
from kiosk.sandbox.vista.money import Money
from kiosk.sandbox.vista.orders import Line, Order, Sale, Ticket
from kiosk.sandbox.vista.shapes import (
    Json,
    order_seat_json,
    related_json,
    showtime_json,
    text,
    ticket_type_json,
    utc,
)
from kiosk.sandbox.vista.vouchers import Voucher


def details_json(order: Order, sale: Sale | None = None) -> Json:
    """`{order, relatedData}`, the answer of everything that reads or changes an order. With its `sale` it is shown as
    completed: one whose completion is pending is still shown as in progress."""
    return {"order": _order_json(order, sale), "relatedData": _order_related_json(order)}


def _order_json(order: Order, sale: Sale | None) -> Json:
    fees = Money(order.fees).as_json()
    return {
        "id": order.id,
        "type": "Standard",
        "status": "InProgress" if sale is None else "Completed",
        "createdAt": utc(order.created_at),
        **({"expiresAt": utc(order.expires_at)} if sale is None else {"completedAt": utc(sale.completed_at)}),
        "siteId": order.site.id,
        "totalPrice": Money(order.due).as_json(),
        "booking": {"mode": order.mode, "totalBookingFee": fees, **({} if sale is None else _booking(order, sale))},
        **({} if sale is None else {"transaction": _transaction(order, sale)}),
        "customer": None,
        "vouchers": [voucher_json(key, voucher) for key, voucher in order.vouchers.items()],
        "deals": [],
        "payments": [],
        "items": [],
        "showtimes": [_line_json(order, line, sale) for line in order.lines.values()],
    }


def _order_related_json(order: Order) -> Json:
    showtimes = [line.showtime for line in order.lines.values()]
    kinds = {ticket.type.id_at(order.site): ticket.type for ticket in order.tickets}
    return {
        **related_json(showtimes),
        "showtimes": [showtime_json(showtime) for showtime in showtimes],
        "ticketTypes": [ticket_type_json(kind, order.site) for kind in kinds.values()],
        "items": [],
    }


def voucher_json(voucher_id: str, voucher: Voucher) -> Json:
    return {
        "id": voucher_id,
        "type": "Ticket",
        "maskedBarcode": voucher.masked,
        "voucherTypeCode": voucher.type.code,
        "voucherTypeDescription": text(voucher.type.name),
    }


def completion_json(order: Order, now: datetime) -> Json:
    """A completion that has been posted. The order's expiry is told while it is pending."""
    pending = order.is_pending(now)
    done = None if pending else order.sale
    return {
        "orderId": order.id,
        "orderType": "Standard",
        "status": "" if order.completion is None else order.completion.status(now),
        "transactionNumber": None if done is None else done.transaction_number,
        "updatedOrderExpiresAt": utc(order.expires_at) if pending else None,
    }


def barcodes(order: Order) -> tuple[str, ...]:
    """Everything printed on a completed order that names it: `WQ9LJTK`, `B10000044294`, `S100044294`, `T…`, `U…`, and
    the last four again with the number of a ticket."""
    sale = order.sale
    if sale is None:
        return ()
    site, booking, transaction = int(order.site.id), sale.booking_number, sale.transaction_number
    whole = (
        f"B{site}{booking:010}", f"S{site}{booking:08}", f"T{site}{transaction:010}", f"U{site}{transaction:08}",
    )  # fmt: skip
    single = (f"{code}{number:04}" for code in whole for number in range(1, len(order.tickets) + 1))
    return (sale.booking_id, *whole, *single)


def _booking(order: Order, sale: Sale) -> Json:
    _, long, short, *_ = barcodes(order)
    return {"id": sale.booking_id, "number": sale.booking_number, "barcode": long, "shortBarcode": short}


def _transaction(order: Order, sale: Sale) -> Json:
    _, _, _, long, short, *_ = barcodes(order)
    return {"number": sale.transaction_number, "barcode": long, "shortBarcode": short}


def _line_json(order: Order, line: Line, sale: Sale | None) -> Json:
    plan = line.showtime.screen.plan
    return {
        "showtimeId": line.showtime.id,
        "tickets": [_ticket_json(order.site, ticket, sale) for ticket in line.tickets],
        "seats": [] if plan is None else [order_seat_json(order.site, plan.seats[key]) for key in line.seats],
    }


def _ticket_json(site: Site, ticket: Ticket, sale: Sale | None) -> Json:
    collected = sale is not None and sale.collected
    return {
        "type": "Normal",
        "admissionStatus": "NotAdmitted",
        "id": ticket.id,
        "collectionStatus": "Collected" if collected else "NotCollected",
        "refundStatus": "NotRefunded",
        "ticketTypeId": ticket.type.id_at(site),
        "price": Money(ticket.price).as_json(),
        "amountSaved": Money(ticket.saved, net=ticket.saved).as_json(),
        "bookingFee": _fee_json(site, ticket),
        "rewardId": None,
        "ticketRedemptionCardId": None,
        "voucherId": ticket.voucher_id or None,
        "discountId": None,
        "dealId": None,
        "refundAvailability": {
            "isAvailable": False,
            "unavailableReason": "VoucherRedeemed" if sale and ticket.voucher_id else "NotApplicable",
        },
    }


def _fee_json(site: Site, ticket: Ticket) -> Json | None:
    if ticket.type.fee is None:
        return None
    return {"id": f"{site.id}-fee-{ticket.id}", "amount": Money(ticket.type.fee).as_json()}
