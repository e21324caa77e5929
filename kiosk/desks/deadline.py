"""How much of a scan's time is left. A guest gets a verdict within the configured time, whatever the network does."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ports import Clock

LOOK_UP_SHARE = 0.6
"""Of the whole time, for the first look-up: what is left must be enough to redeem and to look again."""

LOOK_AGAIN_SHARE = 0.2
"""Of the whole time, kept back from the redemption so that a lost answer can be looked up."""


@dataclass
class Deadline:
    """Counts down from `whole_s` seconds, from the moment it is made. `office_s` sums the time spent on offices."""

    clock: Clock
    whole_s: float
    office_s: float = 0.0

    def __post_init__(self) -> None:
        self._began = self.clock.monotonic()

    @property
    def left_s(self) -> float:
        return max(0.0, self._began + self.whole_s - self.clock.monotonic())

    @property
    def to_look_up_s(self) -> float:
        return min(self.left_s, self.whole_s * LOOK_UP_SHARE)

    @property
    def to_redeem_s(self) -> float:
        return max(0.0, self.left_s - self.whole_s * LOOK_AGAIN_SHARE)
