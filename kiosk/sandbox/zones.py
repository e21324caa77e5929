"""Time zones by their IANA names."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@cache
def zone(name: str) -> tzinfo:
    """A time zone; UTC where the machine has no time zone data (a bare container)."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC
