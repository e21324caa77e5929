"""One at a time for each ticket: two lanes, or a lane and the outbox, never race each other for one ticket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from kiosk.domain.booking import Booking


class Turns:
    """Locks by key (a code, a booking), forgotten as soon as nobody holds or awaits them."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @property
    def are_taken(self) -> bool:
        """Whether anybody is at work on a ticket."""
        return bool(self._locks)

    @asynccontextmanager
    async def alone_with(self, *keys: str) -> AsyncIterator[bool]:
        """Hold all these keys; gives whether it had to wait for somebody: what was known before may be old then.

        Always taken in one order, so that two who want the same never wait for each other.
        """
        waited = False
        async with AsyncExitStack() as held:
            for key in sorted(set(keys)):
                waited = key in self._locks or waited
                await held.enter_async_context(self._turn(key))
            yield waited

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = lock, users - 1


def keys_of(bookings: Iterable[Booking]) -> tuple[str, ...]:
    """What to hold for bookings: one ticket may be scanned by its own code, the party's code and its reference."""
    return tuple(f"{booking.supplier}/{booking.uuid or booking.reference}" for booking in bookings)
