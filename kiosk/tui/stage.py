"""What stands on the screen and which keys work: verdicts come and go, dialogs open and close, the next scan wins.

View state only: it knows what was told and what was pressed, and asks the engine for everything else. Time is passed
in, and `next_deadline` says when to come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from kiosk.domain.events import (
    Checking,
    ChooseBookings,
    Command,
    Decided,
    Dismiss,
    Dismissed,
    Event,
    LookOnly,
    Noted,
    Recent,
    Search,
    Status,
    Submit,
    Undo,
)
from kiosk.domain.framing import Framed
from kiosk.domain.verdict import Admit, Choose
from kiosk.tui.dialogs.looking_up import LookUp
from kiosk.tui.dialogs.plain import Help, Leaving, Typing
from kiosk.tui.dialogs.step import Close, Dialog
from kiosk.tui.dialogs.undoing import Undoing
from kiosk.tui.keyboard import UNREAD
from kiosk.tui.marks import Marks
from kiosk.tui.presenter import keys, undo
from kiosk.tui.presenter.keys import AtTheGate, Hint, Press
from kiosk.tui.presenter.times import Here
from kiosk.tui.shown import (
    CutOff,
    Looking,
    Nothing,
    NotSent,
    NotShown,
    Redeeming,
    Shown,
    Standing,
    TakenBack,
    TakingBack,
)
from kiosk.tui.undo import LastUndo
from kiosk.tui.view import View, after, is_search, without_engine

GREEN_FOR_S = 4.0
"""An admission clears itself; everything else stays until the next scan or a key."""

CHECKING_AFTER_S = 0.15
"""A check that is over sooner is not shown: it would only flicker."""

CAUGHT_UP_S = 30.0
"""A verdict that nobody saw because the screen was away is shown when it is no older than this."""

CHOICE_WAITS_S = 120.0
"""The same for a choice, which waits for staff."""

ASIDE_FOR_S = 60.0
"""How long a dialog that a scan has closed can be taken up where it was."""

NOT_DONE = "the gate engine is not running: nothing was done, try again in a moment"
LOOKING_ENDED = "looking has ended: the next ticket is redeemed"

D = TypeVar("D", bound=Dialog)


class Stage:
    """One gate's screen. `here` and `monotonic` tell the time; `wedge` is what a scan of this keyboard is called."""

    def __init__(
        self,
        here: Callable[[], Here],
        monotonic: Callable[[], float],
        *,
        locked: bool = False,
        wedge: Submit | None = None,
    ) -> None:
        self.view = View()
        self.was_joined = False
        self.shown: Shown = Nothing()
        self.dialog: Dialog | None = None
        self.marks: Marks | None = None
        self.note = ""
        """What staff should know beside what stands: until the next key or scan."""
        self._here, self._monotonic = here, monotonic
        self._locked = locked
        self._wedge = wedge or Submit("")
        self._checking: Checking | None = None
        self._reveal_s: float | None = None
        self._clear_s: float | None = None
        self._seen = ""
        self._look_asked: bool | None = None
        self._undo = LastUndo()
        self._aside: tuple[Dialog, float] | None = None

    # ── what the engine tells ───────────────────────────────────────────────────────────────────────

    def tell(self, event: Event) -> None:
        was_looking = self.is_looking
        self.view = after(self.view, event)
        if self.dialog is not None:
            self.dialog = self.dialog.told(event)
        match event:
            case Decided() if is_search(event):
                pass
            case Status():
                self._look_asked = None
                if was_looking and not self.is_looking:
                    self.note = LOOKING_ENDED
            case Checking():
                self._look(event)
            case Decided():
                self._stand(event)
            case Noted(about="undo"):
                self._taken_back(event)
            case Dismissed(scan_id=scan_id):
                if self._scan_id == scan_id:
                    self._show(Nothing())
            case Recent(decided=decided):
                self._catch_up(next((one for one in reversed(decided) if not is_search(one)), None))
            case _:
                pass

    def engine_went(self) -> None:
        """The engine is away: what it was checking is in doubt, and a choice of its is nobody's any more."""
        self.view = without_engine(self.view)
        if self._checking is not None or isinstance(self.shown, Redeeming):
            self._forget_check()
            self._show(CutOff())
        elif isinstance(self.shown, TakingBack):
            self._show(TakenBack(self.shown))
        elif self._is_choice:
            self._show(Nothing())
        self._undo.give_up()
        if not isinstance(self.dialog, Typing | Help | Leaving):
            self.dialog = None

    def engine_came(self) -> None:
        """The engine is there again: a code that it could not take may be scanned now."""
        self.was_joined = True
        if isinstance(self.shown, NotSent):
            self._show(Nothing())

    def not_sent(self) -> None:
        """A code, or a choice, could not be given to the engine."""
        self._close_dialog()
        self._show(NotSent())

    def not_done(self) -> None:
        """Something else that staff have asked for could not be given to the engine."""
        self._look_asked = None
        self._undo.give_up()
        if isinstance(self.shown, TakingBack):
            self._show(Nothing())
        self.note = NOT_DONE

    def not_shown(self) -> None:
        """Something that was told could not be shown: better no verdict than the last one."""
        self._close_dialog()
        self._forget_check()
        self._show(NotShown())

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def next_deadline(self) -> float | None:
        """When to call `pass_time`, in monotonic seconds."""
        return min((at for at in (self._reveal_s, self._clear_s) if at is not None), default=None)

    def pass_time(self) -> None:
        now_s = self._monotonic()
        if self._clear_s is not None and now_s >= self._clear_s:
            self._show(Nothing())
        if self._reveal_s is not None and now_s >= self._reveal_s and self._checking is not None:
            self._reveal(self._checking)

    # ── what staff do ───────────────────────────────────────────────────────────────────────────────

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The keys that work now."""
        if self.dialog is not None:
            return self.dialog.hints
        if self.marks is not None:
            return keys.choosing(numbered=self.marks.numbered, marked=len(self.marks.marked))
        return self.hints_at_the_gate

    @property
    def hints_at_the_gate(self) -> tuple[Hint, ...]:
        now = AtTheGate(
            is_joined=self.view.joined,
            is_locked=self._locked,
            something_stands=not isinstance(self.shown, Nothing),
            is_looking=self.is_looking,
            can_undo=self._undoable is not None,
        )
        return keys.at_the_gate(now)

    @property
    def lane(self) -> str:
        """The lane that this screen's keyboard serves: the kiosk's own where it has none of its own."""
        return self._wedge.lane or next(iter(self.view.lanes), "")

    @property
    def is_looking(self) -> bool:
        """Whether tickets at this lane are only looked at. Known only while the engine is there."""
        return self.view.joined and self.lane in self.view.looking

    def scan(self, framed: Framed) -> Command:
        """A scanner has typed a code: whatever is open gives way to it. Too long a one is sent as unreadable."""
        self._close_dialog()
        return replace(self._wedge, text=UNREAD if framed.too_long else framed.text)

    def press(self, key: str) -> Command | Close | None:
        """A person has pressed a key. Only keys of `hints` do anything."""
        self.note = ""
        for hint in self.hints:
            if key in hint.keys:
                return self._do(hint.press, key) if self.dialog is None else self._step(self.dialog, hint.press, key)
        if self.dialog is not None and len(key) == 1 and key.isprintable():
            self.dialog = self.dialog.typed(key)
        return None

    def _step(self, dialog: Dialog, press: Press, key: str) -> Command | Close | None:
        step = dialog.press(press, key)
        self.dialog = step.dialog
        match step.asked:
            case Undo() if isinstance(dialog, Undoing):
                self._show(self._undo.begin(step.asked, dialog.decided, self._monotonic()))
                return step.asked
            case Submit(text=text):
                return replace(self._wedge, text=text, typed=True)
            case Search() as search:
                return replace(search, lane=self.lane)
            case asked:
                return asked

    def _do(self, press: Press, key: str) -> Command | None:
        match press:
            case Press.TYPE:
                self.dialog = Typing()
            case Press.HELP:
                self.dialog = Help()
            case Press.QUIT:
                self.dialog = Leaving()
            case Press.LOOK_ONLY:
                return self._look_only()
            case Press.SEARCH:
                self.dialog = self._resumed(LookUp) or LookUp()
            case Press.UNDO:
                self.dialog = Undoing(meant) if (meant := self._undoable) is not None else None
            case Press.PUT_AWAY:
                return self._put_away()
            case Press.REDEEM:
                return self._redeem()
            case Press.MARK | Press.MARK_ALL | Press.TOGGLE | Press.MOVE:
                self._mark(press, key)
            case _:
                pass
        return None

    @property
    def _undoable(self) -> Decided | None:
        return self._undo.meant(self.shown, self.view, self._monotonic())

    def _taken_back(self, noted: Noted) -> None:
        told = self._undo.settle(noted)
        if told is None:
            return
        if isinstance(self.shown, TakingBack):
            self._show(told)
        else:  # something has come in between: it stays, and this is said beside it
            self.note = undo.outcome_in_short(noted, told.asked.which, no_show=told.asked.no_show)

    def _look_only(self) -> Command:
        """The other of the two modes; pressed again before the engine has told, back again."""
        looks = self.is_looking if self._look_asked is None else self._look_asked
        self._look_asked = not looks
        return LookOnly(not looks, self.lane)

    def _put_away(self) -> Command | None:
        shown = self.shown
        self._show(Nothing())
        match shown:
            case Standing(decided=decided):
                return Dismiss(decided.scan_id, decided.lane)
            case Redeeming(scan_id=scan_id, lane=lane):
                return Dismiss(scan_id, lane)
            case _:
                return None

    def _mark(self, press: Press, key: str) -> None:
        if self.marks is None:
            return
        match press:
            case Press.MARK:
                self.marks = self.marks.toggled(int(key) - 1)
            case Press.MARK_ALL:
                self.marks = self.marks.all_marked()
            case Press.TOGGLE:
                self.marks = self.marks.toggled(self.marks.cursor)
            case _:
                self.marks = self.marks.moved(-1 if key == keys.UP else 1)

    def _redeem(self) -> Command | None:
        """Ask for what is marked, once: the choice is gone from the screen with it."""
        if self.marks is None or not isinstance(self.shown, Standing):
            return None
        choice, picked = self.shown.decided, tuple(sorted(self.marks.marked))
        self._show(Redeeming(choice.scan_id, choice.lane, len(picked)))
        return ChooseBookings(choice.scan_id, picked, choice.lane)

    # ── what stands ─────────────────────────────────────────────────────────────────────────────────

    @property
    def _scan_id(self) -> str | None:
        """The scan that the panel speaks of, where staff can put it away."""
        match self.shown:
            case Standing(decided=decided):
                return decided.scan_id
            case Redeeming(scan_id=scan_id):
                return scan_id
            case _:
                return None

    @property
    def _is_choice(self) -> bool:
        return self.marks is not None

    def _look(self, checking: Checking) -> None:
        self._close_dialog()
        self._checking = checking
        self._reveal_s = self._monotonic() + CHECKING_AFTER_S
        if self._is_choice:  # its keys must not work any more: the engine has let go of it
            self._reveal(checking)

    def _reveal(self, checking: Checking) -> None:
        self._reveal_s, self.note = None, ""
        self._show(Looking(checking))

    def _forget_check(self) -> None:
        self._checking = self._reveal_s = None

    def _stand(self, decided: Decided, late_s: float | None = None) -> None:
        self._close_dialog()
        self._forget_check()
        self.note = ""
        marks = self.marks if decided.scan_id == self._scan_id else None
        self._show(Standing(decided, late_s))
        self._seen = decided.scan_id
        if isinstance(decided.verdict, Choose) and not decided.looked:
            self.marks = marks or Marks.of(decided.verdict)
        if isinstance(decided.verdict, Admit) and not decided.looked and late_s is None:
            self._clear_s = self._monotonic() + GREEN_FOR_S

    def _catch_up(self, last: Decided | None) -> None:
        """What the engine said while this screen was away, if it is still of use."""
        if last is None or last.scan_id == self._seen:
            return
        age_s = (self._here().now - last.at).total_seconds()
        if age_s <= (CHOICE_WAITS_S if isinstance(last.verdict, Choose) else CAUGHT_UP_S):
            self._stand(last, max(0.0, age_s))

    def _show(self, shown: Shown) -> None:
        self.shown, self.marks, self._clear_s = shown, None, None

    def _close_dialog(self) -> None:
        """A scan has come. What was being looked up at leisure can be taken up again for a while."""
        if isinstance(self.dialog, LookUp):
            self._aside = (self.dialog.set_aside(), self._monotonic())
        self.dialog = None

    def _resumed(self, kind: type[D]) -> D | None:
        aside, self._aside = self._aside, None
        if aside is None or self._monotonic() - aside[1] > ASIDE_FOR_S:
            return None
        return aside[0] if isinstance(aside[0], kind) else None
