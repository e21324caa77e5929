"""A screen's end of the link: joins an engine, hears its events, sends it commands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

from kiosk.domain.errors import LinkError, NoEngine
from kiosk.domain.events import Command, Event
from kiosk.link.wire import LONGEST_LINE, decode_event, decode_hello, encode_command, encode_hello

log = logging.getLogger(__name__)

JOIN_WITHIN_S = 5.0
SEND_WITHIN_S = 2.0


class EngineLink:
    """A link to a running engine; made by `join`. It ends when the engine goes, or cuts off who does not read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def join(cls, path: Path, viewer: str = "screen", *, within_s: float = JOIN_WITHIN_S) -> Self:
        """Join the engine at a socket. Raises LinkError in words for staff: none there, not ours, another version."""
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
                try:
                    writer.write(encode_hello(viewer).encode() + b"\n")
                    answer = await reader.readline()
                    if not answer:
                        raise ConnectionResetError
                    decode_hello(answer)
                except BaseException:
                    writer.close()
                    raise
        except TimeoutError:
            raise LinkError(f"the engine at {path} does not answer") from None
        except PermissionError:
            raise LinkError(f"the engine at {path} belongs to another user") from None
        except (OSError, ValueError):
            raise NoEngine(f"no engine runs at {path}: `kiosk run` starts one") from None
        return cls(reader, writer)

    async def events(self) -> AsyncIterator[Event]:
        """What the engine tells, until it goes. A line that is no event is passed over."""
        while True:
            try:
                line = await self._reader.readline()
            except (OSError, ValueError):
                return
            if not line.endswith(b"\n"):
                return
            try:
                event = decode_event(line)
            except LinkError as error:
                log.warning("action=ignore why=%s", error)
                continue
            if event is not None:
                yield event
                await asyncio.sleep(0)  # a long backlog must not hold up the keyboard

    async def send(self, command: Command) -> None:
        """Hand a command over. Raises LinkError where it cannot be: nothing is kept for later."""
        line = encode_command(command).encode() + b"\n"
        if self._writer.is_closing() or self._reader.at_eof():
            raise LinkError("the engine has gone")
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                self._writer.write(line)
                await self._writer.drain()
        except TimeoutError:
            raise LinkError("the engine does not take commands") from None
        except OSError:
            raise LinkError("the engine has gone") from None

    async def close(self) -> None:
        """Leave."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return
