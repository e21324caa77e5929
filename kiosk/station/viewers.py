"""Who hears the feed: one feed out of many, and the exit status that a run has earned."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from hashlib import blake2b

from kiosk.domain.code import Code
from kiosk.domain.events import AttemptSettled, Decided, Event, SourceBack, SourceLost
from kiosk.domain.verdict import Admit, Choose, Doubt, Refuse, Undecided, Verdict, outcome_word, reason_of
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


class Trace:
    """Writes the feed to the log: a line for each verdict, where what happens is logged at all.

    A code stands there as a short hash under a key of this run: the same ticket is known again, and no ticket can be
    made of it. Names, references and products are left out.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def tell(self, event: Event) -> None:
        match event:
            case Decided() if log.isEnabledFor(logging.INFO):
                log.info(
                    "action=decide scan=%s lane=%r source=%r code=%s outcome=%s grade=%s reason=%s repeat=%d "
                    "elapsed_ms=%.0f office_ms=%.0f",
                    event.scan_id[:8],
                    event.lane,
                    event.source,
                    self.short(event.code),
                    outcome_word(event.verdict),
                    event.verdict.grade if isinstance(event.verdict, Admit) else "-",
                    reason_of(event.verdict) or "-",
                    event.repeat,
                    event.elapsed_ms,
                    event.office_ms,
                )
            case SourceLost(source=source, what=what):
                log.warning("action=source_lost source=%r why=%r", source, what)
            case SourceBack(source=source):
                log.warning("action=source_back source=%r", source)
            case _:
                pass

    def short(self, code: Code | None) -> str:
        """Eight digits that stand for a code in this run."""
        if code is None:
            return "unreadable"
        return blake2b(code.text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=4).hexdigest()


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
