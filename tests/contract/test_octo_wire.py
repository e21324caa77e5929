"""Our OCTO office against the sandbox, over real HTTP: what we say happened is what its books say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.device.clock import SystemClock
from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.gate import Policy, Proceed, weigh
from kiosk.domain.reply import Declined, Done, Failed, Found, RedeemReply
from kiosk.domain.verdict import Choose, Doubt, Refuse
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.offices.octo.standing import NOT_GRANTED, TEST_ENVIRONMENT
from kiosk.ports import Clock
from kiosk.sandbox import FAULTS, Sandbox
from tests.fakes import FakeClock

WITHIN_S = 10.0
SHORT_S = 0.3
HARBOUR = "Harbour Museum"


@asynccontextmanager
async def gate(
    clock: Clock | None = None, *, only: str = "", use_credentials: bool = True, **options: Any
) -> AsyncIterator[tuple[Sandbox, OctoOffice]]:
    """A sandbox and an office of all its suppliers, or of one, at noon of a fixed day."""
    clock = clock or FakeClock()
    async with Sandbox(clock=clock, **options) as sandbox:
        keys = [SupplierKey(name, SecretStr(key)) for name, key in sandbox.keys.items() if only in ("", name)]
        office = OctoOffice(sandbox.base_url, keys, clock=clock, use_credentials=use_credentials)
        try:
            yield sandbox, office
        finally:
            await office.aclose()


async def look_up(office: OctoOffice, code: str) -> tuple[Booking, ...]:
    found = await office.look_up(code, within_s=WITHIN_S)
    assert isinstance(found, Found), found
    return found.bookings


def applied(sandbox: Sandbox) -> int:
    return sandbox.books.count("redeem")


# ── every ticket ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("use_credentials", [True, False], ids=["credentials", "every key"])
async def test_every_ticket_is_found_as_what_it_is(use_credentials: bool) -> None:
    clock = FakeClock()
    async with gate(clock, use_credentials=use_credentials) as (sandbox, office):
        for name, sample in sandbox.samples.items():
            bookings = await look_up(office, sample.code)
            decision = weigh(bookings, Policy(), clock.now())
            expected = {"admit": Proceed, "choose": Choose, "refuse": Refuse}[sample.outcome]
            assert isinstance(decision, expected), (name, decision)
            if isinstance(decision, Refuse):
                assert decision.reason == sample.reason, name
            elif isinstance(decision, Proceed):
                assert sum(b.pax for b in decision.bookings) == sample.pax, name
            assert {b.reference for b in bookings} >= set(sample.references), name
            assert {b.supplier for b in bookings} <= {sample.supplier}, name
        assert applied(sandbox) == 0, "a look-up applies nothing"


@pytest.mark.parametrize("mode", list(Mode))
async def test_every_ticket_that_may_come_in_is_redeemed_once(mode: Mode) -> None:
    async with gate() as (sandbox, office):
        for name in ("good-1", "ticket-1", "family", "package", "freesale", "minimal", "nulls"):
            before = applied(sandbox)
            bookings = await look_up(office, sandbox.samples[name].code)
            open_ = tuple(booking for booking in bookings if booking.redeemable)
            assert open_, name
            reply = await office.redeem(open_, mode, within_s=WITHIN_S)
            assert isinstance(reply, Done), (name, reply)
            assert [b.reference for b in reply.bookings] == [b.reference for b in open_], name
            assert not any(b.redeemable for b in reply.bookings), name
            assert applied(sandbox) - before == len(open_), name
            again = await look_up(office, sandbox.samples[name].code)
            assert not any(b.redeemable for b in again), name
        assert sandbox.books.asked("/validate" if mode is Mode.REDEEM else "/redeem") == 0, "never both"


@pytest.mark.parametrize("on_unknown", ["empty", "not_found", "invalid_uuid", "bad_request"])
@pytest.mark.parametrize("only", ["", HARBOUR], ids=["two suppliers", "one supplier"])
async def test_an_unknown_code_is_not_ours_however_the_office_says_it(on_unknown: str, only: str) -> None:
    async with gate(on_unknown=on_unknown, only=only, use_credentials=False) as (sandbox, office):
        assert await look_up(office, sandbox.samples["unknown"].code) == ()


@pytest.mark.parametrize("on_bad_code", ["none", "before", "rest"])
async def test_of_an_array_with_one_bad_code_the_books_and_we_agree(on_bad_code: str) -> None:
    async with gate(on_bad_code=on_bad_code) as (sandbox, office):
        good = [(await look_up(office, sandbox.samples[f"good-{n}"].code))[0] for n in (1, 2)]
        bad = Booking("BAD", redemption_code="no such code", supplier=good[0].supplier)
        assert good[0].supplier == good[1].supplier
        reply = await office.redeem([good[0], bad, good[1]], Mode.REDEEM, within_s=WITHIN_S)
        assert not isinstance(reply, Failed)
        done = {b.reference for b in reply.bookings if not b.redeemable} if isinstance(reply, Done) else set()
        really = {entry.reference for entry in sandbox.books.entries if entry.action == "redeem"}
        assert done == really or isinstance(reply, Declined), "a refusal is followed by a look-up"


# ── every fault ─────────────────────────────────────────────────────────────────────────────────────

REDEEMING: dict[str, tuple[type[RedeemReply], Doubt | None, bool]] = {
    "refuse": (Declined, None, False),
    "slow": (Failed, Doubt.NO_ANSWER, True),
    "late": (Failed, Doubt.NO_ANSWER, True),
    "drop_before": (Failed, Doubt.NO_ANSWER, True),
    "lost": (Failed, Doubt.NO_ANSWER, True),
    "lost_garbage": (Failed, Doubt.OFFICE_ERROR, True),
    "rate_limited": (Failed, Doubt.RATE_LIMITED, False),
    "error_500": (Failed, Doubt.OFFICE_ERROR, True),
    "error_503": (Failed, Doubt.OFFICE_ERROR, True),
    "garbage": (Failed, Doubt.OFFICE_ERROR, True),
    "truncated": (Failed, Doubt.NO_ANSWER, True),
    "cut_json": (Failed, Doubt.OFFICE_ERROR, True),
    "wrong_shape": (Done, None, False),
    "error_in_200": (Declined, None, False),
    "unauthorised": (Failed, Doubt.NOT_AUTHORISED, False),
    "forbidden": (Failed, Doubt.NOT_AUTHORISED, False),
    "not_found": (Declined, None, False),
    "drip": (Failed, Doubt.NO_ANSWER, True),
}
"""What we make of a redemption that is struck by a fault, and whether we hold that it may have been applied."""

LOOKING_UP: dict[str, Doubt | None] = {
    "slow": Doubt.NO_ANSWER,
    "drop_before": Doubt.NO_ANSWER,
    "rate_limited": Doubt.RATE_LIMITED,
    "error_500": Doubt.OFFICE_ERROR,
    "error_503": Doubt.OFFICE_ERROR,
    "garbage": Doubt.OFFICE_ERROR,
    "truncated": Doubt.NO_ANSWER,
    "cut_json": Doubt.OFFICE_ERROR,
    "wrong_shape": None,
    "unauthorised": Doubt.NOT_AUTHORISED,
    "forbidden": Doubt.NOT_AUTHORISED,
    "drip": Doubt.NO_ANSWER,
}
"""The doubt of a look-up that is struck every time; None where it is answered all the same."""


def test_no_fault_is_left_out() -> None:
    assert set(REDEEMING) == set(FAULTS)
    assert set(LOOKING_UP) | {"error_in_200", "not_found"} == {f.name for f in FAULTS.values() if not f.writes}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("mode", list(Mode))
async def test_a_redemption_is_asked_once_and_never_called_unapplied_when_it_was(fault: str, mode: Mode) -> None:
    async with gate(SystemClock()) as (sandbox, office):
        bookings = await look_up(office, sandbox.samples["freesale"].code)
        sandbox.faults.plan(fault, mode.value, times=None)
        reply = await office.redeem(bookings, mode, within_s=SHORT_S if fault in ("slow", "late", "drip") else WITHIN_S)
        kind, doubt, may_have_applied = REDEEMING[fault]
        assert isinstance(reply, kind), reply
        if isinstance(reply, Failed):
            assert (reply.doubt, reply.may_have_applied) == (doubt, may_have_applied)
        assert sandbox.books.asked(f"/redemption/{mode}") == 1, "a write is never repeated"
        if isinstance(reply, Done):
            assert applied(sandbox) == 1
        elif not may_have_applied:
            assert applied(sandbox) == 0


@pytest.mark.parametrize(("fault", "doubt"), LOOKING_UP.items())
async def test_a_look_up_that_fails_is_a_doubt_and_never_not_found(fault: str, doubt: Doubt | None) -> None:
    async with gate(SystemClock(), use_credentials=False) as (sandbox, office):
        sandbox.faults.plan(fault, "lookup", times=None)
        reply = await office.look_up(sandbox.samples["freesale"].code, within_s=SHORT_S)
        if doubt is None:
            assert isinstance(reply, Found)
            assert reply.bookings
        else:
            assert isinstance(reply, Failed), reply
            assert (reply.doubt, reply.may_have_applied) == (doubt, False)


@pytest.mark.parametrize("fault", sorted(name for name, fault in FAULTS.items() if not fault.writes))
async def test_a_credentials_endpoint_in_trouble_costs_no_guest_the_entry(fault: str) -> None:
    async with gate(SystemClock()) as (sandbox, office):
        sandbox.faults.plan(fault, "credentials", times=None)
        bookings = await office.look_up(sandbox.samples["freesale"].code, within_s=2.0)
        assert isinstance(bookings, Found)
        assert bookings.bookings


async def test_a_look_up_whose_connection_was_dropped_is_asked_once_more() -> None:
    async with gate(only="River Cruises") as (sandbox, office):
        sandbox.faults.plan("drop_before", "lookup")
        assert await look_up(office, sandbox.samples["good-1"].code)
        assert sandbox.books.asked("/redemption/lookup") == 2


# ── what the office applies ─────────────────────────────────────────────────────────────────────────


async def test_a_key_that_may_not_redeem_and_one_forced_to_test_are_told() -> None:
    async with gate(without_redemption=["River Cruises"], forces_test=[HARBOUR]) as (_, office):
        problems = {probe.supplier: probe.problem for probe in await office.probe()}
    assert problems == {"River Cruises": NOT_GRANTED, HARBOUR: TEST_ENVIRONMENT}


async def test_a_probe_of_a_healthy_office() -> None:
    async with gate() as (_, office):
        for probe in await office.probe():
            assert probe.is_ready, probe
            assert (probe.says, probe.grants_redemption, probe.env) == (probe.supplier, True, "live")
