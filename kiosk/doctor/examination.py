"""One examination, from the configuration to the last device: what is asked side by side, and what rests on what."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from kiosk.config import Settings, find_file, journal_path, load, socket_path
from kiosk.device.clock import SystemClock
from kiosk.doctor import engine, machine, offices, record, scanners, signals
from kiosk.domain.clock import ClockState
from kiosk.domain.errors import ConfigError
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.readiness import Finding, Part, Report, Standing, in_order
from kiosk.ports import Clock


async def examine(path: Path | None = None, clock: Clock | None = None) -> Report:
    """Look at everything that the configuration names. Raises nothing for what is wrong: that is a finding.

    A configuration that cannot be used is told, and the machine is examined as if nothing were configured.
    """
    clock = clock or SystemClock()
    findings, settings = _configuration(path)
    findings += await _examined(settings, clock)
    return Report(clock.now(), settings.kiosk.lane, in_order(findings))


async def _examined(settings: Settings, clock: Clock) -> Sequence[Finding]:
    asked = await engine.ask(socket_path(settings))
    status = asked.status
    told, found, heard, written = await asyncio.gather(
        _offices(settings, clock),
        scanners.scanners(settings.sources, status),
        asyncio.to_thread(signals.signals, settings, status),
        asyncio.to_thread(machine.disk, journal_path(settings).parent),
    )
    return (
        asked.finding,
        written,
        record.record(journal_path(settings), status),
        machine.clock(clock, told.ahead, ClockState(status.clock) if status and status.clock else None),
        *told.findings,
        *_lists(settings, clock),
        *found,
        *heard,
    )


def _configuration(path: Path | None) -> tuple[list[Finding], Settings]:
    try:
        file = path or find_file()
        settings = load(file)
        socket_path(settings)
    except ConfigError as error:
        bad = [_said(Standing.FAILED, str(problem)) for problem in error.problems]
        return bad, Settings()
    found = [_said(Standing.OK, f"{file}, lane {settings.kiosk.lane}, mode {settings.kiosk.mode.value}")]
    if file.stat().st_mode & 0o002:
        found.append(_said(Standing.NOTE, f"everybody on this machine can change {file}", f"chmod 640 {file}"))
    return found, settings


def _said(standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.CONFIGURATION, "", standing, what, advice)


async def _offices(settings: Settings, clock: Clock) -> offices.Asked:
    asking = []
    if settings.octo is not None:
        asking.append(offices.octo(settings.octo, clock))
    if settings.vista is not None:
        asking.append(offices.vista(settings.vista, clock))
    if not asking:
        what = "none is configured"
        return offices.Asked((Finding(Part.OFFICE, "", Standing.FAILED, what, "fill in [octo] in the configuration"),))
    told = await asyncio.gather(*asking)
    ahead = next((one.ahead for one in told if one.ahead is not None), None)
    return offices.Asked(tuple(finding for one in told for finding in one.findings), ahead)


def _lists(settings: Settings, clock: Clock) -> list[Finding]:
    """Only where guests may be admitted by it."""
    if settings.octo is None or OfflineAdmission(settings.offline.admit) is OfflineAdmission.NEVER:
        return []
    names = tuple(supplier.name for supplier in settings.octo.suppliers)
    oldest = timedelta(hours=settings.offline.oldest_h)
    return record.day_lists(journal_path(settings), names, oldest, clock.now())
