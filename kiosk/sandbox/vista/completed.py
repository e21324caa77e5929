"""Completed orders: read, found by a barcode, collected, and handed out as passes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from kiosk.sandbox.door import Call
from kiosk.sandbox.faults import FaultPlan
from kiosk.sandbox.vista import assets
from kiosk.sandbox.vista.asking import path
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.gift_shop import redeemable_items
from kiosk.sandbox.vista.order_shapes import barcodes, details_json
from kiosk.sandbox.vista.orders import Order
from kiosk.sandbox.vista.refusals import conflict, not_found
from kiosk.sandbox.vista.shapes import order_seat_json, related_json, showtime_json

_FILES = {"apple-wallet-pass": assets.apple_passes, "calendar-event": assets.calendar}
"""The assets that are files, by the end of their path."""


def show(office: BoxOffice, call: Call) -> Response:
    order = office.completed(path(call, "order"))
    return JSONResponse(details_json(order, order.sale))


def seats_by_barcode(office: BoxOffice, call: Call) -> Response:
    """By anything printed on a ticket. Only showtimes that are still on sale are told; without allocated seats the
    list of seats is empty."""
    wanted, site_id = path(call, "barcode"), path(call, "site")
    order = next((o for o in office.orders.values() if o.site.id == site_id and wanted in barcodes(o)), None)
    if order is None or order.is_pending(office.now):
        raise not_found("The order does not exist.")
    lines = [line for line in order.lines.values() if line.showtime.is_on_sale(office.now)]
    told = [
        {
            "showtimeId": line.showtime.id,
            "seats": [
                order_seat_json(order.site, line.showtime.screen.plan.seats[seat_id])
                for seat_id in line.seats
                if line.showtime.screen.plan is not None
            ],
        }
        for line in lines
    ]
    shown = [line.showtime for line in lines]
    related = {**related_json(shown), "showtimes": [showtime_json(showtime) for showtime in shown]}
    return JSONResponse({"showtimeSeats": told, "relatedData": related})


def mark_collected(office: BoxOffice, call: Call) -> Response:
    """The whole order. A second time is a 400."""
    order = office.completed(path(call, "order"))
    if order.sale is None or order.sale.collected:
        raise conflict("Order already collected", "The order has been collected already.")
    order.sale.collected = True
    office.record("order_collected", order, order.id, office.now, call)
    return Response(status_code=204)


def google_wallet_pass(office: BoxOffice, call: Call) -> Response:
    return JSONResponse(assets.google_pass(_with_wallet(office, call)))


def apple_wallet_pass(office: BoxOffice, call: Call) -> Response:
    return _file(office, assets.apple_passes(_with_wallet(office, call)), assets.PKPASSES)


def calendar_event(office: BoxOffice, call: Call) -> Response:
    return _file(office, assets.calendar(office.completed(path(call, "order"))), assets.CALENDAR)


def asset_with(plan: FaultPlan) -> Callable[[BoxOffice, Call], Response]:
    """An asset in another form, or as a thing that it should not be."""

    def answer(office: BoxOffice, call: Call) -> Response:
        order = office.completed(path(call, "order"))
        asset = call.route.rpartition("/")[2]
        if plan.name == "no_wallet":
            raise not_found("Wallet passes are not configured.")
        if plan.name == "asset_base64":
            return _in_base64(_FILES[asset](order)) if asset in _FILES else JSONResponse(assets.google_pass(order))
        if asset in _FILES:
            content = b"\0" * assets.HUGE if plan.name == "asset_huge" else b"neither a pass nor a calendar"
            return Response(content, media_type="application/octet-stream")
        link = "http://wallet.invalid/" if plan.name == "asset_odd" else "https://wallet.invalid/" + "x" * 20_000
        return JSONResponse({"jwt": "a.b.c", "url": link})

    return answer


def redeemable(office: BoxOffice, call: Call) -> Response:
    """Empty for all but gift-shop orders."""
    items = redeemable_items(path(call, "order"))
    if items is None:
        office.completed(path(call, "order"))
    return JSONResponse({"redeemableItems": items or []})


def link_opened(office: BoxOffice, call: Call) -> Response:
    """202: not yet, ask again; 204: the guest has opened the link. The time runs from the first time it is asked."""
    sale = office.completed(path(call, "order")).sale
    if sale is not None and sale.opened_at is None and office.rules.link_s is not None:
        sale.opened_at = office.now + timedelta(seconds=office.rules.link_s)
    opened = sale is not None and sale.opened_at is not None and sale.opened_at <= office.now
    return Response(status_code=204 if opened else 202)


def _with_wallet(office: BoxOffice, call: Call) -> Order:
    """Raises VistaError (404) where this tenant has no wallet configured (undocumented)."""
    order = office.completed(path(call, "order"))
    if not office.rules.wallet:
        raise not_found("Wallet passes are not configured.")
    return order


def _file(office: BoxOffice, content: bytes, media_type: str) -> Response:
    """The vendor's page calls it `string(byte)`: raw bytes, or base64 in a JSON string."""
    return _in_base64(content) if office.rules.assets == "base64" else Response(content, media_type=media_type)


def _in_base64(content: bytes) -> Response:
    return JSONResponse(base64.b64encode(content).decode())
