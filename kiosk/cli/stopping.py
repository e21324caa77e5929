"""Being told to stop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

LOOKS_EVERY_S = 0.2


def set_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` when this process is told to end; again changes nothing: what is under way is finished."""
    loop = asyncio.get_running_loop()
    for told in STOPPING:
        loop.add_signal_handler(told, stop.set)


@contextmanager
def every_stop_as_ctrl_c() -> Iterator[None]:
    """For commands that ask questions: a closed terminal and a polite kill end them as one Ctrl-C does, however often
    they are told: what is cleaned up then is not cut off by the same stop told twice (kernel and shell both tell of a
    terminal that closes).

    None is lost: one that comes after a question was printed and before its answer is waited for is noticed by Python
    only when that wait returns, and a timer makes it return.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []

    def stop_once(number: int, frame: object) -> None:
        told.append(number)
        if len(told) == 1:
            signal.raise_signal(signal.SIGINT)

    handlers: dict[signal.Signals, Any] = {
        # A shell that starts a command in the background has it ignore Ctrl-C, and every stop would be ignored as one.
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: stop_once,
        signal.SIGALRM: lambda *_: None,
    }
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else it was started to outlive its terminal
        handlers[signal.SIGHUP] = stop_once
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signal.setitimer(signal.ITIMER_REAL, LOOKS_EVERY_S, LOOKS_EVERY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
