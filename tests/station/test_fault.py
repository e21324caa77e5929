"""A running engine says why it can serve nobody, and stops saying it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.domain.events import Status
from kiosk.domain.out_of_order import LEAST_DISK_BYTES
from kiosk.station import Station, station
from tests.fakes import Listener


class Faults(Listener):
    """Waits for what a status says of it."""

    async def until(self, fault: str) -> None:
        async with asyncio.timeout(30):
            while not any(isinstance(one, Status) and one.fault == fault for one in self.events):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        self.events.clear()


async def test_a_gate_without_an_office_and_with_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE_DIR", str(tmp_path))
    left = [LEAST_DISK_BYTES]
    monkeypatch.setattr(station, "free_bytes", lambda folder: left[0])
    faults, stop = Faults(), asyncio.Event()
    async with Station.open(Settings(), [faults]) as engine:
        serving = asyncio.create_task(engine.serve_until(stop))
        await faults.until("E07")
        left[0] = 0
        await faults.until("E05")
        left[0] = LEAST_DISK_BYTES
        await faults.until("E07")
        stop.set()
        await serving
