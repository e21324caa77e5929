"""Films played as cameras: video files, folders of pictures, and tickets drawn into a picture for the demo."""

from __future__ import annotations

import glob
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kiosk.domain.errors import SourceError
from kiosk.sources.capture import Raw
from kiosk.sources.decoding.looks import Floats
from kiosk.sources.decoding.vision import Picture, cv2

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm"})
USUAL_FPS = 30.0


class Pace:
    """Hands frames out at their own speed. A late frame is handed out at once and the pace is kept."""

    def __init__(
        self, fps: float, clock_s: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._step_s = 1 / fps
        self._clock_s, self._sleep = clock_s, sleep
        self._next_s: float | None = None

    def wait(self) -> None:
        now_s = self._clock_s()
        if self._next_s is None:
            self._next_s = now_s
        if self._next_s > now_s:
            self._sleep(self._next_s - now_s)
        self._next_s += self._step_s


@dataclass
class FilmGrabber:
    """A video file, a folder of pictures, or a pattern such as frames/*.png, played once at its own pace."""

    path: str
    fps: float = USUAL_FPS
    live: bool = field(default=False, init=False)
    _frames: Iterator[Raw] | None = field(default=None, init=False, repr=False)
    _pace: Pace | None = field(default=None, init=False, repr=False)

    def open(self) -> None:
        fps, self._frames = film(self.path, self.fps)
        self._pace = Pace(fps)

    def grab(self) -> Raw | None:
        if self._frames is None or self._pace is None:
            return None
        self._pace.wait()
        return next(self._frames, None)

    def close(self) -> None:
        self._frames = None


def pictures(path: str) -> list[Picture]:
    """The pictures of a folder or a pattern, grey, in the order of their names. Raises SourceError for none."""
    found = [np.asarray(picture, np.uint8) for picture in _loaded(_paths(path))]
    if not found:
        raise SourceError("replay", f"there are no pictures in {path}", "name a folder of tickets")
    return found


def film(path: str, usual_fps: float = USUAL_FPS) -> tuple[float, Iterator[Raw]]:
    """Frames a second, and the frames. Pictures come at the usual speed. Raises OSError where there are none."""
    if not Path(path).is_file():
        if not (paths := _paths(path)):
            raise OSError(f"there is no such film: {path}")
        return usual_fps, _loaded(paths)
    video = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    came, first = video.read()
    if not came:
        video.release()
        raise OSError(f"neither a video nor pictures that can be read: {path}")
    fps = float(video.get(cv2.CAP_PROP_FPS))
    return (fps if 1 <= fps <= 240 else usual_fps), _played(video, np.asarray(first))


def _paths(path: str) -> list[str]:
    """The pictures of a folder or a pattern, in the order of their names."""
    found = sorted(glob.glob(str(Path(path) / "*") if Path(path).is_dir() else path))
    return [name for name in found if Path(name).suffix.lower() in PICTURES]


def _loaded(paths: list[str]) -> Iterator[Raw]:
    for path in paths:
        picture = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        if picture is not None:
            yield np.asarray(picture)


def _played(video: cv2.VideoCapture, first: Raw) -> Iterator[Raw]:
    try:
        yield first
        while (got := video.read())[0]:
            yield np.asarray(got[1])
    finally:
        video.release()


@dataclass(frozen=True, slots=True)
class _Hand:
    """How one ticket is brought into view. Lengths in pixels, angles in degrees, times in seconds."""

    ticket: int
    from_px: tuple[float, float]
    held_px: tuple[float, float]
    spin: float
    phase: float


@dataclass
class PlayedTickets:
    """Tickets brought before a camera by a hand, one after the other; the same every time for one seed.

    `tickets`: grey pictures. A ticket is brought in within `travel_s`, held for `hold_s` with a light tremor, and taken
    away; then nothing for `gap_s`. `fills`: how much of the picture's height or width a ticket takes at most. Once all
    have been shown the film is over, or starts again where `endless`.
    """

    tickets: Sequence[Picture]
    width: int = 1280
    height: int = 720
    fps: float = USUAL_FPS
    seed: int = 0
    hold_s: float = 1.2
    travel_s: float = 0.4
    gap_s: float = 0.6
    fills: float = 0.6
    noise: float = 3.0
    endless: bool = False
    background: Picture | None = None
    live: bool = field(default=False, init=False)
    _pace: Pace = field(init=False, repr=False)
    _number: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        scene = self.background if self.background is not None else _room(rng, self.width, self.height)
        self._scene = np.asarray(cv2.resize(scene, (self.width, self.height)), np.uint8)
        self._hands = [self._hand(place, rng) for place in range(len(self.tickets))]
        self._grain = rng.normal(0, self.noise, (self.height + 64, self.width + 64)).astype(np.int8)
        self._pace = Pace(self.fps)

    @property
    def seconds(self) -> float:
        """How long the whole film is."""
        return self._turn_s * len(self.tickets)

    @property
    def _turn_s(self) -> float:
        return self.gap_s + 2 * self.travel_s + self.hold_s

    def open(self) -> None:
        self._number = 0
        self._pace = Pace(self.fps)

    def grab(self) -> Raw | None:
        self._pace.wait()
        frame = self.frame(self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        """Nothing to close."""

    def frame(self, number: int) -> Picture | None:
        """The frame of that number, from 0; None after the end."""
        at_s = number / self.fps
        if not self.tickets or (at_s >= self.seconds and not self.endless):
            return None
        turn, into_s = divmod(at_s, self._turn_s)
        frame = self._scene.copy()
        hand = self._hands[int(turn) % len(self._hands)]
        if into_s >= self.gap_s:
            self._draw(frame, hand, into_s - self.gap_s)
        return self._with_grain(frame, number)

    def _hand(self, ticket: int, rng: np.random.Generator) -> _Hand:
        side = rng.choice(["left", "right", "below"])
        held = (self.width * rng.uniform(0.42, 0.58), self.height * rng.uniform(0.44, 0.56))
        start = {
            "left": (-self.width * 0.5, held[1]),
            "right": (self.width * 1.5, held[1]),
            "below": (held[0], self.height * 1.7),
        }[str(side)]
        return _Hand(ticket, start, held, float(rng.normal(0, 5)), float(rng.uniform(0, 2 * np.pi)))

    def _draw(self, frame: Picture, hand: _Hand, shown_s: float) -> None:
        ticket = self.tickets[hand.ticket]
        away = self._away(shown_s)
        tremor = 2.0 * np.sin(shown_s * np.array([9.0, 11.0]) + hand.phase)
        x, y = np.array(hand.held_px) * (1 - away) + np.array(hand.from_px) * away + tremor
        scale = min(self.fills * self.height / ticket.shape[0], self.fills * self.width / ticket.shape[1], 3.0)
        turn = cv2.getRotationMatrix2D((ticket.shape[1] / 2, ticket.shape[0] / 2), hand.spin + 12 * away, scale)
        turn[:, 2] += (x - ticket.shape[1] / 2, y - ticket.shape[0] / 2)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        shown = ticket if scale > 0.5 else cv2.GaussianBlur(ticket, (0, 0), 0.4 / scale)
        cv2.warpAffine(shown, turn, (self.width, self.height), dst=frame, flags=how, borderMode=cv2.BORDER_TRANSPARENT)

    def _away(self, shown_s: float) -> float:
        """How far from where it is held: 1 outside the picture, 0 held; quick in the middle of the way."""
        left_s = 2 * self.travel_s + self.hold_s - shown_s
        share = min(max(min(shown_s, left_s) / self.travel_s, 0.0), 1.0)
        return float(1 - share * share * (3 - 2 * share))

    def _with_grain(self, frame: Picture, number: int) -> Picture:
        rng = np.random.default_rng((self.seed, number))
        top, left = rng.integers(0, 64, 2)
        grain = self._grain[top : top + self.height, left : left + self.width]
        return np.asarray(cv2.add(frame, grain, dtype=cv2.CV_8U), np.uint8)


def _room(rng: np.random.Generator, width: int, height: int) -> Picture:
    """A room out of focus."""
    coarse: Floats = rng.uniform(50, 190, (5, 8)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
