"""The engine's feed as this screen follows it: joins, falls off, joins again by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Event

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 2.0
"""An engine is up again within a second or so: nobody should wait for this screen after that."""


class Link(Protocol):
    """What of an engine's link this screen needs: `kiosk.link.client.EngineLink`."""

    def events(self) -> AsyncIterator[Event]: ...
    async def send(self, command: Command) -> None: ...
    async def close(self) -> None: ...


class Viewer(Protocol):
    """Who watches the feed."""

    def told(self, event: Event) -> None: ...
    def engine_came(self) -> None: ...
    def engine_went(self, why: str) -> None: ...
    def not_sent(self, command: Command) -> None: ...


class Feed:
    """Follows one engine. `join` raises LinkError while there is none."""

    def __init__(
        self,
        join: Callable[[], Awaitable[Link]],
        viewer: Viewer,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._join, self._viewer, self._sleep = join, viewer, sleep
        self._commands: asyncio.Queue[Command] | None = None

    def send(self, command: Command) -> None:
        """Send, in order. Never kept for an engine that is away: a ticket is scanned again, not redeemed later."""
        if self._commands is None:
            self._viewer.not_sent(command)
        else:
            self._commands.put_nowait(command)

    async def run(self) -> None:
        """Follow until cancelled."""
        wait_s = FIRST_WAIT_S
        while True:
            try:
                link = await self._join()
            except (LinkError, OSError) as error:
                self._viewer.engine_went(str(error) if isinstance(error, LinkError) else "")
                await self._sleep(wait_s)
                wait_s = min(LONGEST_WAIT_S, wait_s * 2)
                continue
            wait_s = FIRST_WAIT_S
            await self._follow(link)
            self._viewer.engine_went("")
            await self._sleep(wait_s)

    async def _follow(self, link: Link) -> None:
        commands = self._commands = asyncio.Queue()
        sending = asyncio.create_task(self._send_all(link, commands))
        self._viewer.engine_came()
        try:
            with suppress(LinkError, OSError):
                async for event in link.events():
                    self._viewer.told(event)
        finally:
            self._commands = None
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await _closed(link)
            while not commands.empty():
                self._viewer.not_sent(commands.get_nowait())

    async def _send_all(self, link: Link, commands: asyncio.Queue[Command]) -> None:
        while True:
            command = await commands.get()
            try:
                await link.send(command)
            except (LinkError, OSError):
                self._viewer.not_sent(command)


async def _closed(link: Link) -> None:
    with suppress(LinkError, OSError):
        await link.close()
