"""One conversation and its rows: what is known is what has been written, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.voucher import Conversation, Facts, Showing, Step, Turn, advance, begin
from kiosk.ports import Clock, ConversationJournal

T = TypeVar("T")


@dataclass
class Record:
    """Every `note` is durable when it returns, and raises JournalError where it cannot be: then it is not known."""

    journal: ConversationJournal
    clock: Clock
    conversation: Conversation

    @classmethod
    async def begin(
        cls, journal: ConversationJournal, clock: Clock, conversation: str, lane: str, showing: Showing
    ) -> Record:
        first = Turn(clock.now(), conversation, lane, Step.OPEN, showing)
        await journal.append(first)
        return cls(journal, clock, begin(first))

    async def note(self, step: Step, facts: Facts | None = None) -> None:
        """Write one turn. Raises TransitionError where it cannot follow."""
        await self.note_all((step, facts))

    async def note_all(self, *steps: tuple[Step, Facts | None]) -> None:
        """Write several turns, all or none."""
        now, after, turns = self.clock.now(), self.conversation, []
        for step, facts in steps:
            turn = Turn(now, after.id, after.lane, step, facts)
            after = advance(after, turn)
            turns.append(turn)
        await self.journal.append(*turns)
        self.conversation = after
