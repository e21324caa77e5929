"""How much a network of strangers may ask: so much each, and so much all together. Pure but for the clock passed in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_PEERS = 1000
"""Addresses remembered; the one that has been quiet for longest is forgotten."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and `per_s` more each second."""

    burst: float
    per_s: float


EACH = Rate(burst=20, per_s=0.5)
"""A visit is four requests: the page, two files, and the icon that browsers ask for."""
TOGETHER = Rate(burst=60, per_s=20)


class Bucket:
    def __init__(self, rate: Rate, now_s: float) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at_s = now_s

    def take(self, now_s: float) -> bool:
        self._left = min(self._rate.burst, self._left + (now_s - self._at_s) * self._rate.per_s)
        self._at_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Limits:
    """Asked once for each connection."""

    def __init__(self, monotonic: Callable[[], float], each: Rate | None = EACH, together: Rate = TOGETHER) -> None:
        """`each` None: all come from one address, a proxy's."""
        self._monotonic = monotonic
        self._each = each
        self._together = Bucket(together, monotonic())
        self._peers: OrderedDict[str, Bucket] = OrderedDict()

    def allow(self, peer: str) -> bool:
        """Whether this address may ask once more. One that may not uses nothing of what is there for all."""
        now_s = self._monotonic()
        return (self._each is None or self._own(peer, self._each, now_s).take(now_s)) and self._together.take(now_s)

    def _own(self, peer: str, rate: Rate, now_s: float) -> Bucket:
        bucket = self._peers.pop(peer, None) or Bucket(rate, now_s)
        self._peers[peer] = bucket
        if len(self._peers) > MOST_PEERS:
            self._peers.popitem(last=False)
        return bucket
