"""One camera's eye: what of each frame is looked at, and for how long. No threads, no clock but the frames' own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.advice import Advice
from kiosk.sources.capture import Shot
from kiosk.sources.change import ChangeGate
from kiosk.sources.coach import Coach
from kiosk.sources.decode import FilmDecoder
from kiosk.sources.decoding.reading import Read
from kiosk.sources.decoding.survey import Place
from kiosk.sources.first_reads import FirstReads
from kiosk.sources.presence import Presence

LINGER_S = 2.5
"""After the last change every frame is still looked at for this long: a ticket held still gets every pass."""
HEARTBEAT_S = 4.0
"""Between looks at a picture that does not change."""
HEARTBEAT_BUDGET_S = 0.005


@dataclass(frozen=True, slots=True)
class Glance:
    """What one frame gave. `looked`: whether it was decoded at all."""

    read: Read | None = None
    advice: Advice = Advice.NONE
    looked: bool = False


class Purse:
    """Processor time to spend on decoding: it fills with the clock, and a new ticket finds it full.

    So a ticket gets nearly a whole core for a second, and people who walk about all day cost `share` of one.
    """

    def __init__(self, share: float = 0.38, full_s: float = 1.2, a_frame_s: float = 0.03) -> None:
        self._share, self._full_s, self._a_frame_s = share, full_s, a_frame_s
        self._held_s = full_s
        self._at_s: float | None = None

    def for_frame(self, at_s: float) -> float:
        """Seconds that this frame may take; 0 where it is better skipped."""
        if self._at_s is not None:
            self._held_s = min(self._full_s, self._held_s + (at_s - self._at_s) * self._share)
        self._at_s = at_s
        return min(self._held_s, self._a_frame_s) if self._held_s >= self._a_frame_s / 2 else 0.0

    def spend(self, seconds: float) -> None:
        self._held_s -= seconds


class Eye:
    """Gate on change, budget, decoder, presence and coach, in that order, for one stream of frames."""

    def __init__(
        self, decoder: FilmDecoder, purse: Purse | None = None, cpu_s: Callable[[], float] = time.thread_time
    ) -> None:
        self._decoder = decoder
        self._cpu_s = cpu_s
        self._gate = ChangeGate()
        self._purse = purse or Purse()
        self._presence = Presence()
        self._coach = Coach()
        self.first_reads = FirstReads()
        self._changed_s = float("-inf")
        self._looked_s = float("-inf")
        self._advice = Advice.NONE
        self._scenery: tuple[Place, ...] = ()

    def look(self, shot: Shot) -> Glance:
        """Raises ValueError where the frame is no picture."""
        if self._gate.changed(shot.thumbnail):
            self._changed_s = shot.at_s
        budget_s = self._purse.for_frame(shot.at_s)
        if shot.at_s - self._changed_s > LINGER_S:
            self._presence.unchanged(shot.at_s)
            if shot.at_s - self._looked_s < HEARTBEAT_S:
                return Glance(advice=self._advice)
            budget_s = HEARTBEAT_BUDGET_S
            self._scenery = self._decoder.places
        if budget_s <= 0:
            return Glance(advice=self._advice)
        begun_s = self._cpu_s()
        glance = self._read(shot, budget_s)
        self._purse.spend(self._cpu_s() - begun_s)
        return glance

    def _read(self, shot: Shot, budget_s: float) -> Glance:
        self._looked_s = shot.at_s
        frame = shot.grey
        height, width = frame.shape
        reads = self._decoder.read(frame, shot.at_s, budget_s)
        new = self._presence.look(reads, shot.at_s, width, height)
        likeliest = self._likeliest()
        self.first_reads.watch(shot.at_s, in_view=likeliest is not None, is_new_read=new is not None)
        self._advice = self._coach.watch(
            frame,
            shot.thumbnail,
            likeliest,
            shot.at_s,
            is_read=bool(reads),
            crowded=self._presence.crowded,
        )
        return Glance(new, self._advice, looked=True)

    def _likeliest(self) -> Place | None:
        """What most looks like a code, and was not there when nobody was."""
        new = (p for p in self._decoder.places if not any(_same_place(p, old) for old in self._scenery))
        return max(new, key=lambda place: place.weight, default=None)


def _same_place(one: Place, other: Place) -> bool:
    """Whether two boxes cover each other mostly."""
    a, b = one.box, other.box
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    larger = max((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return wide > 0 and high > 0 and wide * high > 0.6 * larger
