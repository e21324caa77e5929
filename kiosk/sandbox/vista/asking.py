"""Reading a request as strictly as the cinema might."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.orders import MODES, Mode
from kiosk.sandbox.vista.refusals import malformed

_TICKET_FIELDS = {"id", "ticketTypeId", "rewardId", "ticketRedemptionCardId", "voucherId", "discountId"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """`showtime_id` is empty where the voucher is to be checked for no showtime."""

    barcode: str
    pin: str
    showtime_id: str


@dataclass(frozen=True, slots=True)
class TicketRequest:
    ticket_type_id: str
    voucher_id: str


def path(call: Call, name: str) -> str:
    return str(call.request.path_params[name])


def body(call: Call, known: set[str]) -> Mapping[str, object]:
    """The JSON object in a body, with no other fields than the known ones."""
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise malformed("Content-Type must be application/json")
    try:
        asked = json.loads(call.body)
    except ValueError as error:
        raise malformed("The body is not JSON") from error
    return _known(asked, known, "The body")


def booking(call: Call) -> tuple[str, Mode]:
    """The site and the booking mode of an order that is to be created."""
    asked = body(call, {"siteId", "bookingMode"})
    mode = next((mode for mode in MODES if mode == asked.get("bookingMode", "Paid")), None)
    if mode is None:
        raise malformed(f"bookingMode must be one of {', '.join(MODES)}")
    return _text(asked, "siteId"), mode


def credentials(call: Call) -> Credentials:
    """`type` in any case: the vendor's guide sends `ticket`, its enumeration says `Ticket`."""
    asked = body(call, {"type", "credentials", "showtimeId"})
    kind = asked.get("type")
    if not isinstance(kind, str) or kind.lower() != "ticket":
        raise malformed("type must be Ticket")
    held = _known(asked.get("credentials"), {"barcode", "pin"}, "credentials")
    return Credentials(_text(held, "barcode"), _optional(held, "pin"), _optional(asked, "showtimeId"))


def tickets_and_seats(call: Call) -> tuple[tuple[TicketRequest, ...], tuple[str, ...]]:
    asked = body(call, {"tickets", "seats"})
    wanted = []
    for one in _list(asked, "tickets"):
        ticket = _known(one, _TICKET_FIELDS, "A ticket")
        wanted.append(TicketRequest(_text(ticket, "ticketTypeId"), _optional(ticket, "voucherId")))
    seats = tuple(seat for seat in _list(asked, "seats") if isinstance(seat, str))
    if len(seats) < len(_list(asked, "seats")):
        raise malformed("seats must be an array of strings")
    return tuple(wanted), seats


def _known(asked: object, known: set[str], what: str) -> Mapping[str, object]:
    if not isinstance(asked, dict):
        raise malformed(f"{what} must be an object")
    unknown = sorted(set(asked) - known)
    if unknown:
        raise malformed(f"{what} has an unknown field: {unknown[0]}")
    return asked


def _text(asked: Mapping[str, object], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise malformed(f"{name} is required")
    return value


def _optional(asked: Mapping[str, object], name: str) -> str:
    """Empty where it is missing or null. An empty text is refused: what is not known is left out."""
    if asked.get(name) is None:
        return ""
    return _text(asked, name)


def _list(asked: Mapping[str, object], name: str) -> list[object]:
    value = asked.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise malformed(f"{name} must be an array")
    return value
