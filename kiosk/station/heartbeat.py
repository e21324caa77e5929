"""The engine's heartbeat: it beats while the loop turns, the lanes move and the record's writer takes its turn.

Never fed by a timer alone. What beats into a watchdog says that the next guest would be served; when it falls silent,
systemd ends the engine and starts it again, and the journal knows what was left half-done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from kiosk.desks.intake import Lane
from kiosk.domain.errors import JournalError
from kiosk.ports import Clock, Journal

log = logging.getLogger(__name__)

STUCK_AFTER_S = 30.0
"""How much longer than the office's own time limit one scan may take before its lane counts as stuck."""


class Heart:
    """Watches these lanes and this journal. `office_s`: the longest that an office may keep a guest waiting."""

    def __init__(self, lanes: Iterable[Lane], journal: Journal, clock: Clock, office_s: float) -> None:
        self._lanes = tuple(lanes)
        self._journal = journal
        self._clock = clock
        self._longest_s = STUCK_AFTER_S + office_s

    async def run(self, beat: Callable[[], None], every_s: float) -> None:
        """Call `beat` so often, as long as everything is alive. Returns when the journal takes nothing any more.

        A writer that hangs holds this up: then there is no beat either, and no time limit is needed here.
        """
        while True:
            try:
                await self._journal.take_turn()
            except JournalError as error:
                log.error("action=heartbeat stopped=%s", error)
                return
            if not self.stuck():
                beat()
            await self._clock.sleep(every_s)

    def stuck(self) -> tuple[str, ...]:
        """The lanes that have been with one scan for too long."""
        now_s = self._clock.monotonic()
        stuck = tuple(lane.name for lane in self._lanes if lane.busy_for_s(now_s) > self._longest_s)
        if stuck:
            log.error("action=heartbeat stuck=%s", ",".join(stuck))
        return stuck
