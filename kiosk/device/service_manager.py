"""Telling systemd how the engine is: up, alive, going down (sd_notify(3)). Does nothing where nobody listens.

The protocol is one datagram of text to a socket that the environment names: less than a library would have to be kept
for. Never blocks, never raises: a gate does not stop because its manager is deaf.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from kiosk.domain.events import Event, Ready, Stopping

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""What the manager puts into the environment of those who may speak to it."""

BEATS_IN_A_WATCH = 3


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """A viewer of the feed. `address` empty: nobody listens. `watchdog_s` None: nobody waits for a beat.

    `is_main`: this process is the unit's own and not another's child, so that its end is the unit's.
    """

    address: str = ""
    watchdog_s: float | None = None
    is_main: bool = True

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> ServiceManager:
        """What the environment says. WATCHDOG_PID is not asked: the engine beats for the one that started it."""
        usec = environ.get("WATCHDOG_USEC", "")
        watchdog_s = int(usec) / 1e6 if usec.isascii() and usec.isdecimal() and int(usec) else None
        main = environ.get("SYSTEMD_EXEC_PID", "")
        return cls(environ.get("NOTIFY_SOCKET", ""), watchdog_s, is_main=main in ("", str(os.getpid())))

    @property
    def beat_every_s(self) -> float | None:
        """Seconds between two beats; None where none are wanted."""
        wanted = self.address and self.watchdog_s
        return self.watchdog_s / BEATS_IN_A_WATCH if wanted and self.watchdog_s else None

    def tell(self, event: Event) -> None:
        """Up, when scans are taken; going down, when no more are."""
        if isinstance(event, Ready):
            self._send("READY=1\nSTATUS=serving " + ", ".join(event.lanes))
        elif isinstance(event, Stopping) and self.is_main:
            self.stopping()

    def stopping(self) -> None:
        """The unit is going down. Only its main process may say so: an engine alone is started again."""
        self._send("STOPPING=1\nSTATUS=finishing what is under way")

    def beat(self) -> None:
        self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self.address.startswith(("/", "@")):
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)
            out.sendto(text.encode("utf-8", "replace"), self.address.replace("@", "\0", 1))
