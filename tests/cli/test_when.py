"""Times as people write and read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.cli.when import age, moment

NOW = datetime(2026, 11, 21, 20, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("2h", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-11-21T18:30+02:00", datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
        ("2026-11-21T18:30:05.25Z", datetime(2026, 11, 21, 18, 30, 5, 250_000, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 21).astimezone(UTC)),
        ("18:30", NOW.astimezone().replace(hour=18, minute=30, second=0).astimezone(UTC)),
    ],
)
def test_a_moment_is_understood(text: str, expected: datetime) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01", "3w", "-2h", "999999d", "9" * 40 + "d"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        moment(text, NOW)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 05 min"), (100_000, "1 d 3 h")],
)
def test_an_age_is_short(seconds: int, text: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == text
