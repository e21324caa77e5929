"""A network that can be cut: a TCP proxy on loopback between the kiosk and the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from urllib.parse import urlsplit


class Cable(StrEnum):
    """`refused`: nobody listens; `reset`: connections are torn down; `silent`: packets go nowhere, both ways;
    `deaf`: requests arrive, answers do not come back."""

    WHOLE = "whole"
    REFUSED = "refused"
    RESET = "reset"
    SILENT = "silent"
    DEAF = "deaf"


FORWARDED_S = 0.01
"""How long a request that was cut behind is given to arrive before the connections are torn down."""


class Proxy:
    """`on_sent` hears each piece that has gone through to the office, and the number of its connection."""

    def __init__(self, host: str, port: int) -> None:
        self.on_sent: Callable[[int, bytes], None] = lambda connection, data: None
        self._to = host, port
        self._connections = 0
        self._fuse: tuple[bytes, int, Cable] | None = None
        self._cutting: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._connecting: set[asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = set()
        self._piping: set[asyncio.Task[None]] = set()
        self._cable = Cable.WHOLE
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/octo"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut_behind(self, request: str, cable: Cable, *, after: int = 0) -> None:
        """Cut the cable once a request that begins like this has gone through: no answer comes back to it.

        `after` so many of them that are let pass.
        """
        self._fuse = request.encode(), after, cable

    async def set(self, cable: Cable) -> None:
        """Cut the cable in this way, or mend it. What was under way through a silent one is lost for good."""
        self._fuse = None
        if self._cutting is not None:
            await self._cutting
            self._cutting = None
        await self._set(cable)

    async def _set(self, cable: Cable) -> None:
        if self._cable in (Cable.SILENT, Cable.DEAF):
            await self._tear_down()
        self._cable = cable
        if cable is Cable.WHOLE and self._server is None:
            await self.start()
        if cable in (Cable.REFUSED, Cable.RESET):
            await self._tear_down()
        if cable is Cable.REFUSED:
            await self._stop_listening()

    async def close(self) -> None:
        if self._cutting is not None:
            await self._cutting
        await self._stop_listening()
        await self._tear_down()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for _ in range(3):  # who was being connected goes on, is torn down, and its socket is closed: a turn each
            await asyncio.sleep(0)
            await self._tear_down()

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _tear_down(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        for task in self._piping:
            task.cancel()
        await asyncio.gather(*self._piping, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._cable is Cable.RESET:
            writer.transport.abort()
            return
        connecting = asyncio.ensure_future(asyncio.open_connection(*self._to))
        self._connecting.add(connecting)
        connecting.add_done_callback(self._connecting.discard)
        far_reader, far_writer = await connecting
        if writer.transport.is_closing():  # torn down meanwhile
            far_writer.transport.abort()
            return
        self._writers.add(far_writer)
        self._connections += 1
        for pipe in (self._pipe(reader, far_writer, self._connections), self._pipe(far_reader, writer)):
            task = asyncio.create_task(pipe)
            self._piping.add(task)
            task.add_done_callback(self._piping.discard)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int = 0) -> None:
        """From the office's side where no connection is named."""
        try:
            while data := await reader.read(65536):
                if self._cable is Cable.SILENT or (self._cable is not Cable.WHOLE and not connection):
                    continue
                writer.write(data)
                if connection:
                    self._sent(connection, data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._writers.discard(writer)

    def _sent(self, connection: int, data: bytes) -> None:
        self.on_sent(connection, data)
        if self._fuse is None or not data.startswith(self._fuse[0]):
            return
        request, after, cable = self._fuse
        if after:
            self._fuse = request, after - 1, cable
            return
        self._cable, self._fuse = cable, None
        self._cutting = asyncio.create_task(self._cut(cable))

    async def _cut(self, cable: Cable) -> None:
        if cable in (Cable.REFUSED, Cable.RESET):
            await asyncio.sleep(FORWARDED_S)
            await self._set(cable)


@asynccontextmanager
async def proxy_to(base_url: str) -> AsyncIterator[Proxy]:
    address = urlsplit(base_url)
    assert address.hostname is not None
    assert address.port is not None
    proxy = Proxy(address.hostname, address.port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()
