"""Who hears the feed: one feed out of many, and the exit status that a run has earned."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from kiosk.domain.events import AttemptSettled, Decided, Event
from kiosk.domain.verdict import Admit, Choose, Doubt, Refuse, Undecided, Verdict
from kiosk.ports import Feed

log = logging.getLogger(__name__)


class Fanout:
    """One feed out of many. A viewer that fails is nobody's business but its own."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self.feeds = list(feeds)

    def tell(self, event: Event) -> None:
        for feed in self.feeds:
            try:
                feed.tell(event)
            except Exception:
                log.exception("action=tell viewer=%s", type(feed).__name__)


class Shell:
    """ports.Asker for a command of this program itself, or of a shell of the gate's user. It hears the whole feed."""

    name = "journal"

    def answer(self, event: Event) -> None:
        """The feed tells what came of it."""


class Watch:
    """Remembers the worst that has happened, as an exit status; calls `on_owed` when what is owed or parked changes."""

    def __init__(self, on_owed: Callable[[], None]) -> None:
        self.exit_status = 0
        self._on_owed = on_owed

    def tell(self, event: Event) -> None:
        if isinstance(event, AttemptSettled):
            self._on_owed()
        if not isinstance(event, Decided) or event.repeat or event.looked:
            return
        self.worst(_status(event.verdict))
        if (isinstance(event.verdict, Undecided) and event.verdict.owed) or _is_on_credit(event.verdict):
            self._on_owed()

    def worst(self, status: int) -> None:
        self.exit_status = max(self.exit_status, status)


def _is_on_credit(verdict: Verdict) -> bool:
    return isinstance(verdict, Admit) and verdict.grade == "provisional"


def _status(verdict: Verdict) -> int:
    match verdict:
        case Undecided(doubt=Doubt.JOURNAL_FAILED):
            return 4
        case Undecided(doubt=Doubt.OFFLINE | Doubt.NO_ANSWER):
            return 3
        case Undecided() | Refuse() | Choose():
            return 1
        case Admit():
            return 0
