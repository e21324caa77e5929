"""How issuing jobs stand: a list that follows them while it is open. Changing anything is `kiosk issue`'s part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.events import Event, Rights
from kiosk.domain.issuing.events import IssueJob, IssueJobs
from kiosk.tui.dialogs.step import Dialog, Entry, Step
from kiosk.tui.presenter import keys
from kiosk.tui.presenter.keys import Hint, Press


@dataclass(frozen=True, slots=True)
class Issues:
    """`jobs` None: asked for. The cursor stays on its job when others come. `is_refused`: not for this role."""

    jobs: tuple[IssueJob, ...] | None = None
    more: int = 0
    cursor: int = 0
    is_refused: bool = False

    @property
    def hints(self) -> tuple[Hint, ...]:
        return keys.following(len(self.jobs or ()))

    @property
    def entry(self) -> Entry | None:
        return None

    def press(self, press: Press, key: str) -> Step:
        if press is Press.MOVE:
            cursor = self.cursor + (-1 if key == keys.UP else 1)
            return Step(replace(self, cursor=max(0, min(len(self.jobs or ()) - 1, cursor))))
        return Step(None)

    def typed(self, char: str) -> Dialog:
        return self

    def told(self, event: Event) -> Dialog:
        if isinstance(event, Rights) and event.action == "issue":
            return Issues(is_refused=True)
        if not isinstance(event, IssueJobs):
            return self
        at = self.jobs[self.cursor].id if self.jobs and self.cursor < len(self.jobs) else ""
        places = [place for place, job in enumerate(event.jobs) if job.id == at]
        cursor = places[0] if places else min(self.cursor, max(0, len(event.jobs) - 1))
        return Issues(event.jobs, event.more, cursor)

    def set_aside(self) -> Issues:
        """As it is taken up again after a scan."""
        return replace(self, is_refused=False)
