"""The day's list against the sandbox: what it says of a code is what the office would have said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.desks import prefetch
from kiosk.domain.attempt import Mode
from kiosk.domain.reply import Done, Found
from kiosk.sandbox import FAULTS, Sandbox
from kiosk.sandbox.octo.bookings import Booking as Kept
from tests.contract.listing import REFRESH_S, DaysList, as_listed, days_list
from tests.fakes import FakeClock
from tests.listings import RIVER, TODAY

WITHIN_S = 10.0
BOOKINGS = 250
"""Makes four pages together with the sandbox's own."""


@pytest.fixture
async def lists(tmp_path: Path) -> AsyncIterator[DaysList]:
    clock = FakeClock()
    async with Sandbox(clock=clock) as sandbox, days_list(sandbox, clock, tmp_path) as one:
        yield one


def codes_of(kept: Kept) -> set[str]:
    """Everything that is printed on a booking and its tickets. An office that sends null for it cannot list it."""
    barcodes = {kept.code, *(ticket.code for ticket in kept.tickets)} if kept.shape != "nulls" else set()
    references = {kept.reference, kept.reseller_reference or "", *(ticket.reference for ticket in kept.tickets)}
    if kept.shape == "nulls":
        references.discard(kept.reseller_reference or "")
    return (barcodes | references) - {""}


def is_of_today(kept: Kept) -> bool:
    return kept.local_date == TODAY


async def test_every_code_of_every_booking_of_today_finds_what_a_look_up_finds(lists: DaysList) -> None:
    await lists.fetch()
    compared = 0
    # A package may hold an open-dated booking, too, which no day's pages list.
    of_today = {kept.uuid for supplier in lists.sandbox.keys for kept in lists.kept(supplier) if is_of_today(kept)}
    for supplier in lists.sandbox.keys:
        for kept in lists.kept(supplier):
            for code in codes_of(kept) if is_of_today(kept) else ():
                live = await lists.office.look_up(code, within_s=WITHIN_S, supplier=supplier)
                assert isinstance(live, Found)
                expected = [as_listed(booking) for booking in live.bookings if booking.uuid in of_today]
                found = list(await lists.found(code))
                if kept.shape == "nulls":  # no times are sent: the list knows the day by its own question
                    assert [(b.reference, b.units, b.local_date) for b in found] == [
                        (b.reference, b.units, TODAY) for b in expected
                    ]
                else:
                    assert sorted(found, key=lambda b: b.uuid) == sorted(expected, key=lambda b: b.uuid), kept.reference
                compared += 1
    assert compared > 200


async def test_what_is_for_no_day_or_for_another_is_not_on_todays_list(lists: DaysList) -> None:
    await lists.fetch()
    freesale, yesterday = lists.sandbox.samples["freesale"], lists.sandbox.samples["yesterday"]
    assert await lists.found(freesale.code) == ()
    assert await lists.found(yesterday.code) == ()
    [tomorrow] = await lists.found(lists.sandbox.samples["tomorrow"].code)
    assert tomorrow.local_date == TODAY + timedelta(days=1)


async def test_2500_bookings_come_in_pages(tmp_path: Path) -> None:
    clock = FakeClock()
    async with Sandbox(clock=clock, bookings=2500) as sandbox, days_list(sandbox, clock, tmp_path) as lists:
        assert await lists.round() == REFRESH_S
        state = await lists.state()
        today = sum(map(is_of_today, lists.kept()))
        assert (state.bookings, state.expected, state.complete) == (today, today, True)
        assert today > 2500
        assert lists.pages_asked() == -(-today // 100) + 1  # and one for tomorrow
        for code in sandbox.bulk[::50]:
            [found] = await lists.found(code)
            assert found.supplier == RIVER
            assert found.units


SAID_TWICE = {"drop_before", "truncated", "lost"}
"""A connection that breaks while reading is tried again at once, so these must strike twice."""


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if not fault.writes and fault.name != "slow"])
async def test_a_page_that_fails_is_asked_for_again_and_none_is_lost(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetch, "PAGE_WITHIN_S", 1.0 if name == "drip" else WITHIN_S)
    clock = FakeClock()
    async with Sandbox(clock=clock, bookings=BOOKINGS) as sandbox, days_list(sandbox, clock, tmp_path) as lists:
        sandbox.faults.plan(name, "GET /octo/bookings", after=2, times=2 if name in SAID_TWICE else 1)
        pause_s = await lists.round()
        assert pause_s != REFRESH_S
        state = await lists.state()
        assert (state.bookings, state.complete) == (200, False)
        clock.move(pause_s)
        assert await lists.round() == REFRESH_S
        state = await lists.state()
        assert state.complete
        assert state.bookings == state.expected == sum(map(is_of_today, lists.kept()))
        for code in sandbox.bulk:
            assert await lists.found(code), code


async def test_too_many_requests_are_waited_out_as_long_as_the_office_says(lists: DaysList) -> None:
    lists.sandbox.faults.plan("rate_limited", "GET /octo/bookings", seconds=17)
    assert await lists.round() == 17
    asked = lists.pages_asked()
    lists.clock.move(16)
    assert 0 < await lists.round() < 17
    assert lists.pages_asked() == asked
    lists.clock.move(2)
    assert await lists.round() == REFRESH_S


async def test_a_restart_in_the_middle_asks_for_no_page_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    async with Sandbox(clock=clock, bookings=BOOKINGS) as sandbox:
        async with days_list(sandbox, clock, tmp_path) as lists:
            sandbox.faults.plan("error_500", "GET /octo/bookings", after=2)
            await lists.round()
            assert (await lists.state()).bookings == 200
        before = sandbox.books.requests["GET /octo/bookings"]
        async with days_list(sandbox, clock, tmp_path) as lists:
            assert [s.complete for s in await lists.day_list.states()] == [False]
            assert await lists.round() == REFRESH_S
            state = await lists.state()
            assert state.complete
            changes, third, fourth, tomorrow = 1, 1, 1, 1
            assert lists.pages_asked() - before == changes + third + fourth * (state.bookings > 300) + tomorrow


# ── what changes ──


async def test_what_is_redeemed_and_taken_back_at_the_office_is_so_on_the_list(lists: DaysList) -> None:
    await lists.fetch()
    sample = lists.sandbox.samples["party"]
    statuses = []
    live = await lists.office.look_up(sample.code, within_s=WITHIN_S)
    assert isinstance(live, Found)
    for act in ("redeem", "cancel"):
        lists.clock.move(60)
        if act == "redeem":
            assert isinstance(await lists.office.redeem(live.bookings, Mode.REDEEM, within_s=WITHIN_S), Done)
        else:
            assert isinstance(await lists.office.cancel(live.bookings, no_show=False, within_s=WITHIN_S), Done)
        lists.clock.move(REFRESH_S)
        assert await lists.round() == REFRESH_S
        for code in (sample.code, lists.sandbox.samples["party-ticket-2"].code):
            now = await lists.office.look_up(code, within_s=WITHIN_S)
            assert isinstance(now, Found)
            found = await lists.found(code)
            assert found == tuple(as_listed(booking) for booking in now.bookings)
            statuses.append(found[0].status)
    assert statuses == ["REDEEMED", "REDEEMED", "CONFIRMED", "CONFIRMED"]
    assert [e.action for e in lists.sandbox.books.of(sample.references[0])] == ["redeem", "unredeem"]


async def test_one_ticket_of_a_party_redeemed_leaves_the_others_good(lists: DaysList) -> None:
    await lists.fetch()
    ticket = lists.sandbox.samples["party-ticket-1"]
    live = await lists.office.look_up(ticket.code, within_s=WITHIN_S)
    assert isinstance(live, Found)
    await lists.office.redeem(live.bookings, Mode.REDEEM, within_s=WITHIN_S)
    lists.clock.move(REFRESH_S)
    await lists.round()
    statuses = [(await lists.found(lists.sandbox.samples[f"party-ticket-{n}"].code))[0].status for n in (1, 2, 3)]
    assert statuses == ["REDEEMED", "CONFIRMED", "CONFIRMED"]


async def test_cancelled_moved_new_and_open_dated_bookings_come_with_the_changes(lists: DaysList) -> None:
    await lists.fetch()
    cancelled, moved, freesale = (lists.sandbox.samples[name] for name in ("good-1", "good-2", "freesale"))
    lists.clock.move(REFRESH_S)
    for kept in lists.kept():
        if kept.uuid in (*cancelled.uuids, *moved.uuids, *freesale.uuids):
            kept.updated_at = lists.clock.now()
        if kept.uuid in cancelled.uuids:
            kept.status = "CANCELLED"
        if kept.uuid in moved.uuids and kept.starts_at is not None:
            kept.starts_at += timedelta(days=40)
    assert await lists.round() == REFRESH_S
    assert [b.status for b in await lists.found(cancelled.code)] == ["CANCELLED"]
    assert await lists.found(moved.code) == ()
    [open_dated] = await lists.found(freesale.code)
    assert open_dated.is_for(lists.clock.now() + timedelta(days=3))
    state = await lists.state()
    assert state.complete
    assert state.as_of is not None
    assert lists.clock.now() - state.as_of < timedelta(seconds=10)


async def test_lists_of_all_suppliers_are_told_as_they_grow(lists: DaysList) -> None:
    await lists.fetch()
    assert {(one.supplier, one.day, one.complete) for one in lists.told[-1]} == {
        (supplier, (TODAY + timedelta(days=day)).isoformat(), True) for supplier in lists.sandbox.keys for day in (0, 1)
    }


# ── searching ──


async def test_a_guest_without_a_barcode_is_found_by_reference_e_mail_or_mobile(lists: DaysList) -> None:
    [booking] = [kept for kept in lists.kept() if kept.reference == lists.sandbox.samples["good-1"].references[0]]
    texts = {
        "reference": booking.reference,
        "email": f"guest-{booking.reference.lower()}@example.com",
        "mobile": f"+447700900{int(booking.uuid[:4], 16) % 1000:03}",
    }
    for by, text in texts.items():
        reply = await lists.office.search(by, text, within_s=WITHIN_S)  # type: ignore[arg-type]
        assert isinstance(reply, Found)
        assert booking.uuid in [one.uuid for one in reply.bookings], by
        assert "Nobody" not in repr(reply)
    assert await lists.office.search("email", "nobody@example.com", within_s=WITHIN_S) == Found(())


async def test_the_list_finds_the_same_guest_by_the_beginning_of_the_reference(lists: DaysList) -> None:
    await lists.fetch()
    reference = lists.sandbox.samples["good-1"].references[0]
    assert reference in [one.reference for one in await lists.day_list.search(reference[:3].lower())]
