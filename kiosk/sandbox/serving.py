"""HTTP on loopback inside the caller's event loop, on connections that can be cut without an answer.

uvicorn's protocol on a listener of our own: its `Server` looks at its flags only every tenth of a second, installs
signal handlers, and does not let an application reach the connection.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HOST = "127.0.0.1"
KEEP_ALIVE_S = 75
"""How long an idle connection stays open: what common web servers allow."""

_CONNECTION = "kiosk.sandbox.connection"


class _Connection(H11Protocol):
    """Hands the application its connection, and ends it quietly when the server closes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._application = cast(ASGIApp, self.app)
        self.app = cast(Any, self._run)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {_CONNECTION: self.transport}
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            return  # only `Server.stop` cancels, when nobody can be answered any more


async def cut(scope: Scope, receive: Receive, *, flush: bool = False) -> None:
    """Close the connection of a request without (the rest of) an answer. With `flush` what was sent goes out first."""
    transport: asyncio.Transport = scope["extensions"][_CONNECTION]
    if flush:
        transport.close()
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def is_cut(scope: Scope) -> bool:
    """Whether the connection of a request has been closed, by either side."""
    transport: asyncio.Transport = scope["extensions"][_CONNECTION]
    return transport.is_closing()


class Server:
    """One application on one port. Starts and stops within milliseconds; leaves no task and no socket behind."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._wanted_port = port
        self._config = Config(
            app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        self._state = ServerState()
        self._listener: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before the start."""
        if self._listener is None:
            raise RuntimeError("the sandbox has not been started")
        return int(self._listener.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Raises OSError where the port is taken."""
        self._config.load()
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: _Connection(config=self._config, server_state=self._state, app_state={}),
            host=HOST,
            port=self._wanted_port,
        )

    async def stop(self) -> None:
        """Cut every connection, then end what still works on a request. Safe to call twice."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        for connection in list(self._state.connections):
            cast(H11Protocol, connection).transport.abort()
        while self._state.connections:  # noqa: ASYNC110 (each leaves in the loop's next turn)
            await asyncio.sleep(0)
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()
