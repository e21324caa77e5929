"""The configured barcode sources: each is built when it is needed and read for as long as it lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import assert_never

from kiosk.config import Source
from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, Scan, SourceBack, SourceLost, SourceStatus
from kiosk.link.board import Board
from kiosk.ports import BarcodeSource, Clock, Feed

log = logging.getLogger(__name__)

STARTED_AGAIN_S = 2.0
"""After which a source that has broken the program is started again."""


class Sources:
    """Reads all sources into `put`. What is wrong with one stays with it: it is told, and the others go on."""

    def __init__(
        self,
        configured: Iterable[Source],
        put: Callable[[Scan], Awaitable[None]],
        board: Board,
        feed: Feed,
        clock: Clock,
        on_preview: Callable[[Preview], None],
        preview_wanted: Callable[[], bool],
        on_unusable: Callable[[], None],
    ) -> None:
        self._put, self._board, self._feed, self._clock = put, board, feed, clock
        self._on_preview, self._preview_wanted, self._on_unusable = on_preview, preview_wanted, on_unusable
        self._sources: list[BarcodeSource] = []
        self._reading: list[asyncio.Task[None]] = []
        self._configured = tuple(configured)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(source.name for source in self._sources)

    def start(self) -> None:
        """Raises SourceError for a kind that this machine cannot have."""
        built = (build(one, self._preview_wanted) for one in self._configured)
        self._sources = [source for source in built if source is not None]
        self._reading = [asyncio.create_task(self._read(source), name=source.name) for source in self._sources]

    async def exhausted(self) -> None:
        """Until every one of them has come to its end."""
        await asyncio.gather(*self._reading)

    async def stop(self) -> None:
        """No more scans from here."""
        for source in self._sources:
            await source.close()
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def _read(self, source: BarcodeSource) -> None:
        while True:
            try:
                async for scan in source.scans(self._on_status, self._on_preview):
                    await self._put(scan)
                return
            except SourceError as error:
                what = f"{error.what}: {error.advice}" if error.advice else error.what
                self._on_status(SourceStatus(source.name, source.kind, up=False, what=what))
                self._on_unusable()
                return
            except Exception:
                log.exception("action=read source=%s", source.name)
                what = "failed: it is started again"
                self._on_status(SourceStatus(source.name, source.kind, up=False, what=what))
                await self._clock.sleep(STARTED_AGAIN_S)

    def _on_status(self, status: SourceStatus) -> None:
        was_up = self._board.is_source_up(status.name)
        self._board.source(status)
        now = self._clock.now()
        if was_up and not status.up:
            self._feed.tell(SourceLost(now, status.name, status.what))
        elif status.up and not was_up:
            self._feed.tell(SourceBack(now, status.name))


def build(source: Source, preview_wanted: Callable[[], bool] = lambda: False) -> BarcodeSource | None:
    """A source as configured; None for the wedge, which the screen reads. A kind's libraries are imported only here.

    Raises SourceError where there is nothing to play.
    """
    match source.kind:
        case "lines":
            from kiosk.sources.lines import LinesSource

            return LinesSource(name=source.name, lane=source.lane)
        case "evdev":
            from kiosk.sources.evdev_input import EvdevSource

            return EvdevSource(
                name=source.name,
                device=source.device,
                grab=source.grab,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
                layout=source.layout,
            )
        case "serial":
            from kiosk.sources.serial_port import SerialSource

            return SerialSource(
                name=source.name,
                device=source.device,
                baud=source.baud,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
            )
        case "hidraw":
            from kiosk.sources.hidraw import HidPosSource

            return HidPosSource(
                name=source.name,
                device=source.device,
                lane=source.lane,
                rules=source.rules,
                translation=source.translation,
            )
        case "camera":
            from kiosk.sources.camera import CameraSource

            return CameraSource(
                name=source.name,
                device=source.device,
                width=source.width,
                height=source.height,
                fps=source.fps,
                fourcc=source.fourcc,
                exposure=source.exposure,
                focus=source.focus,
                formats=source.formats,
                min_length=source.min_length,
                lane=source.lane,
                preview_wanted=preview_wanted,
            )
        case "replay":
            from kiosk.sources.camera import CameraSource
            from kiosk.sources.replay import PlayedTickets, pictures

            tickets = PlayedTickets(pictures(str(source.path)), gap_s=source.gap_s, endless=source.endless)
            return CameraSource(name=source.name, grabber=tickets, lane=source.lane, preview_wanted=preview_wanted)
        case "wedge":
            return None
        case _:
            assert_never(source)
