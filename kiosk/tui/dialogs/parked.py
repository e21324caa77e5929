"""What waits for a supervisor: the list, one of them whole, and the reason and the name that settle it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.events import Event, Noted, ParkedAttempt, ParkedList, SettleParked
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press

LONGEST_WHY = 200
LONGEST_NAME = 60
"""Characters."""


@dataclass(frozen=True, slots=True)
class Parked:
    """`attempts` None: asked for. `opened` is the one that is being settled; `by` None: the reason is being typed.

    `sent` waits for what comes of it, `noted` is what came of the last one.
    """

    attempts: tuple[ParkedAttempt, ...] | None = None
    cursor: int = 0
    opened: ParkedAttempt | None = None
    why: str = ""
    by: str | None = None
    sent: ParkedAttempt | None = None
    noted: Noted | None = None
    settled: ParkedAttempt | None = None
    """The one that `noted` is about."""
    signed: str = ""
    """Who has signed in here: then no name is asked for."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        if self.opened is None:
            return keys.found(len(self.attempts)) if self.attempts and self.sent is None else (keys.CLOSE,)
        if self.by is None:
            return keys.settling(
                "SETTLE IT" if self.signed else "name", is_said=bool(self.why.strip()), something_typed=bool(self.why)
            )
        return keys.settling("SETTLE IT", is_said=bool(self.by.strip()), something_typed=bool(self.by))

    @property
    def entry(self) -> Entry | None:
        if self.opened is None:
            return None
        return Entry("reason", self.why) if self.by is None else Entry("your name", self.by)

    def press(self, press: Press, key: str) -> Step:
        match press:
            case Press.MOVE:
                cursor = self.cursor + (-1 if key == keys.UP else 1)
                return Step(replace(self, cursor=max(0, min(len(self.attempts or ()) - 1, cursor))))
            case Press.OPEN if self.attempts:
                place = self.cursor if key == keys.ENTER else int(key) - 1
                return Step(replace(self, cursor=place, opened=self.attempts[place], noted=None))
            case Press.RUB_OUT:
                return Step(self._typed_so_far((self.why if self.by is None else self.by)[:-1]))
            case Press.ENTER if self.opened is not None:
                return self._entered(self.opened)
            case _ if self.by is not None:
                return Step(replace(self, by=None))
            case _ if self.opened is not None:
                return Step(Parked(self.attempts, self.cursor, signed=self.signed))
            case _:
                return Step(None)

    def typed(self, char: str) -> Dialog:
        if self.opened is None:
            return self
        return self._typed_so_far((self.why if self.by is None else self.by) + char)

    def told(self, event: Event) -> Dialog:
        match event:
            case ParkedList(attempts=attempts):
                gone = self.opened is not None and self.opened.id not in {one.id for one in attempts}
                kept = (
                    Parked(noted=self.noted, settled=self.settled, sent=self.sent, signed=self.signed) if gone else self
                )
                return replace(kept, attempts=attempts, cursor=max(0, min(self.cursor, len(attempts) - 1)))
            case Noted(about="settle_parked") if self.sent is not None:
                return replace(self, noted=event, settled=self.sent, sent=None)
            case Noted(about="list_parked") if self.attempts is None:
                return replace(self, noted=event, attempts=())
            case _:
                return self

    def set_aside(self) -> Parked:
        """As it is taken up again after a scan: what has been typed is still there, the list is asked for anew."""
        return replace(self, sent=None, noted=None)

    def _entered(self, attempt: ParkedAttempt) -> Step:
        """The reason is there: now the name; both are: it is settled."""
        by = self.signed or self.by
        if by is None:
            return Step(replace(self, by=""))
        asked = SettleParked(attempt.id, self.why.strip(), by.strip())
        return Step(Parked(self.attempts, self.cursor, sent=attempt, signed=self.signed), asked)

    def _typed_so_far(self, text: str) -> Parked:
        if self.by is None:
            return replace(self, why=text[:LONGEST_WHY])
        return replace(self, by=text[:LONGEST_NAME])
