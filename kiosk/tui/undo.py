"""Which admission an undo would take back, and the one that is under way: never more than one at a time."""

from __future__ import annotations

from kiosk.domain.events import AttemptSettled, Decided, Noted, Undo
from kiosk.domain.verdict import Admit
from kiosk.tui.presenter.undo import DONE, which_of
from kiosk.tui.shown import Nothing, Shown, Standing, TakenBack, TakingBack
from kiosk.tui.view import View

LONGEST_S = 30.0
"""An answer that has not come by then never will: the engine gives an office a few seconds."""


class LastUndo:
    """Remembers what has been taken back from this screen."""

    def __init__(self) -> None:
        self._undone: set[str] = set()
        self._asked: tuple[Undo, TakingBack, float] | None = None

    def meant(self, shown: Shown, view: View, now_s: float) -> Decided | None:
        """The admission that stands; where nothing stands any more, the last verdict if it was one."""
        if self._asked is not None and now_s - self._asked[2] < LONGEST_S:
            return None
        match shown:
            case Standing(decided=decided):
                meant: Decided | Noted | None = decided
            case Nothing() | TakenBack():  # it may be tried again
                meant = next((one for one in view.recent if not isinstance(one, AttemptSettled)), None)
            case _:
                return None
        if not isinstance(meant, Decided) or meant.looked or not isinstance(meant.verdict, Admit):
            return None
        return None if meant.scan_id in self._undone else meant

    def begin(self, undo: Undo, decided: Decided, now_s: float) -> TakingBack:
        taking = TakingBack(which_of(decided), undo.no_show)
        self._asked = (undo, taking, now_s)
        return taking

    def settle(self, noted: Noted) -> TakenBack | None:
        """What came of the one that is under way; None where another screen's is meant."""
        if self._asked is None or noted.lane != self._asked[0].lane:
            return None
        undo, taking, _ = self._asked
        self._asked = None
        if noted.word == DONE:
            self._undone.add(undo.scan_id)
        return TakenBack(taking, noted)

    def give_up(self) -> None:
        """The engine is away, or never got it: nothing will come of it any more."""
        self._asked = None
