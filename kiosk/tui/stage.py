"""One gate's screen as a value in time: what stands, which dialog is open, which keys work. The next scan wins.

View state only: it knows what was told and what was pressed, and asks the engine for everything else. Time is passed
in, and `next_deadline` says when to come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from kiosk.domain.events import (
    Checking,
    Command,
    Decided,
    Dismissed,
    Event,
    ListParked,
    LookOnly,
    Noted,
    Recent,
    Rights,
    Search,
    SignOut,
    Status,
    Submit,
    Undo,
)
from kiosk.domain.framing import Framed
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.out_of_order import Fault
from kiosk.domain.roles import Place, Role, RoleTable
from kiosk.domain.voucher_events import OpenCounter, VoucherSettled
from kiosk.tui.dialogs.issues import Issues
from kiosk.tui.dialogs.looking_up import LookUp
from kiosk.tui.dialogs.parked import Parked
from kiosk.tui.dialogs.plain import Help, Leaving, Typing
from kiosk.tui.dialogs.signing_in import SigningIn
from kiosk.tui.dialogs.step import Close, Dialog
from kiosk.tui.dialogs.undoing import Undoing
from kiosk.tui.keyboard import UNREAD
from kiosk.tui.marks import Marks
from kiosk.tui.presenter import keys, signing_in, undo
from kiosk.tui.presenter.keys import AtTheGate, Hint, Press
from kiosk.tui.presenter.times import Here
from kiosk.tui.presenter.voucher_words import settled_words
from kiosk.tui.shown import Nothing, NotSent, Shown, Standing, TakingBack
from kiosk.tui.stand import Stand
from kiosk.tui.undo import LastUndo
from kiosk.tui.view import View, after, is_search, without_engine

ASIDE_FOR_S = 60.0
"""How long a dialog that a scan has closed can be taken up where it was."""

AWAY_TOO_LONG_S = 20.0
"""An engine that is started again is there within seconds; one that is away for longer does not come by itself."""

NOT_DONE = "the gate engine is not running: nothing was done, try again in a moment"
ASTRAY_S = 0.6
"""Keys that follow each other within this, after a scan has closed what they were meant for, are still meant for it."""

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
        self.stand = Stand(monotonic)
        self.dialog: Dialog | None = None
        self.note = ""
        """What staff should know beside what stands: until the next key or scan."""
        self._here, self._monotonic = here, monotonic
        self._away_s: float | None = None
        self.is_locked = locked
        self._wedge = wedge or Submit("")
        self._look_asked: bool | None = None
        self._undo = LastUndo()
        self._aside: tuple[Dialog, float] | None = None
        self._astray_until_s = float("-inf")
        self.rights: Rights | None = None
        """What the engine has told this screen that it may; None: nothing yet."""
        self.is_left = False
        """Somebody who may has closed a locked screen."""

    @property
    def shown(self) -> Shown:
        return self.stand.shown

    @property
    def marks(self) -> Marks | None:
        return self.stand.marks

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
                self._close_dialog()
                self.stand.check(event)
            case Decided():
                self._decided(event)
            case Noted(about="undo"):
                self._taken_back(event)
            case Rights():
                self._may_now(event)
            case VoucherSettled():
                self.note = settled_words(event, self._here())
            case Dismissed(scan_id=scan_id):
                self.stand.dismissed(scan_id)
            case Recent(decided=decided):
                self._catch_up(next((one for one in reversed(decided) if not is_search(one)), None))
            case _:
                pass

    @property
    def fault(self) -> Fault | None:
        """Why nobody can be served: as the engine says, or because there has been none for too long."""
        if self._away_s is not None and self._monotonic() - self._away_s >= AWAY_TOO_LONG_S:
            return Fault.ENGINE
        return Fault(self.view.fault) if self.view.fault in set(Fault) else None

    def engine_went(self) -> None:
        self._away_s = self._monotonic() if self._away_s is None else self._away_s
        self.view = without_engine(self.view)
        self.stand.engine_went()
        self._undo.give_up()
        if self.rights is not None:  # whoever was signed in is not any more: the engine knew, not this screen
            may = tuple(self._may_without_engine)
            self.rights = Rights(self.rights.at, self.rights.guarded, may)
        stays = isinstance(self.dialog, Typing | Help) or self.dialog == Leaving(locked=False)
        self.dialog = self.dialog if stays else None

    def engine_came(self) -> None:
        """The engine is there again: a code that it could not take may be scanned now."""
        self.was_joined, self._away_s = True, None
        self.stand.engine_came()

    def not_sent(self) -> None:
        """A code, or a choice, could not be given to the engine."""
        self._close_dialog()
        self.stand.show(NotSent())

    def not_done(self) -> None:
        """Something else that staff have asked for could not be given to the engine."""
        self._look_asked = None
        self._undo.give_up()
        self.dialog = None
        if isinstance(self.shown, TakingBack):
            self.stand.show(Nothing())
        self.note = NOT_DONE

    def not_shown(self) -> None:
        """Something that was told could not be shown: better no verdict than the last one."""
        self._close_dialog()
        self.stand.not_shown()

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def next_deadline(self) -> float | None:
        """When to call `pass_time`, in monotonic seconds."""
        return self.stand.next_deadline()

    def pass_time(self) -> None:
        self.stand.pass_time()

    def tick(self) -> Command | None:
        """Once a second: what is to be asked of the engine by itself, so that what is open stays true."""
        follows = isinstance(self.dialog, Issues) and not self.dialog.is_refused and self.view.joined
        return ListIssues(following=True) if follows else None

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
            is_locked=self.is_locked,
            may=self.may,
            guarded=self.rights is not None and self.rights.guarded,
            is_signed_in=self.signed_in != "",
            something_stands=not isinstance(self.shown, Nothing),
            is_looking=self.is_looking,
            can_undo=self._undoable is not None,
            something_parked=self.view.parked > 0,
            vouchers=self._vouchers_key,
            something_issued=self.view.issuing > 0,
        )
        return keys.at_the_gate(now)

    @property
    def may(self) -> frozenset[str]:
        """What whoever stands here may do, in words of `roles.Action`."""
        return self._may_without_engine if self.rights is None else frozenset(self.rights.may)

    @property
    def _may_without_engine(self) -> frozenset[str]:
        return RoleTable().may(Role.GUEST, Place.LOCKED if self.is_locked else Place.SCREEN)

    @property
    def signed_in(self) -> str:
        """Who is signed in at this screen; empty: nobody."""
        return self.rights.by if self.rights is not None else ""

    @property
    def _vouchers_key(self) -> str:
        """What the key to the voucher desk says; empty: this lane has none."""
        counter = next((one for one in self.view.counters if one.lane == self.lane), None)
        if counter is None:
            return ""
        if self.offers_vouchers:
            return keys.TAKE_TO_VOUCHERS
        return keys.ORDER_OPEN if counter.expires_at is not None else keys.VOUCHERS

    @property
    def offers_vouchers(self) -> bool:
        """Whether what stands is a scan that looks like a voucher."""
        offered, shown = self.view.offered, self.shown
        return offered is not None and isinstance(shown, Standing) and shown.decided.scan_id == offered.scan_id

    @property
    def lane(self) -> str:
        """The lane that this screen's keyboard serves: the kiosk's own where it has none of its own."""
        return self._wedge.lane or next(iter(self.view.lanes), "")

    @property
    def is_looking(self) -> bool:
        """Whether tickets at this lane are only looked at. Known only while the engine is there."""
        return self.view.joined and self.lane in self.view.looking

    def scan(self, framed: Framed) -> Command | Close | None:
        """A scanner has typed a code: whatever is open gives way to it. Too long a one is sent as unreadable.

        But a PIN: read late by a busy machine, it looks as if a scanner had typed it, and no office may see it.
        """
        if isinstance(self.dialog, SigningIn) and self.dialog.takes(framed.text) and not framed.too_long:
            for char in framed.text:
                self.press(char)
            return self.press(keys.ENTER)
        self._close_dialog()
        return replace(self._wedge, text=UNREAD if framed.too_long else framed.text)

    def press(self, key: str) -> Command | Close | None:
        """A person has pressed a key. Only keys of `hints` do anything."""
        if self._is_astray():
            return None
        self.note = ""
        for hint in self.hints:
            if key in hint.keys:
                return self._do(hint.press, key) if self.dialog is None else self._step(self.dialog, hint.press, key)
        if self.dialog is not None and len(key) == 1 and key.isprintable():
            self.dialog = self.dialog.typed(key)
        return None

    def _is_astray(self) -> bool:
        """Whether a key belongs to what a scan has just closed: on a choice its digits would mark, its Enter redeem."""
        now_s = self._monotonic()
        if self.dialog is not None or now_s >= self._astray_until_s:
            return False
        self._astray_until_s = now_s + ASTRAY_S
        return True

    def _step(self, dialog: Dialog, press: Press, key: str) -> Command | Close | None:
        step = dialog.press(press, key)
        self.dialog = step.dialog
        match step.asked:
            case Undo() if isinstance(dialog, Undoing):
                self.stand.show(self._undo.begin(step.asked, dialog.decided, self._monotonic()))
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
                self.dialog = Leaving(self.is_locked)
            case Press.SIGN_IN:
                self.dialog = SigningIn()
            case Press.SIGN_OUT:
                return SignOut()
            case Press.LOOK_ONLY:
                return self._look_only()
            case Press.SEARCH:
                self.dialog = self._resumed(LookUp) or LookUp()
            case Press.PARKED:
                self.dialog = replace(self._resumed(Parked) or Parked(), signed=self.signed_in)
                return ListParked()
            case Press.VOUCHERS:
                offered = self.view.offered
                return OpenCounter(self.lane, offered.scan_id if offered is not None and self.offers_vouchers else "")
            case Press.ISSUES:
                self.dialog = self._resumed(Issues) or Issues()
                return ListIssues()
            case Press.UNDO:
                self.dialog = Undoing(meant, may=self.may) if (meant := self._undoable) is not None else None
            case Press.PUT_AWAY:
                return self.stand.put_away()
            case Press.REDEEM:
                return self.stand.redeem()
            case Press.MARK | Press.MARK_ALL | Press.TOGGLE | Press.MOVE:
                self._mark(press, key)
            case _:
                pass
        return None

    def _may_now(self, rights: Rights) -> None:
        """The engine has said what this screen may. Who has signed in sees the gate again; what was refused is over."""
        before, self.rights = self.rights, rights
        self.is_left = rights.word == "leave"
        self.note = signing_in.note_on(rights, before) or self.note
        if isinstance(self.dialog, Issues):
            return  # it says so itself
        if rights.word in ("not_allowed", "journal_failed") and rights.action:
            self.not_done()
            self.note = signing_in.note_on(rights, before)
        if rights.word == ("signed_in" if isinstance(self.dialog, SigningIn) else "ended"):
            self.dialog = None

    @property
    def _undoable(self) -> Decided | None:
        return self._undo.meant(self.shown, self.view, self._monotonic())

    def _taken_back(self, noted: Noted) -> None:
        told = self._undo.settle(noted)
        if told is None:
            return
        if isinstance(self.shown, TakingBack):
            self.stand.show(told)
        else:  # something has come in between: it stays, and this is said beside it
            self.note = undo.outcome_in_short(noted, told.asked.which, no_show=told.asked.no_show)

    def _look_only(self) -> Command:
        """The other of the two modes; pressed again before the engine has told, back again."""
        looks = self.is_looking if self._look_asked is None else self._look_asked
        self._look_asked = not looks
        return LookOnly(not looks, self.lane)

    def _mark(self, press: Press, key: str) -> None:
        marks = self.stand.marks
        if marks is None:
            return
        match press:
            case Press.MARK:
                self.stand.marks = marks.toggled(int(key) - 1)
            case Press.MARK_ALL:
                self.stand.marks = marks.all_marked()
            case Press.TOGGLE:
                self.stand.marks = marks.toggled(marks.cursor)
            case _:
                self.stand.marks = marks.moved(-1 if key == keys.UP else 1)

    def _decided(self, decided: Decided) -> None:
        self._close_dialog()
        self.note = ""
        self.stand.decide(decided)

    def _catch_up(self, last: Decided | None) -> None:
        if last is not None and self.stand.catch_up(last, (self._here().now - last.at).total_seconds()):
            self._close_dialog()

    def _close_dialog(self) -> None:
        """A scan has come. What was being looked up at leisure can be taken up again for a while."""
        if self.dialog is not None:
            self._astray_until_s = self._monotonic() + ASTRAY_S
        if isinstance(self.dialog, LookUp | Parked | Issues):
            self._aside = (self.dialog.set_aside(), self._monotonic())
        self.dialog = None

    def _resumed(self, kind: type[D]) -> D | None:
        aside, self._aside = self._aside, None
        if aside is None or self._monotonic() - aside[1] > ASIDE_FOR_S:
            return None
        return aside[0] if isinstance(aside[0], kind) else None
