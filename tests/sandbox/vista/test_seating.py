"""Tickets and seats of a showtime: set, replaced, found by the office, refused; and an availability that lags."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.sandbox import Rules
from kiosk.sandbox.vista.programme import Showtime
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import OPEN_AIR, PREMIUM, SHOWTIME, Desk, opened, ticket

CASH = "0002-0001"


async def availability(desk: Desk, order: str, showtime: str = SHOWTIME) -> dict[str, str]:
    told = await desk.get(f"/orders/{order}/showtimes/{showtime}/seat-availability")
    return {seat["seatId"]: seat["status"] for seat in told["seatAvailabilities"]}


async def free_seats(desk: Desk, order: str, area: int = 1) -> list[str]:
    shown = await availability(desk, order)
    return [seat for seat, status in shown.items() if status == "Available" and seat.startswith(f"{area}_")]


def seats_of(answer: Any) -> list[str]:
    return [seat["seatId"] for line in answer.json()["order"]["showtimes"] for seat in line["seats"]]


def find(desk: Desk, **wanted: object) -> Showtime:
    """A showtime on sale whose attributes are as wanted."""
    programme = desk.sandbox.vista.office.programme
    return next(
        s for s in programme.on_sale(frozenset({"0002"}), desk.clock.now())
        if all(getattr(s, name) == value for name, value in wanted.items())
    )  # fmt: skip


async def test_seats_asked_for_are_held_and_told_with_their_place(desk: Desk) -> None:
    order = await desk.order()
    wanted = (await free_seats(desk, order))[:1]
    answer = await desk.put(order, [ticket(await desk.voucher(order))], wanted)
    (line,) = answer.json()["order"]["showtimes"]
    (seat,) = line["seats"]
    area, row, column = map(int, wanted[0].split("_"))
    assert (line["showtimeId"], seat["seatId"]) == (SHOWTIME, wanted[0])
    assert seat["position"] == {"areaNumber": area, "rowNumber": row, "columnNumber": column}
    assert (seat["areaCategoryId"], seat["areaName"]["text"]) == ("0002-0000000001", "Standard")
    (entry,) = [entry for entry in desk.sandbox.books.entries if entry.action == "seats_held"]
    assert (entry.subject, entry.reference, entry.parts) == (order, SHOWTIME, tuple(wanted))
    related = answer.json()["relatedData"]
    assert [kind["id"] for kind in related["ticketTypes"]] == ["0002-0050"]
    assert [showtime["id"] for showtime in related["showtimes"]] == [SHOWTIME]


@pytest.mark.parametrize("seats", [None, []])
async def test_without_seats_the_office_finds_neighbours_near_the_middle(desk: Desk, seats: object) -> None:
    order = await desk.order()
    found = seats_of(await desk.put(order, [ticket(kind=CASH)] * 3, seats))
    columns = sorted(int(seat.split("_")[2]) for seat in found)
    assert columns == list(range(columns[0], columns[0] + 3))
    assert len({seat.split("_")[1] for seat in found}) == 1
    assert 10 <= columns[0] <= 18


async def test_wheelchair_places_are_given_only_to_those_who_ask(desk: Desk) -> None:
    plan = desk.sandbox.vista.office.showtime(SHOWTIME).screen.plan
    assert plan is not None
    kept = [seat.id for seat in plan.seats.values() if seat.type in ("Wheelchair", "Companion")]
    for _ in range(60):
        order = await desk.order()
        found = seats_of(await desk.put(order, [ticket(kind=CASH)] * 2))
        assert not set(found) & set(kept)
    shown = await availability(desk, order)
    asked = next(seat for seat in kept if shown[seat] == "Available")
    assert seats_of(await desk.put(order, [ticket(kind=CASH)], [asked])) == [asked]


async def test_setting_replaces_and_frees_what_was_there(desk: Desk) -> None:
    order = await desk.order()
    first, second, third = (await free_seats(desk, order))[:3]
    await desk.put(order, [ticket(kind=CASH)] * 2, [first, second])
    answer = await desk.put(order, [ticket(kind=CASH)] * 2, [second, third])
    assert seats_of(answer) == [second, third]
    assert desk.sandbox.vista.held_seats == {SHOWTIME: (second, third)}
    other = await desk.order()
    assert (await desk.put(other, [ticket(kind=CASH)], [first])).status_code == 200
    assert seats_of(await desk.put(order, [], [])) == []
    assert (await desk.get(f"/orders/{order}"))["order"]["showtimes"] == []
    assert desk.sandbox.vista.held_seats == {SHOWTIME: (first,)}


async def test_a_refusal_leaves_everything_as_it_was(desk: Desk) -> None:
    order = await desk.order()
    mine, theirs = (await free_seats(desk, order))[:2]
    await desk.put(order, [ticket(kind=CASH)], [mine])
    other = await desk.order()
    await desk.put(other, [ticket(kind=CASH)], [theirs])
    before = (await desk.get(f"/orders/{order}"))["order"]
    answer = await desk.put(order, [ticket(kind=CASH)] * 2, [mine, theirs])
    assert (answer.status_code, answer.json()["title"]) == (400, "SeatsUnavailable")
    assert (await desk.get(f"/orders/{order}"))["order"] == before


@pytest.mark.parametrize(
    ("tickets", "seats", "title"),
    [
        ([ticket(kind=CASH)], ["9_9_9"], "Seats invalid"),
        ([ticket(kind=CASH)] * 2, ["1_8_5", "1_8_5"], "Seats invalid"),
        ([ticket(kind=CASH)] * 2, ["1_8_5"], "Seats and tickets differ"),
        ([], ["1_8_5"], "Seats and tickets differ"),
        ([ticket(kind=CASH)], ["2_1_3"], "Area category mismatch"),
        ([ticket(kind="0002-0011")], ["1_8_5"], "Area category mismatch"),
        ([ticket(kind=CASH)], ["1_1_5"], "SeatsUnavailable"),
        ([ticket(kind=CASH)], ["1_1_6"], "SeatsUnavailable"),
        ([{"ticketTypeId": CASH, "seat": "1_8_5"}], [], "Bad Request"),
        ([CASH], [], "Bad Request"),
        (CASH, [], "Bad Request"),
        ([ticket(kind=CASH)], [1], "Bad Request"),
    ],
)
async def test_what_cannot_be_set_together(desk: Desk, tickets: object, seats: object, title: str) -> None:
    """1_1_5 is kept for the house; 1_1_6 has a status that nobody has heard of."""
    answer = await desk.put(await desk.order(), tickets, seats)
    assert (answer.status_code, answer.json()["title"]) == (400, title)
    assert desk.sandbox.vista.held_seats == {}


async def test_tickets_of_both_areas_get_seats_of_both(desk: Desk) -> None:
    order = await desk.order()
    tickets = [ticket(kind=CASH), ticket(await desk.voucher(order), PREMIUM)]
    found = seats_of(await desk.put(order, tickets))
    assert sorted(seat[0] for seat in found) == ["1", "2"]


async def test_where_the_office_does_not_allocate_seats_must_be_chosen(desk: Desk) -> None:
    small = next(
        s for s in desk.sandbox.vista.office.programme.on_sale(frozenset({"0002"}), desk.clock.now())
        if not s.screen.auto and not s.is_sold_out
    )  # fmt: skip
    order = await desk.order()
    refused = await desk.put(order, [ticket(kind=CASH)], showtime=small.id)
    assert (refused.status_code, refused.json()["title"]) == (400, "SeatsUnavailable")
    free = [s for s, status in (await availability(desk, order, small.id)).items() if status == "Available"]
    chosen = [seat for seat in free if seat.startswith("2_")][:1]
    assert seats_of(await desk.put(order, [ticket(kind=CASH)], chosen, small.id)) == chosen


async def test_where_seats_lie_apart_the_office_finds_one_and_not_two(desk: Desk) -> None:
    apart = find(desk, scattered=True)
    order = await desk.order()
    assert (await desk.put(order, [ticket(kind=CASH)] * 2, showtime=apart.id)).json()["title"] == "SeatsUnavailable"
    assert (await desk.put(order, [ticket(kind=CASH)], showtime=apart.id)).status_code == 200


async def test_a_sold_out_showtime_is_told_and_refused(desk: Desk) -> None:
    full = find(desk, is_sold_out=True)
    order = await desk.order()
    refused = await desk.put(order, [ticket(kind=CASH)], showtime=full.id)
    assert (refused.status_code, refused.json()["title"]) == (400, "Showtime sold out")
    told = await desk.get(f"/orders/{order}/showtimes/{full.id}/seat-availability")
    assert told["isSoldOut"] is True
    assert "Available" not in {seat["status"] for seat in told["seatAvailabilities"]}


async def test_where_seats_are_not_allocated_none_may_be_sent(desk: Desk) -> None:
    order = await desk.order()
    assert await availability(desk, order, OPEN_AIR) == {}
    refused = await desk.put(order, [ticket(kind=CASH)], ["1_1_7"], OPEN_AIR)
    assert (refused.status_code, refused.json()["title"]) == (400, "Seats not allocated")
    answer = await desk.put(order, [ticket(kind=CASH)], [], OPEN_AIR)
    assert (answer.status_code, seats_of(answer)) == (200, [])


async def test_no_ticket_for_a_showtime_that_began_long_ago_or_elsewhere(desk: Desk) -> None:
    order = await desk.order()
    abroad = await desk.put(order, [ticket(kind="0003-0001")], showtime="0003-9101")
    assert abroad.json()["title"] == "Showtime of another site"
    desk.clock.move(3600)
    late = await desk.put(await desk.order(), [ticket(kind=CASH)])
    assert (late.status_code, late.json()["title"]) == (400, "Showtime unavailable")
    assert (await desk.put(await desk.order(), [], showtime="0002-1")).status_code == 404


async def test_the_availability_lags_behind_by_two_seconds_both_ways(desk: Desk) -> None:
    order = await desk.order()
    desk.clock.move(10)
    (seat, *_) = await free_seats(desk, order)
    await desk.put(order, [ticket(kind=CASH)], [seat])
    seen = []
    for _ in range(3):
        seen.append((await availability(desk, order))[seat])
        desk.clock.move(1)
    other = await desk.order()
    await desk.http.delete(f"/orders/{order}")
    for _ in range(3):
        seen.append((await availability(desk, other))[seat])
        desk.clock.move(1)
    assert seen == ["Available", "Available", "Held", "Held", "Held", "Available"]
    assert (await desk.put(other, [ticket(kind=CASH)], [seat])).status_code == 200


async def test_a_seat_that_was_just_taken_looks_free_and_is_refused(desk: Desk) -> None:
    first, second = await desk.order(), await desk.order()
    (seat, *_) = await free_seats(desk, first)
    await desk.put(first, [ticket(kind=CASH)], [seat])
    assert (await availability(desk, second))[seat] == "Available"
    assert (await desk.put(second, [ticket(kind=CASH)], [seat])).json()["title"] == "SeatsUnavailable"


async def test_the_lag_is_a_rule_of_the_tenant_and_sold_is_sold(clock: FakeClock) -> None:
    async with opened(clock, Rules(lag_s=0)) as desk:
        order = await desk.sold()
        other = await desk.order()
        shown = await availability(desk, other)
        (line,) = (await desk.get(f"/orders/completed/{order}"))["order"]["showtimes"]
        assert shown[line["seats"][0]["seatId"]] == "Sold"
        assert {"Available", "Sold", "House", "Broken", "Distanced"} <= set(shown.values())
