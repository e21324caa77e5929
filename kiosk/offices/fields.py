"""Reading single fields of foreign JSON. A field of the wrong type is read as absent: it never costs the rest.

The vendor's own examples miss fields that its tables promise, and send null for any of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

NOTHING: Mapping[str, object] = {}
LONGEST_INTEGER = 18
"""Digits. Python refuses to read beyond 4,300, and the whole document with them."""
MOST_DIGITS = 12
"""Before the point of an amount."""
LONGEST_AMOUNT = 40
"""Characters. A double has 17 digits; 0.1 + 0.2 is printed with all of them."""


class NotJson(ValueError):
    """A body that is no JSON document, or one that cannot be read safely."""


def read_json(body: bytes, parse_float: Callable[[str], object] = float) -> object:
    """The document in a body. Raises NotJson. `parse_float` makes a number of what has a point or an exponent.

    A character that is not UTF-8 spoils one text, not the document; numbers beyond reason, NaN and Infinity are null.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig", errors="replace"),
            parse_int=_integer,
            parse_float=parse_float,
            parse_constant=lambda word: None,
        )
    except (ValueError, RecursionError):
        raise NotJson from None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_INTEGER else None


def an_object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else NOTHING


def a_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in a_list(value) if isinstance(item, dict)]


def text(value: object) -> str:
    """A text, or a whole number written as one; anything else is empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def flag(value: object) -> bool | None:
    """True, false, or None where it is neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    if isinstance(value, int):
        return {1: True, 0: False}.get(value)
    return None


def number(value: object) -> float | None:
    """A finite number, or a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return float(value)
    return None


def amount(value: object) -> Decimal | None:
    """An exact decimal number, where the document was read with it as `parse_float`; as a text, or a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and len(value) > LONGEST_AMOUNT:
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    # Judged by its exponent: working with one beyond reason raises.
    return exact if exact.is_finite() and -LONGEST_AMOUNT < exact.adjusted() < MOST_DIGITS else None


def day(value: object) -> date | None:
    """A calendar date, alone or at the start of a time."""
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def moment(value: object, time_zone: str = "") -> datetime | None:
    """A time of this century, aware. Without an offset it is in `time_zone`, and no time where that is not known."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not 2000 <= at.year < 2100:  # sentinels such as 0001-01-01 and 9999-12-31, which overflow when converted
        return None
    if at.tzinfo is None:
        known = zone(time_zone)
        return None if known is None else at.replace(tzinfo=known)
    return at


def utc_moment(value: object) -> datetime | None:
    """A time of a `utc…` field, in UTC."""
    at = moment(value, "UTC")
    return None if at is None else at.astimezone(UTC)


def zone(name: str) -> ZoneInfo | None:
    """A time zone by its IANA name; None where it is not known."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
