"""The log of what is decided: enough to follow a ticket, nothing to make one of."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

import pytest

from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.events import Decided, SourceLost
from kiosk.domain.verdict import Admit, Reason, Refuse, Verdict
from kiosk.station.viewers import Trace

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
CODE = "!1|SECRETTICKET12345"


def decided(verdict: Verdict, code: str = CODE) -> Decided:
    return Decided(AT, "0123456789abcdef", "Gate A", "camera", Code(code), verdict, elapsed_ms=23.4, office_ms=20.9)


def test_a_ticket_is_known_again_and_cannot_be_made(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk")
    trace = Trace()
    trace.tell(decided(Admit((Booking("X749G9", product="Cruise"),))))
    trace.tell(decided(Refuse(Reason.ALREADY_REDEEMED)))
    trace.tell(decided(Refuse(Reason.NOT_FOUND), "ANOTHER12345"))
    Trace().tell(decided(Refuse(Reason.NOT_FOUND)))
    first, again, other, next_run = [re.findall(r"code=([0-9a-f]{8}) ", line)[0] for line in caplog.messages]
    assert first == again
    assert len({first, other, next_run}) == 3
    assert "action=decide scan=01234567 lane='Gate A' source='camera'" in caplog.messages[0]
    assert "outcome=admit grade=confirmed reason=- repeat=0 elapsed_ms=23 office_ms=21" in caplog.messages[0]
    assert not re.search("SECRET|TICKET|X749G9|Cruise", caplog.text)


def test_a_scanner_that_is_lost_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    Trace().tell(SourceLost(AT, "camera", "unplugged"))
    assert caplog.messages == ["action=source_lost source='camera' why='unplugged'"]


def test_nothing_is_said_of_a_scan_where_only_warnings_are_wanted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "kiosk")
    Trace().tell(decided(Refuse(Reason.NOT_FOUND)))
    assert caplog.messages == []
