"""The screen in a test's hands: on an engine that the test plays, at one moment."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from kiosk.domain.events import Event
from kiosk.tui.app import KioskApp
from kiosk.tui.feed import Link
from kiosk.tui.keyboard import Keyboard
from tests.tui.given import HERE, FakeLink, by_hand

RICH_TERMINAL = {"TERM": "xterm-256color"}


class Gate:
    """A running screen: what stands on it, and what can be done to it."""

    def __init__(self, app: KioskApp, pilot: Pilot[None], link: FakeLink) -> None:
        self.app, self.pilot, self.link = app, pilot, link

    async def tell(self, *events: Event) -> None:
        self.link.tell(*events)
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(2):
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool], within_s: float = 5.0) -> None:
        """Wait for something that takes its time. Fails when it takes too long."""
        for _ in range(int(within_s / 0.02)):
            if holds():
                return
            await self.pilot.pause(0.02)
        raise AssertionError("it did not come about")

    @property
    def panel(self) -> str:
        return self.app.gate.panel.text

    @property
    def word(self) -> str:
        return self.app.gate.panel.panel.word if self.app.gate.panel.panel else ""

    @property
    def keys(self) -> str:
        return self.app.gate.keys.text

    @property
    def recent(self) -> str:
        return self.app.gate.recent.text

    @property
    def banners(self) -> str:
        return self.app.gate.banners.text

    @property
    def prompt(self) -> str:
        return self.app.gate.prompt.text


def app_on(
    link: FakeLink,
    *,
    plain: bool | None = None,
    locked: bool = False,
    keyboard: Keyboard | None = None,
    environ: Mapping[str, str] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> KioskApp:
    async def join() -> Link:
        return link

    return KioskApp(
        join,
        plain=plain,
        locked=locked,
        keyboard=keyboard or by_hand(),
        here=lambda: HERE,
        monotonic=monotonic,
        environ=RICH_TERMINAL if environ is None else environ,
    )


@asynccontextmanager
async def gate(
    link: FakeLink | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    locked: bool = False,
    plain: bool | None = None,
    keyboard: Keyboard | None = None,
) -> AsyncIterator[Gate]:
    """The screen, joined to its engine."""
    link = link or FakeLink()
    app = app_on(link, locked=locked, plain=plain, keyboard=keyboard)
    async with app.run_test(size=size) as pilot:
        running = Gate(app, pilot, link)
        await running.settle()
        yield running
