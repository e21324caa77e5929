"""The engine's end of the link: the feed for everyone who watches. Never delays a scan for the sake of a viewer."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Event, Preview, WatchPreview
from kiosk.link.claim import claimed
from kiosk.link.viewer import PATIENCE_S, Viewer
from kiosk.link.wire import encode
from kiosk.ports import Asker

log = logging.getLogger(__name__)

MOST_VIEWERS = 16
PARTING_S = 1.0
"""How long viewers may take, at the end, to read what they were told."""


class Everybody:
    """ports.Asker for what all viewers want together."""

    name = "everybody"

    def answer(self, event: Event) -> None:
        """Nobody has asked."""


class LinkServer:
    """ports.Feed over a Unix socket.

    On entering, the place is claimed: LinkError where another engine serves it. Viewers are let in from
    `let_in` on. On leaving, they are sent what is left, and the socket goes.
    """

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S) -> None:
        self.path = path
        self.patience_s = patience_s
        self._viewers: set[Viewer] = set()
        self._held = ExitStack()
        self._socket: socket.socket | None = None
        self._listening: asyncio.Server | None = None
        self._greeting: Callable[[Asker], Iterable[Event]] = lambda _: ()
        self._on_command: Callable[[Command, Asker], Awaitable[None]] | None = None
        self._told_preview = False
        self._is_shutting = False
        self._asking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._socket = self._held.enter_context(claimed(self.path))
        return self

    async def let_in(
        self, greeting: Callable[[Asker], Iterable[Event]], on_command: Callable[[Command, Asker], Awaitable[None]]
    ) -> None:
        """Listen. `greeting` is where things stand, told to each who joins; commands are awaited one by one. Both are
        given the viewer: what it is answered, nobody else hears.

        Of WatchPreview, `on_command` is given what all viewers together want, when it changes.
        """
        self._greeting, self._on_command = greeting, on_command
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_unix_server(lambda: Viewer(self), sock=self._socket)

    def tell(self, event: Event) -> None:
        """Tell every viewer. Written once for all of them; call it on the loop's thread."""
        is_picture = isinstance(event, Preview)
        if not self._viewers or (is_picture and not self.preview_wanted):
            return
        try:
            line = encode(event).encode() + b"\n"
        except LinkError as error:
            log.error("action=tell why=%s", error)
            return
        for viewer in tuple(self._viewers):
            viewer.tell(line, is_picture=is_picture)

    @property
    def preview_wanted(self) -> bool:
        """Whether any viewer wants to see what the cameras see."""
        return any(viewer.wants_preview for viewer in self._viewers)

    async def __aexit__(self, *_: object) -> None:
        self._is_shutting = True
        if self._listening is not None:
            self._listening.close()
        for viewer in tuple(self._viewers):
            viewer.part()
        try:
            async with asyncio.timeout(PARTING_S):
                await self._all_gone()
        except TimeoutError:
            log.warning("action=part why=a viewer does not read")
        for viewer in tuple(self._viewers):
            viewer.abort()
        await self._all_gone()
        self._held.close()

    async def _all_gone(self) -> None:
        while self._viewers:
            await next(iter(self._viewers)).gone.wait()

    # ── for viewers ─────────────────────────────────────────────────────────────────────────────────

    def greeting(self, viewer: Viewer) -> Iterable[Event]:
        return self._greeting(viewer)

    async def on_command(self, command: Command, viewer: Asker) -> None:
        if self._on_command is not None:
            await self._on_command(command, viewer)

    def refusal(self) -> str | None:
        """Why nobody else is let in now."""
        joined = sum(viewer.has_joined for viewer in self._viewers)
        return "too many screens have joined this engine already" if joined >= MOST_VIEWERS else None

    def came(self, viewer: Viewer) -> None:
        self._viewers.add(viewer)
        if self._is_shutting:
            viewer.abort()  # it came while the door was being shut

    def joined(self, viewer: Viewer) -> None:
        log.info("action=join viewer=%s", viewer.name)

    def went(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        log.info("action=leave viewer=%s", viewer.name)
        self.preview_changed()

    def preview_changed(self) -> None:
        wanted = self.preview_wanted
        if wanted != self._told_preview:
            self._told_preview = wanted
            asking = asyncio.create_task(self.on_command(WatchPreview(wanted), Everybody()))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
