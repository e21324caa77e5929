"""The day's list: found by every code, as the office would find it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kiosk.domain.listing import ListedCode
from kiosk.journal.daylist import SqliteDayList
from tests.fakes import NOON
from tests.journal.daylist.lists import TOWER, fill, found
from tests.listings import TODAY, TOMORROW, listed


async def test_a_booking_is_found_by_its_voucher_and_its_reference_whole(day_list: SqliteDayList) -> None:
    one = listed("b1", option="Upper deck", all_day=True)
    await fill(day_list, one, listed("b2"))
    assert await found(day_list, "code-b1") == (one.booking,)
    assert await found(day_list, "REFB1") == (one.booking,)


async def test_a_tickets_own_code_finds_the_booking_reduced_to_it(day_list: SqliteDayList) -> None:
    one = listed("b1")
    await fill(day_list, one)
    for code in ("ticket-b1-2", "b1-2"):
        assert await found(day_list, code) == (replace(one.booking, units=one.booking.units[1:2]),)


async def test_a_code_shared_by_a_package_finds_all_of_it(day_list: SqliteDayList) -> None:
    shared = ListedCode("package")
    package = [replace(listed(uuid), codes=(shared,)) for uuid in ("b1", "b2", "b3")]
    await fill(day_list, *package)
    assert await found(day_list, "package") == tuple(one.booking for one in package)


async def test_two_tickets_under_one_code_are_found_together(day_list: SqliteDayList) -> None:
    one = listed("b1")
    await fill(day_list, replace(one, codes=(ListedCode("pair", (0,)), ListedCode("pair", (2,)))))
    [pair] = await found(day_list, "pair")
    assert [unit.reference for unit in pair.units] == ["b1-1", "b1-3"]


async def test_a_used_tickets_stamp_is_its_own(day_list: SqliteDayList) -> None:
    at = NOON - timedelta(hours=1)
    one = listed("b1")
    units = (replace(one.booking.units[0], redeemed_at=at), *one.booking.units[1:])
    await fill(day_list, replace(one, booking=replace(one.booking, units=units)))
    [used], [unused], [whole] = [await found(day_list, c) for c in ("ticket-b1-1", "ticket-b1-2", "code-b1")]
    assert (used.status, used.redeemed_at) == ("REDEEMED", at)
    assert (unused.status, unused.redeemed_at) == ("CONFIRMED", None)
    assert (whole.status, whole.redeemed_at) == ("CONFIRMED", None)


async def test_what_forbids_the_party_forbids_each_ticket(day_list: SqliteDayList) -> None:
    await fill(
        day_list,
        listed("b1", status="CANCELLED"),
        listed("b2", status="REDEEMED", redeemed_at=NOON),
        replace(listed("b3"), unit_statuses=("CONFIRMED", "NO_SHOW", "")),
    )
    assert [b.status for b in await found(day_list, "ticket-b1-1")] == ["CANCELLED"]
    assert [(b.status, b.redeemed_at) for b in await found(day_list, "ticket-b2-1")] == [("REDEEMED", NOON)]
    statuses = [(await found(day_list, f"ticket-b3-{place}"))[0].status for place in (1, 2, 3)]
    assert statuses == ["CONFIRMED", "NO_SHOW", "CONFIRMED"]


async def test_a_short_code_of_two_suppliers_is_one_suppliers(day_list: SqliteDayList) -> None:
    river = listed("b1", status="CANCELLED")
    tower = listed("b9", supplier=TOWER)
    shared = (ListedCode("X749G9"),)
    await fill(day_list, replace(river, codes=shared))
    await fill(day_list, replace(tower, codes=shared), supplier=TOWER)
    assert await found(day_list, "X749G9") == (tower.booking,)
    await fill(day_list, replace(listed("b1"), codes=shared))
    assert await found(day_list, "X749G9") == (listed("b1").booking,)


@pytest.mark.parametrize("code", ["", "CODE-B1", "code-b1 ", "code-b", "\udc9b", "x" * 5000])
async def test_only_the_exact_code_is_found(day_list: SqliteDayList, code: str) -> None:
    await fill(day_list, listed("b1"))
    assert await found(day_list, code) == ()


async def test_a_booking_without_a_time_is_for_the_day_that_it_was_listed_for(day_list: SqliteDayList) -> None:
    undated = listed("b1", starts_at=None, ends_at=None)
    await fill(day_list, undated, day=TOMORROW)
    [one] = await found(day_list, "code-b1")
    here = datetime.combine(TODAY, datetime.min.time()).astimezone() + timedelta(hours=12)
    assert not one.is_for(here)
    assert one.is_for(here + timedelta(days=1))
    assert one.all_day


async def test_search_finds_by_the_beginning_of_a_reference_or_by_a_whole_code(day_list: SqliteDayList) -> None:
    bookings = [listed(f"b{n}", reference=reference) for n, reference in enumerate(["X749G9", "X74AAA", "Y749G9"])]
    await fill(day_list, *(replace(b, codes=(*b.codes, ListedCode(f"VOUCHER-{n}"))) for n, b in enumerate(bookings)))
    for text, references in {
        "x74": ["X749G9", "X74AAA"],
        " X749G9 ": ["X749G9"],
        "749": [],
        "VOUCHER-2": ["Y749G9"],
        "VOUCHER": [],
        "x7": [],
        "%%%": [],
        "\udc9bX7": [],
        "x" * 5000: [],
    }.items():
        assert [b.reference for b in await day_list.search(text)] == references, text


async def test_times_keep_the_products_own_offset(day_list: SqliteDayList) -> None:
    at = datetime.fromisoformat("2026-11-21T23:30:00+13:00")
    await fill(day_list, listed("b1", starts_at=at, ends_at=None))
    [one] = await found(day_list, "code-b1")
    assert one.starts_at is not None
    assert one.starts_at.utcoffset() == timedelta(hours=13)
    assert one.local_date == date(2026, 11, 21)
    assert one.starts_at == at
