"""What goes on beside the scans: connections opened before the first guest, the office's return noticed, names kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kiosk.domain.reply import Failed
from kiosk.offices.octo.catalogue import Catalogue
from kiosk.offices.octo.client import OctoClient
from kiosk.ports import Clock

WITHIN_S = 10.0
PRODUCTS_WITHIN_S = 60.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


class Upkeep:
    """Two tasks for each supplier, from `start` to `stop`. Neither is ever awaited by a scan."""

    def __init__(
        self, clients: Sequence[OctoClient], catalogue: Catalogue, clock: Clock, refresh_every_s: float
    ) -> None:
        self._clients = clients
        self._catalogue = catalogue
        self._clock = clock
        self._refresh_every_s = refresh_every_s
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        for client in self._clients:
            self._tasks.append(asyncio.create_task(self._stay_in_touch(client)))
            self._tasks.append(asyncio.create_task(self._keep_names(client)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _stay_in_touch(self, client: OctoClient) -> None:
        """Ask until the office answers; then again only once it is down, so that its return is told without a guest."""
        wait_s = FIRST_WAIT_S
        while True:
            reply = await client.whoami(WITHIN_S)
            if client.standing.status.up:
                await client.standing.went_down.wait()
                wait_s = FIRST_WAIT_S
            await self._clock.sleep(_wait(reply, wait_s))
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _keep_names(self, client: OctoClient) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            products = await client.products(PRODUCTS_WITHIN_S)
            if isinstance(products, Failed):
                await self._clock.sleep(min(_wait(products, wait_s), self._refresh_every_s))
                wait_s *= 2
                continue
            await self._catalogue.keep(client.name, products)
            wait_s = FIRST_WAIT_S
            await self._clock.sleep(self._refresh_every_s)


def _wait(reply: object, wait_s: float) -> float:
    """The office's own wish, where it has one."""
    return max(wait_s, reply.retry_after_s or 0.0) if isinstance(reply, Failed) else wait_s
