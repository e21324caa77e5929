"""Which conversations have a voucher on their order: its barcode stands in no row, so the rows around its hash tell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from kiosk.domain.voucher import Conversation, Step
from kiosk.journal.conversations import KIND
from kiosk.journal.failure import JournalDamaged
from kiosk.journal.rows import Row, fold_turns


def fold_with_voucher(path: Path, rows: Iterable[Row], code_key: bytes) -> tuple[Conversation, ...]:
    """Of the conversations that rows speak of, those on whose order this voucher is, or was to the end.

    A voucher that was refused, or taken off again, is on none. Raises JournalDamaged.
    """
    turns = [row for row in rows if row.kind == KIND]
    named = _added(path, turns, code_key)
    return tuple(
        conversation
        for conversation in fold_turns(path, turns)
        if any(voucher.id in named[conversation.id] for voucher in conversation.vouchers)
    )


def _added(path: Path, turns: Iterable[Row], code_key: bytes) -> dict[str, set[str]]:
    """The orders' ids of the voucher, by conversation: what came right after it was sent."""
    sent: set[str] = set()
    added: dict[str, set[str]] = defaultdict(set)
    for row in turns:
        conversation = row.attempt or ""
        if row.code_key == code_key:
            sent.add(conversation)
        elif conversation in sent:
            sent.discard(conversation)
            try:
                body = json.loads(row.body)
                if body["step"] == Step.ADDED:
                    added[conversation].add(body["id"])
            except (ValueError, KeyError, TypeError):
                raise JournalDamaged(path, "the row cannot be read", row.seq) from None
    return added
