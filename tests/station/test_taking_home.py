"""A voucher redeemed at a running engine: the guest's phone gets its page, and the engine hears that it has it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import icalendar
import pytest

from kiosk.config import Settings
from kiosk.domain.events import Event, Submit, TakeHomeEnded, TakeHomeOffered
from kiosk.domain.voucher_events import (
    Ask,
    AskToConfirm,
    AtCounter,
    ListShowtimes,
    OpenCounter,
    Phase,
    PickShowtime,
    Redeem,
    ShowtimesTold,
    UseVoucher,
)
from kiosk.headless import TOLD
from kiosk.link.wire import encode
from kiosk.sandbox import FaultPlan, Rules, Sandbox
from kiosk.station import Station

E = TypeVar("E")
EVENING, ADULT = "0002-2681", "0002-0050"


class Watching:
    """A viewer that waits for what it wants to hear."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    async def heard(self, kind: type[E], after: int = 0, **wanted: object) -> E:
        async with asyncio.timeout(60):
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind) and all(getattr(event, k) == v for k, v in wanted.items()):
                        return event
                self._changed.clear()
                await self._changed.wait()


async def redeem(station: Station, feed: Watching, code: str) -> None:
    """Everything that staff would do at the screen."""
    for command in (OpenCounter(), ListShowtimes()):
        await station.on_command(command)
    await feed.heard(ShowtimesTold)
    await station.on_command(Submit(code))
    await feed.heard(AtCounter, waiting=("…" + code[-4:],))
    await station.on_command(PickShowtime(EVENING))
    asked = await feed.heard(AtCounter, ask=Ask.PRICE, doing=None)
    await station.on_command(UseVoucher(asked.asked_about, ticket_type_id=ADULT))
    for _ in range(600):
        held = next(event for event in reversed(feed.events) if isinstance(event, AtCounter))
        if held.holding is not None and held.doing is None:
            break
        await asyncio.sleep(0.05)
    await station.on_command(AskToConfirm())
    shown = await feed.heard(AtCounter, after=feed.events.index(held), doing=None, phase=Phase.ORDER)
    while shown.confirmation is None:
        shown = await feed.heard(AtCounter, after=feed.events.index(shown) + 1)
    await station.on_command(Redeem(shown.turn))
    await feed.heard(AtCounter, phase=Phase.TICKET)


@asynccontextmanager
async def desk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *faults: FaultPlan
) -> AsyncIterator[tuple[Station, Watching, str]]:
    """A running engine with a hand-over page, what it tells, and the code of a good voucher."""
    monkeypatch.setenv("KIOSK_STATE_DIR", str(folder))
    async with Sandbox(rules=Rules(pending_s=0.0, link_s=None), faults=faults) as sandbox:
        place = sandbox.vista
        monkeypatch.setenv("CINEMA_USER", place.username)
        monkeypatch.setenv("CINEMA_PASSWORD", place.password)
        vista = {
            "base_url": place.base_url,
            "auth_url": place.auth_url,
            "username_env": "CINEMA_USER",
            "password_env": "CINEMA_PASSWORD",
            "site_id": "0002",
            "handover": {"address": "127.0.0.1", "port": free_port()},
        }
        settings = Settings.model_validate({"vista": vista, "sources": [{"kind": "wedge"}]})
        feed, stop = Watching(), asyncio.Event()
        async with Station.open(settings, [feed]) as station:
            serving = asyncio.create_task(station.serve_until(stop))
            yield station, feed, place.samples["good-1"].code
            stop.set()
            await serving


async def test_a_guest_takes_the_ticket_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path, monkeypatch) as (station, feed, code):
        await redeem(station, feed, code)
        offered = await feed.heard(TakeHomeOffered)
        assert offered.is_page
        assert re.fullmatch(r"HTTP://127\.0\.0\.1:\d+/[A-Z2-7]{20}", offered.link)
        assert offered in station.greeting()
        assert not issubclass(TakeHomeOffered, TOLD)
        assert offered.link in encode(offered)

        async with httpx.AsyncClient(timeout=20, verify=False, trust_env=False) as phone:
            page = await phone.get(offered.link)
            calendar = await phone.get(f"{offered.link}/tickets.ics")
        assert "The Long Take" in page.text
        (event,) = icalendar.Calendar.from_ical(calendar.content).walk("VEVENT")
        assert event["SUMMARY"] == "The Long Take"
        ended = await feed.heard(TakeHomeEnded, offer=offered.offer)
        assert ended.why == "opened"


@pytest.mark.parametrize("fault", ["drip", "garbage", "error_500", "asset_odd"])
async def test_no_asset_can_spoil_a_redemption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    async with desk(tmp_path, monkeypatch, FaultPlan(fault, ("/assets/",), None)) as (station, feed, code):
        await redeem(station, feed, code)
        assert not any(isinstance(event, TakeHomeOffered) for event in feed.events)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
