"""A verdict as a JSON object, of a shape that other programs rely on: keys and their order are a contract.

What a screen needs besides follows after the contract's own keys. Redemption codes and contacts never appear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.errors import LinkError
from kiosk.domain.events import Decided
from kiosk.domain.verdict import (
    Admit,
    Choose,
    Doubt,
    Grade,
    ListGap,
    Option,
    Reason,
    Refuse,
    Undecided,
    Use,
    Verdict,
    bookings_of,
    outcome_word,
    reason_of,
)
from kiosk.link.values import Json, moment, number, read, record
from kiosk.link.wording import message

LONGEST_TEXT = 400
"""Characters of any text of an office."""

MOST_UNITS = 10_000
"""Tickets of one booking that a line may speak of."""


def to_line(decided: Decided, *, show_codes: bool) -> dict[str, object]:
    """The object of a `verdict` line."""
    verdict = decided.verdict
    return {
        "event": "verdict",
        "at": moment(decided.at),
        "scan_id": decided.scan_id,
        "lane": decided.lane,
        "source": decided.source,
        "symbology": decided.symbology,
        "code": shown_code(decided.code, show_codes=show_codes),
        "outcome": outcome_word(verdict),
        "grade": verdict.grade.value if isinstance(verdict, Admit) else None,
        "recovered": isinstance(verdict, Admit) and verdict.recovered,
        "repeat": decided.repeat,
        "reason": reason_of(verdict),
        "message": message(verdict),
        "office": decided.office,
        "supplier": decided.supplier,
        "bookings": [_booking(option) for option in _options(verdict)],
        "elapsed_ms": number(decided.elapsed_ms, 1),
        "office_ms": number(decided.office_ms, 1),
        "used": _used(verdict.use) if isinstance(verdict, Refuse) else None,
        "repeated_s": number(decided.repeated_s, 1),
        "retry_after_s": number(verdict.retry_after_s, 1) if isinstance(verdict, Undecided) else None,
        "owed": isinstance(verdict, Undecided) and verdict.owed,
        "left_out": [cut(b.reference) for b in verdict.left_out] if isinstance(verdict, Admit) else [],
        "list_age_s": number(verdict.list_age_s, 1) if isinstance(verdict, Admit) else None,
        "list_gap": verdict.list_gap if isinstance(verdict, Undecided) else None,
        "looked": decided.looked,
    }


def from_line(line: Json) -> Decided:
    """The verdict of a line, as much of it as a screen needs. Raises LinkError."""
    code, symbology = _get(line, "code", str | None), _get(line, "symbology", str | None)
    return Decided(
        at=_get(line, "at", datetime),
        scan_id=_get(line, "scan_id", str),
        lane=_get(line, "lane", str),
        source=_get(line, "source", str),
        code=None if code is None else Code(code, symbology),
        verdict=_verdict(line),
        symbology=symbology,
        repeat=_get(line, "repeat", bool),
        repeated_s=_get(line, "repeated_s", float | None, None),
        office=_get(line, "office", str | None),
        supplier=_get(line, "supplier", str | None),
        elapsed_ms=_get(line, "elapsed_ms", float | None) or 0.0,
        office_ms=_get(line, "office_ms", float | None) or 0.0,
        looked=_get(line, "looked", bool, False),
    )


def shown_code(code: Code | None, *, show_codes: bool) -> str | None:
    """What of a code may leave this program."""
    if code is None:
        return None
    return code.text if show_codes else code.masked


def cut(text: str) -> str:
    """An office's text, of a length that fits a line."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────


def _options(verdict: Verdict) -> Iterator[Option]:
    """The bookings of a line. Those left out of an admission are named apart: they are not admitted."""
    match verdict:
        case Choose(options=options):
            yield from options
        case Admit(bookings=admitted):
            yield from map(Option, admitted)
        case _:
            yield from map(Option, bookings_of(verdict))


def _booking(option: Option) -> dict[str, object]:
    booking = option.booking
    return {
        "reference": cut(booking.reference),
        "product": cut(booking.product),
        "starts_at": _local(booking.starts_at),
        "status": cut(booking.status),
        "pax": booking.pax,
        "units": [{"unit": cut(unit), "count": count} for unit, count in booking.unit_counts],
        "redeemed_at": _utc(booking.redeemed_at),
        "redeemable": booking.redeemable,
        "obstacle": option.obstacle,
        "note": cut(booking.office_note),
        "all_day": booking.all_day,
        "ends_at": _local(booking.ends_at),
        "supplier": cut(booking.supplier),
        "used": _used(option.use),
    }


def _used(use: Use | None) -> dict[str, object] | None:
    if use is None:
        return None
    return {
        "at": None if use.at is None else moment(use.at),
        "lane": use.lane,
        "seconds_ago": number(use.seconds_ago, 1),
        "unsure": use.unsure,
    }


def _local(at: datetime | None) -> str | None:
    """A time with the product's own offset: `2026-11-21T11:30:00+00:00`."""
    return None if at is None else at.isoformat(timespec="milliseconds" if at.microsecond >= 1000 else "seconds")


def _utc(at: datetime | None) -> str | None:
    """A moment as the office writes it: `2026-11-21T10:00:00Z`."""
    text = _local(at)
    return f"{text[:-6]}Z" if text and text.endswith("+00:00") else text


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────


def _verdict(line: Json) -> Verdict:
    options = tuple(_option(one) for one in _get(line, "bookings", list))
    bookings = tuple(option.booking for option in options)
    match _get(line, "outcome", str):
        case "admit":
            left_out = tuple(Booking(reference) for reference in _get(line, "left_out", tuple[str, ...], ()))
            list_age_s = _get(line, "list_age_s", float | None, None)
            return Admit(bookings, _word(Grade, line, "grade"), _get(line, "recovered", bool), left_out, list_age_s)
        case "refuse":
            return Refuse(_word(Reason, line, "reason"), bookings, _use(line))
        case "choose":
            return Choose(options)
        case "undecided":
            retry_after_s = _get(line, "retry_after_s", float | None, None)
            gap = _word(ListGap, line, "list_gap") if line.get("list_gap") is not None else None
            owed = _get(line, "owed", bool, False)
            return Undecided(_word(Doubt, line, "reason"), bookings, retry_after_s, owed, gap)
        case _:
            raise LinkError("outcome: a word that this version does not know")


def _option(json: object) -> Option:
    if not isinstance(json, dict):
        raise LinkError("bookings: an object was expected")
    booking = Booking(
        reference=_get(json, "reference", str),
        redeemable=_get(json, "redeemable", bool, False),
        status=_get(json, "status", str),
        supplier=_get(json, "supplier", str, ""),
        product=_get(json, "product", str),
        starts_at=_get(json, "starts_at", datetime | None),
        ends_at=_get(json, "ends_at", datetime | None, None),
        all_day=_get(json, "all_day", bool, False),
        units=_units(json),
        redeemed_at=_get(json, "redeemed_at", datetime | None),
        office_note=_get(json, "note", str, ""),
    )
    return Option(booking, _word(Reason, json, "obstacle") if json.get("obstacle") is not None else None, _use(json))


def _units(json: Json) -> tuple[UnitItem, ...]:
    """As many items as there are units, the heads shared out among them: the line has the whole party's only."""
    names: list[str] = []
    for one in _get(json, "units", list):
        unit = record(_Units, one)
        if unit.count < 0 or len(names) + unit.count > MOST_UNITS:
            raise LinkError("units: more than any party holds")
        names += [unit.unit] * unit.count
    pax = _get(json, "pax", int)
    if not names:
        return () if pax == 1 else (UnitItem("", "", pax),)
    heads = [1 if place < pax else 0 for place in range(len(names))]
    heads[0] += max(0, pax - len(names))
    return tuple(UnitItem("", name, head) for name, head in zip(names, heads, strict=True))


def _use(json: Json) -> Use | None:
    used = json.get("used")
    return None if used is None else record(Use, used)


@dataclass(frozen=True, slots=True)
class _Units:
    unit: str
    count: int


W = TypeVar("W", bound=StrEnum)


def _word(words: type[W], json: Json, key: str) -> W:
    try:
        return words(_get(json, key, str))
    except ValueError:
        raise LinkError(f"{key}: a word that this version does not know") from None


_REQUIRED: Any = object()


def _get(json: Json, key: str, declared: Any, default: Any = _REQUIRED) -> Any:
    """A value of a declared type. Raises LinkError where it is another, or missing and without a default."""
    if key not in json:
        if default is _REQUIRED:
            raise LinkError(f"{key} is missing")
        return default
    return read(declared, json[key], key)
