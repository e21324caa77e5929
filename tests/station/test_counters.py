"""The counters of a station: a voucher that the gate refused is offered, and taken along by its scan's name."""

from __future__ import annotations

import asyncio

import pytest

from kiosk.desks.intake import Lane
from kiosk.domain.code import Code
from kiosk.domain.events import Decided, Event, Scan
from kiosk.domain.verdict import Admit, Doubt, Reason, Refuse, Undecided, Verdict
from kiosk.domain.voucher_events import AtCounter, OpenCounter, VoucherOffered
from kiosk.station.counters import OFFERED_FOR_S, Counters
from tests.desks.vouchers_fake import Cinema
from tests.fakes import CODE

FIRST = "ADTMM0000111"


class Ear:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)

    @property
    def offered(self) -> list[str]:
        return [event.scan_id for event in self.events if isinstance(event, VoucherOffered)]


@pytest.fixture
def cinema() -> Cinema:
    return Cinema()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def counters(cinema: Cinema, ear: Ear) -> Counters:
    lanes = [Lane(name, None, ear, cinema.clock, 5.0, lambda: "id") for name in ("Gate", "Desk")]
    return Counters(cinema.desk, lanes, ear, cinema.clock)


def said(cinema: Cinema, text: str, verdict: Verdict, **more: str) -> Decided:
    return Decided(cinema.clock.now(), "scan-1", "Gate", more.get("source", "camera"), Code(text), verdict)


async def served(counters: Counters, cinema: Cinema, ear: Ear) -> AtCounter:
    """What the desk's counter has come to, with all it was asked."""
    counter = counters._counters["Desk"]
    await counter.finish()
    await asyncio.wait_for(counter.run(), 5)
    return next(event for event in reversed(ear.events) if isinstance(event, AtCounter) and event.lane == "Desk")


@pytest.mark.parametrize("verdict", [Refuse(Reason.NOT_FOUND), Refuse(Reason.NO_OFFICE), Undecided(Doubt.OFFLINE)])
async def test_a_voucher_that_the_gate_has_refused_is_taken_to_any_counter(
    counters: Counters, cinema: Cinema, ear: Ear, verdict: Verdict
) -> None:
    counters.tell(said(cinema, FIRST, verdict))
    assert ear.offered == ["scan-1"]
    counters.ask(OpenCounter("Desk", "scan-1"), "Desk")
    assert (await served(counters, cinema, ear)).waiting == ("…0111",)


async def test_an_offer_does_not_stand_for_ever(counters: Counters, cinema: Cinema, ear: Ear) -> None:
    counters.tell(said(cinema, FIRST, Refuse(Reason.NOT_FOUND)))
    cinema.clock.move(OFFERED_FOR_S + 1)
    counters.ask(OpenCounter("Desk", "scan-1"), "Desk")
    assert (await served(counters, cinema, ear)).waiting == ()


@pytest.mark.parametrize(
    ("text", "verdict", "source"),
    [
        (FIRST, Admit(()), "camera"),
        (CODE, Refuse(Reason.NOT_FOUND), "camera"),
        (FIRST, Refuse(Reason.NOT_FOUND), "search"),
    ],
)
def test_what_was_admitted_or_is_no_voucher_is_not_offered(
    counters: Counters, cinema: Cinema, ear: Ear, text: str, verdict: Verdict, source: str
) -> None:
    counters.tell(said(cinema, text, verdict, source=source))
    assert ear.offered == []


def test_a_lane_at_the_gate_keeps_its_scans(counters: Counters, cinema: Cinema) -> None:
    at_the_gate, at_the_desk = (Scan(FIRST, "camera", cinema.clock.now(), lane) for lane in ("Gate", "Desk"))
    assert not counters.takes(at_the_desk)
    counters.ask(OpenCounter("Desk"), "Desk")
    assert counters.takes(at_the_desk)
    assert not counters.takes(at_the_gate)


def test_without_a_voucher_desk_there_are_none(cinema: Cinema, ear: Ear) -> None:
    counters = Counters(None, [], ear, cinema.clock)
    counters.tell(said(cinema, FIRST, Refuse(Reason.NOT_FOUND)))
    counters.ask(OpenCounter("Desk"), "Desk")
    assert not counters.takes(Scan(FIRST, "camera", cinema.clock.now(), "Desk"))
    assert (counters.snapshot(), ear.events) == ((), [])
