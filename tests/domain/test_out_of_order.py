"""When a gate is out of order, and by which code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.events import OfficeStatus, SourceStatus
from kiosk.domain.out_of_order import LEAST_DISK_BYTES, Fault, Seen, fault_of
from kiosk.link.fault_words import advice, on_a_terminal, what_is_wrong

CAMERA, SERIAL = SourceStatus("camera", "camera"), SourceStatus("serial", "serial")
RIVER, MUSEUM = OfficeStatus("River", up=True), OfficeStatus("Museum", up=True)
WELL = Seen(True, LEAST_DISK_BYTES, (CAMERA, SERIAL), False, (RIVER, MUSEUM), True)

LOST = replace(CAMERA, up=False)
REFUSED = replace(RIVER, up=False, warning="not_authorised")


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (WELL, None),
        (replace(WELL, journal_ok=False), Fault.RECORD),
        (replace(WELL, disk_bytes=LEAST_DISK_BYTES - 1), Fault.DISK),
        (replace(WELL, disk_bytes=None), None),
        (replace(WELL, sources=(LOST, SERIAL)), None),
        (replace(WELL, sources=(LOST,)), Fault.SCANNERS),
        (replace(WELL, sources=(LOST,), reads_keyboard=True), None),
        (replace(WELL, sources=()), None),
        (replace(WELL, offices=(REFUSED, MUSEUM)), None),
        (replace(WELL, offices=(REFUSED,)), Fault.KEYS),
        (replace(WELL, offices=(replace(RIVER, up=False, warning="offline"),)), None),
        (replace(WELL, offices=(), has_desk=False), Fault.NO_OFFICE),
        (replace(WELL, journal_ok=False, disk_bytes=0, sources=(LOST,)), Fault.RECORD),
    ],
)
def test_what_keeps_everybody_out(seen: Seen, fault: Fault | None) -> None:
    assert fault_of(seen) == fault


@pytest.mark.parametrize("fault", Fault)
def test_every_code_has_words_and_is_in_them(fault: Fault) -> None:
    assert what_is_wrong(fault)
    assert advice(fault).endswith(fault)
    assert f"OUT OF ORDER  {fault}" in on_a_terminal(fault)
