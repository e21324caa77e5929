"""One thread for one device: it waits for cues, and whoever hands one over never waits for the device."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue
from kiosk.ports import Signal

log = logging.getLogger(__name__)

RETRY_S = 5.0
"""After a failure the device is opened again so much later."""


@dataclass(frozen=True)
class Manner:
    """How cues wait. `newest_only`: a new one cuts off and replaces what came before; otherwise up to `most` wait, and
    at the end those that wait are still carried out."""

    newest_only: bool = True
    most: int = 30
    fresh_s: float = 2.0
    """A cue that has waited for longer is not carried out: by now another guest stands there."""
    ends_within_s: float = 2.0
    """How long a device that hangs is waited for at the end. Its thread ends with the process."""


class Worker:
    """Runs a `ports.Signal` from `start` to `close`. `on_trouble` is called, from the thread, with words, or with an
    empty text when the device works again."""

    def __init__(
        self,
        signal: Signal,
        manner: Manner = Manner(),
        on_trouble: Callable[[str], None] = lambda words: None,
        monotonic: Callable[[], float] = time.monotonic,
        retry_s: float = RETRY_S,
    ) -> None:
        self.signal = signal
        self.on_trouble = on_trouble
        self._manner, self._monotonic, self._retry_s = manner, monotonic, retry_s
        self._waiting: deque[tuple[Cue, float]] = deque()
        self._changed = threading.Condition()
        self._ending = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name=f"signal {signal.name}", daemon=True)

    @property
    def trouble(self) -> str:
        """What is wrong with the device now; empty where nothing is."""
        return self._trouble

    def start(self) -> None:
        self._thread.start()

    def put(self, cue: Cue) -> bool:
        """Hand a cue over; never waits. False where too many wait already: it is not carried out."""
        with self._changed:
            if self._manner.newest_only:
                self._waiting.clear()
            elif len(self._waiting) >= self._manner.most:
                log.warning("action=drop_cue signal=%s cue=%s why=too many wait", self.signal.name, cue.word)
                return False
            self._waiting.append((cue, self._monotonic()))
            self._changed.notify()
            return True

    def close(self) -> None:
        """Cut off what goes on, and wait for the device to be safe, but not for ever."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(self._manner.ends_within_s)

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while not self._ending:
            try:
                self.signal.open()
                self._tell("")
                self._serve()
            except SignalError as error:
                self._tell(str(error))
            except Exception as error:  # a device's library may raise anything; nothing of it may stop the gate
                log.exception("action=signal signal=%s", self.signal.name)
                self._tell(f"{self.signal.name}: {type(error).__name__}")
            self._make_safe()
            self._rest()

    def _make_safe(self) -> None:
        try:
            self.signal.close()
        except Exception:  # it must not, and a thread that is gone would be a device that is silent for ever
            log.exception("action=close_signal signal=%s", self.signal.name)

    def _serve(self) -> None:
        while (cue := self._next()) is not None:
            self.signal.show(cue, self._wait)

    def _next(self) -> Cue | None:
        """The next cue that is still fresh; None when it is time to end."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                if not self._waiting or (self._ending and self._manner.newest_only):
                    return None
                cue, put_s = self._waiting.popleft()
                if self._monotonic() - put_s <= self._manner.fresh_s:
                    return cue
                log.warning("action=drop_cue signal=%s cue=%s why=too old", self.signal.name, cue.word)

    def _wait(self, seconds: float) -> bool:
        """See ports.Signal."""
        with self._changed:
            return not self._changed.wait_for(self._is_cut_off, seconds)

    def _is_cut_off(self) -> bool:
        return self._manner.newest_only and (self._ending or bool(self._waiting))

    def _rest(self) -> None:
        """Before the next try."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending, self._retry_s)

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("action=signal signal=%s trouble=%s", self.signal.name, trouble or "none")
            self.on_trouble(trouble)
