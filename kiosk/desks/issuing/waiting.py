"""Waiting that can be cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from kiosk.ports import Clock


async def pause(clock: Clock, seconds: float, *until: asyncio.Event) -> None:
    """So many seconds, or less where one of the events is set first."""
    waits: list[Awaitable[object]] = [clock.sleep(seconds), *(event.wait() for event in until)]
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
