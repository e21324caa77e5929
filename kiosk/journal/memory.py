"""The journal's twin in memory, for tests: the same rows, the same answers, gone when the process ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.domain import voucher
from kiosk.domain.attempt import Attempt, Entry, State, fold
from kiosk.domain.booking import Booking
from kiosk.domain.issuing.job import Note
from kiosk.domain.voucher import Conversation, Turn
from kiosk.journal.chain import Tip
from kiosk.journal.fingerprints import KEY_BYTES, Fingerprints
from kiosk.journal.moves import moved
from kiosk.journal.on_orders import fold_with_voucher
from kiosk.journal.rows import Row, entry_of, read_notes
from kiosk.journal.scribe import Scribe, unknown_clock_state
from kiosk.ports import Clock


class MemoryJournal:
    """Keeps the port's promises but durability. `rows` are what a file would hold."""

    def __init__(self, *, clock: Clock, clock_state: Callable[[], str] = unknown_clock_state) -> None:
        self.rows: list[Row] = []
        self._scribe = Scribe(Fingerprints(secrets.token_bytes(KEY_BYTES)), clock, clock_state)
        self._entries: dict[str | None, list[Entry]] = {}
        self._attempts: dict[str, Attempt] = {}
        self._conversations: dict[str, Conversation] = {}
        self._states: dict[str | None, str] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything written, as it would be read back: codes masked where they are not needed."""
        return tuple(entry_of(row) for row in self.rows)

    async def append(self, *entries: Entry) -> None:
        """See the port. Raises TransitionError for rows that no attempt's life allows; nothing is written then."""
        tip = Tip(self.rows[-1].seq, self.rows[-1].chain) if self.rows else Tip()
        states: dict[str | None, str] = {}
        rows = []
        for draft in map(self._scribe.draft, entries):
            if draft.move is not None:
                states[draft.attempt] = moved(states.get(draft.attempt, self._states.get(draft.attempt)), draft.move)
            rows.append(draft.after(tip))
            tip = Tip(rows[-1].seq, rows[-1].chain)
        self._states |= states
        self._keep(rows)

    async def take_turn(self) -> None:
        """See the port."""

    def _keep(self, rows: list[Row]) -> None:
        self.rows += rows
        for row in rows:
            self._entries.setdefault(row.attempt, []).append(entry_of(row))
        for attempt in dict.fromkeys(row.attempt for row in rows if row.attempt is not None):
            self._attempts |= {folded.id: folded for folded in fold(self._entries[attempt])}
            turns = [entry for entry in self._entries[attempt] if isinstance(entry, Turn)]
            self._conversations |= {folded.id: folded for folded in voucher.fold(turns)}

    async def attempts_of(self, code: str, bookings: Sequence[Booking] = ()) -> tuple[Attempt, ...]:
        """See the port."""
        return tuple(
            attempt
            for attempt in self._attempts.values()
            if attempt.code == code or any(mine.is_same(b) for mine in attempt.bookings for b in bookings)
        )

    async def open_attempts(self) -> tuple[Attempt, ...]:
        """See the port."""
        return tuple(attempt for attempt in self._attempts.values() if attempt.is_open)

    async def parked_attempts(self) -> tuple[Attempt, ...]:
        """See the port."""
        return tuple(attempt for attempt in self._attempts.values() if attempt.state is State.PARKED)

    async def open_conversations(self) -> tuple[Conversation, ...]:
        """See the port."""
        return tuple(conversation for conversation in self._conversations.values() if conversation.is_open)

    async def conversations_of(self, code: str) -> tuple[Conversation, ...]:
        """See the port."""
        return fold_with_voucher(Path("memory"), self.rows, self._scribe.fingerprints.of_code(code))

    async def notes(self) -> tuple[Note, ...]:
        """See ports.JobRecord."""
        return read_notes(Path("memory"), self.rows)

    async def was_cut_off_after(self, attempt: str) -> bool:
        """See the port."""
        told = [row.seq for row in self.rows if row.attempt == attempt and _admits(row)]
        if not told:
            return False
        lane = self.rows[told[-1] - 1].lane
        for row in self.rows[told[-1] :]:
            if row.kind in ("started", "stopped"):
                return row.kind == "started"
            if row.kind == "told" and row.lane == lane:
                return False
        return False


def _admits(row: Row) -> bool:
    return row.kind == "told" and getattr(entry_of(row), "outcome", "") == "admit"
