"""The share of tickets read at once: what counts as shown, and what as read at first."""

from __future__ import annotations

from kiosk.sources.first_reads import HOUR_S, FirstReads


def film(figures: FirstReads, begin_s: float, end_s: float, read_s: float | None = None) -> None:
    """Something like a code from begin to end, read at a time or never, then a second of nothing."""
    at_s, read = begin_s, False
    while at_s < end_s + 1:
        is_new = read_s is not None and not read and at_s >= read_s
        read |= is_new
        figures.watch(at_s, in_view=at_s <= end_s, is_new_read=is_new)
        at_s += 1 / 30


def test_a_ticket_read_at_once_is_a_first_read() -> None:
    figures = FirstReads()
    film(figures, 10.0, 12.0, read_s=10.3)
    assert figures.of_last_hour(20) == (1, 1)


def test_a_ticket_read_late_or_never_is_none() -> None:
    figures = FirstReads()
    film(figures, 10.0, 14.0, read_s=12.5)
    film(figures, 20.0, 23.0)
    assert figures.of_last_hour(30) == (2, 0)


def test_what_passes_by_is_not_shown() -> None:
    figures = FirstReads()
    film(figures, 10.0, 10.8)
    assert figures.of_last_hour(20) == (0, 0)


def test_a_read_of_what_the_survey_never_noticed_is_a_first_read() -> None:
    figures = FirstReads()
    figures.watch(5.0, in_view=False, is_new_read=True)
    assert figures.of_last_hour(6) == (1, 1)


def test_tickets_that_follow_without_a_gap_count_each() -> None:
    figures = FirstReads()
    for number in range(300):
        figures.watch(number / 30, in_view=True, is_new_read=number in (10, 200))
    film(figures, 10.0, 10.1)
    assert figures.of_last_hour(12) == (2, 2)


def test_a_hand_that_trembles_shows_one_ticket() -> None:
    figures = FirstReads()
    for number in range(120):
        figures.watch(number / 30, in_view=number % 10 < 7, is_new_read=False)
    film(figures, 4.0, 4.1)
    assert figures.of_last_hour(6) == (1, 0)


def test_after_an_hour_they_no_longer_count() -> None:
    figures = FirstReads()
    film(figures, 10.0, 12.0, read_s=10.3)
    assert figures.of_last_hour(10 + HOUR_S) == (1, 1)
    assert figures.of_last_hour(14 + HOUR_S) == (0, 0)
