"""One conversation and its rows: what is known is what has been written, in this order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.cinema import CinemaReply
from kiosk.domain.reply import Failed
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


async def asked_again(call: Callable[[], Awaitable[CinemaReply[T]]]) -> CinemaReply[T]:
    """The reply to a write that may be asked once more where the office took it for want of a token: not at all."""
    reply = await call()
    if isinstance(reply, Failed) and reply.retry_after_s == 0 and not reply.may_have_applied:
        return await call()
    return reply
