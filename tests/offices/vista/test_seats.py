"""Seat layouts and availability of the wire: where each seat stands, and which may be taken."""

from __future__ import annotations

import pytest

from kiosk.domain.seating import Boundary, SeatKind, SeatPlan, SeatStatus
from kiosk.offices.vista.reading import Reading
from kiosk.offices.vista.seats import read_availability, read_plan
from tests.offices.vista.wire import Json, as_read, example

POUNDS = Reading("GBP")


def plan_of(document: Json) -> SeatPlan:
    plan = read_plan(as_read(document), "asked-for", POUNDS)
    assert plan is not None
    return plan


def test_a_plan_has_areas_rows_and_seats_where_they_stand() -> None:
    plan = plan_of(example("seat_layout"))
    assert plan.id == "153-3-39"
    standard, sofas = plan.areas
    assert (standard.name, standard.number, standard.category_id) == ("Standard", 1, "153-0000000010")
    assert (sofas.name, sofas.number, sofas.category_id) == ("Sofa", 2, "153-0000000011")
    assert standard.boundary == Boundary(10.5, 0, 90, 60)
    assert [(row.label, row.number) for row in standard.rows] == [("A", 0), ("B", 2)]
    first = standard.rows[0]
    assert [(seat.column, seat.label, seat.name) for seat in first.seats] == [
        (1, "4", "A4"),
        (2, "3", "A3"),
        (4, "2", "A2"),
        (5, "1", "A1"),
    ]
    assert [seat.kind for seat in plan] == [
        *[SeatKind.NORMAL] * 4,
        SeatKind.WHEELCHAIR,
        SeatKind.COMPANION,
        SeatKind.SOFA,
    ]
    wheelchair = plan.seat("1_2_1")
    assert wheelchair is not None
    assert (wheelchair.row, wheelchair.row_label, wheelchair.type) == (2, "B", "Wheelchair")
    assert plan.seat("9_9_9") is None


def test_a_plan_without_its_envelope_or_its_id_is_one() -> None:
    layout = example("seat_layout")["seatLayout"]
    layout["id"] = None
    plan = plan_of(layout)
    assert plan.id == "asked-for"
    assert len(list(plan)) == 7


def test_a_seat_that_does_not_say_where_it_stands_stands_where_it_is_listed() -> None:
    seats = [{"id": "a", "label": "1"}, {"id": "b", "position": {"columnIndex": 7, "rowIndex": 3}}, {"label": "lost"}]
    plan = plan_of({"areas": [{"rows": [{"label": "Q", "seats": seats}]}]})
    assert [(seat.id, seat.row_label, seat.row, seat.column) for seat in plan] == [("a", "Q", 1, 1), ("b", "Q", 3, 7)]
    assert plan.areas[0].number == 1


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Normal", SeatKind.NORMAL),
        ("Standard", SeatKind.NORMAL),
        (None, SeatKind.NORMAL),
        ("WHEELCHAIR", SeatKind.WHEELCHAIR),
        ("WheelchairCompanion", SeatKind.COMPANION),
        ("SofaMiddle", SeatKind.SOFA),
        ("Throne", SeatKind.OTHER),
    ],
)
def test_the_kind_of_a_seat(told: Json, kind: SeatKind) -> None:
    (seat,) = plan_of({"areas": [{"rows": [{"seats": [{"id": "a", "type": told}]}]}]})
    assert seat.kind is kind


@pytest.mark.parametrize("document", [None, [], {}, {"seatLayout": {}}, {"areas": {}}, {"seatLayout": {"areas": None}}])
def test_a_reply_without_areas_is_no_plan(document: Json) -> None:
    assert read_plan(document, "asked-for", POUNDS) is None


def test_only_a_seat_that_is_said_to_be_available_may_be_taken() -> None:
    availability = read_availability(example("seat_availability"))
    assert availability is not None
    assert availability.statuses == {
        "1_0_1": SeatStatus.AVAILABLE,
        "1_0_2": SeatStatus.SOLD,
        "1_0_4": SeatStatus.BLOCKED,
        "1_0_5": SeatStatus.BLOCKED,
        "1_2_1": SeatStatus.UNKNOWN,
    }
    assert [seat_id for seat_id in (*availability.statuses, "unheard of") if availability.is_bookable(seat_id)] == [
        "1_0_1"
    ]
    assert availability.of("unheard of") is SeatStatus.UNKNOWN


@pytest.mark.parametrize("status", [None, 1, True, {}, "", "Available?", "NotAvailable"])
def test_an_unknown_status_is_not_bookable(status: Json) -> None:
    availability = read_availability({"seatAvailabilities": [{"seatId": "a", "status": status}], "isSoldOut": None})
    assert availability is not None
    assert not availability.is_bookable("a")


def test_a_reply_that_does_not_speak_of_seats_is_no_empty_house() -> None:
    documents: list[Json] = [None, {}, [], {"seatAvailabilities": None}]
    assert [read_availability(document) for document in documents] == [None] * 4
    empty = read_availability({"seatAvailabilities": [], "isSoldOut": True})
    assert empty is not None
    assert empty.is_sold_out
