"""A booking of the wire, as the gate needs it. Every field is optional; a broken one never costs the booking.

The shapes are those of the vendor's redemption page. The contact is never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kiosk.domain.booking import Booking, UnitItem
from kiosk.offices.fields import an_object, flag, moment, objects, text, utc_moment
from kiosk.offices.octo.products import (
    UNKNOWN_PRODUCT,
    Product,
    Products,
    call_unit,
    find_unit,
    read_product,
    read_unit,
    shown,
)

LONGEST_NOTE = 200
"""Characters."""
_OPEN_STATUSES = ("", "CONFIRMED")


def read_bookings(data: object, supplier: str, products: Products) -> tuple[Booking, ...]:
    """The bookings in a reply: an array, or an object where one was enough. What cannot be one is left out."""
    found = objects(data) if isinstance(data, list) else [an_object(data)]
    return tuple(booking for item in found if (booking := read_booking(item, supplier, products)) is not None)


def read_booking(data: Mapping[str, object], supplier: str, products: Products) -> Booking | None:
    """One booking, or None where nothing in it says which."""
    code, uuid = text(data.get("redemptionCode")), text(data.get("uuid"))
    reference = shown(data.get("supplierReference"), 80)
    if not (code or uuid or reference):
        return None
    embedded, listed = _products(data, products)
    zone = embedded.time_zone or listed.time_zone
    option_id = text(data.get("optionId"))
    availability = an_object(data.get("availability"))
    units = tuple(_unit_item(item, (embedded, listed), option_id) for item in objects(data.get("unitItems")))
    redeemed_at = _redeemed_at(data, units)
    status = shown(data.get("status"), 40).upper()
    return Booking(
        # The reseller's reference is no stand-in: the bookings of one package may share it.
        reference=reference or shown(uuid, 80),
        uuid=uuid,
        redemption_code=code,
        redeemable=_is_redeemable(data, code, status, redeemed_at),
        status=status,
        test=flag(data.get("testMode")) or False,
        supplier=supplier,
        product=embedded.name or listed.name,
        option=_option(option_id, (embedded, listed)),
        starts_at=moment(availability.get("localDateTimeStart"), zone),
        ends_at=moment(availability.get("localDateTimeEnd"), zone),
        all_day=flag(availability.get("allDay")) or False,
        units=units,
        redeemed_at=redeemed_at,
        office_note=shown(data.get("unredeemableReason"), LONGEST_NOTE),
    )


def _products(data: Mapping[str, object], products: Products) -> tuple[Product, Product]:
    """What the booking itself says about its product and option, and what the catalogue says."""
    product, option = an_object(data.get("product")), an_object(data.get("option"))
    told = read_product({**product, "options": [*objects(product.get("options")), option]})
    known = products.get(text(data.get("productId")) or text(product.get("id")))
    return told, known or UNKNOWN_PRODUCT


def _option(option_id: str, sources: tuple[Product, ...]) -> str:
    """The option's name; nothing where the product has only its default one, which the vendor calls DEFAULT."""
    name = next((name for product in sources if (name := product.options.get(option_id, ""))), "")
    return "" if name.upper() == "DEFAULT" else name


def _unit_item(data: Mapping[str, object], sources: tuple[Product, ...], option_id: str) -> UnitItem:
    told = an_object(data.get("unit"))
    unit_id = text(data.get("unitId")) or text(told.get("id"))
    known = (read_unit(told), *find_unit(sources, option_id, unit_id))
    ticket = an_object(data.get("ticket"))
    return UnitItem(
        reference=shown(data.get("supplierReference"), 80) or shown(data.get("uuid"), 80),
        unit=call_unit(known, unit_id),
        pax=next((unit.pax for unit in known if unit.pax is not None), 1),
        redeemed_at=utc_moment(data.get("utcRedeemedAt")) or utc_moment(ticket.get("utcRedeemedAt")),
    )


def _redeemed_at(data: Mapping[str, object], units: tuple[UnitItem, ...]) -> datetime | None:
    """When the whole booking was used: said so, or the last of its tickets when all of them were."""
    told = utc_moment(data.get("utcRedeemedAt")) or utc_moment(an_object(data.get("voucher")).get("utcRedeemedAt"))
    used = [item.redeemed_at for item in units if item.redeemed_at is not None]
    return told or (max(used) if used and len(used) == len(units) else None)


def _is_redeemable(data: Mapping[str, object], code: str, status: str, redeemed_at: datetime | None) -> bool:
    """What the office says. Where it says neither yes nor no, an unused booking may be tried: the office decides."""
    told = flag(data.get("redeemable"))
    return bool(code) and redeemed_at is None and status in _OPEN_STATUSES if told is None else told
