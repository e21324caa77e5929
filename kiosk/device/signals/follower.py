"""The one viewer behind which all signals stand: it follows the feed, and hands each verdict's cue to every device."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kiosk.device.signals.worker import Worker
from kiosk.domain.events import Decided, Event
from kiosk.domain.signalling import cue_of


class SignalFollower:
    """A `ports.Feed`. Only verdicts of this kiosk's own lanes are signalled; `tell` never waits for a device."""

    def __init__(self, lanes: Collection[str], workers: Sequence[Worker]) -> None:
        self._lanes = frozenset(lanes)
        self.workers = tuple(workers)

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def tell(self, event: Event) -> None:
        if not isinstance(event, Decided) or event.lane not in self._lanes or event.source == "search":
            return
        cue = cue_of(event)
        for worker in self.workers:
            worker.put(cue)

    def close(self) -> None:
        """Everything silent, dark and shut."""
        for worker in self.workers:
            worker.close()
