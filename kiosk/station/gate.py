"""The gate of a station: its office, desks, list and outbox, put together from the settings."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.config import Octo, Settings, journal_path, state_dir
from kiosk.desks.breaker import Breaker
from kiosk.desks.gate import GateDesk
from kiosk.desks.outbox import Outbox
from kiosk.desks.prefetch import Prefetch
from kiosk.desks.standby import Standby
from kiosk.desks.supervision import Supervision
from kiosk.desks.turns import Turns
from kiosk.desks.undo import UndoDesk
from kiosk.device.clock_trust import ClockTrust
from kiosk.domain.clock import ClockState
from kiosk.domain.events import OfficeDown, OfficeStatus, OfficeUp
from kiosk.domain.gate import Policy
from kiosk.domain.offline import OfflineAdmission
from kiosk.journal.daylist import SqliteDayList
from kiosk.link.board import Board
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import Clock, Feed, Journal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a gate is built into."""

    settings: Settings
    journal: Journal
    clock: Clock
    trust: ClockTrust
    board: Board
    feed: Feed
    stack: AsyncExitStack


@dataclass(frozen=True, slots=True)
class Gate:
    """An open gate. `prefetch` is None where the house keeps no list."""

    desk: GateDesk
    outbox: Outbox
    supervision: Supervision
    prefetch: Prefetch | None


async def open_gate(octo: Octo, around: Surroundings) -> Gate:
    """A gate whose office is being connected; closed with the stack. Raises ConfigError for a key that is missing."""
    settings, journal, clock, board, feed = around.settings, around.journal, around.clock, around.board, around.feed
    suppliers = [SupplierKey(supplier.name, supplier.api_key()) for supplier in octo.suppliers]
    office = OctoOffice(
        base_url=octo.base_url,
        suppliers=suppliers,
        env=octo.env,
        clock=clock,
        cache_dir=state_dir() / "catalogue",
        use_credentials=octo.credentials,
        accept_language=octo.accept_language,
        on_status=lambda status: _tell_office(status, around),
    )
    around.stack.push_async_callback(office.aclose)
    around.trust.office_ahead = lambda: office.office_ahead if office.knows_time else None

    def on_change(is_up: bool) -> None:
        board.offline(breaker.down_since)
        if is_up:
            outbox.office_is_back()
            if prefetch is not None:
                prefetch.wake()

    breaker = Breaker(office, clock, is_back=office.is_back, on_change=on_change)
    around.stack.push_async_callback(breaker.close)

    turns = Turns()
    policy = Policy(settings.kiosk.mode, settings.kiosk.auto_redeem, accepts_test=octo.env == "test")
    desk = GateDesk(breaker, journal, clock, policy, octo.timeout_s, new_id, turns)
    desk.calendar = _calendar(clock, around.trust, office)
    outbox = Outbox(
        breaker, journal, clock, feed, policy, octo.timeout_s, turns, jitter=_jitter, is_away=lambda: not breaker.is_up
    )
    undo = UndoDesk(breaker, office, journal, clock, turns, timedelta(seconds=settings.kiosk.undo_s), octo.timeout_s)
    supervision = Supervision(journal, clock, feed, undo, office, policy, octo.timeout_s)

    prefetch = None
    oldest = timedelta(hours=settings.offline.oldest_h)
    admission = OfflineAdmission(settings.offline.admit)
    if settings.offline.keeps_list or admission is not OfflineAdmission.NEVER:
        names = tuple(supplier.name for supplier in octo.suppliers)
        day_list = await SqliteDayList.open(journal_path(settings), names, on_notice=board.notice)
        around.stack.push_async_callback(day_list.close)
        desk.standby = Standby(admission, day_list, around.trust.state, oldest)
        supervision.day_list = day_list
        if settings.offline.keeps_list:
            prefetch = Prefetch(
                office,
                day_list,
                clock,
                names,
                refresh_s=settings.offline.refresh_s,
                oldest=oldest,
                is_busy=lambda: turns.are_taken,
                on_lists=board.lists,
                on_notice=board.notice,
                jitter=_jitter,
            )
    await office.start()
    return Gate(desk, outbox, supervision, prefetch)


def _tell_office(status: OfficeStatus, around: Surroundings) -> None:
    board, now = around.board, around.clock.now()
    was_up = board.is_office_up(status.name)
    board.office(status)
    if status.up is False:
        if was_up is not False:
            around.feed.tell(OfficeDown(now, "octo", status.name, status.warning))
        return
    if status.warning:
        board.notice(f"{status.name}: {status.warning}")
    if status.up and was_up is False:
        around.feed.tell(OfficeUp(now, "octo", status.name))


def _calendar(clock: Clock, trust: ClockTrust, office: OctoOffice) -> Callable[[], datetime | None]:
    """The day by this machine's clock where it can be trusted, by the office's where it cannot."""

    def now() -> datetime | None:
        if trust.state() is not ClockState.UNTRUSTED:
            return clock.now()
        return clock.now() + office.office_ahead if office.knows_time else None

    return now


def new_id() -> str:
    """Names a scan or an attempt, unlike any other."""
    return uuid.uuid4().hex


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311 (spreads retries, guards nothing)
