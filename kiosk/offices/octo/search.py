"""One code, several suppliers: whom to ask, in which order, and what their answers come to.

An unknown is never called "not found": while one office has not answered, nobody is refused for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.domain.code import Code
from kiosk.domain.reply import Failed, Found, LookUpReply
from kiosk.offices.octo.client import OctoClient
from kiosk.offices.octo.credentials import Credentials, NotOurs, Theirs
from kiosk.ports import Clock

HEAD_START = 0.4
"""Of the time, for the supplier that a code looks like; then the others are asked beside it."""
CREDENTIALS_SHARE = 0.5
"""Of what is left: enough must remain to look the code up with every key."""
GRACE_S = 0.25
"""Once one supplier has a booking that can be redeemed, the others' answers are waited for so long. Short references
are not unique among suppliers, and which of them wins must not depend on who is faster."""
MOST_SHAPES = 256

_Asked = dict[OctoClient, "asyncio.Task[LookUpReply]"]


@dataclass
class SupplierSearch:
    """Looks a code up at suppliers, and remembers which of them codes of a shape belonged to."""

    clients: Sequence[OctoClient]
    credentials: Credentials
    clock: Clock
    _last_of_shape: dict[str, OctoClient] = field(default_factory=dict)

    async def look_up(self, code: str, within_s: float) -> LookUpReply:
        """The bookings of one supplier, of the first in configured order that has a redeemable one, else any."""
        asked: _Asked = {}
        try:
            reply = await self._search(code, within_s, asked)
        finally:
            await _end(asked.values())
        if isinstance(reply, Found) and reply.bookings:
            self._remember(code, reply.supplier)
        return reply

    async def _search(self, code: str, within_s: float, asked: _Asked) -> LookUpReply:
        until = self.clock.monotonic() + within_s

        def ask(client: OctoClient) -> asyncio.Task[LookUpReply]:
            if client not in asked:
                asked[client] = asyncio.create_task(client.look_up(code, until - self.clock.monotonic()))
            return asked[client]

        likely = self._last_of_shape.get(_shape(code))
        if likely is not None:
            await asyncio.wait([ask(likely)], timeout=within_s * HEAD_START)
            if (reply := _reply(asked[likely])) and _has_bookings(reply):
                return reply
        if self.credentials.is_worth_asking:
            left_s = until - self.clock.monotonic()
            match await self.credentials.pick(code, left_s * CREDENTIALS_SHARE):
                case NotOurs():
                    return Found(())
                case Theirs(supplier):
                    return await ask(next(client for client in self.clients if client.name == supplier))
        for client in self.clients:
            ask(client)
        return await self._gather(asked)

    async def _gather(self, asked: _Asked) -> LookUpReply:
        """All answers, in configured order. Every task ends by its own deadline."""
        waiting = set(asked.values())
        grace_s: float | None = None
        while waiting:
            done, waiting = await asyncio.wait(waiting, timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            if any(_is_redeemable(task.result()) for task in done):
                grace_s = GRACE_S
        replies = [reply for client in self.clients if (reply := _reply(asked[client])) is not None]
        return _combined(replies)

    def _remember(self, code: str, supplier: str) -> None:
        shape = _shape(code)
        self._last_of_shape.pop(shape, None)
        self._last_of_shape[shape] = next(client for client in self.clients if client.name == supplier)
        if len(self._last_of_shape) > MOST_SHAPES:
            self._last_of_shape.pop(next(iter(self._last_of_shape)))


def _combined(replies: Sequence[LookUpReply]) -> LookUpReply:
    for wanted in (_is_redeemable, _has_bookings):
        for reply in replies:
            if wanted(reply):
                return reply
    return next((reply for reply in replies if isinstance(reply, Failed)), Found(()))


def _has_bookings(reply: LookUpReply) -> bool:
    return isinstance(reply, Found) and bool(reply.bookings)


def _is_redeemable(reply: LookUpReply) -> bool:
    return isinstance(reply, Found) and any(booking.redeemable for booking in reply.bookings)


def _reply(task: asyncio.Task[LookUpReply]) -> LookUpReply | None:
    return task.result() if task.done() else None


def _shape(code: str) -> str:
    return Code(code).shape


async def _end(tasks: Iterable[asyncio.Task[LookUpReply]]) -> None:
    """Leave nobody asking behind."""
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
