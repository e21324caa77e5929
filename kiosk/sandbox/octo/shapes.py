"""The vendor's JSON: products and bookings in the shapes of its published examples."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import cast

from kiosk.sandbox.octo.bookings import Booking, Holding, Ticket
from kiosk.sandbox.octo.catalogue import Product, Supplier, Unit

Json = dict[str, object]

PDF = "https://api.ventrata.com/octo/pdf"


def utc(at: datetime | None) -> str | None:
    """Whole seconds, as the vendor sends them."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(at: datetime) -> str:
    """With the product's own offset."""
    return at.isoformat(timespec="seconds")


@cache
def unit_json(unit: Unit) -> Json:
    return {
        "id": unit.id,
        "internalName": unit.name,
        "reference": unit.id,
        "type": unit.type,
        "restrictions": {
            "minAge": unit.ages[0],
            "maxAge": unit.ages[1],
            "idRequired": unit.type == "STUDENT",
            "minQuantity": 2 if unit.type == "FAMILY" else None,
            "maxQuantity": None,
            "paxCount": unit.pax,
            "accompaniedBy": list(unit.accompanied_by),
        },
    }


@cache
def option_json(product: Product) -> Json:
    return {
        "id": product.option_id,
        "default": True,
        "internalName": product.option_name,
        "reference": None,
        "availabilityLocalStartTimes": list(product.starts) or ["00:00"],
        "cancellationCutoff": "0 hours",
        "cancellationCutoffAmount": 0,
        "cancellationCutoffUnit": "hour",
        "restrictions": {"minUnits": 0, "maxUnits": None},
        "units": [unit_json(unit) for unit in product.units],
    }


@cache
def product_json(product: Product) -> Json:
    """As it stands inside a booking."""
    return {
        "id": product.id,
        "internalName": product.name,
        "reference": product.reference,
        "locale": "en",
        "timeZone": product.time_zone,
        "allowFreesale": product.freesale,
        "instantConfirmation": True,
        "instantDelivery": True,
        "availabilityRequired": not product.freesale,
        "availabilityType": product.availability_type,
        "deliveryFormats": list(product.formats),
        "deliveryMethods": ["VOUCHER", "TICKET"],
        "redemptionMethod": "DIGITAL",
        "options": [option_json(product)],
    }


def listed_product_json(product: Product) -> Json:
    """As it stands in `/products`."""
    capabilities = [{"id": "octo/content", "revision": 1, "required": False, "dependencies": []}]
    return {**product_json(product), "capabilities": capabilities}


def supplier_json(supplier: Supplier) -> Json:
    return {
        "id": supplier.id,
        "name": supplier.name,
        "endpoint": "https://api.ventrata.com/octo",
        "contact": {"website": None, "email": None, "telephone": None, "address": None},
    }


def holding_json(holding: Holding) -> Json:
    """A look-up's result: the booking, or the reduced booking of one ticket, and what can be done with it."""
    obstacle = holding.obstacle
    return {
        "redemptionCode": holding.redemption_code,
        "redeemable": obstacle is None,
        "unredeemableReason": None if obstacle is None else obstacle.text,
        "unredeemableReasonCode": None if obstacle is None else obstacle.code,
        **booking_json(holding),
    }


def booking_json(holding: Holding) -> Json:
    """A booking in the shape that it is kept in. A ticket's booking is reduced: one unit item, its own stamps, and
    `voucher` is that ticket."""
    booking = holding.booking
    product = booking.product
    full: Json = {
        "uuid": booking.uuid,
        "testMode": booking.test,
        "resellerReference": booking.reseller_reference,
        "supplierReference": booking.reference,
        "status": holding.standing,
        "utcCreatedAt": utc(booking.created_at),
        "utcUpdatedAt": utc(booking.updated_at),
        "utcExpiresAt": utc(booking.expires_at),
        "utcRedeemedAt": utc(holding.redeemed_at),
        "utcNoshowedAt": utc(holding.noshowed_at),
        "utcConfirmedAt": None if booking.status in ("ON_HOLD", "PENDING", "QUOTE") else utc(booking.created_at),
        "productId": product.id,
        "product": product_json(product),
        "optionId": product.option_id,
        "option": option_json(product),
        "cancellable": booking.redeemed_at is None,
        "cancellation": _cancellation(booking),
        "freesale": product.freesale,
        "availabilityId": None if booking.starts_at is None else local(booking.starts_at),
        "availability": _availability(booking),
        "contact": _contact(booking),
        "notes": booking.notes,
        "deliveryMethods": _delivery_methods(booking),
        "voucher": _voucher(holding),
        "unitItems": [_unit_item(booking, ticket) for ticket in holding.tickets],
    }
    return _SHAPED[booking.shape](full)


def _cancellation(booking: Booking) -> Json | None:
    if booking.status != "CANCELLED":
        return None
    return {"refund": "FULL", "reason": None, "utcCancelledAt": utc(booking.updated_at)}


def _availability(booking: Booking) -> Json | None:
    if booking.starts_at is None or booking.ends_at is None:
        return None
    return {
        "id": local(booking.starts_at),
        "localDateTimeStart": local(booking.starts_at),
        "localDateTimeEnd": local(booking.ends_at),
        "allDay": booking.all_day,
        "openingHours": [],
    }


def _contact(booking: Booking) -> Json:
    """Made up, and never null: a client that keeps or shows any of it will be found out."""
    return {
        "fullName": f"Guest {booking.guest}",
        "firstName": "Guest",
        "lastName": booking.guest,
        "emailAddress": email(booking),
        "phoneNumber": mobile(booking),
        "locales": ["en-GB", "en"],
        "country": "GB",
        "notes": None,
    }


def email(booking: Booking) -> str:
    return f"guest-{booking.reference.lower()}@example.com"


def mobile(booking: Booking) -> str:
    """In the range that the UK keeps free for drama (+44 7700 900xxx)."""
    return f"+447700900{int(booking.uuid[:4], 16) % 1000:03}"


def _delivery_methods(booking: Booking) -> list[str]:
    methods = ["VOUCHER"] if booking.code else []
    return methods + (["TICKET"] if any(ticket.code for ticket in booking.tickets) else [])


def _voucher(holding: Holding) -> Json | None:
    booking = holding.booking
    if holding.ticket is not None:
        return _ticket(booking, holding.ticket)
    if not booking.code:
        return None
    options = _delivery_options(booking, booking.code, f"{PDF}?booking={booking.uuid}")
    return {"redemptionMethod": "DIGITAL", "utcRedeemedAt": utc(booking.redeemed_at), "deliveryOptions": options}


def _ticket(booking: Booking, ticket: Ticket) -> Json:
    link = f"{PDF}?booking={booking.uuid}&ticket={ticket.uuid}"
    options = _delivery_options(booking, ticket.code, link) if ticket.code else []
    return {"redemptionMethod": "DIGITAL", "utcRedeemedAt": utc(ticket.redeemed_at), "deliveryOptions": options}


def _delivery_options(booking: Booking, code: str, link: str) -> list[Json]:
    return [
        {"deliveryFormat": form, "deliveryValue": link if form == "PDF_URL" else code}
        for form in sorted(booking.product.formats, key=lambda form: form == "PDF_URL")
    ]


def _unit_item(booking: Booking, ticket: Ticket) -> Json:
    return {
        "uuid": ticket.uuid,
        "resellerReference": None,
        "supplierReference": ticket.reference,
        "unitId": ticket.unit_id,
        "unit": unit_json(booking.product.unit(ticket.unit_id)),
        "status": Holding(booking, ticket).standing,
        "utcRedeemedAt": utc(ticket.redeemed_at),
        "ticket": _ticket(booking, ticket),
    }


# ── the shapes that a booking may come in ──


def _as_is(full: Json) -> Json:
    return full


def _minimal(full: Json) -> Json:
    """What the vendor's look-up example has; a redemption's stamp and status are there once there is one."""
    missing = {
        "product", "option", "availabilityId", "utcRedeemedAt", "utcNoshowedAt", "utcCreatedAt", "utcUpdatedAt",
    }  # fmt: skip
    if full["utcRedeemedAt"] is not None:
        missing.discard("utcRedeemedAt")
    return {
        **{name: value for name, value in full.items() if name not in missing},
        "contact": _without(full["contact"], {"firstName", "lastName", "notes"}),
        "unitItems": [
            _without(item, {"status", "utcRedeemedAt", "unit"} if "utcRedeemedAt" in missing else {"unit"})
            for item in _list(full["unitItems"])
        ],
    }


def _nulls(full: Json) -> Json:
    null = {
        "resellerReference", "utcCreatedAt", "utcUpdatedAt", "utcConfirmedAt", "product", "option", "availabilityId",
        "availability", "contact", "notes", "cancellation", "deliveryMethods", "voucher",
    }  # fmt: skip
    return {
        **{name: None if name in null else value for name, value in full.items()},
        "unitItems": [
            {**item, "unit": None, "status": item["status"] if item["utcRedeemedAt"] else None, "ticket": None}
            for item in _list(full["unitItems"])
        ],
    }


def _without(value: object, names: set[str]) -> Json:
    return {name: inner for name, inner in _object(value).items() if name not in names}


def _object(value: object) -> Json:
    return cast(Json, value)


def _list(value: object) -> list[Json]:
    return cast(list[Json], value)


_SHAPED = {"full": _as_is, "minimal": _minimal, "nulls": _nulls}
