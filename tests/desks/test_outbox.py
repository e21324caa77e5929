"""The outbox: what is owed is paid in order, at the office's pace, and nothing is asked for that nobody promised."""

from __future__ import annotations

import pytest

from kiosk.desks.outbox import BELIEVED_AFTER
from kiosk.domain.attempt import Intended, Mode, Outcome, Owed, Parked, Settled, Told
from kiosk.domain.events import AttemptSettled, OwedChanged
from kiosk.domain.verdict import Admit, Doubt
from tests.desks.gate import Gate
from tests.fakes import CODE, Fault, booking


@pytest.fixture
def gate() -> Gate:
    gate = Gate()
    gate.office.add(CODE, booking())
    return gate


async def owe(gate: Gate, count: int) -> list[str]:
    """So many guests let in without the office, one second apart; the references of their bookings."""
    for number in range(count):
        name, code = f"g{number}", f"GUEST-{number}"
        gate.office.add(code, booking(name))
        now = gate.clock.now()
        begun = Intended(now, name, "Gate A", Mode.REDEEM, code, "River Cruises", (booking(name),), asks=False)
        told = Told(now, name, "Gate A", "test", code, "admit", name)
        await gate.journal.append(begun, Owed(now, name, Doubt.OFFLINE), told)
        gate.clock.move(1.0)
    return [f"REFG{number}" for number in range(count)]


def paid(gate: Gate) -> list[str]:
    """The references that were settled, in that order."""
    settled = (event for event in gate.listener.events if isinstance(event, AttemptSettled))
    return [event.references[0] for event in settled]


def counts(gate: Gate) -> list[int]:
    return [event.count for event in gate.listener.events if isinstance(event, OwedChanged)]


async def test_while_the_office_is_known_to_be_away_nobody_is_asked(gate: Gate) -> None:
    gate.outbox.is_away = lambda: True
    await owe(gate, 3)
    await gate.wait(90)
    assert gate.office.requests == []
    assert counts(gate) == [3]


async def test_once_it_is_back_everybody_is_paid_at_once_and_in_the_order_of_the_door(gate: Gate) -> None:
    references = await owe(gate, 5)
    gate.office.always = Fault.OFFLINE
    await gate.wait(200)  # their pauses have grown long, each from another moment
    gate.office.always = Fault.NONE
    gate.outbox.office_is_back()
    await gate.outbox.round()
    assert paid(gate) == references
    assert counts(gate)[-1] == 0


async def test_an_outage_in_the_middle_of_a_round_ends_it(gate: Gate) -> None:
    await owe(gate, 5)
    gate.office.look_up_faults = [Fault.NONE, Fault.DROPPED]
    away = False

    def fall_silent(route: str) -> None:
        nonlocal away
        away = len(gate.office.requests) > 2

    gate.office.on_request = fall_silent
    gate.outbox.is_away = lambda: away
    await gate.outbox.round()
    assert gate.office.requests == ["look_up", "redeem", "look_up"]


async def test_an_office_that_says_too_many_is_asked_nothing_more_for_as_long_as_it_says(gate: Gate) -> None:
    references = await owe(gate, 5)
    gate.office.look_up_faults = [Fault.RATE_LIMITED]
    pause_s = await gate.outbox.round()
    assert pause_s == pytest.approx(5.0)
    await gate.wait(4)
    assert gate.office.requests == ["look_up"]
    await gate.wait(2)
    assert paid(gate) == references


async def test_how_much_is_left_is_told_while_much_is_paid(gate: Gate) -> None:
    await owe(gate, 200)  # an answer takes 20 ms
    await gate.outbox.round()
    assert counts(gate)[-1] == 0
    assert len(counts(gate)) > 5
    assert counts(gate) == sorted(counts(gate), reverse=True)


async def test_an_office_that_denies_a_ticket_once_is_asked_again(gate: Gate) -> None:
    """It is being started, or a proxy spoke for it. Nobody need settle that by hand."""
    await owe(gate, 1)
    known = gate.office.codes.pop("GUEST-0")
    await gate.outbox.round()
    gate.office.codes["GUEST-0"] = known
    await gate.wait(5)
    assert not [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert [uuid for uuid, _ in gate.office.books] == ["g0"]


async def test_an_office_that_goes_on_denying_a_ticket_is_believed(gate: Gate) -> None:
    await owe(gate, 1)
    del gate.office.codes["GUEST-0"]
    await gate.wait(20)
    [parked] = [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert parked.conflict
    assert gate.office.requests == ["look_up"] * BELIEVED_AFTER


async def test_a_redemption_that_is_declined_is_a_conflict_at_once(gate: Gate) -> None:
    """Asked again, it could be taken for ours when another gate redeems it meanwhile."""
    await owe(gate, 1)
    gate.office.redeem_faults = [Fault.REFUSED]
    await gate.outbox.round()
    [parked] = [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert parked.conflict
    assert gate.office.books == []


async def test_a_lost_request_is_not_forgotten_because_the_office_once_denies_the_ticket(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE]
    await gate.scan()
    gate.clock.move(40)
    known = gate.office.codes.pop(CODE)
    await gate.outbox.round()
    gate.office.codes[CODE] = known
    verdict = await gate.scan()
    assert isinstance(verdict, Admit)
    assert verdict.recovered


async def test_a_no_while_an_earlier_request_may_still_arrive_is_no_conflict(gate: Gate) -> None:
    await owe(gate, 1)
    gate.office.redeem_faults = [Fault.LATE, Fault.REFUSED]
    await gate.wait(60)
    assert not [entry for entry in gate.journal.entries if isinstance(entry, Parked)]
    assert [entry.outcome for entry in gate.journal.entries if isinstance(entry, Settled)] == [Outcome.OURS]
    assert len(gate.office.books) == 1


async def test_the_outbox_never_redeems_for_a_guest_who_was_sent_aside(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.DROPPED]
    await gate.scan()
    await gate.wait(60)
    assert gate.office.books == []
    settled = [entry for entry in gate.journal.entries if isinstance(entry, Settled)]
    assert [entry.outcome for entry in settled] == [Outcome.VOID]


async def test_an_attempt_is_not_given_up_while_its_request_may_still_arrive(gate: Gate) -> None:
    gate.office.redeem_faults = [Fault.DROPPED]
    await gate.scan()
    await gate.wait(20)
    assert len(await gate.journal.open_attempts()) == 1


async def test_one_row_that_fails_does_not_block_the_others(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.office.add("SECOND", booking("b2"))
    gate.office.redeem_faults = [Fault.LOST, Fault.LOST]
    gate.office.look_up_faults = [Fault.NONE, Fault.OFFLINE, Fault.NONE, Fault.OFFLINE]
    await gate.scan()
    await gate.scan("SECOND")
    look_up = gate.office.look_up

    async def poisoned(code: str, *, within_s: float, supplier: str = "") -> object:
        if code == CODE:
            raise RuntimeError("a row that breaks the program")
        return await look_up(code, within_s=within_s, supplier=supplier)

    monkeypatch.setattr(gate.office, "look_up", poisoned)
    await gate.wait(3)
    assert [attempt.code for attempt in await gate.journal.open_attempts()] == [CODE]
