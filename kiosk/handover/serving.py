"""HTTP on the configured address, in the engine's own loop, with bounds on everything that a stranger may do.

Each connection is one request and ends soon; more of them than the limits allow are cut before a byte is read. A loop
of its own in a thread would wait for the interpreter as often as it is asked, and hold a scan up by 5 ms each time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kiosk.domain.assets import TakeHome, spoken
from kiosk.handover.app import application
from kiosk.handover.limits import Limits
from kiosk.handover.links import Links
from kiosk.ports import Clock

log = logging.getLogger(__name__)

_quiet = logging.getLogger(f"{__name__}.http")
_quiet.setLevel(logging.ERROR)
"""What strangers send is not worth a line each: that would be theirs to fill a disk with."""

MOST_CONNECTIONS = 32
MOST_OF_ONE = 6
"""Connections at a time."""
LIFE_S = 30.0
"""Of a connection, from its beginning to its end."""
BACKLOG = 8
"""Connections that wait to be let in: as many as the loop may take in one of its turns."""
TRIES_EVERY_S = 10.0
SWEEPS_EVERY_S = 30.0


class HandOver:
    """A `ports.Pages`, served on one address and port. Build it in a running loop.

    `base_url` is what phones are told where that is another address: a proxy's, from which all of them come then.
    """

    def __init__(
        self,
        host: str,
        port: int,
        life_s: float,
        clock: Clock,
        *,
        base_url: str = "",
        limits: Limits | None = None,
        on_trouble: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._host, self._wanted_port, self._base_url = host, port, base_url
        self._clock = clock
        self._on_trouble = on_trouble
        self.links = Links(life_s, clock.monotonic)
        self._limits = limits or (Limits(clock.monotonic, each=None) if base_url else Limits(clock.monotonic))
        self._config = Config(
            cast(Any, application(self.links)),
            http=H11Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=8 * 1024,
        )
        self._config.load()
        self._state = ServerState()
        self._peers: list[str] = []
        self._listener: asyncio.Server | None = None

    # ── ports.Pages ─────────────────────────────────────────────────────────────────────────────────

    def put(self, order_id: str, take_home: TakeHome) -> str:
        """Empty while nobody is served: the address is not this machine's, or is taken."""
        if self._listener is None:
            return ""
        return spoken(self._base_url or self.url, self.links.offer(order_id, take_home))

    def is_seen(self, order_id: str) -> bool:
        return self.links.is_seen(order_id)

    # ── serving ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def url(self) -> str:
        """`http://ADDRESS:PORT`. Raises RuntimeError before the start."""
        if self._listener is None:
            raise RuntimeError("the hand-over page is not served")
        host, port, *_ = self._listener.sockets[0].getsockname()
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def run(self) -> None:
        """Serve until cancelled. Where the address cannot be had yet it is tried again: a network may come up late."""
        try:
            while not await self._is_started():
                await self._clock.sleep(TRIES_EVERY_S)
            while True:
                await self._clock.sleep(SWEEPS_EVERY_S)
                self.links.sweep()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Raises OSError where the address is not this machine's, or the port is taken."""
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), host=self._host, port=self._wanted_port, backlog=BACKLOG
        )

    async def stop(self) -> None:
        """Cut every connection. Safe to call twice."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        for connection in list(self._state.connections):
            cast(_Connection, connection).cut()
        while self._state.connections:  # noqa: ASYNC110 (each leaves in the loop's next turn)
            await asyncio.sleep(0)
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()

    async def _is_started(self) -> bool:
        try:
            await self.start()
        except OSError as error:
            log.warning("action=hand_over address=%s port=%d: %s", self._host, self._wanted_port, error.strerror)
            self._on_trouble(f"hand-over page: cannot listen on {self._host}, port {self._wanted_port}")
            return False
        return True

    # ── for connections ─────────────────────────────────────────────────────────────────────────────

    def let_in(self, peer: str) -> bool:
        """Whether one more connection of this address may begin."""
        most_of_one = MOST_CONNECTIONS if self._base_url else MOST_OF_ONE
        if len(self._peers) >= MOST_CONNECTIONS or self._peers.count(peer) >= most_of_one:
            return False
        if not self._limits.allow(peer):
            return False
        self._peers.append(peer)
        return True

    def let_out(self, peer: str) -> None:
        self._peers.remove(peer)


class _Connection(H11Protocol):
    """One request. Cut at the door where there are too many, and after its time whatever it does."""

    def __init__(self, page: HandOver) -> None:
        super().__init__(config=page._config, server_state=page._state, app_state={})
        self.logger = _quiet
        self._page = page
        self._peer: str | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._page.let_in(peer):
            transport.abort()
            return
        self._peer = peer
        self._end = asyncio.get_running_loop().call_later(LIFE_S, transport.abort)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._peer is not None:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._peer is None:
            return
        self._page.let_out(self._peer)
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        if self._peer is not None:
            super().eof_received()

    def cut(self) -> None:
        self.transport.abort()
