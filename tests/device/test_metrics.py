"""The figures: what the feed tells, as Prometheus reads it, and to nobody beyond this machine."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.device.metrics import ADDRESS, Metrics
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.errors import SignalError
from kiosk.domain.events import Decided, ListStatus, OfficeStatus, SourceLost, SourceStatus, Status
from kiosk.domain.verdict import Admit, Doubt, Grade, Reason, Refuse, Undecided, Verdict

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
PARTY = Booking("X749G9", product="Cruise", units=(UnitItem("u1", "Adult"), UnitItem("u2", "Child")))


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    made = Metrics(0, lambda: AT + timedelta(minutes=5))
    made.start()
    yield made
    made.close()


def fetched(metrics: Metrics) -> str:
    with urllib.request.urlopen(f"http://{ADDRESS}:{metrics.port}/metrics", timeout=30) as reply:
        text: bytes = reply.read()
    return text.decode()


def figures(metrics: Metrics) -> dict[str, float]:
    lines = [line for line in fetched(metrics).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def decided(verdict: Verdict, *, repeat: bool = False, office_ms: float = 30.0) -> Decided:
    code = Code("SECRETTICKET12345")
    return Decided(
        AT, "s1", "Gate A", "camera", code, verdict, repeat=repeat, supplier="River", elapsed_ms=40, office_ms=office_ms
    )


def test_scans_and_verdicts_are_counted_by_outcome_grade_and_reason(metrics: Metrics) -> None:
    metrics.tell(decided(Admit((PARTY,))))
    metrics.tell(decided(Admit((PARTY,)), repeat=True))
    metrics.tell(decided(Admit((PARTY,), Grade.PROVISIONAL), office_ms=0))
    metrics.tell(decided(Refuse(Reason.NOT_FOUND)))
    metrics.tell(decided(Undecided(Doubt.OFFLINE)))
    found = figures(metrics)
    assert found['kiosk_scans_total{lane="Gate A",source="camera"}'] == 5
    assert found['kiosk_verdicts_total{grade="confirmed",outcome="admit",reason=""}'] == 1
    assert found['kiosk_verdicts_total{grade="provisional",outcome="admit",reason=""}'] == 1
    assert found['kiosk_verdicts_total{grade="",outcome="refuse",reason="not_found"}'] == 1
    assert found['kiosk_verdicts_total{grade="",outcome="undecided",reason="offline"}'] == 1
    assert found['kiosk_guests_total{lane="Gate A"}'] == 4
    assert found['kiosk_office_seconds_bucket{le="0.05",supplier="River"}'] == 3
    assert found['kiosk_office_seconds_bucket{le="0.025",supplier="River"}'] == 0
    assert found["kiosk_scan_seconds_count"] == 4


def test_where_things_stand(metrics: Metrics) -> None:
    lists = (ListStatus("River", "2026-11-21", 120, as_of=AT),)
    metrics.tell(
        Status(
            AT,
            ("Gate A",),
            "redeem",
            (OfficeStatus("River", up=True), OfficeStatus("Museum", up=False)),
            (SourceStatus("camera", "camera", up=False),),
            owed=3,
            oldest_owed_at=AT - timedelta(minutes=1),
            parked=1,
            clock="holdover",
            lists=lists,
        )
    )
    metrics.tell(SourceLost(AT, "camera", "unplugged"))
    found = figures(metrics)
    assert (found["kiosk_owed"], found["kiosk_owed_oldest_seconds"], found["kiosk_parked"]) == (3, 360, 1)
    assert found['kiosk_office_up{supplier="River"}'] == 1
    assert found['kiosk_office_up{supplier="Museum"}'] == 0
    assert found['kiosk_source_up{source="camera"}'] == 0
    assert found['kiosk_source_losses_total{source="camera"}'] == 1
    assert found['kiosk_list_age_seconds{day="2026-11-21",supplier="River"}'] == 300
    assert (found["kiosk_clock_trusted"], found["kiosk_journal_ok"]) == (0.5, 1)
    metrics.tell(Status(AT, ("Gate A",), "redeem"))
    assert not [name for name in figures(metrics) if "2026-11-21" in name]


def test_no_code_no_reference_and_no_name_is_told(metrics: Metrics) -> None:
    metrics.tell(decided(Admit((PARTY,))))
    text = fetched(metrics)
    assert not re.search("SECRET|12345|X749G9|Cruise", text)


def test_a_port_that_is_taken_is_told(metrics: Metrics) -> None:
    with pytest.raises(SignalError, match=f"port {metrics.port} cannot be used"):
        Metrics(metrics.port, lambda: AT).start()


def test_the_process_is_among_the_figures(metrics: Metrics) -> None:
    assert figures(metrics)["kiosk_process_resident_memory_bytes"] > 1 << 20


def test_how_many_tickets_a_camera_was_shown_and_read_at_once(metrics: Metrics) -> None:
    sources = (SourceStatus("camera", "camera", shown=9, first_reads=7), SourceStatus("wedge", "wedge"))
    metrics.tell(Status(AT, ("Gate A",), "redeem", (), sources))
    found = figures(metrics)
    assert found['kiosk_tickets_shown{source="camera"}'] == 9
    assert found['kiosk_tickets_read_at_first{source="camera"}'] == 7
    assert 'kiosk_tickets_shown{source="wedge"}' not in found
