"""Bookings, verdicts, a moment, and an engine that a test plays: what the screen's tests begin with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.code import Code
from kiosk.domain.errors import LinkError
from kiosk.domain.events import (
    Checking,
    Command,
    Decided,
    Event,
    OfficeStatus,
    Recent,
    SourceStatus,
    Status,
    WatchPreview,
)
from kiosk.domain.framing import Framed
from kiosk.domain.verdict import Admit, Choose, Option, Reason, Use, Verdict
from kiosk.domain.wedge import Key
from kiosk.tui.keyboard import Keyboard
from kiosk.tui.presenter.times import Here

NOW = datetime(2026, 11, 21, 10, 0, 2, tzinfo=UTC)
HERE = Here(NOW, UTC)
SOON = NOW.replace(hour=11, minute=30, second=0)
MASKED = "!1|z…Gp1r"


def booking(
    reference: str = "X749G9",
    product: str = "London River Cruise Return",
    starts_at: datetime | None = SOON,
    units: Sequence[str] = ("Adult", "Adult", "Child"),
    office_note: str = "",
    all_day: bool = False,
    option: str = "",
) -> Booking:
    items = tuple(UnitItem(f"{reference}-{place}", unit) for place, unit in enumerate(units))
    return Booking(
        reference, product=product, option=option, starts_at=starts_at, units=items, supplier="River Cruises",
        office_note=office_note, all_day=all_day,
    )  # fmt: skip


def decided(
    verdict: Verdict,
    scan_id: str = "scan-1",
    at: datetime = NOW,
    *,
    repeated_s: float | None = None,
    code: str | None = MASKED,
) -> Decided:
    return Decided(
        at=at,
        scan_id=scan_id,
        lane="Gate A",
        source="camera",
        code=None if code is None else Code(code),
        verdict=verdict,
        repeat=repeated_s is not None,
        repeated_s=repeated_s,
        office="octo",
        supplier="River Cruises",
        elapsed_ms=84.0,
    )


def checking(scan_id: str = "scan-1") -> Checking:
    return Checking(NOW, scan_id, "Gate A", "camera", Code(MASKED))


def admitted(scan_id: str = "scan-1", at: datetime = NOW) -> Decided:
    return decided(Admit((booking(),)), scan_id, at)


def used(at: datetime = NOW - timedelta(minutes=48), lane: str | None = "Gate B", *, unsure: bool = False) -> Use:
    return Use(at, lane, (NOW - at).total_seconds(), unsure)


def choice(many: int = 3) -> Choose:
    """The first two can be redeemed, the third was used; any further ones can be redeemed."""
    options = [
        Option(booking("A1", units=("Adult", "Adult"))),
        Option(booking("A2", "Tower entry", None, ("Adult", "Adult"))),
        Option(
            booking("A3", "Museum", NOW - timedelta(days=1), ("Adult",)),
            Reason.ALREADY_REDEEMED,
            used(NOW - timedelta(hours=20), None),
        ),
    ]
    options += [Option(booking(f"A{n}", f"Exhibition {n}", None, ("Adult",))) for n in range(4, many + 1)]
    return Choose(tuple(options[:many]))


def status(
    *,
    up: bool | None = True,
    env: str = "live",
    camera: bool = False,
    owed: int = 0,
    notices: tuple[str, ...] = (),
    mode: str = "redeem",
    journal_ok: bool = True,
    looking: tuple[str, ...] = (),
    lanes: tuple[str, ...] = ("Gate A",),
    parked: int = 0,
) -> Status:
    return Status(
        NOW,
        lanes,
        mode,
        (OfficeStatus("River Cruises", up, env, NOW - timedelta(minutes=18)),),
        (SourceStatus("camera", "camera"),) if camera else (),
        owed,
        NOW - timedelta(minutes=12) if owed else None,
        84.2,
        139.7,
        journal_ok,
        notices,
        parked=parked,
        looking=looking,
    )


class FakeLink:
    """An engine's link. `tell` is what the engine says, `commands` what it was asked (previews apart)."""

    def __init__(self, *greeting: Event) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.commands: list[Command] = []
        self.previews: list[bool] = []
        self.is_closed = False
        self.refuses = False
        for event in greeting or (status(), Recent(NOW)):
            self._events.put_nowait(event)

    async def events(self) -> AsyncIterator[Event]:
        while (event := await self._events.get()) is not None:
            yield event

    async def send(self, command: Command) -> None:
        if self.refuses:
            raise LinkError("the engine has gone")
        if isinstance(command, WatchPreview):
            self.previews.append(command.on)
        else:
            self.commands.append(command)

    async def close(self) -> None:
        self.is_closed = True

    def tell(self, *events: Event) -> None:
        for event in events:
            self._events.put_nowait(event)

    def go_away(self) -> None:
        self._events.put_nowait(None)


class AtOnce:
    """Takes every character for a person's key, without waiting for the next one."""

    def key(self, char: str, at_s: float) -> tuple[Framed | Key, ...]:
        return (Key(char),)

    def quiet(self, at_s: float) -> tuple[Framed | Key, ...]:
        return ()

    def next_deadline(self, at: float) -> float | None:
        return None


def by_hand() -> Keyboard:
    return Keyboard(AtOnce())


class Time:
    """Monotonic seconds that stand still until moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s
