"""One viewer of the feed: greeted, told, and cut off where it does not read. Whatever it does stays with it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

from kiosk.domain.errors import LinkError
from kiosk.domain.events import Command, Event, WatchPreview
from kiosk.link.backlog import Backlog
from kiosk.link.wire import (
    LONGEST_LINE,
    decode_command,
    decode_hello,
    encode,
    encode_answer,
    encode_dropped,
    encode_hello,
    encode_ignored,
    encode_refusal,
)

log = logging.getLogger(__name__)

HELLO_WITHIN_S = 5.0
"""Somebody who connects and says nothing is no viewer."""

PATIENCE_S = 60.0
"""How long a viewer may leave waiting what was sent to it, before it is cut off: it joins again when it reads again."""

SENT_AHEAD = 64 << 10
"""Bytes handed to the kernel's care beyond its own buffer, before events are kept in the backlog instead."""

WAITING_COMMANDS = 64
"""Commands of one viewer that may wait. Beyond it, the viewer waits."""


class Host(Protocol):
    """What a viewer needs of the server."""

    patience_s: float

    def greeting(self, viewer: Viewer) -> Iterable[Event]: ...
    async def on_command(self, command: Command, viewer: Viewer) -> None: ...
    def refusal(self) -> str | None: ...
    def came(self, viewer: Viewer) -> None: ...
    def joined(self, viewer: Viewer) -> None: ...
    def went(self, viewer: Viewer) -> None: ...
    def preview_changed(self) -> None: ...


class Viewer(asyncio.Protocol):
    """One connection. `tell` never waits: what cannot be sent now waits in a bounded backlog."""

    def __init__(self, host: Host) -> None:
        self.name = "stranger"
        self.wants_preview = False
        self.gone = asyncio.Event()
        self._host = host
        self._backlog = Backlog()
        self._heard = bytearray()
        self._paused = False
        self._lagged = False
        self._deaf = False
        self._timer: asyncio.TimerHandle | None = None
        self._commands: asyncio.Queue[Command | None] = asyncio.Queue()
        self._serving: asyncio.Task[None] | None = None

    # ── told ────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, line: bytes, *, is_picture: bool = False) -> None:
        """Send a line, or keep it for later."""
        if self._serving is None or self._transport.is_closing() or (is_picture and not self.wants_preview):
            return
        if not self._paused:
            self._transport.write(line)
        elif is_picture:
            self._backlog.put_picture(line)
        else:
            self._backlog.put(line)

    def pause_writing(self) -> None:
        self._paused = True
        self._wait_for(self._host.patience_s, "does not read")

    def resume_writing(self) -> None:
        self._stop_waiting()
        self._paused = False
        self._catch_up()

    def _catch_up(self) -> None:
        """What has waited, then, where something was missed, where things stand now."""
        while self._backlog and not self._paused:
            if missed := self._backlog.missed():
                self._lagged = True
                self._transport.write(_line(encode_dropped(missed)))
            else:
                self._transport.write(self._backlog.take())
        if self._lagged and not self._paused:
            self._lagged = False
            self._greet()

    def answer(self, event: Event) -> None:
        """Tell this viewer alone what it has asked for: ports.Asker."""
        try:
            self.tell(_line(encode_answer(event)))
        except LinkError as error:
            log.error("action=answer why=%s", error)

    def _greet(self) -> None:
        for event in self._host.greeting(self):
            self.tell(_line(encode(event)))

    # ── heard ───────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (asyncio's own typing cannot say so)
        self._transport = transport
        transport.set_write_buffer_limits(high=SENT_AHEAD)
        self._wait_for(HELLO_WITHIN_S, "does not greet")
        self._host.came(self)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = rest
        for line in lines:
            self._hear(bytes(line))
        if len(self._heard) > LONGEST_LINE:
            self._cut("sends a line without an end")

    def _hear(self, line: bytes) -> None:
        if self._deaf:
            return
        if self._serving is None:
            self._meet(line)
            return
        try:
            command = decode_command(line)
        except LinkError as error:
            log.warning("action=ignore viewer=%s why=%s", self.name, error)
            self.tell(_line(encode_ignored(str(error))))
            return
        if isinstance(command, WatchPreview):
            self.wants_preview = command.on
            self._host.preview_changed()
            return
        self._commands.put_nowait(command)
        if self._commands.qsize() >= WAITING_COMMANDS:
            self._transport.pause_reading()

    def _meet(self, line: bytes) -> None:
        """The first line: let in, or refused in words."""
        self._stop_waiting()
        try:
            self.name = decode_hello(line)
            if refusal := _stranger(self._transport) or self._host.refusal():
                raise LinkError(refusal)
        except LinkError as error:
            log.warning("action=refuse why=%s", error)
            self._deaf = True
            self._transport.write(_line(encode_refusal(str(error))))
            self._transport.close()
            return
        self._serving = asyncio.create_task(self._serve(), name=f"viewer {self.name}")
        self._transport.write(_line(encode_hello("engine")))
        self._host.joined(self)
        self._greet()

    @property
    def has_joined(self) -> bool:
        return self._serving is not None

    async def _serve(self) -> None:
        """Carry out commands in order; those of a viewer that has gone, too: a scanned ticket is a scanned ticket."""
        while (command := await self._commands.get()) is not None:
            try:
                await self._host.on_command(command, self)
            except Exception:
                log.exception("action=command viewer=%s", self.name)
            if self._commands.qsize() < WAITING_COMMANDS // 2 and not self._transport.is_closing():
                self._transport.resume_reading()

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        self._hear_the_rest()
        self._commands.put_nowait(None)
        self.gone.set()
        self._host.went(self)

    def _hear_the_rest(self) -> None:
        """What a viewer said before it died: asyncio leaves it unread where a write fails first."""
        connection: socket.socket = self._transport.get_extra_info("socket")
        with suppress(OSError):
            while not self._deaf and (data := os.read(connection.fileno(), SENT_AHEAD)):
                self.data_received(data)

    def part(self) -> None:
        """End in order: what has been handed over is still sent."""
        self._deaf = True
        self._transport.close()

    def abort(self) -> None:
        """End now."""
        self._deaf = True
        self._transport.abort()
        if self._serving is not None:
            self._serving.cancel()

    def _cut(self, why: str) -> None:
        log.warning("action=cut viewer=%s why=%s", self.name, why)
        self._deaf = True
        self._transport.abort()

    def _wait_for(self, seconds: float, why: str) -> None:
        self._stop_waiting()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._cut, why)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _line(text: str) -> bytes:
    return text.encode() + b"\n"


def _stranger(transport: asyncio.Transport) -> str | None:
    """Why the process at the other end is not let in: only this user's are (SO_PEERCRED, unix(7))."""
    connection: socket.socket = transport.get_extra_info("socket")
    pid_uid_gid = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", pid_uid_gid)
    return None if uid == os.geteuid() else "the engine belongs to another user"
