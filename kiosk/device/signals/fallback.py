"""Several devices of which one is enough: each cue goes to the first that carries it out."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue
from kiosk.ports import Signal

log = logging.getLogger(__name__)


class Fallback:
    """A `ports.Signal` of two or more, the best one first. What does not open is tried again with the next cue."""

    def __init__(self, *signals: Signal) -> None:
        self._signals = signals
        self._opened: set[int] = set()

    @property
    def name(self) -> str:
        return self._signals[0].name

    def open(self) -> None:
        """Raises SignalError, the first one's, where none of them opens."""
        errors = [error for place in range(len(self._signals)) if (error := self._try_open(place))]
        if len(errors) == len(self._signals):
            raise errors[0]

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        errors = []
        for place, signal in enumerate(self._signals):
            error = self._try_open(place) if place not in self._opened else None
            if error is None:
                try:
                    signal.show(cue, wait)
                    return
                except SignalError as failed:
                    error = failed
                    self._shut(place)
            errors.append(error)
        raise errors[0]

    def close(self) -> None:
        for place in tuple(self._opened):
            self._shut(place)

    def _try_open(self, place: int) -> SignalError | None:
        try:
            self._signals[place].open()
        except SignalError as error:
            log.info("action=fall_back signal=%s why=%s", self._signals[place].name, error)
            return error
        self._opened.add(place)
        return None

    def _shut(self, place: int) -> None:
        self._opened.discard(place)
        self._signals[place].close()
