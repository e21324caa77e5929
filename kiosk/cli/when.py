"""Times on the command line, as people say them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

HOW = "2026-11-21, 2026-11-21T18:30, 18:30 (today), or 90m, 2h, 3d (ago)"

_AGO = re.compile(r"(\d{1,6})(m|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


def when(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """An option's callback: the moment that its text names."""
    try:
        return None if value is None else moment(value.strip(), datetime.now(UTC))
    except (ValueError, OverflowError):
        raise click.BadParameter(f"is no time: write {HOW}", ctx, param) from None


def moment(text: str, now: datetime) -> datetime:
    """The moment in UTC; without an offset, this machine's is meant. Raises ValueError or OverflowError."""
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    if _CLOCK.fullmatch(text):
        hour, minute, *second = map(int, text.split(":"))
        today = now.astimezone().replace(hour=hour, minute=minute, second=second[0] if second else 0, microsecond=0)
        return today.astimezone(UTC)
    return datetime.fromisoformat(text).astimezone(UTC)


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one or two units: `42 s`, `7 min`, `3 h 05 min`, `2 d 4 h`."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86400:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"
    return f"{seconds // 86400} d {seconds % 86400 // 3600} h"
