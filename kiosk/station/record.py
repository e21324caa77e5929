"""The journal of a station: opened, or, where it is damaged, set aside whole and begun anew with a loud warning."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from kiosk.device.clock_trust import ClockTrust
from kiosk.journal.damage import set_aside
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.sqlite import SqliteJournal
from kiosk.link.board import Board
from kiosk.ports import Clock

log = logging.getLogger(__name__)


async def open_journal(path: Path, lane: str, clock: Clock, trust: ClockTrust, board: Board) -> SqliteJournal:
    """Raises JournalLocked where another process writes it, JournalError where it cannot be used at all.

    Behind a damaged journal nobody knows what was owed: the gate must go on, and a person must look.
    """
    try:
        return await SqliteJournal.open(path, lane=lane, clock=clock, clock_state=lambda: trust.state().value)
    except JournalDamaged as damage:
        aside = await asyncio.to_thread(set_aside, path, clock.now())
        log.error("action=set_aside file=%s %s", aside.name, damage)
        board.notice(f"THE RECORD WAS DAMAGED and set aside as {aside.name}: call the helpline")
        return await SqliteJournal.open(path, lane=lane, clock=clock, clock_state=lambda: trust.state().value)
