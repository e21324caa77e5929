"""The places of one showtime: who has which, how the office finds seats by itself, and what it shows of them, late."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kiosk.sandbox.vista.plans import Plan, Row, Seat
from kiosk.sandbox.vista.programme import Showtime

LAG_S = 2.0
"""Seconds after which a change shows in the seat availability."""

AVAILABLE, SOLD, HOUSE, BROKEN, HELD = "Available", "Sold", "House", "Broken", "Held"
"""`Held`, for a seat in an order that is not completed, is undocumented, like any word but the first four."""


class House:
    """Seats by id where they are allocated, else a number of places."""

    def __init__(self, showtime: Showtime) -> None:
        self.plan: Plan | None = showtime.screen.plan
        self._status = {} if self.plan is None else _at_first(showtime, self.plan)
        self._first = dict(self._status)
        self._owners: dict[str, str] = {}
        self._changes: list[tuple[datetime, str, str]] = []
        self._free_places = showtime.screen.capacity * (100 - showtime.fullness) // 100
        self._places: dict[str, int] = {}

    # ── allocated ──

    def is_open_to(self, seat_id: str, order_id: str) -> bool:
        return self._status[seat_id] == AVAILABLE or self._owners.get(seat_id) == order_id

    def seats_of(self, order_id: str) -> tuple[str, ...]:
        return tuple(seat_id for seat_id, owner in self._owners.items() if owner == order_id)

    @property
    def held(self) -> tuple[str, ...]:
        """Every seat that is in an order, and not sold."""
        return tuple(seat_id for seat_id, status in self._status.items() if status == HELD)

    def hold(self, seat_ids: Iterable[str], order_id: str, at: datetime) -> None:
        for seat_id in seat_ids:
            self._owners[seat_id] = order_id
            self._change(seat_id, HELD, at)

    def free(self, order_id: str, at: datetime) -> tuple[str, ...]:
        freed = self.seats_of(order_id)
        for seat_id in freed:
            del self._owners[seat_id]
            self._change(seat_id, AVAILABLE, at)
        return freed

    def sell(self, order_id: str, at: datetime) -> None:
        for seat_id in self.seats_of(order_id):
            self._change(seat_id, SOLD, at)

    def _change(self, seat_id: str, status: str, at: datetime) -> None:
        self._status[seat_id] = status
        self._changes.append((at, seat_id, status))

    def shown(self, now: datetime, lag_s: float) -> dict[str, str]:
        """The status of every seat as the availability shows it: that of `lag_s` ago."""
        seen = now - timedelta(seconds=lag_s)
        return {**self._first, **{seat_id: status for at, seat_id, status in self._changes if at <= seen}}

    def find(self, wanted: dict[int, int], order_id: str) -> tuple[str, ...] | None:
        """Seats side by side, so many of each category, as near as can be to the middle; None where there are none."""
        found: list[str] = []
        for category, count in wanted.items():
            runs = [run for row in self._rows(category) for run in self._runs(row, count, order_id)]
            if not runs:
                return None
            found += [seat.id for seat in min(runs, key=self._from_middle)]
        return tuple(found)

    def _rows(self, category: int) -> list[Row]:
        areas = () if self.plan is None else self.plan.areas
        return [row for area in areas if area.category == category for row in area.rows]

    def _runs(self, row: Row, count: int, order_id: str) -> list[Sequence[Seat]]:
        """Every run of `count` neighbouring seats that may be given out without being asked for."""
        runs = [row.seats[at : at + count] for at in range(len(row.seats) - count + 1)]
        return [
            run
            for run in runs
            if run[-1].column - run[0].column == count - 1
            and all(seat.type not in ("Wheelchair", "Companion") for seat in run)
            and all(self.is_open_to(seat.id, order_id) for seat in run)
        ]

    def _from_middle(self, run: Sequence[Seat]) -> float:
        plan = self.plan
        if plan is None:
            return 0
        area = plan.areas[run[0].area - 1]
        across = abs((run[0].column + run[-1].column) / 2 - (area.width + 1) / 2)
        return across + 2 * abs(run[0].row - (len(area.rows) + 1) / 2)

    # ── not allocated ──

    def take_places(self, order_id: str, count: int) -> bool:
        """Set how many places an order has; False, and nothing changed, where there are not enough."""
        if count > self._free_places + self._places.get(order_id, 0):
            return False
        self._free_places -= count - self._places.pop(order_id, 0)
        if count:
            self._places[order_id] = count
        return True


def _at_first(showtime: Showtime, plan: Plan) -> dict[str, str]:
    """How the house stands when the sandbox starts: the same from run to run."""
    status = {}
    for seat in plan.seats.values():
        dice = int.from_bytes(hashlib.sha256(f"{showtime.id}/{seat.id}".encode()).digest()[:2], "big") % 100
        taken = seat.column % 2 == 1 if showtime.scattered else dice < showtime.fullness
        status[seat.id] = SOLD if taken or showtime.is_sold_out else AVAILABLE
    first, *_, last = plan.seats
    status[first], status[last] = HOUSE, BROKEN
    if not showtime.is_sold_out:
        status[list(plan.seats)[1]] = "Distanced"  # a word that nobody has heard of
    return status
