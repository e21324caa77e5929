"""The links that are open: each unguessable, for one order, and gone after its time with everything that it led to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.assets import TakeHome

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 20
"""Characters of a token: a hundred bits. Of the capitals that a QR code holds cheaply."""

MOST = 100
"""Links open at a time: the oldest gives way. Each may hold some megabytes."""


@dataclass(slots=True)
class _Open:
    token: str = field(repr=False)
    take_home: TakeHome
    until_s: float
    is_seen: bool = False


class Links:
    """Kept in memory alone, and under a keyed hash of the token: how long a look-up takes tells nothing about any."""

    def __init__(self, life_s: float, monotonic: Callable[[], float]) -> None:
        self._life_s = life_s
        self._monotonic = monotonic
        self._key = secrets.token_bytes(32)
        self._open: dict[bytes, _Open] = {}
        self._by_order: dict[str, bytes] = {}

    def offer(self, order_id: str, take_home: TakeHome) -> str:
        """The token of an order's link. Offered again while it is open it stays the same, and its time starts anew."""
        self.sweep()
        held = self._by_order.get(order_id)
        token = self._open[held].token if held else "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        while held is None and len(self._open) >= MOST:
            self._drop(next(iter(self._open)))
        digest = self._digest(token)
        self._open[digest] = _Open(token, take_home, self._monotonic() + self._life_s)
        self._by_order[order_id] = digest
        return token

    def find(self, token: str) -> TakeHome | None:
        """What a token leads to; None for any that is not open."""
        opened = self._open.get(self._digest(token))
        return None if opened is None or self._monotonic() >= opened.until_s else opened.take_home

    def see(self, token: str) -> None:
        """A guest has its page."""
        if (opened := self._open.get(self._digest(token))) is not None:
            opened.is_seen = True

    def is_seen(self, order_id: str) -> bool:
        digest = self._by_order.get(order_id)
        return digest is not None and self._open[digest].is_seen

    def sweep(self) -> None:
        """Forget what has run out."""
        now_s = self._monotonic()
        for digest in [digest for digest, opened in self._open.items() if now_s >= opened.until_s]:
            self._drop(digest)

    def _drop(self, digest: bytes) -> None:
        del self._open[digest]
        self._by_order = {order_id: held for order_id, held in self._by_order.items() if held != digest}

    def _digest(self, token: str) -> bytes:
        return hashlib.blake2b(token.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
