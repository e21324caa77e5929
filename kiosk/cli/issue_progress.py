"""How far a job is, on standard error: a bar that is drawn over itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kiosk.cli.issue_words import progress_words
from kiosk.desks.issuing import OpenJob

BAR_EVERY_S = 0.25
LINE_EVERY_S = 5.0
WIDEST_BAR = 30
CLEAR = "\r\x1b[K"


@asynccontextmanager
async def progress(opened: OpenJob, stop: asyncio.Event) -> AsyncIterator[None]:
    """Shows it until the block ends, at its own pace. Written by a thread: a terminal that is not read (Ctrl-S) holds
    no request up."""
    is_terminal = sys.stderr.isatty()
    showing = [
        asyncio.create_task(_bar(opened) if is_terminal else _lines(opened)),
        asyncio.create_task(_stopping(stop)),
    ]
    try:
        yield
    finally:
        for task in showing:
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)
        if is_terminal:
            _write(f"{CLEAR}{bar(opened, _width())}\n")


async def _stopping(stop: asyncio.Event) -> None:
    await stop.wait()
    clear = CLEAR if sys.stderr.isatty() else ""
    await asyncio.to_thread(_write, f"{clear}stopping: the request under way is finished first\n")


async def _bar(opened: OpenJob) -> None:
    while True:
        await asyncio.to_thread(_write, f"{CLEAR}{bar(opened, _width())}")
        await asyncio.sleep(BAR_EVERY_S)


async def _lines(opened: OpenJob) -> None:
    last = ""
    while True:
        await asyncio.sleep(LINE_EVERY_S)
        line = progress_words(opened)[2]
        if line != last:
            await asyncio.to_thread(_write, f"{line}\n")
        last = line


def bar(opened: OpenJob, width: int) -> str:
    """`███████░░░  1,200 of 5,000  1,198 done · 2 failed · 3,800 pending · office: Processing`, cut to a width."""
    ended, total, words = progress_words(opened)
    longest = max(5, min(WIDEST_BAR, width // 4))
    full = longest * ended // total if total else 0
    return f"{'█' * full}{'░' * (longest - full)}  {ended:,} of {total:,}  {words}"[: max(width - 1, 10)]


def _width() -> int:
    return shutil.get_terminal_size().columns


def _write(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()
