"""Operations behind their tokens: not found at first, then processing, then an end whose word nobody has documented."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Fate = Literal["done", "failed", "odd", "mute", "vanished"]
"""`odd`: an unheard-of word with an entity; `mute`: one without; `vanished`: never found."""

WORDS: Mapping[Fate, str | None] = {
    "done": "Completed",
    "failed": "Failed",
    "odd": "Fulfilled",
    "mute": "Archived",
    "vanished": None,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """`known_at`: before it the token is not found. `ends_at`: before it the word is `Processing`."""

    entity_type: str
    entity_id: str
    fate: Fate
    known_at: datetime
    ends_at: datetime

    def as_json(self, token: str, now: datetime) -> dict[str, object]:
        status: str | None = None
        entity: str | None = None
        if self.fate != "vanished" and now >= self.known_at:
            status = WORDS[self.fate] if now >= self.ends_at else "Processing"
            has_entity = self.fate in ("done", "odd") or (now < self.ends_at and self.fate != "mute")
            entity = self.entity_id if has_entity else None
        return {"operationResultToken": token, "entityId": entity, "status": status, "entityType": self.entity_type}


class Operations:
    """`found_s`: how long a token is not found; `process_s`: how long it then takes."""

    def __init__(self, found_s: float, process_s: float) -> None:
        self._found = timedelta(seconds=found_s)
        self._process = timedelta(seconds=process_s)
        self._known: dict[str, Operation] = {}

    def begin(self, entity_type: str, entity_id: str, fate: Fate, now: datetime) -> str:
        """A new token, as opaque as the vendor's."""
        token = base64.b64encode(f"{entity_type}:{secrets.token_hex(12)}".encode()).decode()
        known_at = now + self._found
        self._known[token] = Operation(entity_type, entity_id, fate, known_at, known_at + self._process)
        return token

    def show(self, token: str, now: datetime) -> dict[str, object]:
        """A token that is not known is answered as one that is not found yet."""
        operation = self._known.get(token)
        if operation is None:
            return {"operationResultToken": token, "entityId": None, "status": None, "entityType": None}
        return operation.as_json(token, now)
