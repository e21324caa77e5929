"""A camera as a barcode source: one thread captures, one decodes, the event loop only hears of it.

The engines and OpenCV let go of Python's lock while they work: with decoding in a thread the loop is late by 0.4 ms at
the 99th percentile, so no process of its own is needed.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from kiosk.domain.errors import SourceError
from kiosk.domain.events import Preview, Scan, SourceStatus
from kiosk.sources.capture import Capture, FrameGrabber, Shot
from kiosk.sources.decode import FilmDecoder
from kiosk.sources.decoding.engines import engines
from kiosk.sources.decoding.vision import cv2
from kiosk.sources.device import DeviceGrabber, Setting
from kiosk.sources.eye import Eye
from kiosk.sources.formats import USUAL
from kiosk.sources.health import Health
from kiosk.sources.picamera import PICAMERAS, PicameraGrabber
from kiosk.sources.quiet import hush_once
from kiosk.sources.replay import FilmGrabber

PREVIEW_FPS = 5.0
PREVIEW_WIDTH = 60
_POLL_S = 0.25
_FIGURES_S = 60.0
"""How often the share of first reads is told."""


class CameraSource:
    """Scans from a device (a number, a path under /dev, or one of PICAMERAS), or from a film: a video file, a folder or
    a pattern of pictures. Any other `grabber` may be given instead.

    A code is a scan when it appears in the picture, and again only after two seconds away from it. A device that is
    lost is told to `on_status` within two seconds and opened again when it is back; a film's end is the source's.
    """

    kind = "camera"

    def __init__(
        self,
        name: str = "camera",
        device: int | str = 0,
        width: int = 1280,
        height: int = 720,
        fps: float = 30.0,
        fourcc: str = "MJPG",
        formats: Collection[str] = USUAL,
        min_length: int = 4,
        lane: str = "",
        *,
        exposure: float | None = None,
        focus: float | None = None,
        preview_wanted: Callable[[], bool] = lambda: True,
        grabber: FrameGrabber | None = None,
    ) -> None:
        self.name = name
        self._lane = lane
        self._formats, self._min_length = formats, min_length
        self._preview_wanted = preview_wanted
        self._grabber = grabber or _grabber(device, Setting(width, height, fps, fourcc, exposure, focus))
        self._running: _Running | None = None

    async def scans(
        self, on_status: Callable[[SourceStatus], None], on_preview: Callable[[Preview], None]
    ) -> AsyncIterator[Scan]:
        """Raises SourceError where no barcode engine is installed, or a film cannot be played."""
        decoder = FilmDecoder(self._formats, self._min_length, with_engines=engines())
        if isinstance(self._grabber, DeviceGrabber | PicameraGrabber | FilmGrabber):
            hush_once()
        loop, queue = asyncio.get_running_loop(), asyncio.Queue[Scan | Exception | None]()

        def tell(what: Callable[..., object], *about: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(what, *about)

        self._running = _Running(
            capture=Capture(self._grabber, self.name),
            eye=Eye(decoder),
            face=_Face(self.name, self._lane, self._preview_wanted),
            live=self._grabber.live,
            on_scan=lambda scan: tell(queue.put_nowait, scan),
            on_status=lambda status: tell(on_status, status),
            on_preview=lambda preview: tell(on_preview, preview),
        )
        self._running.start(lambda error: tell(queue.put_nowait, error))
        try:
            while (scan := await queue.get()) is not None:
                if isinstance(scan, Exception):
                    raise scan
                yield scan
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop both threads and give the device back."""
        running, self._running = self._running, None
        if running is not None:
            await asyncio.to_thread(running.close)


@dataclass(frozen=True)
class _Face:
    """How this source looks to the rest: names and clocks on what it tells."""

    name: str
    lane: str
    preview_wanted: Callable[[], bool]

    def scan(self, text: str, symbology: str) -> Scan:
        return Scan(text, self.name, datetime.now(UTC), self.lane, symbology)

    def status(self, trouble: str, shown: int, first_reads: int) -> SourceStatus:
        return SourceStatus(self.name, CameraSource.kind, not trouble, trouble, shown, first_reads)

    def preview(self, shot: Shot, advice: str) -> Preview:
        """As wide as a column of a terminal, half as high as the picture is: a terminal's cell is twice as high."""
        height = max(round(PREVIEW_WIDTH * 9 / 16 / 2), 1)
        small = cv2.resize(shot.thumbnail, (PREVIEW_WIDTH, height), interpolation=cv2.INTER_AREA)
        grey = np.asarray(small, np.uint8).tobytes()
        return Preview(datetime.now(UTC), self.name, PREVIEW_WIDTH, height, grey, advice)


@dataclass
class _Running:
    """The two threads at work. Everything here but `close` happens on the thread that decodes."""

    capture: Capture
    eye: Eye
    face: _Face
    live: bool
    on_scan: Callable[[Scan], None]
    on_status: Callable[[SourceStatus], None]
    on_preview: Callable[[Preview], None]

    def start(self, on_end: Callable[[Exception | None], None]) -> None:
        self._stop = threading.Event()
        self._told: str | None = None
        self._told_s, self._status = float("-inf"), self.face.status("", 0, 0)
        self._preview_s = float("-inf")
        self._thread = threading.Thread(target=self._run, args=(on_end,), name=f"decode {self.face.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self.capture.close()
        self._thread.join()

    def _run(self, on_end: Callable[[Exception | None], None]) -> None:
        self.capture.start()
        try:
            self._watch()
        except Exception as error:
            on_end(error)
        else:
            on_end(None)

    def _watch(self) -> None:
        health, number = Health(time.monotonic()), 0
        while not self._stop.is_set():
            shot = self.capture.after(number, _POLL_S)
            if shot is not None:
                number = shot.number
                self._see(shot, health)
            elif self.capture.over:
                break
            if number or self.capture.trouble:
                self._tell_trouble(health)
        if self.capture.trouble and not self.live:
            raise SourceError(self.face.name, self.capture.trouble)

    def _see(self, shot: Shot, health: Health) -> None:
        try:
            health.see(shot)
            glance = self.eye.look(shot)
        except ValueError:
            return  # torn on the cable; the next one is whole
        if glance.read is not None:
            self.on_scan(self.face.scan(glance.read.text, glance.read.symbology))
        if shot.at_s - self._preview_s >= 1 / PREVIEW_FPS and self.face.preview_wanted():
            self._preview_s = shot.at_s
            self.on_preview(self.face.preview(shot, glance.advice.value))

    def _tell_trouble(self, health: Health) -> None:
        now_s = time.monotonic()
        trouble = self.capture.trouble
        if self.live and not trouble:
            trouble = health.trouble(now_s)
            if trouble and health.may_reopen(now_s):
                self.capture.reopen()
        if trouble != self._told or now_s - self._told_s > _FIGURES_S:
            status = self.face.status(trouble, *self.eye.first_reads.of_last_hour(now_s))
            if trouble != self._told or status != self._status:
                self.on_status(status)
            self._told, self._told_s, self._status = trouble, now_s, status


def _grabber(device: int | str, setting: Setting) -> FrameGrabber:
    if isinstance(device, int) or device.startswith("/dev/"):
        return DeviceGrabber(device, setting)
    if device in PICAMERAS:
        return PicameraGrabber(PICAMERAS.index(device), setting)
    return FilmGrabber(device, setting.fps)
