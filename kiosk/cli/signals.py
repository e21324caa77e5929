"""Being told to stop."""

from __future__ import annotations

import asyncio
import signal

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def set_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` when this process is told to end; again changes nothing: what is under way is finished."""
    loop = asyncio.get_running_loop()
    for told in STOPPING:
        loop.add_signal_handler(told, stop.set)
