"""A server on loopback that keeps every request as it came and answers with any bytes at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """One request. Header names in lower case; `connection` counts from 0."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Line:
    """The server's end of a connection."""

    writer: asyncio.StreamWriter

    async def say(self, *pieces: bytes, every_s: float = 0.0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if every_s:
                await asyncio.sleep(every_s)

    async def hang(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None:
        self.writer.close()


Act = Callable[[Line], Awaitable[None]]


def reply(status: int = 200, body: bytes = b"[]", **headers: str) -> bytes:
    """A whole answer; header names with `_` for `-`."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def says(*pieces: bytes, every_s: float = 0.0) -> Act:
    async def act(line: Line) -> None:
        await line.say(*pieces, every_s=every_s)

    return act


def says_json(value: object, status: int = 200) -> Act:
    return says(reply(status, json.dumps(value).encode()))


def says_and_closes(*pieces: bytes) -> Act:
    async def act(line: Line) -> None:
        await line.say(*pieces)
        line.close()

    return act


async def hangs(line: Line) -> None:
    await line.hang()


async def closes(line: Line) -> None:
    line.close()


@dataclass
class RawServer:
    """Does the acts of its script, one for each request in the order of arrival; the last one again and again."""

    script: list[Act]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once any request has come in."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/octo"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._tasks.add(asyncio.create_task(self._serve(reader, writer, self.connections)))
        self.connections += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> None:
        try:
            while not writer.is_closing():
                act = await self._receive(reader, connection)
                await act(Line(writer))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            writer.close()

    async def _receive(self, reader: asyncio.StreamReader, connection: int) -> Act:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = first.split(" ")
        self.arrived.set()
        self.received.append(Received(method, target, headers, body, connection))
        return self.script[min(len(self.received), len(self.script)) - 1]
