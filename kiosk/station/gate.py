"""The gate of a station: its office, desk and outbox, put together from the settings."""

from __future__ import annotations

import random
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass

from kiosk.config import Octo, Settings, state_dir
from kiosk.desks.gate import GateDesk
from kiosk.desks.outbox import Outbox
from kiosk.desks.turns import Turns
from kiosk.domain.events import OfficeDown, OfficeStatus, OfficeUp
from kiosk.domain.gate import Policy
from kiosk.link.board import Board
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import Clock, Feed, Journal


@dataclass(frozen=True, slots=True)
class Gate:
    desk: GateDesk
    outbox: Outbox


async def open_gate(
    octo: Octo, settings: Settings, journal: Journal, clock: Clock, board: Board, feed: Feed, stack: AsyncExitStack
) -> Gate:
    """A gate whose office is being connected; closed with the stack. Raises ConfigError for a key that is missing."""

    def on_status(status: OfficeStatus) -> None:
        was_up = board.is_office_up(status.name)
        board.office(status)
        if status.warning:
            board.notice(f"{status.name}: {status.warning}")
        if status.up is False and was_up is not False:
            feed.tell(OfficeDown(clock.now(), "octo", status.name, status.warning))
        elif status.up and was_up is False:
            feed.tell(OfficeUp(clock.now(), "octo", status.name))
            outbox.wake()

    office = OctoOffice(
        base_url=octo.base_url,
        suppliers=[SupplierKey(supplier.name, supplier.api_key()) for supplier in octo.suppliers],
        env=octo.env,
        clock=clock,
        cache_dir=state_dir() / "catalogue",
        use_credentials=octo.credentials,
        accept_language=octo.accept_language,
        on_status=on_status,
    )
    turns = Turns()
    policy = Policy(settings.kiosk.mode, settings.kiosk.auto_redeem, accepts_test=octo.env == "test")
    desk = GateDesk(office, journal, clock, policy, octo.timeout_s, new_id, turns)
    outbox = Outbox(office, journal, clock, feed, policy, octo.timeout_s, turns, jitter=_jitter)
    stack.push_async_callback(office.aclose)
    await office.start()
    return Gate(desk, outbox)


def new_id() -> str:
    """Names a scan or an attempt, unlike any other."""
    return uuid.uuid4().hex


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311 (spreads retries, guards nothing)
