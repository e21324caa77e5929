"""The chain: each row carries the hash of itself and of the one before, so that a change, a gap or a swap shows.

Anybody can compute it again, so it proves nothing against somebody who rewrites every later row: the closing hash of
an export, kept elsewhere, does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from kiosk.journal.rows import Row

START = bytes(32)
"""What the first row is chained to."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The last row of a chain; that of an empty journal is `Tip()`."""

    seq: int = 0
    chain: bytes = START


@dataclass(frozen=True, slots=True)
class Break:
    """The first bad row, and what is wrong with it."""

    seq: int
    what: str


def link(before: bytes, row: Row) -> bytes:
    """The hash that a row must carry: BLAKE2b of the one before and of every other column, as JSON in ASCII."""
    key = None if row.code_key is None else row.code_key.hex()
    columns = (row.seq, row.at, row.kind, row.lane, row.attempt, key, row.mono_ns, row.clock_state, row.body)
    return blake2b(before + json.dumps(columns, separators=(",", ":")).encode("ascii"), digest_size=32).digest()


def follow(tip: Tip, rows: Iterable[Row]) -> Tip | Break:
    """Walk rows that come after `tip`: where the chain ends, or where it breaks first."""
    for row in rows:
        if row.seq != tip.seq + 1:
            return Break(tip.seq + 1, f"the row is missing: the next one is {row.seq}")
        if row.chain != link(tip.chain, row):
            return Break(row.seq, "the row, or the one before it, has been changed")
        tip = Tip(row.seq, row.chain)
    return tip
