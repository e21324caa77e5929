"""What stands on the screen: verdicts come and go, green clears itself, everything else stays until a key or a scan.

Time is passed in; `next_deadline` says when to come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.events import Checking, ChooseBookings, Command, Decided, Dismiss
from kiosk.domain.verdict import Admit, Choose
from kiosk.tui.marks import Marks
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
    TooLate,
)

GREEN_FOR_S = 4.0
"""An admission clears itself; everything else stays until the next scan or a key."""

CHECKING_AFTER_S = 0.15
"""A check that is over sooner is not shown: it would only flicker."""

CAUGHT_UP_S = 30.0
"""A verdict that nobody saw because the screen was away is shown when it is no older than this."""

CHOICE_WAITS_S = 120.0
"""The same for a choice, which waits for staff."""

DOUBLE_READ_S = 2.0
"""A ticket that was admitted and is read again within this was held up once: the admission stays where it is."""


class Stand:
    """One verdict at a time. `marks` goes with a choice that stands."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.shown: Shown = Nothing()
        self.marks: Marks | None = None
        self._monotonic = monotonic
        self._checking: Checking | None = None
        self._reveal_s: float | None = None
        self._clear_s: float | None = None
        self._seen = ""

    def show(self, shown: Shown) -> None:
        self.shown, self.marks, self._clear_s = shown, None, None

    # ── what the engine tells ───────────────────────────────────────────────────────────────────────

    def check(self, checking: Checking) -> None:
        """A code is being looked up: shown when it takes its time."""
        self._checking = checking
        self._reveal_s = self._monotonic() + CHECKING_AFTER_S
        if self.marks is not None:  # its keys must not work any more: the engine has let go of it
            self._reveal(checking)

    def decide(self, decided: Decided, late_s: float | None = None) -> None:
        """A verdict takes the place of whatever stands."""
        self._forget_check()
        if isinstance(self.shown, Standing) and _is_double_read(self.shown, decided):
            self.shown = replace(self.shown, doubled=True)
            return
        marks = self.marks if decided.scan_id == self._scan_id else None
        self.show(Standing(decided, late_s))
        self._seen = decided.scan_id
        if isinstance(decided.verdict, Choose) and not decided.looked:
            self.marks = marks or Marks.of(decided.verdict)
        if isinstance(decided.verdict, Admit) and not decided.looked and late_s is None:
            self._clear_s = self._monotonic() + GREEN_FOR_S

    def catch_up(self, last: Decided, age_s: float) -> bool:
        """What the engine said while this screen was away is shown, if it is still of use."""
        longest_s = CHOICE_WAITS_S if isinstance(last.verdict, Choose) else CAUGHT_UP_S
        if last.scan_id == self._seen or age_s > longest_s:
            return False
        self.decide(last, max(0.0, age_s))
        return True

    def dismissed(self, scan_id: str) -> None:
        """Put away at another screen; or what was picked here came too late."""
        if self._scan_id == scan_id:
            self.show(TooLate() if isinstance(self.shown, Redeeming) else Nothing())

    def engine_went(self) -> None:
        """What it was doing is in doubt, and a choice of its is nobody's any more."""
        if self._checking is not None or isinstance(self.shown, Redeeming):
            self._forget_check()
            self.show(CutOff())
        elif isinstance(self.shown, TakingBack):
            self.show(TakenBack(self.shown))
        elif self.marks is not None:
            self.show(Nothing())

    def engine_came(self) -> None:
        if isinstance(self.shown, NotSent):
            self.show(Nothing())

    def not_shown(self) -> None:
        self._forget_check()
        self.show(NotShown())

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def next_deadline(self) -> float | None:
        """When to call `pass_time`, in monotonic seconds."""
        return min((at for at in (self._reveal_s, self._clear_s) if at is not None), default=None)

    def pass_time(self) -> None:
        now_s = self._monotonic()
        if self._clear_s is not None and now_s >= self._clear_s:
            self.show(Nothing())
        if self._reveal_s is not None and now_s >= self._reveal_s and self._checking is not None:
            self._reveal(self._checking)

    # ── what staff do ───────────────────────────────────────────────────────────────────────────────

    def put_away(self) -> Command | None:
        shown = self.shown
        self.show(Nothing())
        match shown:
            case Standing(decided=decided):
                return Dismiss(decided.scan_id, decided.lane)
            case Redeeming(scan_id=scan_id, lane=lane):
                return Dismiss(scan_id, lane)
            case _:
                return None

    def redeem(self) -> Command | None:
        """Ask for what is marked, once: the choice is gone from the screen with it."""
        if self.marks is None or not isinstance(self.shown, Standing):
            return None
        choice, picked = self.shown.decided, tuple(sorted(self.marks.marked))
        self.show(Redeeming(choice.scan_id, choice.lane, len(picked)))
        return ChooseBookings(choice.scan_id, picked, choice.lane)

    # ── within ──────────────────────────────────────────────────────────────────────────────────────

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

    def _reveal(self, checking: Checking) -> None:
        self._reveal_s = None
        self.show(Looking(checking))

    def _forget_check(self) -> None:
        self._checking = self._reveal_s = None


def _is_double_read(standing: Standing, decided: Decided) -> bool:
    """Whether a repeat is the same holding up of the ticket whose admission stands, in green."""
    first = standing.decided
    return (
        decided.repeat
        and decided.repeated_s is not None
        and decided.repeated_s <= DOUBLE_READ_S
        and decided.scan_id == first.scan_id
        and isinstance(first.verdict, Admit)
        and not (first.repeat or first.looked)
        and standing.late_s is None
    )
