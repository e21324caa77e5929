"""What a source hands to the gate: a scan, from a code as it was cut out of a stream."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.domain.code import LONGEST_CODE
from kiosk.domain.events import Scan
from kiosk.domain.framing import Framed

_TOO_LONG = "\ufffd" * (LONGEST_CODE + 1)
"""Stands for a code that was too long to keep. The gate calls it unreadable, as it would the code itself."""


def scan_of(framed: Framed, source: str, lane: str) -> Scan:
    """The scan of a code that has just come in."""
    text = _TOO_LONG if framed.too_long else framed.text
    return Scan(text, source, datetime.now(UTC), lane, framed.symbology)
