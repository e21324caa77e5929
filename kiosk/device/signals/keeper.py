"""Keeps a turnstile shut: a small process that alone holds the relay, opens it for one pulse at a time, and shuts it by
itself. It outlives an engine that is killed in the middle of a pulse, and must never be told to open for good.

Told on standard input, a line each: `open SECONDS`. Answers on standard output: `ready`, `opened`, `closed`, or
`failed: words`. At the end of its input it shuts the relay and ends; no other request ends it.
"""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Protocol

from kiosk.device.signals.pins import Pin
from kiosk.domain.errors import SignalError

LONGEST_PULSE_S = 10.0


class Relay(Protocol):
    def on(self) -> None: ...

    def off(self) -> None: ...


def main() -> int:
    """What the process does: see the module."""
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(told, signal.SIG_IGN)
    options = _options()
    try:
        pin = Pin("turnstile", options.pin, active_high=not options.active_low)
    except SignalError as error:
        _say(f"failed: {error}")
        return 1
    try:
        keep(pin, sys.stdin, _say, time.sleep)
    finally:
        pin.close()
    return 0


def keep(relay: Relay, told: Iterable[str], say: Callable[[str], None], sleep: Callable[[float], None]) -> None:
    """Open the relay for as long as each line says, and no longer. Raises OSError when nobody listens any more."""
    say("ready")
    for line in told:
        seconds = pulse_s(line)
        if seconds is None:
            continue
        try:
            relay.on()
            say("opened")
            sleep(seconds)
        finally:
            relay.off()
        say("closed")


def pulse_s(line: str) -> float | None:
    """The seconds of an `open` line; None for any other: what is not understood opens nothing."""
    match line.split():
        case ["open", text]:
            try:
                seconds = float(text)
            except ValueError:
                return None
            return seconds if 0 < seconds <= LONGEST_PULSE_S else None
        case _:
            return None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> Options:
    parser = ArgumentParser(prog="kiosk-turnstile-keeper", description=__doc__)
    parser.add_argument("--pin", type=int, required=True)
    parser.add_argument("--active-low", action="store_true")
    return parser.parse_args(namespace=Options())


class Options:
    pin: int
    active_low: bool


if __name__ == "__main__":
    sys.exit(main())
