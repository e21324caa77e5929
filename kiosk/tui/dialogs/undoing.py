"""Taking an admission back: which one, why, and whether the guest is to be marked as not come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.events import Decided, Event, Undo
from kiosk.domain.roles import Action
from kiosk.domain.verdict import bookings_of
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press

REASONS = ("wrong guest", "not all came", "scanned by mistake")
NO_SHOW = "did not come"
BY = "staff"

LONGEST_REASON = 120
"""Characters."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """`reason` is what is being typed, None while no reason is typed; `no_show`: waits for a yes to that."""

    decided: Decided
    reason: str | None = None
    no_show: bool = False
    may: frozenset[str] = frozenset(Action)
    """What whoever stands here may do."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        if self.no_show:
            return keys.confirming("MARK AS NO-SHOW")
        if self.reason is not None:
            return keys.typing(something_typed=bool(self.reason.strip()), enter="UNDO")
        return keys.undoing(len(REASONS), self.may)

    @property
    def entry(self) -> Entry | None:
        return None if self.reason is None else Entry("why", self.reason)

    def press(self, press: Press, key: str) -> Step:
        match press:
            case Press.REASON:
                return self._asked(REASONS[int(key) - 1])
            case Press.OTHER_REASON:
                return Step(replace(self, reason=""))
            case Press.NO_SHOW:
                return Step(replace(self, no_show=True))
            case Press.RUB_OUT:
                return Step(replace(self, reason=(self.reason or "")[:-1]))
            case Press.ENTER:
                return self._asked(NO_SHOW if self.no_show else (self.reason or "").strip())
            case _ if self.no_show or self.reason is not None:
                return Step(Undoing(self.decided, may=self.may))
            case _:
                return Step(None)

    def typed(self, char: str) -> Dialog:
        return self if self.reason is None else replace(self, reason=(self.reason + char)[:LONGEST_REASON])

    def told(self, event: Event) -> Dialog:
        return self

    def _asked(self, why: str) -> Step:
        known = next((booking.reference for booking in bookings_of(self.decided.verdict)), "")
        return Step(None, Undo(self.decided.scan_id, why, BY, self.no_show, self.decided.lane, known))
