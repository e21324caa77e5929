"""Undo against the sandbox, from the desk to its books: taken back once, or known not to be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.desks.undo import UndoDesk
from kiosk.device.clock import SystemClock
from kiosk.domain.reply import Declined, Done, Found
from kiosk.domain.undo import UndoDone, UndoRefusal, UndoRefused, UndoResult, UndoUnknown
from kiosk.domain.verdict import Admit, Reason, Refuse
from kiosk.sandbox import FAULTS, Sandbox
from tests.faults.real_gate import RealGate, real_gate

UNDO = "DELETE /octo/redemption/redeem"
NO_SHOW = "POST /octo/redemption/noshow"


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[RealGate]:
    async with Sandbox() as sandbox, real_gate(sandbox, tmp_path, timeout_s=2.0) as one:
        yield one


async def undo(gate: RealGate, name: str) -> UndoResult:
    desk = UndoDesk(
        gate.office, gate.office, gate.journal, SystemClock(), gate.desk.turns, timedelta(minutes=5), timeout_s=2.0
    )
    return await desk.undo(gate.sandbox.samples[name].code, lane="Gate A", by="Supervisor", why="wrong party")


def actions(gate: RealGate, name: str) -> list[str]:
    return [e.action for e in gate.sandbox.books.entries if e.subject in gate.sandbox.samples[name].uuids]


@pytest.mark.parametrize("name", ["good-1", "party", "party-ticket-2", "minimal"])
async def test_a_redemption_taken_back_is_taken_back_in_the_books_and_good_again(gate: RealGate, name: str) -> None:
    code = gate.sandbox.samples[name].code
    assert isinstance(await gate.scan(code), Admit)
    assert isinstance(await undo(gate, name), UndoDone)
    assert actions(gate, name) == ["redeem", "unredeem"]
    [redeemed, unredeemed] = gate.sandbox.books.entries
    assert redeemed.parts == unredeemed.parts
    assert isinstance(await gate.scan(code), Admit)
    assert actions(gate, name) == ["redeem", "unredeem", "redeem"]


@pytest.mark.parametrize("name", [f.name for f in FAULTS.values() if f.applied and f.name not in ("slow", "late")])
async def test_an_undo_whose_answer_is_lost_is_looked_up_and_never_sent_again(gate: RealGate, name: str) -> None:
    await gate.scan(gate.sandbox.samples["good-1"].code)
    gate.sandbox.faults.plan(name, UNDO)
    assert isinstance(await undo(gate, "good-1"), UndoDone)
    assert actions(gate, "good-1") == ["redeem", "unredeem"]
    assert gate.sandbox.books.asked(UNDO) == 1


@pytest.mark.parametrize("name", ["drop_before", "error_500", "error_503", "garbage", "rate_limited", "unauthorised"])
async def test_an_undo_that_never_arrived_leaves_the_ticket_used_and_may_be_tried_again(
    gate: RealGate, name: str
) -> None:
    await gate.scan(gate.sandbox.samples["good-1"].code)
    gate.sandbox.faults.plan(name, UNDO)
    assert isinstance(await undo(gate, "good-1"), UndoUnknown)
    assert actions(gate, "good-1") == ["redeem"]
    verdict = await gate.scan(gate.sandbox.samples["good-1"].code)
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED
    assert isinstance(await undo(gate, "good-1"), UndoDone)
    assert actions(gate, "good-1") == ["redeem", "unredeem"]


async def test_the_offices_no_is_told_with_its_words(gate: RealGate) -> None:
    await gate.scan(gate.sandbox.samples["good-1"].code)
    gate.sandbox.faults.plan("refuse", UNDO)
    refused = await undo(gate, "good-1")
    assert isinstance(refused, UndoRefused)
    assert refused.refusal is UndoRefusal.DECLINED
    assert refused.note == "This cannot be redeemed"
    assert actions(gate, "good-1") == ["redeem"]


async def test_a_guest_who_did_not_come_is_marked_so_once(gate: RealGate) -> None:
    code = gate.sandbox.samples["good-1"].code
    found = await gate.office.look_up(code, within_s=5)
    assert isinstance(found, Found)
    marked = await gate.office.cancel(found.bookings, no_show=True, within_s=5)
    assert isinstance(marked, Done)
    assert [booking.status for booking in marked.bookings] == ["NO_SHOW"]
    assert actions(gate, "good-1") == ["noshow"]
    assert gate.sandbox.books.asked(NO_SHOW) == 1
    verdict = await gate.scan(code)
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.NO_SHOW


async def test_several_are_taken_back_together(gate: RealGate) -> None:
    sample = gate.sandbox.samples["package"]
    found = await gate.office.look_up(sample.code, within_s=5)
    assert isinstance(found, Found)
    open_ = tuple(booking for booking in found.bookings if booking.redeemable)
    assert isinstance(await gate.scan(sample.code, chosen=open_), Admit)
    taken_back = await gate.office.cancel(open_, no_show=False, within_s=5)
    assert isinstance(taken_back, Done)
    assert [booking.redeemed_at for booking in taken_back.bookings] == [None, None]
    assert actions(gate, "package").count("unredeem") == 2
    assert gate.sandbox.books.asked(UNDO) == 1
    assert isinstance(await gate.office.cancel(open_, no_show=False, within_s=5), Declined)
