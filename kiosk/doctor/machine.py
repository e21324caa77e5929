"""This machine: room and speed of the disk that the record is on, and the clock."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from kiosk.device.clock_trust import ClockTrust
from kiosk.device.disk import free_bytes
from kiosk.domain.clock import ClockState
from kiosk.domain.out_of_order import LEAST_DISK_BYTES
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.ports import Clock

FEW_BYTES = 500 << 20
"""Some hundred thousand scans, and the system's own logs."""

SLOW_MS = 200.0
"""A guest waits for two of these writes."""


def disk(folder: Path) -> Finding:
    """Whether the folder of the record, or the one that it will be made in, can be written, and how much is left."""
    place = existing(folder)
    try:
        left = free_bytes(place) or 0
        took_ms = _write(place)
    except PermissionError:
        return _disk(Standing.FAILED, f"this user may not write in {place}", "run it as the kiosk's user")
    except OSError as error:
        why = (error.strerror or "fails").lower()
        return _disk(Standing.FAILED, f"{place} cannot be written: {why}", "make room, or look at the disk")
    what = f"{_bytes(left)} free, a durable write takes {took_ms:.1f} ms"
    if left < LEAST_DISK_BYTES:
        return _disk(Standing.FAILED, what, "make room: the record is about to fail")
    if left < FEW_BYTES:
        return _disk(Standing.NOTE, what, "make room before it runs full")
    if took_ms > SLOW_MS:
        return _disk(Standing.NOTE, what, "the memory card is slow or busy: guests wait for it")
    return _disk(Standing.OK, what)


def clock(now: Clock, office_ahead: timedelta | None, state: ClockState | None = None) -> Finding:
    """How far the clock is trusted: as the running engine says (`state`), else by what can be seen now."""
    state = state or ClockTrust(now, lambda: office_ahead).state()
    shown = f"{now.now().astimezone():%Y-%m-%d %H:%M:%S %Z}"
    match state:
        case ClockState.SYNCED:
            return Finding(Part.CLOCK, "", Standing.OK, f"{shown}, kept by the network")
        case ClockState.HOLDOVER:
            what = f"{shown}, not kept by the network now; near enough"
            return Finding(Part.CLOCK, "", Standing.NOTE, what, "`timedatectl` says more")
        case ClockState.UNTRUSTED:
            what = f"{shown}, and nobody vouches for it"
            if office_ahead is not None:
                what = f"{shown}, and the office's clock is {abs(office_ahead)} away from it".split(".")[0]
            return Finding(Part.CLOCK, "", Standing.FAILED, what, "set the clock, or connect the network")


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())


def _write(folder: Path) -> float:
    """Milliseconds for one small write that a pulled plug leaves alone. The file is gone afterwards."""
    file, name = tempfile.mkstemp(prefix=".kiosk-doctor-", dir=folder)
    try:
        began = time.perf_counter()
        os.write(file, bytes(4096))
        os.fsync(file)
        return (time.perf_counter() - began) * 1000
    finally:
        os.close(file)
        with suppress(OSError):
            Path(name).unlink()


def _disk(standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.DISK, "", standing, what, advice)


def _bytes(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MB"
