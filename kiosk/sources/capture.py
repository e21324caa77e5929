"""Frames from a camera: a thread that always hands over the newest one, and never falls behind.

`VideoCapture` queues frames: read in a loop that works 100 ms on each, it was 3.1 s late after five seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.sources.decoding.vision import Picture, cv2

Raw = NDArray[np.generic]
"""A frame as it comes: grey, BGR, YUYV (two channels), or the bytes of one JPEG as a single row."""

THUMBNAIL = (80, 60)
_BACK_OFF_S = (0.5, 1.0, 2.0, 4.0)


class FrameGrabber(Protocol):
    """Where frames come from: a device, a film, or a test. Used by one thread.

    `live`: frames that stop mean that the device is lost; otherwise that the film is over.
    """

    @property
    def live(self) -> bool: ...

    def open(self) -> None:
        """Raises OSError, in words for people, where it cannot be opened now."""
        ...

    def grab(self) -> Raw | None:
        """Wait for the next frame; None where there is none any more."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Shot:
    """One frame and when it came (monotonic seconds). What nobody looks at is not decoded either."""

    raw: Raw
    at_s: float
    number: int

    @cached_property
    def grey(self) -> Picture:
        """Raises ValueError where it is no picture: a JPEG torn on the cable."""
        return to_grey(self.raw, cv2.IMREAD_GRAYSCALE)

    @cached_property
    def thumbnail(self) -> Picture:
        """80×60, averaged, so that noise does not look like change. Of a JPEG only the coarse part is decoded."""
        small = to_grey(self.raw, cv2.IMREAD_REDUCED_GRAYSCALE_8) if _is_jpeg(self.raw) else self.grey
        every = 4 if small.shape[0] >= 8 * THUMBNAIL[1] else 1  # of the rows; averaging all takes 0.2 ms more
        return np.asarray(cv2.resize(small[::every], THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)


def to_grey(raw: Raw, how: int) -> Picture:
    """A frame's brightness."""
    pixels = np.asarray(raw, np.uint8)
    if _is_jpeg(raw):
        picture = cv2.imdecode(pixels, how)
        if picture is None:
            raise ValueError("a JPEG that cannot be decoded")
        return np.asarray(picture, np.uint8)
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.ascontiguousarray(pixels[:, :, 0])  # YUYV: each first byte is brightness


def _is_jpeg(raw: Raw) -> bool:
    return raw.ndim == 2 and raw.shape[0] == 1


class Capture:
    """The thread that captures. It opens the grabber, again and again with a back-off when it is lost."""

    def __init__(self, grabber: FrameGrabber, name: str, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._grabber = grabber
        self._clock_s = clock_s
        self._shot: Shot | None = None
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._reopen = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture {name}", daemon=True)
        self.trouble = ""
        """Why there is no picture, in words for people; empty while there is one."""
        self.over = False
        """Whether the film has come to its end."""

    def start(self) -> None:
        self._thread.start()

    def after(self, number: int, timeout_s: float) -> Shot | None:
        """The newest frame, if it is newer than that number; waits for one, at most so long."""

        def has_come() -> bool:
            return self.over or (self._shot is not None and self._shot.number > number)

        with self._changed:
            self._changed.wait_for(has_come, timeout_s)
            return self._shot if self._shot is not None and self._shot.number > number else None

    def reopen(self) -> None:
        """Close the device and open it again: a frozen one often lives on."""
        self._reopen.set()

    def close(self, within_s: float = 2.0) -> None:
        """Stop. A driver that hangs in a read is left behind: the thread ends with the process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _run(self) -> None:
        number = tries = 0
        while not self._stop.is_set():
            came = self._film(number)
            tries = 0 if came else tries + 1
            number += came
            if not self._grabber.live:
                break
            self._stop.wait(_BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)])
        with self._changed:
            self.over = True
            self._changed.notify_all()

    def _film(self, first: int) -> int:
        """Open, hand over frames until they stop, close. How many came."""
        count = 0
        try:
            self._grabber.open()
            self._reopen.clear()
            while not (self._stop.is_set() or self._reopen.is_set()):
                raw = self._grabber.grab()
                if raw is None:
                    self.trouble = "no picture comes any more: is it unplugged?" if self._grabber.live else ""
                    break
                count += 1
                self.trouble = ""
                with self._changed:
                    self._shot = Shot(raw, self._clock_s(), first + count)
                    self._changed.notify_all()
        except OSError as error:
            self.trouble = str(error)
        finally:
            self._grabber.close()
        return count
