"""The figures of a station, served where they are configured."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kiosk.config import Settings
from kiosk.device.clock import SystemClock
from kiosk.domain.errors import SignalError
from kiosk.ports import Clock, Feed

log = logging.getLogger(__name__)


@asynccontextmanager
async def figures(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Sequence[Feed]]:
    """The viewer that counts, or none. A port that is taken is logged: no guest waits for a figure."""
    if settings.metrics.port is None:
        yield ()
        return
    from kiosk.device.metrics import Metrics  # 65 ms, only where it is wanted

    try:
        metrics = Metrics(settings.metrics.port, (clock or SystemClock()).now)
        metrics.start()
    except SignalError as error:
        log.error("action=serve_metrics %s", error)
        yield ()
        return
    try:
        yield (metrics,)
    finally:
        await asyncio.to_thread(metrics.close)
