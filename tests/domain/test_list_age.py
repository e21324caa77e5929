"""How old the word of the day's list is: never younger than the list that it comes from."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kiosk.domain.booking import Booking
from kiosk.domain.offline import FromList, Listed, ListState, by_the_list
from kiosk.domain.verdict import ListGap
from tests.fakes import NOON, booking

OLDEST = timedelta(hours=12)
HOUR = timedelta(hours=1)


def state(as_of: datetime | None, days: int = 0) -> ListState:
    return ListState("River Cruises", NOON.date() + timedelta(days=days), 5, 5, complete=True, as_of=as_of)


def word(one: Booking, *states: ListState) -> FromList | ListGap:
    return by_the_list(Listed((one,), states), NOON, OLDEST)


def test_a_booking_is_as_old_as_the_list_of_its_own_day() -> None:
    said = word(booking(), state(NOON - 3 * HOUR), state(NOON - HOUR, days=1), state(NOON - 5 * HOUR, days=-1))
    assert isinstance(said, FromList)
    assert said.age_s == 3 * 3600


def test_another_days_fresh_list_does_not_make_up_for_an_old_one() -> None:
    assert word(booking(), state(NOON - 13 * HOUR), state(NOON, days=1)) is ListGap.OUTDATED


def test_an_open_dated_booking_is_as_old_as_the_oldest_list() -> None:
    said = word(booking(starts_at=None, ends_at=None), state(NOON - HOUR), state(NOON - 2 * HOUR, days=1))
    assert isinstance(said, FromList)
    assert said.age_s == 2 * 3600


@pytest.mark.parametrize(("ahead", "admits"), [(timedelta(minutes=5), True), (timedelta(minutes=6), False)])
def test_a_list_dated_ahead_has_an_age_that_nobody_knows(ahead: timedelta, admits: bool) -> None:
    assert isinstance(word(booking(), state(NOON + ahead)), FromList) is admits


def test_a_list_without_any_date_is_outdated() -> None:
    assert word(booking(), state(None)) is ListGap.OUTDATED
