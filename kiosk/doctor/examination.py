"""One examination, from the configuration to the last device: what is asked side by side, and what rests on what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.config import Settings, find_file, journal_path, load, socket_path
from kiosk.device.clock import SystemClock
from kiosk.doctor import doors_open, engine, machine, offices, pins, record, scanners, signals
from kiosk.domain.clock import ClockState
from kiosk.domain.errors import ConfigError
from kiosk.domain.offline import OfflineAdmission
from kiosk.domain.readiness import Finding, Part, Report, Standing, in_order
from kiosk.ports import Clock


@dataclass(frozen=True, slots=True)
class DoorsOpen:
    """Ask for the doors-open test: with the card played, or held before the scanner of that name. `say` asks for it."""

    source: str = ""
    say: Callable[[str], None] = lambda words: None


async def examine(path: Path | None = None, clock: Clock | None = None, doors: DoorsOpen | None = None) -> Report:
    """Look at everything that the configuration names. Raises nothing for what is wrong: that is a finding.

    A configuration that cannot be used is told, and the machine is examined as if nothing were configured.
    """
    clock = clock or SystemClock()
    findings, settings = _configuration(path)
    asked = await engine.ask(socket_path(settings))
    findings += await _examined(settings, clock, asked)
    if doors is not None:
        findings += await _tested(settings, clock, asked.status is not None, doors)
    return Report(clock.now(), settings.kiosk.lane, in_order(findings))


async def _tested(settings: Settings, clock: Clock, is_running: bool, doors: DoorsOpen) -> list[Finding]:
    """The devices of an engine that runs are its own: the card is then read by it, and the signals are left alone."""
    source = next((one for one in settings.sources if one.name == doors.source), None)
    if not doors.source:
        found = await doors_open.played(settings, clock)
    elif source is None:
        names = ", ".join(one.name for one in settings.sources)
        what = f"no scanner has the name {doors.source}"
        return [Finding(Part.DOORS_OPEN, "card", Standing.FAILED, what, f"configured are {names}")]
    elif is_running:
        found = await doors_open.held_before_engine(source.name, socket_path(settings), doors.say)
    else:
        found = await doors_open.held(source, settings, clock, doors.say)
    return found if is_running else [*found, *await asyncio.to_thread(doors_open.shown, settings)]


async def _examined(settings: Settings, clock: Clock, asked: engine.Asked) -> Sequence[Finding]:
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
        pins.pins(settings),
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
