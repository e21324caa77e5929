"""A turnstile: one pulse for each guest of an admission, through a keeper process that shuts it whatever happens here.

It never opens for anything but an admission that has just been made, and never for longer than one pulse.
"""

from __future__ import annotations

import logging
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from kiosk.domain.errors import SignalError
from kiosk.domain.signalling import Cue

log = logging.getLogger(__name__)

ANSWERED_WITHIN_S = 5.0
"""Beyond the pulse itself; a keeper that starts on a Pi takes about two."""


def keeper(pin: int, *, active_high: bool = True) -> list[str]:
    """The command of a keeper for a pin."""
    command = [sys.executable, "-m", "kiosk.device.signals.keeper", "--pin", str(pin)]
    return command if active_high else [*command, "--active-low"]


class Turnstile:
    """A `ports.Signal`. Pulses are `pulse_s` long with `gap_s` between; at most `most` for one admission."""

    name = "turnstile"

    def __init__(
        self, command: Sequence[str], lane: str, *, pulse_s: float = 0.5, gap_s: float = 0.7, most: int = 10
    ) -> None:
        self._command, self._lane = command, lane
        self._pulse_s, self._gap_s, self._most = pulse_s, gap_s, most
        self._keeper: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        try:
            self._keeper = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, bufsize=0
            )
        except OSError as error:
            raise SignalError(f"turnstile: its keeper cannot be started ({error.strerror})") from None
        self._expect("ready", ANSWERED_WITHIN_S)

    def show(self, cue: Cue, wait: Callable[[float], bool]) -> None:
        if cue.lane != self._lane:
            return
        pulses = min(cue.guests, self._most)
        for number in range(pulses):
            if number and not wait(self._gap_s):
                return
            self._pulse()
        if pulses:
            log.info("action=open_turnstile guests=%d pulses=%d", cue.guests, pulses)

    def close(self) -> None:
        """The keeper shuts the relay when it hears no more of us; it is not waited for longer than a pulse."""
        child, self._keeper = self._keeper, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(self._pulse_s + 1.0)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _pulse(self) -> None:
        child = self._keeper
        if child is None or child.stdin is None:
            raise SignalError("turnstile: it is not open")
        try:
            child.stdin.write(f"open {self._pulse_s:.3f}\n".encode())
        except OSError:
            raise SignalError("turnstile: its keeper is gone") from None
        self._expect("opened", ANSWERED_WITHIN_S)
        self._expect("closed", self._pulse_s + ANSWERED_WITHIN_S)

    def _expect(self, word: str, within_s: float) -> None:
        said = self._line(within_s)
        if said != word:
            raise SignalError(said.removeprefix("failed: ") if said.startswith("failed: ") else _odd(said))

    def _line(self, within_s: float) -> str:
        """The keeper's next line; empty when it is gone, or silent for so long."""
        child, line, until = self._keeper, b"", time.monotonic() + within_s
        if child is None or child.stdout is None:
            return ""
        while not line.endswith(b"\n"):
            if not select.select([child.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                return ""
            piece = child.stdout.read(1)
            if not piece:
                return ""
            line += piece
        return line.decode("utf-8", "replace").strip()


def _odd(said: str) -> str:
    return f"turnstile: its keeper said {said[:80]!r}" if said else "turnstile: its keeper does not answer"
