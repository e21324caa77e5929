"""The identity service's limit: 25 tokens for a client in 15 minutes, counted over all runs of this machine.

The vendor answers one more with a plain 400, which looks like a wrong secret. A token is good for hours, so the limit
is met only by something that goes wrong again and again: then it is better not to ask.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.offices.fields import a_list, an_object, moment
from kiosk.offices.keeping import keep, read_kept
from kiosk.ports import Clock

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
MOST = 20
"""Of the 25: two runs may count at the same moment, and somebody may try the secret by hand."""


class TokenAllowance:
    """See `tokens.Allowance`. `kept` is shared by every run; without one, this run counts for itself."""

    def __init__(self, clock: Clock, kept: Path | None) -> None:
        self._clock = clock
        self._kept = kept
        self._asked: list[datetime] = []

    async def take(self) -> float:
        now = self._clock.now()
        if self._kept is not None:
            self._asked = _times(await asyncio.to_thread(read_kept, self._kept))
        # A time to come is of a clock that was set back: it would count for ever.
        self._asked = sorted(at for at in self._asked if now - WINDOW < at <= now)
        if len(self._asked) >= MOST:
            return (self._asked[-MOST] + WINDOW - now).total_seconds()
        self._asked.append(now)
        await self._keep()
        return 0.0

    async def _keep(self) -> None:
        if self._kept is None:
            return
        try:
            document = {"asked_at": [at.astimezone(UTC).isoformat() for at in self._asked]}
            await asyncio.to_thread(keep, self._kept, document)
        except OSError as error:
            log.warning("action=keep_allowance: %s", error.strerror)


def _times(document: object) -> list[datetime]:
    found = (moment(one, "UTC") for one in a_list(an_object(document).get("asked_at")))
    return [at for at in found if at is not None]
