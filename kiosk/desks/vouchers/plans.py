"""The seat plans of a cinema's screens, kept for a while: a plan is large, and the same for every guest."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain.cinema import CinemaReply
from kiosk.domain.seating import SeatPlan
from kiosk.ports import CinemaOffice, Clock

KEPT_S = 3600.0
"""A screen is rebuilt now and then: so long is its old plan shown at most."""

MOST = 64
"""Plans kept. A cinema has fewer screens."""


@dataclass
class Plans:
    """Which seats are free is not in a plan, and never kept. `timeout_s` bounds each request."""

    office: CinemaOffice
    clock: Clock
    timeout_s: float
    _kept: dict[str, tuple[float, SeatPlan]] = field(default_factory=dict)

    async def of(self, layout_id: str) -> CinemaReply[SeatPlan]:
        now = self.clock.monotonic()
        until, plan = self._kept.get(layout_id, (0.0, None))
        if plan is not None and now < until:
            return plan
        found = await self.office.seat_layout(layout_id, within_s=self.timeout_s)
        if isinstance(found, SeatPlan):
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[layout_id] = now + KEPT_S, found
        return found
