"""The record and the day's list: read beside whoever writes them, never locked."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.doctor.machine import existing
from kiosk.domain.errors import JournalError, JournalOlder
from kiosk.domain.events import Status
from kiosk.domain.offline import ListState
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.journal.daylist.looking import list_states
from kiosk.journal.reading import JournalReader


def record(path: Path, status: Status | None) -> Finding:
    """Whether the journal can be written, and what is open in it. `status`: what a running engine says."""
    if status is not None and not status.journal_ok:
        return _record(Standing.FAILED, "the engine cannot write it", "look at the disk and at journal.path")
    if not path.exists():
        if not os.access(existing(path.parent), os.W_OK | os.X_OK):
            return _record(Standing.FAILED, f"{path} cannot be made", "run it as the kiosk's user, or set journal.path")
        return _record(Standing.OK, f"{path} will be made at the first start")
    if status is None and not os.access(path, os.R_OK | os.W_OK):
        return _record(Standing.FAILED, f"this user may not write {path}", "run it as the kiosk's user")
    try:
        with JournalReader(path) as reader:
            rows, owed, parked = reader.tip().seq, len(reader.open_attempts()), len(reader.parked_attempts())
    except JournalOlder:
        return _record(Standing.NOTE, f"{path} is empty, or of an older version: the engine makes it ready")
    except JournalError as error:
        return _record(Standing.FAILED, str(error), "`kiosk journal verify` says more; call the helpline")
    what = f"{path}: {rows:,} rows, {owed} owed, {parked} parked"
    if parked:
        return _record(Standing.NOTE, what, "a supervisor settles what is parked: `kiosk journal owed`")
    return _record(Standing.OK, what)


def day_lists(journal: Path, suppliers: tuple[str, ...], oldest: timedelta, now: datetime) -> list[Finding]:
    """Whether guests could be admitted by the list of each supplier for today, were the office away."""
    try:
        states = list_states(journal)
    except JournalError as error:
        return [Finding(Part.LIST, "", Standing.FAILED, str(error), "it is fetched again while the office answers")]
    return [_list(supplier, states, oldest, now) for supplier in suppliers]


def _list(supplier: str, states: tuple[ListState, ...], oldest: timedelta, now: datetime) -> Finding:
    today = next((one for one in states if one.supplier == supplier and one.day == now.astimezone().date()), None)
    standing, what, advice = _worth(today, oldest, now)
    return Finding(Part.LIST, supplier, standing, what, advice)


def _worth(today: ListState | None, oldest: timedelta, now: datetime) -> tuple[Standing, str, str]:
    wait = "keep the engine running while the office answers"
    if today is None or today.as_of is None:
        return Standing.FAILED, "nothing of today is on the list yet", wait
    minutes = int((now - today.as_of).total_seconds()) // 60
    of = "" if today.expected is None else f" of {today.expected:,}"
    what = f"{today.bookings:,}{of} bookings of today, {minutes} min old"
    if not today.complete:
        return Standing.FAILED, f"only {what}", wait
    if now - today.as_of > oldest:
        return Standing.FAILED, f"{what}: too old to admit anybody", wait
    return Standing.OK, what, ""


def _record(standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.RECORD, "", standing, what, advice)
