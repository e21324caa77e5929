"""Times as staff say them, each in the right offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kiosk.tui.presenter.times import Here, age, ago, away, clock, day, starts, then
from tests.tui.given import HERE, NOW, SOON, booking

TODAY = date(2026, 11, 21)
NEW_YORK = timezone(timedelta(hours=-5))
AUCKLAND = timezone(timedelta(hours=13))


@pytest.mark.parametrize(
    ("that", "said"),
    [
        (TODAY, "today"),
        (TODAY + timedelta(days=1), "tomorrow"),
        (TODAY - timedelta(days=1), "yesterday"),
        (date(2026, 11, 28), "Sat 28 Nov"),
        (date(2027, 1, 2), "Sat 2 Jan 2027"),
    ],
)
def test_days_near_by_have_names(that: date, said: str) -> None:
    assert day(that, TODAY) == said


@pytest.mark.parametrize(
    ("starts_at", "said"),
    [
        (SOON, "11:30 today"),
        (NOW + timedelta(days=1, hours=4), "tomorrow 14:00"),
        (datetime(2026, 11, 28, 19, 0, tzinfo=UTC), "Sat 28 Nov 19:00"),
        (None, "any time"),
        (datetime(2026, 11, 21, 5, 30, tzinfo=NEW_YORK), "05:30 today"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=AUCKLAND), "tomorrow 09:00"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=AUCKLAND), "09:00 today"),
    ],
)
def test_a_product_starts_at_its_own_hour_of_its_own_day(starts_at: datetime | None, said: str) -> None:
    assert starts(booking(starts_at=starts_at), HERE) == said


def test_a_whole_day_has_no_hour() -> None:
    assert starts(booking(starts_at=NOW, all_day=True), HERE) == "today, all day"


def test_the_clock_and_what_happened_here_are_told_in_the_gates_own_time() -> None:
    here = Here(NOW, NEW_YORK)
    assert clock(NOW, here) == "05:00:02"
    assert then(NOW - timedelta(hours=6), here) == "yesterday 23:00"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0 s"),
        (3.9, "3 s"),
        (119, "119 s"),
        (120, "2 min"),
        (47 * 60, "47 min"),
        (60 * 60 - 1, "59 min"),
        (60 * 60, "1 h"),
        (95 * 60, "1 h 35 min"),
        (2 * 3600 - 1, "1 h 59 min"),
        (2 * 3600, "2 h"),
        (47.9 * 3600, "47 h"),
        (80 * 3600, "3 days"),
    ],
)
def test_how_long_ago_is_said_the_same_way_everywhere(seconds: float, said: str) -> None:
    assert age(timedelta(seconds=seconds)) == said
    assert ago(seconds) == f"{said} ago"


def test_how_far_off_a_day_is() -> None:
    assert away(TODAY, TODAY) == "that is today"
    assert away(TODAY - timedelta(days=4), TODAY) == "that was 4 days ago"
