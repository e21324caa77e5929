"""The office's own books: what was really applied, whatever the client was told, and what was asked for.

Tests compare them with the kiosk's journal: this is the side that must not be written with the kiosk in mind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was applied.

    `action` is the vendor's word (`redeem`), `subject` the identifier of what it was done to, `parts` those of its
    parts that it changed (the tickets of a booking), `whole` whether it was asked for as a whole. `by` is the key or
    user that asked, `request` the number of the request, `route` the door it came through.
    """

    number: int
    at: datetime
    action: str
    subject: str
    reference: str
    parts: tuple[str, ...]
    whole: bool
    by: str
    request: int
    route: str
    notes: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "action": self.action,
            "subject": self.subject,
            "reference": self.reference,
            "parts": list(self.parts),
            "whole": self.whole,
            "by": self.by,
            "request": self.request,
            "route": self.route,
            "notes": dict(self.notes),
        }


class Books:
    """An append-only list of entries, and counters of requests (by route) and of faults struck (by name)."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.requests: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def record(
        self,
        action: str,
        *,
        at: datetime,
        subject: str,
        reference: str,
        parts: tuple[str, ...],
        whole: bool,
        by: str,
        request: int,
        route: str,
        notes: Mapping[str, str] | None = None,
    ) -> Entry:
        entry = Entry(
            len(self._entries) + 1, at, action, subject, reference, parts, whole, by, request, route, notes or {}
        )
        self._entries.append(entry)
        return entry

    def of(self, reference: str, action: str | None = None) -> tuple[Entry, ...]:
        """Everything applied to one reference, oldest first; with `action` only that."""
        return tuple(e for e in self._entries if e.reference == reference and action in (None, e.action))

    def count(self, action: str) -> int:
        """How often something was applied."""
        return sum(1 for entry in self._entries if entry.action == action)

    def asked(self, route: str) -> int:
        """How many requests came to the routes whose label (`POST /octo/redemption/redeem`) holds this text."""
        return sum(count for label, count in self.requests.items() if route in label)

    def clear(self) -> None:
        """Begin new books, after a reset of everything."""
        self._entries.clear()
        self.requests.clear()
        self.struck.clear()

    def as_json(self) -> dict[str, object]:
        return {
            "entries": [entry.as_json() for entry in self._entries],
            "requests": dict(self.requests),
            "struck": dict(self.struck),
        }
