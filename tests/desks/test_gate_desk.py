"""The gate desk: what a guest is told, and what really happened."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kiosk.domain.attempt import Entry, Intended, Mode, Owed, Settled, Told
from kiosk.domain.errors import JournalError
from kiosk.domain.gate import Policy
from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, Reason, Refuse, Undecided
from tests.desks.gate import TIMEOUT_S, Gate
from tests.fakes import CODE, NOON, Fault, booking


@pytest.fixture
def gate() -> Gate:
    gate = Gate()
    gate.office.add(CODE, booking())
    return gate


async def test_a_good_ticket_is_redeemed_and_admitted(gate: Gate) -> None:
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert (verdict.grade, verdict.recovered, verdict.bookings[0].pax) == (Grade.CONFIRMED, False, 3)
    assert verdict.bookings[0].redeemed_at is not None
    assert [uuid for uuid, _ in gate.office.books] == ["b1"]


async def test_the_intent_is_durable_before_the_request_leaves(gate: Gate) -> None:
    seen: list[list[type[Entry]]] = []
    gate.office.on_request = lambda route: seen.append([type(entry) for entry in gate.journal.entries])
    await gate.scan()
    assert seen == [[], [Intended]]
    assert [type(entry) for entry in gate.journal.entries] == [Intended, Settled, Told]


async def test_a_second_guest_with_the_same_ticket_hears_when_and_where_it_was_used(gate: Gate) -> None:
    await gate.scan(lane="Gate B")
    gate.clock.move(120)
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED
    assert verdict.use is not None
    assert verdict.use.lane == "Gate B"
    assert verdict.use.seconds_ago == pytest.approx(120, abs=1)


async def test_used_at_another_gate_tells_the_time_and_no_lane(gate: Gate) -> None:
    gate.office.redeem_elsewhere("b1")
    gate.clock.move(60)
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.use is not None
    assert (verdict.use.at, verdict.use.lane) == (NOON, None)
    assert gate.office.books == []


async def test_an_unknown_code_is_not_found(gate: Gate) -> None:
    assert await gate.scan("X749G9") == Refuse(Reason.NOT_FOUND)


# ── lost answers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.ERROR_APPLIED])
@pytest.mark.parametrize("skew_s", [0, 3600, -3600])
async def test_a_lost_answer_is_looked_up_and_recognised(gate: Gate, fault: Fault, skew_s: int) -> None:
    gate.office.skew = timedelta(seconds=skew_s)
    gate.office.redeem_faults = [fault]
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered
    assert gate.office.requests == ["look_up", "redeem", "look_up"]  # and never posted again


async def test_a_request_that_never_arrived_is_owed_and_the_next_scan_admits(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.DROPPED]
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert (verdict.doubt, verdict.owed) == (Doubt.NO_ANSWER, True)
    assert [type(entry) for entry in gate.journal.entries] == [Intended, Owed, Told]
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert len(gate.office.books) == 1


async def test_a_request_carried_out_late_is_recognised_at_the_next_scan(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.LATE]
    assert isinstance(await gate.scan(), Undecided)
    gate.clock.move(10)
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered
    assert gate.office.requests.count("redeem") == 1


async def test_a_late_one_that_crosses_the_second_request_is_still_ours(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.LATE]
    await gate.scan()
    gate.clock.move(1.9)  # the late request is carried out between the second look-up and the second request
    gate.office.on_request = lambda route: gate.clock.move(1.0) if route == "look_up" else None
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert len(gate.office.books) == 1


async def test_when_the_look_up_is_lost_too_the_outbox_finds_out_and_the_guest_is_admitted_once(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    assert isinstance(await gate.scan(), Undecided)
    await gate.wait(3)
    assert (await gate.journal.open_attempts()) == ()
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered
    again = await gate.scan()
    assert isinstance(again, Refuse)
    assert again.reason is Reason.ALREADY_REDEEMED


async def test_what_the_journal_knows_admits_without_the_office(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    await gate.scan()
    await gate.wait(3)
    gate.office.always = Fault.OFFLINE
    assert isinstance(await gate.scan(), Admit)
    again = await gate.scan()
    assert isinstance(again, Refuse)
    assert again.reason is Reason.ALREADY_REDEEMED


async def test_somebody_elses_use_outside_our_request_is_refused(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.DROPPED]
    await gate.scan()
    gate.clock.move(60)
    gate.office.redeem_elsewhere("b1")
    gate.clock.move(60)
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED


async def test_a_no_to_one_request_is_not_the_end_while_an_earlier_one_may_arrive(gate: Gate) -> None:
    """Found by the property test: the first request was carried out after the second had been declined."""
    gate.office.redeem_faults = [Fault.LATE, Fault.REFUSED]
    assert isinstance(await gate.scan(), Undecided)
    assert isinstance(await gate.scan(), Refuse)
    await gate.wait(10)
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered
    assert len(gate.office.books) == 1


async def test_a_definite_no_is_never_taken_for_our_own_doing(gate: Gate) -> None:
    """Another gate was a moment faster: the time of its redemption lies inside the window of our request."""
    gate.office.on_request = lambda route: gate.office.redeem_elsewhere("b1") if route == "redeem" else None
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED


@pytest.mark.parametrize(
    ("fault", "doubt"),
    [(Fault.OFFLINE, Doubt.OFFLINE), (Fault.RATE_LIMITED, Doubt.RATE_LIMITED), (Fault.FORBIDDEN, Doubt.NOT_AUTHORISED)],
)
async def test_a_request_that_surely_did_nothing_leaves_nothing_owed(gate: Gate, fault: Fault, doubt: Doubt) -> None:
    gate.office.redeem_faults = [fault]
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert (verdict.doubt, verdict.owed) == (doubt, False)
    assert await gate.journal.open_attempts() == ()
    assert isinstance(await gate.scan(), Admit)


async def test_a_200_that_shows_nothing_done_admits_nobody(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.EMPTY_DONE]
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.doubt is Doubt.OFFICE_ERROR
    assert gate.office.books == []


async def test_a_refusal_of_a_booking_that_still_looks_good_is_told_with_the_offices_words(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.REFUSED]
    verdict = await gate.scan()
    assert isinstance(verdict, Refuse)
    assert (verdict.reason, verdict.bookings[0].office_note) == (Reason.NOT_REDEEMABLE, "not now")


@pytest.mark.parametrize("faults", [[Fault.OFFLINE], [Fault.NONE, Fault.OFFLINE]])
async def test_no_scan_takes_longer_than_the_time_allowed(gate: Gate, faults: list[Fault]) -> None:
    gate.office.look_up_faults = faults
    gate.office.redeem_faults = [Fault.DROPPED]
    began = gate.clock.monotonic()
    await gate.scan()
    assert gate.clock.monotonic() - began <= TIMEOUT_S


# ── choices ──────────────────────────────────────────────────────────────────────────────────────────


async def test_staff_choose_and_the_chosen_are_redeemed_together(gate: Gate) -> None:
    one, two, three = booking("p1"), booking("p2"), booking("p3", redeemable=False, status="REDEEMED", redeemed_at=NOON)
    gate.office.add("PACKAGE", one, two, three)
    verdict = await gate.scan("PACKAGE")
    assert isinstance(verdict, Choose)
    assert gate.office.books == []
    verdict = await gate.scan("PACKAGE", chosen=(one, two))
    assert isinstance(verdict, Admit)
    assert [b.uuid for b in verdict.bookings] == ["p1", "p2"]
    assert gate.office.requests.count("redeem") == 1


async def test_only_what_was_chosen_is_redeemed(gate: Gate) -> None:
    one, two = booking("p1"), booking("p2")
    gate.office.add("PACKAGE", one, two)
    await gate.scan("PACKAGE", chosen=(two,))
    assert [uuid for uuid, _ in gate.office.books] == ["p2"]


async def test_a_choice_that_was_overtaken_is_refused_and_not_replaced(gate: Gate) -> None:
    one, two = booking("p1"), booking("p2")
    gate.office.add("PACKAGE", one, two)
    gate.office.redeem_elsewhere("p1")
    verdict = await gate.scan("PACKAGE", chosen=(one,))
    assert isinstance(verdict, Refuse)
    assert gate.office.books == []


async def test_an_answer_lost_for_several_is_recognised_for_each(gate: Gate) -> None:
    one, two = booking("p1"), booking("p2")
    gate.office.add("PACKAGE", one, two)
    gate.office.redeem_faults = [Fault.LOST]
    verdict = await gate.scan("PACKAGE", chosen=(one, two))
    assert isinstance(verdict, Admit)
    assert {b.uuid for b in verdict.bookings} == {"p1", "p2"}


async def test_a_redemption_lets_in_one_guest_though_two_attempts_could_have_made_it(gate: Gate) -> None:
    """Found by the property test: part of a package owed, then the whole of it redeemed, then scanned again."""
    one, two = booking("p1"), booking("p2")
    gate.office.add("PACKAGE", one, two)
    gate.office.redeem_faults = [Fault.DROPPED]
    assert isinstance(await gate.scan("PACKAGE", chosen=(one,)), Undecided)
    assert isinstance(await gate.scan("PACKAGE", chosen=(one, two)), Admit)
    assert isinstance(await gate.scan("PACKAGE", chosen=(one,)), Refuse)
    await gate.wait(40)
    assert await gate.journal.open_attempts() == ()


# ── two guests of one party, two lanes ───────────────────────────────────────────────────────────────


async def test_an_owed_ticket_of_one_guest_does_not_stand_in_for_another_of_the_same_party(gate: Gate) -> None:
    whole = booking("party")
    one = booking("party", units=whole.units[:1], redemption_code="unit1")
    two = booking("party", units=whole.units[1:2], redemption_code="unit2")
    gate.office.add("UNIT-1", one)
    gate.office.redeem_faults = [Fault.DROPPED]
    assert isinstance(await gate.scan("UNIT-1"), Undecided)
    gate.office.add("UNIT-2", two)
    verdict = await gate.scan("UNIT-2")
    assert isinstance(verdict, Admit)
    assert len([entry for entry in gate.journal.entries if isinstance(entry, Intended)]) == 2


async def test_two_lanes_with_one_ticket_admit_once(gate: Gate) -> None:
    verdicts = await asyncio.gather(*(gate.scan(lane=lane) for lane in ("Gate A", "Gate B")))
    assert sorted(type(verdict).__name__ for verdict in verdicts) == ["Admit", "Refuse"]


@pytest.mark.parametrize("faults", [[], [Fault.LOST], [Fault.NONE, Fault.LOST], [Fault.LOST, Fault.LOST]])
async def test_two_lanes_with_two_codes_of_one_booking_admit_once(gate: Gate, faults: list[Fault]) -> None:
    gate.office.codes["REFB1"] = ("b1",)
    gate.office.redeem_faults = faults
    verdicts = await asyncio.gather(gate.scan(lane="Gate A"), gate.scan("REFB1", lane="Gate B"))
    assert [isinstance(verdict, Admit) for verdict in verdicts] == [True, False]


async def test_the_other_lane_sees_a_verdict_only_once_it_is_durable(gate: Gate) -> None:
    """A disk may take longer than the office: a look-up must not overtake the record of what it shows."""
    gate.slow_the_disk_down()
    gate.office.codes["REFB1"] = ("b1",)
    verdicts = await asyncio.gather(gate.scan(lane="Gate A"), gate.scan("REFB1", lane="Gate B"))
    assert [type(verdict) for verdict in verdicts] == [Admit, Refuse]


# ── validate ─────────────────────────────────────────────────────────────────────────────────────────


async def test_validate_asks_the_office_even_about_a_used_ticket() -> None:
    gate = Gate(policy=Policy(mode=Mode.VALIDATE))
    gate.office.add(CODE, booking(redeemable=False, status="REDEEMED", redeemed_at=NOON))
    assert isinstance(await gate.scan(), Admit)
    assert gate.office.requests == ["look_up", "validate"]


async def test_a_lost_validation_of_a_used_ticket_cannot_be_known_and_is_not_owed() -> None:
    gate = Gate(policy=Policy(mode=Mode.VALIDATE))
    gate.office.add(CODE, booking(redeemable=False, status="REDEEMED", redeemed_at=NOON))
    gate.office.redeem_faults = [Fault.DROPPED]
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert not verdict.owed
    assert await gate.journal.open_attempts() == ()


# ── the journal fails ────────────────────────────────────────────────────────────────────────────────


async def test_without_a_journal_nothing_is_redeemed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*entries: Entry) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(gate.journal, "append", fail)
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.doubt is Doubt.JOURNAL_FAILED
    assert "redeem" not in gate.office.requests


async def test_an_outcome_that_cannot_be_written_admits_at_the_next_scan(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = gate.journal.append

    async def fail_after_intent(*entries: Entry) -> None:
        if not isinstance(entries[0], Intended):
            raise JournalError("disk full")
        await append(*entries)

    monkeypatch.setattr(gate.journal, "append", fail_after_intent)
    verdict = await gate.scan()
    assert isinstance(verdict, Undecided)
    assert verdict.doubt is Doubt.JOURNAL_FAILED
    assert len(gate.office.books) == 1
    monkeypatch.undo()
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered
