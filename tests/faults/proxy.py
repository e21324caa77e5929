"""A network that can be cut: a TCP proxy on loopback between the kiosk and the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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


class Proxy:
    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._piping: set[asyncio.Task[None]] = set()
        self._cable = Cable.WHOLE
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/octo"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def set(self, cable: Cable) -> None:
        """Cut the cable in this way, or mend it. What was under way through a silent one is lost for good."""
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
        await self._tear_down()
        await self._stop_listening()

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
        if self._cable is Cable.RESET:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        self._writers |= {writer, far_writer}
        for pipe in (self._pipe(reader, far_writer, back=False), self._pipe(far_reader, writer, back=True)):
            task = asyncio.create_task(pipe)
            self._piping.add(task)
            task.add_done_callback(self._piping.discard)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        try:
            while data := await reader.read(65536):
                if self._cable is Cable.SILENT or (self._cable is Cable.DEAF and back):
                    continue
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._writers.discard(writer)


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
