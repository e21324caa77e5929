"""What staff ask besides scanning: take back, look up without a barcode, settle what the machine could not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from kiosk.desks.undo import UndoDesk
from kiosk.domain.attempt import Attempt, Outcome, Parked, Settled, State
from kiosk.domain.booking import Booking
from kiosk.domain.code import Code
from kiosk.domain.errors import JournalError, TransitionError
from kiosk.domain.events import Decided, Noted, ParkedAttempt, ParkedList, ParkOwed, Search, SettleParked, Undo
from kiosk.domain.gate import Policy, is_used, looked_at
from kiosk.domain.reply import Found
from kiosk.domain.undo import UndoDone, UndoRefused, UndoUnknown
from kiosk.domain.verdict import Doubt, Undecided, Verdict
from kiosk.ports import Clock, Feed, Journal, ListSearching, SearchField, Searching

FEWEST_CHARACTERS = 3
"""Of a reference, e-mail address or number that is searched for: fewer would list the whole house."""

LISTED = "listed"
FIELDS: dict[str, SearchField] = {"reference": "reference", "email": "email", "mobile": "mobile"}


@dataclass
class Supervision:
    """Answers commands on the feed: `Noted`, `ParkedList`, or a verdict that is only looked at."""

    journal: Journal
    clock: Clock
    feed: Feed
    undo_desk: UndoDesk
    searching: Searching
    policy: Policy
    timeout_s: float
    day_list: ListSearching | None = None

    async def undo(self, command: Undo, scan: Decided | None, lane: str) -> tuple[str, ...]:
        """Take back what a scan, or a booking's reference, has redeemed; the references of what is good again.

        `scan` None: the lane does not know it.
        """
        word, note = "nothing", ""
        references: tuple[str, ...] = ()
        code = scan.code.text if scan is not None and scan.code is not None else command.reference.strip()
        if code:
            try:
                result = await self.undo_desk.undo(
                    code, lane=lane, by=command.by, why=command.why, no_show=command.no_show
                )
            except JournalError:
                result = UndoUnknown(Doubt.JOURNAL_FAILED)
            match result:
                case UndoDone(attempt=attempt):
                    word, references = "done", _references(attempt.settled_bookings)
                case UndoRefused(refusal=refusal, note=note):
                    word = refusal.value
                case UndoUnknown(doubt=doubt):
                    word = doubt.value
        self.feed.tell(Noted(self.clock.now(), lane, "undo", word, note, references))
        return references

    async def search(self, command: Search, scan_id: str, lane: str) -> None:
        """Bookings by reference, e-mail or number, told as a verdict that is only looked at."""
        began_s = self.clock.monotonic()
        text = command.text.strip()
        field = FIELDS.get(command.field)
        if field is None or len(text) < FEWEST_CHARACTERS:
            self.feed.tell(Noted(self.clock.now(), lane, "search", "too_short"))
            return
        verdict = await self._found(field, text)
        now = self.clock.now()
        elapsed_ms = (self.clock.monotonic() - began_s) * 1000
        self.feed.tell(
            Decided(
                at=now,
                scan_id=scan_id,
                lane=lane,
                source="search",
                code=Code(text) if command.field == "reference" else None,
                verdict=verdict,
                elapsed_ms=elapsed_ms,
                office_ms=elapsed_ms,
                looked=True,
            )
        )

    async def _found(self, field: SearchField, text: str) -> Verdict:
        """On the list first: it is here. E-mail addresses and numbers are known to the office only."""
        listed = await self.day_list.search(text) if self.day_list is not None and field == "reference" else ()
        if listed:
            # the list has no redemption codes and needs none: whoever is meant is looked up before anything else
            bookings = tuple(
                replace(booking, redemption_code=LISTED, redeemable=not is_used(booking)) for booking in listed
            )
            return looked_at(bookings, self.policy, self.clock.now())
        reply = await self.searching.search(field, text, within_s=self.timeout_s)
        if isinstance(reply, Found):
            return looked_at(reply.bookings, self.policy, self.clock.now())
        return Undecided(reply.doubt, retry_after_s=reply.retry_after_s)

    async def list_parked(self) -> None:
        """Tell what waits for a supervisor."""
        try:
            parked = await self.journal.parked_attempts()
        except JournalError:
            self.feed.tell(Noted(self.clock.now(), "", "list_parked", Doubt.JOURNAL_FAILED.value))
            return
        self.feed.tell(ParkedList(self.clock.now(), tuple(map(_parked, parked))))

    async def park_owed(self, command: ParkOwed) -> None:
        """A person takes an owed attempt over: the machine tries it no more."""
        parked = Parked(self.clock.now(), command.attempt, f"{command.why.strip()} ({command.by.strip()})")
        word = await self._by_hand(command, self.journal.open_attempts, parked)
        self.feed.tell(Noted(self.clock.now(), "", "park_owed", word))

    async def settle_parked(self, command: SettleParked) -> None:
        """A person has dealt with it: the attempt is settled with their reason and name."""
        now, by, why = self.clock.now(), command.by.strip(), command.why.strip()
        settled = Settled(now, command.attempt, Outcome.SUPERVISOR, by=by, why=why)
        word = await self._by_hand(command, self.journal.parked_attempts, settled)
        self.feed.tell(Noted(now, "", "settle_parked", word))
        await self.list_parked()

    async def _by_hand(
        self,
        command: SettleParked | ParkOwed,
        those: Callable[[], Awaitable[tuple[Attempt, ...]]],
        row: Parked | Settled,
    ) -> str:
        """Write what a person says of one of those attempts; the word for `Noted`."""
        if not command.why.strip() or not command.by.strip():
            return "no_reason"
        try:
            attempt = next(
                (a for a in await those() if a.id == command.attempt and a.state is not State.INTENDED), None
            )
            if attempt is None:
                return "nothing"
            async with self.undo_desk.turns.alone_with(attempt.code):
                await self.journal.append(row)
        except TransitionError:  # the outbox was faster
            return "nothing"
        except JournalError:
            return Doubt.JOURNAL_FAILED.value
        return "done"


def _parked(attempt: Attempt) -> ParkedAttempt:
    return ParkedAttempt(
        id=attempt.id,
        lane=attempt.admitted_lane or attempt.lane,
        opened_at=attempt.opened_at,
        references=_references(attempt.bookings),
        product=next((b.product for b in attempt.bookings if b.product), ""),
        pax=sum(booking.pax for booking in attempt.bookings),
        was_admitted=attempt.admitted_at is not None,
        why=attempt.why,
        conflict=attempt.conflict,
        redeemed_at=attempt.redeemed_elsewhere_at,
    )


def _references(bookings: tuple[Booking, ...]) -> tuple[str, ...]:
    return tuple(booking.reference for booking in bookings)
