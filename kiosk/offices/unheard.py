"""What every office has in common beside its words: no answer at all, a wish to wait, a clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import an_object, number
from kiosk.offices.http import Answer, NoAnswer, Trouble

LONGEST_WAIT_S = 3600.0
"""A `Retry-After` beyond this is cut: a gate that sleeps for a day is a broken gate."""


def doubt_of(silence: NoAnswer) -> Doubt:
    """Why nobody knows what the office says."""
    if silence.trouble in (Trouble.TOO_LARGE, Trouble.GARBLED):
        return Doubt.OFFICE_ERROR
    return Doubt.NO_ANSWER if silence.sent else Doubt.OFFLINE


def retry_after(headers: Mapping[str, str], document: object, now: datetime) -> float | None:
    """Seconds to wait: the header in seconds or as a date, else the body's `retryAfter`."""
    header = headers.get("retry-after", "")
    seconds = number(header)
    if seconds is None and header:
        until = _http_date(header)
        seconds = None if until is None else (until - (_http_date(headers.get("date", "")) or now)).total_seconds()
    if seconds is None:
        seconds = number(an_object(document).get("retryAfter"))
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_S)


def clock_ahead(answer: Answer, now: datetime) -> timedelta:
    """The office's clock minus ours by this one answer's Date header, to about a second; zero where it does not tell.

    The header is cut to whole seconds, so half a second is added; it was written about half-way through.
    """
    dated = _http_date(answer.headers.get("date", ""))
    return timedelta() if dated is None else dated + timedelta(seconds=0.5 + answer.elapsed_s / 2) - now


def _http_date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
