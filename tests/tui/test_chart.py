"""Where seats are drawn: by the office's columns, in every shape of house; and which of them may be marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.seating import Boundary, Seat, SeatArea, SeatPlan, SeatRow
from kiosk.tui.chart import BESIDE, WIDEST_AISLE, Chart, chart_of
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.seat_plan import drawn, legend, under_cursor
from kiosk.tui.seat_marks import SeatMarks, SeatState
from tests.tui.at_the_counter import BACK_FIRST, FRONT_FIRST, PREMIUM, SMALL, STANDARD, many_seats, named, seats_told


def row(label: str, number: int, *columns: int, area: int = 1) -> SeatRow:
    return SeatRow(label, number, tuple(Seat(f"{area}_{label}_{c}", str(c), label, column=c) for c in columns))


def plan(*rows: SeatRow) -> SeatPlan:
    return SeatPlan("p", (SeatArea(1, rows),))


def columns(chart: Chart, nth: int) -> list[int]:
    return [column for column, _ in chart.rows[nth].seats]


def text(marks: SeatMarks, width: int = 60, height: int = 20) -> str:
    return "\n".join("".join(words for words, _ in line) for line in drawn(marks, width, height).lines)


# ── the chart ───────────────────────────────────────────────────────────────────────────────────────


def test_seats_stand_by_their_columns_and_not_by_their_labels() -> None:
    chart = chart_of(BACK_FIRST)
    c_row = next(row for row in chart.rows if row.label == "C")
    assert [seat.label for _, seat in c_row.seats][:2] == ["18", "17"]
    assert columns(chart, 0) == [*range(3, 11), *range(12, 20)]


def test_an_aisle_stays_and_an_endless_one_is_closed_up() -> None:
    chart = chart_of(plan(row("A", 1, 1, 2, 4, 9_000)))
    assert columns(chart, 0) == [0, 1, 3, 3 + WIDEST_AISLE + 1]


def test_an_empty_row_between_two_is_an_aisle() -> None:
    chart = chart_of(plan(row("A", 1, 1), row("B", 5, 1)))
    assert [row.label for row in chart.rows] == ["A", "", "B"]


def test_two_seats_at_one_place_do_not_hide_each_other() -> None:
    chart = chart_of(plan(SeatRow("A", 1, (Seat("a", "1", "A", column=3), Seat("b", "2", "A", column=3)))))
    assert len(set(chart.places.values())) == 2


def test_areas_beside_each_other_share_their_rows() -> None:
    left = SeatArea(1, (row("A", 1, 1, 2),), "Left", "", Boundary(0, 0, 50, 100))
    right = SeatArea(2, (row("A", 1, 1, 2, area=2), row("B", 2, 1, area=2)), "Right", "", Boundary(50, 0, 100, 100))
    chart = chart_of(SeatPlan("p", (right, left)))
    assert [seat.id for _, seat in chart.rows[0].seats] == ["1_A_1", "1_A_2", "2_A_1", "2_A_2"]
    assert columns(chart, 0) == [0, 1, 2 + BESIDE, 3 + BESIDE]
    assert [row.label for row in chart.rows] == ["A", "B"]


def test_areas_below_each_other_are_named_where_they_begin() -> None:
    chart = chart_of(FRONT_FIRST)
    assert [(row.label, row.area) for row in chart.rows if row.begins_area] == [("M", "Premium")]
    assert {row.area for row in chart.rows} == {"Standard", "Premium"}


@pytest.mark.parametrize(
    ("labels", "above"),
    [(("A", "B", "Z"), True), (("Z", "AA"), True), (("AA", "A"), False), (("9", "10"), True), (("2", "1"), False),
     (("",), True), ((), True)],
)  # fmt: skip
def test_the_screen_is_where_the_first_label_is(labels: tuple[str, ...], above: bool) -> None:
    rows = tuple(row(label, number, 1) for number, label in enumerate(labels, 1))
    assert chart_of(plan(*rows)).is_screen_above is above


seats = st.lists(st.integers(0, 60), min_size=0, max_size=12, unique=True)
plans = st.lists(st.tuples(st.sampled_from("ABCXYZ19"), st.integers(0, 40), seats), max_size=6).map(
    lambda rows: plan(*(row(f"{label}{n}", number, *at) for n, (label, number, at) in enumerate(rows)))
)


@given(plans, st.lists(st.sampled_from([keys.UP, keys.DOWN, keys.LEFT, keys.RIGHT]), max_size=30))
def test_the_cursor_goes_anywhere_and_never_off_the_plan(plan: SeatPlan, moves: list[str]) -> None:
    chart = chart_of(plan)
    marks = SeatMarks.of(chart, seats_told(plan), 1)
    for move in moves:
        marks = marks.moved(move)
        assert marks.cursor in chart.places or not chart.places


@given(plans, st.integers(8, 70), st.integers(3, 20))
def test_every_seat_is_drawn_once_where_it_is_clicked(plan: SeatPlan, width: int, height: int) -> None:
    marks = SeatMarks.of(chart_of(plan), seats_told(plan), 1)
    drawing = drawn(marks, width, height)
    found = [drawing.seat_at(x, y) for y in range(height) for x in range(0, width, drawing.pitch)]
    clicked = [seat_id for seat_id in found if seat_id]
    assert len(clicked) == len(set(clicked))
    assert len(drawing.lines) <= height
    if marks.cursor:
        assert marks.cursor in clicked


# ── what is drawn ───────────────────────────────────────────────────────────────────────────────────


def test_the_screen_is_drawn_at_its_end() -> None:
    above, below = (text(SeatMarks.of(chart_of(one), seats_told(one), 1)) for one in (FRONT_FIRST, BACK_FIRST))
    assert "screen" in above.splitlines()[0]
    assert "screen" in below.splitlines()[-1]


def test_every_kind_has_a_glyph_of_its_own() -> None:
    marks = SeatMarks.of(chart_of(SMALL), seats_told(SMALL, *named(SMALL, "C1"), areas=()), 1)
    shown = text(marks.moved(keys.RIGHT))
    assert {"•", "█", "▒", "w", "s"} <= set(shown)
    assert "sofa" in "".join(words for words, _ in legend(marks))


def test_what_is_under_the_cursor_is_named() -> None:
    marks = SeatMarks.of(chart_of(SMALL), seats_told(SMALL, *named(SMALL, "C1"), areas=(STANDARD,)), 1)
    assert under_cursor(marks) == "C1: yours · Standard"
    sofa = marks.moved(keys.UP)
    assert under_cursor(sofa).endswith("Premium")


def test_a_plan_wider_and_higher_than_the_room_follows_the_cursor() -> None:
    large = many_seats(rows=40, columns=120)
    marks = SeatMarks.of(chart_of(large), seats_told(large, "40_119"), 1)
    shown = text(marks, 40, 10)
    assert "R40" in shown
    assert "more rows" in shown
    assert "R1 " not in shown


# ── marks ───────────────────────────────────────────────────────────────────────────────────────────


def marks_at_the_evening(*own: str, wanted: int = 2) -> SeatMarks:
    ids = named(FRONT_FIRST, *own)
    return SeatMarks.of(chart_of(FRONT_FIRST), seats_told(FRONT_FIRST, *ids), wanted)


def free_seat(marks: SeatMarks, state: SeatState = SeatState.FREE) -> str:
    return next(seat.id for row in marks.chart.rows for _, seat in row.seats if marks.state(seat) is state)


def test_what_is_held_is_marked_at_first() -> None:
    marks = marks_at_the_evening("C5", "C6")
    assert marks.marked == named(FRONT_FIRST, "C5", "C6")
    assert not marks.is_changed
    assert marks.cursor == marks.marked[0]


def test_one_more_than_wanted_takes_the_place_of_the_first() -> None:
    marks = marks_at_the_evening("C5", "C6")
    moved = marks.toggled(free_seat(marks))
    assert moved.marked == (marks.marked[1], free_seat(marks))
    assert moved.is_changed


@pytest.mark.parametrize("state", [SeatState.TAKEN, SeatState.OTHER])
def test_what_is_taken_or_for_other_prices_cannot_be_marked(state: SeatState) -> None:
    marks = marks_at_the_evening("C5", "C6")
    seat_id = free_seat(marks, state)
    assert marks.toggled(seat_id).marked == marks.marked
    if state is SeatState.OTHER:
        seat = marks.chart.seat(seat_id)
        assert seat is not None
        assert seat.area_category_id == PREMIUM


def test_a_marked_seat_is_unmarked_and_one_is_missing() -> None:
    marks = marks_at_the_evening("C5", "C6")
    assert marks.toggled(marks.cursor).missing == 1


def test_what_somebody_else_has_taken_meanwhile_is_marked_no_more() -> None:
    marks = marks_at_the_evening("C5", "C6")
    mine = marks.toggled(free_seat(marks))
    fresh = seats_told(FRONT_FIRST, *marks.own)
    gone = type(fresh)(fresh.at, fresh.lane, fresh.showtime_id, (), fresh.own, fresh.areas)
    assert mine.told(fresh, 2).marked == mine.marked
    assert mine.told(gone, 2).marked == (mine.marked[0],)


def test_other_seats_held_are_marked_anew() -> None:
    marks = marks_at_the_evening("C5", "C6").toggled(free_seat(marks_at_the_evening("C5", "C6")))
    assert marks.told(seats_told(FRONT_FIRST, *named(FRONT_FIRST, "D5", "D6")), 2).marked == named(
        FRONT_FIRST, "D5", "D6"
    )
