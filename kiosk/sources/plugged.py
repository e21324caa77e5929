"""A device that may be pulled and put back: opened, read without ever blocking the loop, missed at once, opened again.

What its bytes mean is a `Reading`'s affair: a fresh one each time the device is opened, so that nothing of a code cut
off by the plug is carried into the next.
"""

from __future__ import annotations

import asyncio
import math
import os
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from kiosk.domain.events import Scan, SourceStatus
from kiosk.domain.framing import Framed
from kiosk.sources.scan import scan_of

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 2.0
"""Between two tries to open it: doubled each time, up to what staff with the plug in their hand will wait for."""

LOOK_AFTER_S = 1.0
"""How often the device's name is looked up: a driver may keep a dead descriptor silent."""

WAITING_MOST = 1000
"""Codes read but not taken; beyond it the device is left unread. Read ahead at all because the kernel keeps only about
80 typed characters for us: fewer than one ticket."""

_PIECE_BYTES = 65_536

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Opened(Protocol):
    """An open device: a FileIO, a socket, a serial.Serial."""

    def fileno(self) -> int: ...

    def close(self) -> None: ...


class Reading(Protocol[T_co]):
    """Makes something of what one `read` gave. Pure: no I/O, time is passed in (monotonic seconds)."""

    def feed(self, data: bytes, at_s: float) -> Sequence[T_co]: ...

    def idle(self, at_s: float) -> Sequence[T_co]:
        """What the silence until now has decided."""
        ...


class Plugged(Generic[T]):
    """One device, over all the times that it is plugged in. `quiet_s`: a silence after which `idle` is asked."""

    def __init__(
        self,
        name: str,
        kind: str,
        device: str,
        open_device: Callable[[], Opened],
        reading: Callable[[], Reading[T]],
        quiet_s: float = math.inf,
    ) -> None:
        self._name = name
        self._kind = kind
        self._device = device
        self._open_device = open_device
        self._reading = reading
        self._quiet_s = quiet_s
        self._closed = asyncio.Event()
        self._told: tuple[bool, str] | None = None

    async def items(self, on_status: Callable[[SourceStatus], None]) -> AsyncGenerator[T, None]:
        """Everything that is read, until `close`. Tells each time the device is lost or back."""
        wait_s = FIRST_WAIT_S
        while not self._closed.is_set():
            try:
                opened = await self._open()
            except OSError as error:
                self._tell(on_status, False, why_not(self._device, error))
                await self._rest(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                continue
            wait_s = FIRST_WAIT_S
            self._tell(on_status, True, "")
            try:
                async with aclosing(self._while_plugged(opened)) as items:
                    async for item in items:
                        yield item
            finally:
                opened.close()
            if not self._closed.is_set():
                self._tell(on_status, False, "unplugged")
                await self._rest(FIRST_WAIT_S)

    async def close(self) -> None:
        self._closed.set()

    # ── while it is plugged in ──────────────────────────────────────────────────────────────────────

    async def _while_plugged(self, opened: Opened) -> AsyncGenerator[T, None]:
        pump = _Pump(opened.fileno(), self._reading(), self._quiet_s, self._device)
        ended = asyncio.ensure_future(self._closed.wait())
        ended.add_done_callback(lambda _: pump.stop())
        try:
            pump.start()
            while await pump.has_items():
                yield pump.items.popleft()
                pump.resume()
        finally:
            pump.stop()
            ended.cancel()

    async def _open(self) -> Opened:
        """Open it in a thread: a driver may take its time. One that opens too late for us is closed again."""
        opening = asyncio.ensure_future(asyncio.to_thread(self._open_device))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_again)
            raise

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)

    def _tell(self, on_status: Callable[[SourceStatus], None], up: bool, what: str) -> None:
        if self._told != (up, what):
            self._told = up, what
            on_status(SourceStatus(self._name, self._kind, up, what))


class _Pump(Generic[T]):
    """Reads one descriptor whenever it has something, for as long as it lasts."""

    def __init__(self, fd: int, reading: Reading[T], quiet_s: float, device: str) -> None:
        self.items: deque[T] = deque()
        self._fd = fd
        self._reading = reading
        self._quiet_s = quiet_s
        self._device = device
        self._loop = asyncio.get_running_loop()
        self._stir = asyncio.Event()
        self._over = False
        self._paused = False
        self._quiet: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None

    def start(self) -> None:
        os.set_blocking(self._fd, False)
        self._loop.add_reader(self._fd, self._ready)
        if self._device:
            self._look = self._loop.call_later(LOOK_AFTER_S, self._look_after)

    async def has_items(self) -> bool:
        """Wait for one; False when no more will come."""
        while not self.items and not self._over:
            self._stir.clear()
            await self._stir.wait()
        return bool(self.items)

    def resume(self) -> None:
        """Read on, once half of what waited has been taken."""
        if self._paused and not self._over and len(self.items) <= WAITING_MOST // 2:
            self._paused = False
            self._loop.add_reader(self._fd, self._ready)

    def stop(self) -> None:
        if self._over:
            return  # the descriptor may be another's by now
        self._over = True
        for timer in (self._quiet, self._look):
            if timer:
                timer.cancel()
        self._loop.remove_reader(self._fd)
        self._stir.set()

    def _ready(self) -> None:
        try:
            data = os.read(self._fd, _PIECE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.stop()
            return
        self._add(self._reading.feed(data, self._loop.time()))
        self._ask_when_quiet()

    def _ask_when_quiet(self) -> None:
        if self._quiet:
            self._quiet.cancel()
        if math.isfinite(self._quiet_s):
            self._quiet = self._loop.call_later(self._quiet_s + 0.005, self._was_quiet)

    def _was_quiet(self) -> None:
        self._add(self._reading.idle(self._loop.time()))

    def _add(self, items: Sequence[T]) -> None:
        if not items:
            return
        self.items.extend(items)
        self._stir.set()
        if len(self.items) > WAITING_MOST and not self._paused:
            self._paused = True
            self._loop.remove_reader(self._fd)

    def _look_after(self) -> None:
        """Whether the name still means what is open."""
        if not _is_still(self._device, self._fd):
            self.stop()
            return
        self._look = self._loop.call_later(LOOK_AFTER_S, self._look_after)


class Codes:
    """The codes of a plugged device, as scans: what `scans` and `close` of a source are made of."""

    def __init__(self, name: str, lane: str, plugged: Plugged[Framed]) -> None:
        self._name = name
        self._lane = lane
        self._plugged = plugged

    async def scans(self, on_status: Callable[[SourceStatus], None]) -> AsyncGenerator[Scan, None]:
        async with aclosing(self._plugged.items(on_status)) as codes:
            async for code in codes:
                yield scan_of(code, self._name, self._lane)

    async def close(self) -> None:
        await self._plugged.close()


def why_not(device: str, error: OSError) -> str:
    """Why a device cannot be opened, in words for staff, with what there is instead."""
    if isinstance(error, PermissionError):
        return f"{device} may not be opened: give this user the group or udev rule that it needs"
    if isinstance(error, FileNotFoundError):
        others = _beside(device)
        return f"{device} is not there" + (f"; there is {', '.join(others)}" if others else "")
    if error.errno is not None and error.strerror:
        return f"{device} cannot be opened: {error.strerror.lower()}"
    return f"{device} cannot be opened"


def _beside(device: str) -> list[str]:
    """What has a stable name in the same place; nothing in /dev itself, where everything is."""
    folder = Path(device).parent
    if not folder.name.startswith("by-"):
        return []
    with suppress(OSError):
        return sorted(path.name for path in folder.iterdir())[:5]
    return []


def _is_still(device: str, fd: int) -> bool:
    try:
        named, opened = os.stat(device), os.fstat(fd)
    except OSError:
        return False
    return (named.st_dev, named.st_ino, named.st_rdev) == (opened.st_dev, opened.st_ino, opened.st_rdev)


def _close_again(opening: asyncio.Future[Opened]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
