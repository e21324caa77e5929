"""The voucher desk of a station: the cinema's office and the desk, put together from the settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from kiosk.config import Settings, Vista, journal_path, state_dir
from kiosk.desks.assets import AssetDesk
from kiosk.desks.vouchers import Resumed, Rules, VoucherDesk, WhatsOn
from kiosk.device.clock import SystemClock
from kiosk.domain.errors import ConfigError, JournalError, Problem
from kiosk.domain.redeeming import Surcharge
from kiosk.journal.sqlite import SqliteJournal
from kiosk.link.board import Board
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.ports import Clock, ConversationJournal
from kiosk.station.gate import new_id

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 60.0
"""How often what was left open is looked at again."""


@asynccontextmanager
async def open_whats_on(settings: Settings, clock: Clock | None = None) -> AsyncIterator[WhatsOn]:
    """Showtimes and prices alone: no journal, no order. Raises ConfigError."""
    vista = _vista(settings)
    async with _office(vista, clock or SystemClock()) as office:
        yield WhatsOn(office, vista.site_id, vista.timeout_s)


@asynccontextmanager
async def open_assets(settings: Settings, clock: Clock | None = None) -> AsyncIterator[AssetDesk]:
    """What completed orders can be taken home as, alone: no journal. Raises ConfigError."""
    vista = _vista(settings)
    async with _office(vista, clock or SystemClock()) as office:
        yield AssetDesk(office.assets, vista.timeout_s)


@dataclass(frozen=True, slots=True)
class Cinema:
    """What is open at a cinema's office: the voucher desk, and what its guests take home."""

    desk: VoucherDesk
    assets: AssetDesk


@asynccontextmanager
async def open_cinema(vista: Vista, journal: ConversationJournal, clock: Clock | None = None) -> AsyncIterator[Cinema]:
    """A voucher desk on a journal that is open. Raises ConfigError for a password that is missing."""
    clock = clock or SystemClock()
    vouchers = vista.vouchers
    rules = Rules(vista.site_id, Surcharge(vouchers.surcharge), vouchers.code_pattern, vista.timeout_s)
    async with _office(vista, clock) as office:
        yield Cinema(VoucherDesk(office, journal, clock, rules, new_id), AssetDesk(office.assets, vista.timeout_s))


async def open_beside_the_gate(
    settings: Settings, journal: ConversationJournal, clock: Clock, board: Board, stack: AsyncExitStack
) -> Cinema | None:
    """The cinema's desks, where there are any. What they lack closes them, and not the gate beside.

    Raises ConfigError where there is no gate beside it.
    """
    if settings.vista is None:
        return None
    try:
        return await stack.enter_async_context(open_cinema(settings.vista, journal, clock))
    except ConfigError as error:
        if settings.octo is None:
            raise
        for problem in error.problems:
            log.warning("action=open_vouchers problem=%s", problem)
        board.notice("the voucher desk is closed: its login is missing. kiosk doctor says what to set")
        return None


@asynccontextmanager
async def open_desk_alone(settings: Settings, clock: Clock | None = None) -> AsyncIterator[VoucherDesk]:
    """A voucher desk without an engine, with the journal to itself.

    Raises ConfigError, JournalLocked where an engine writes the journal, JournalError where it cannot be used.
    """
    vista, clock = _vista(settings), clock or SystemClock()
    vista.login()  # what is missing is told before a journal is made
    journal = await SqliteJournal.open(journal_path(settings), lane=settings.kiosk.lane, clock=clock)
    try:
        async with open_cinema(vista, journal, clock) as cinema:
            yield cinema.desk
    finally:
        await journal.close()


async def keep_settled(desk: VoucherDesk, on_resumed: Callable[[Resumed], None]) -> None:
    """Finish what was left open, at the start and again and again, until cancelled."""
    while True:
        try:
            for resumed in await desk.resume():
                log.info("action=resume conversation=%s stage=%s", resumed.conversation.id, resumed.conversation.stage)
                on_resumed(resumed)
        except JournalError:
            log.error("action=resume journal failed, trying again")
        await desk.clock.sleep(LOOKS_EVERY_S)


@asynccontextmanager
async def _office(vista: Vista, clock: Clock) -> AsyncIterator[VistaOffice]:
    username, password = vista.login()
    office = VistaOffice(
        vista.base_url,
        vista.auth_url,
        Login(vista.client_id, username, password),
        clock=clock,
        currency=vista.currency,
        region_code=vista.region_code,
        cache_dir=state_dir() / "vista",
    )
    try:
        yield office
    finally:
        await asyncio.shield(office.aclose())


def _vista(settings: Settings) -> Vista:
    if settings.vista is None:
        raise ConfigError((Problem("vista", "there is no such section: it says where the cinema's office is"),))
    return settings.vista
