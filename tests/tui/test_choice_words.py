"""The bookings of a choice: what can be marked, and why the others cannot."""

from __future__ import annotations

import pytest

from kiosk.domain.verdict import Choose, Option, Reason
from kiosk.tui.marks import Marks
from kiosk.tui.presenter.choice import rows
from tests.tui.given import HERE, booking, choice


def text(choice: Choose, marks: Marks) -> list[str]:
    return ["".join(text for text, _ in line) for line in rows(choice.options, marks, HERE)]


def test_numbers_boxes_cursor_and_what_each_is_for() -> None:
    assert text(choice(), Marks.of(choice()).toggled(1)) == [
        "  1 [ ] London River Cruise Return · 11:30 today · 2 Adult · A1",
        "┃ 2 [x] Tower entry · any time · 2 Adult · A2",
        "  3  ✗  used yesterday 14:00: Museum · yesterday 10:00 · 1 Adult · A3",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_every_obstacle_is_named(reason: Reason) -> None:
    only = Choose((Option(booking(), reason),))
    line = text(only, Marks.of(only))[0]
    assert line.index(":") > len("┃ 1  ✗  ")


def test_only_what_can_be_redeemed_is_marked() -> None:
    marks = Marks.of(choice(4))
    assert marks.toggled(2).marked == frozenset()
    assert marks.all_marked().marked == {0, 1, 3}
    assert marks.all_marked().all_marked().marked == frozenset()
    assert marks.toggled(9) == marks


def test_a_single_booking_is_marked_already_and_several_are_not() -> None:
    assert Marks.of(Choose((Option(booking()),))).marked == {0}
    assert Marks.of(choice()).marked == frozenset()


def test_the_cursor_stays_on_the_list_and_starts_at_the_first_that_can_be_used() -> None:
    used_first = Choose((Option(booking(), Reason.EXPIRED), Option(booking("B"))))
    assert Marks.of(used_first).cursor == 1
    assert Marks.of(choice()).moved(-1).cursor == 0
    assert Marks.of(choice()).moved(1).moved(1).moved(1).moved(1).cursor == 2


def test_the_tenth_has_no_digit() -> None:
    many = choice(12)
    assert Marks.of(many).numbered == 9
    assert text(many, Marks.of(many))[9].startswith("    [ ]")
