"""Bookings as the day's list stores them, and back: what of a booking is written, by name.

Nothing personal, no code in clear but the references that are printed on tickets and shown anyway, nothing that could
redeem, and none of the office's free text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.listing import ListedBooking, reduced
from kiosk.journal.fingerprints import DIGEST_BYTES, Fingerprints

Json = dict[str, Any]

WHOLE = -1
"""The place of a code that stands for the whole booking."""

_PLACE_BYTES = 4


class Print(NamedTuple):
    """A code's keyed hash, and the place of the unit item that it stands for."""

    hash: bytes
    place: int


class Found(NamedTuple):
    """A row that a code or a reference has found. `day` is None for open-dated bookings."""

    place: int
    id: int
    supplier: str
    day: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A booking ready to be written."""

    identity: bytes
    reference: str
    prints: tuple[Print, ...]
    body: str


def stored(listed: ListedBooking, fingerprints: Fingerprints) -> Stored | None:
    """What is written of a booking; None where it has neither uuid nor reference, and so could not be met again."""
    booking = listed.booking
    alone = replace(booking, reference="" if booking.uuid else booking.reference, redemption_code="")
    identities = fingerprints.of_bookings((alone,))
    if not identities:
        return None
    prints = {
        Print(fingerprints.of_code(code.text), place): None
        for code in listed.codes
        for place in (code.places or (WHOLE,))
    }
    return Stored(identities.pop(), booking.reference, tuple(prints), _body(listed))


def pack(prints: Iterable[Print]) -> bytes:
    """A booking's prints as one text of bytes, to tell whether they have changed."""
    return b"".join(p.hash + p.place.to_bytes(_PLACE_BYTES, "big", signed=True) for p in prints)


def unpack(packed: bytes) -> Iterator[Print]:
    """The prints in such a text."""
    size = DIGEST_BYTES + _PLACE_BYTES
    for start in range(0, len(packed) - size + 1, size):
        one = packed[start : start + size]
        yield Print(one[:DIGEST_BYTES], int.from_bytes(one[DIGEST_BYTES:], "big", signed=True))


def _body(listed: ListedBooking) -> str:
    b = listed.booking
    statuses = (*listed.unit_statuses, *("" for _ in b.units))
    body = {
        "reference": b.reference,
        "uuid": b.uuid,
        "status": b.status,
        "test": b.test,
        "product": b.product,
        "option": b.option,
        "starts_at": _text(b.starts_at),
        "ends_at": _text(b.ends_at),
        "all_day": b.all_day,
        "redeemed_at": _text(b.redeemed_at),
        "open": listed.is_open_dated,
        "units": [
            (u.reference, u.unit, u.pax, _text(u.redeemed_at), status)
            for u, status in zip(b.units, statuses, strict=False)
        ],
    }
    return json.dumps({name: value for name, value in body.items() if value}, separators=(",", ":"))


def bookings_of(rows: Sequence[Found]) -> Iterator[Booking]:
    """The bookings that a code's rows stand for: whole, where one row says so, else the tickets that it names.

    Raises ValueError, KeyError or TypeError for a row that is none of ours.
    """
    for row in {row.id: row for row in rows}.values():
        places = tuple(other.place for other in rows if other.id == row.id)
        body: Json = json.loads(row.body)
        booking = _booking(row, body)
        yield booking if WHOLE in places else reduced(booking, places, tuple(u[4] for u in body.get("units", ())))


def _booking(row: Found, body: Json) -> Booking:
    starts_at = _time(body.get("starts_at"))
    undated = starts_at is None and row.day is not None and not body.get("open")
    return Booking(
        reference=body.get("reference", ""),
        uuid=body.get("uuid", ""),
        status=body.get("status", ""),
        test=body.get("test", False),
        supplier=row.supplier,
        product=body.get("product", ""),
        option=body.get("option", ""),
        # The office listed it for this day and said no more: it must not pass for one that is good on any day.
        starts_at=_midnight(row.day) if undated and row.day else starts_at,
        ends_at=_time(body.get("ends_at")),
        all_day=undated or body.get("all_day", False),
        units=tuple(UnitItem(u[0], u[1], u[2], _time(u[3])) for u in body.get("units", ())),
        redeemed_at=_time(body.get("redeemed_at")),
    )


def _midnight(day: str) -> datetime:
    """The first moment of a day where this kiosk stands."""
    return datetime.combine(date.fromisoformat(day), time()).astimezone()


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
