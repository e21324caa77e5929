"""Issuing jobs in words: two lines for each, with a bar that is read without colour."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.code import show_hostile
from kiosk.domain.issuing.events import IssueJob
from kiosk.tui.presenter.panel import Ink, Line, Panel, Tone
from kiosk.tui.presenter.party import joined
from kiosk.tui.presenter.times import Here, then

BAR = 12
"""Cells: with the longest counts beside it, a line fits 80."""

LINES = 2
"""Of one job."""

_KINDS = {"client": "client", "order": "client order", "email": "by e-mail", "mobile": "to mobiles"}
_STATES = {"running": "running", "left": "LEFT", "ended": "ended"}
_LONGEST_REFERENCE = 30


def listed(jobs: Sequence[IssueJob] | None, cursor: int, more: int, *, is_refused: bool = False) -> Panel:
    """The head of the list, and what to do about the job at the cursor."""
    if is_refused:
        return Panel(Tone.CHOICE, "", "NOT FOR EVERYBODY", "a supervisor must sign in to see issuing jobs")
    if jobs is None:
        return Panel(Tone.CHOICE, "", "VOUCHERS BEING ISSUED", "reading ········")
    if not jobs:
        return Panel(Tone.CHOICE, "", "NO VOUCHERS WERE ISSUED HERE", "")
    headline = (
        f"ISSUING JOBS: {len(jobs)}" if not more else f"ISSUING JOBS: the newest {len(jobs)} of {len(jobs) + more}"
    )
    return Panel(Tone.CHOICE, "", headline, what_to_do(jobs[min(cursor, len(jobs) - 1)]))


def what_to_do(job: IssueJob) -> str:
    """In few words, for the job at the cursor."""
    name = show_hostile(job.id, 12)
    if not job.state:
        return f"{name}: its record cannot be read, call the helpline"
    if job.unknown:
        return f"look up what is unknown: kiosk issue status {name}"
    if job.state == "left":
        return f"go on: kiosk issue status {name} --resume"
    if job.state == "running":
        return f"{name} is being worked on"
    return f"{name}: nothing is left to do"


def rows(jobs: Sequence[IssueJob], cursor: int, here: Here) -> tuple[Line, ...]:
    """`┃ SPRING · by e-mail · 5,000 recipients · running · 09:12 today` over a bar and its counts."""
    return tuple(line for place, job in enumerate(jobs) for line in _job(job, place == cursor, here))


def _job(job: IssueJob, is_at: bool, here: Here) -> tuple[Line, Line]:
    ink = Ink.STRONG if is_at else Ink.TEXT
    mark = "┃ " if is_at else "  "
    about = joined(
        show_hostile(job.reference, _LONGEST_REFERENCE) or show_hostile(job.id, 12),
        _KINDS.get(job.kind, show_hostile(job.kind, 20)),
        f"{job.recipients:,} recipients" if job.recipients else "",
        _STATES.get(job.state, "NOT READABLE"),
        then(job.begun_at, here) if job.begun_at else "",
    )
    return ((mark + about, ink),), ((f"{mark}{_bar(job)}  {counts(job)}", ink),)


def counts(job: IssueJob) -> str:
    """`3,100/5,000 done · 10 failed · 1,890 pending`."""
    if not job.state:
        return "nothing is known"
    told = ((job.failed, "failed"), (job.refused, "refused"), (job.unknown, "UNKNOWN"), (job.pending, "pending"),
            (job.not_sent, "not sent"))  # fmt: skip
    return joined(f"{job.done:,}/{job.total:,} done", *(f"{many:,} {word}" for many, word in told if many))


def _bar(job: IssueJob) -> str:
    """Full: done. Half: come to another end. Only glyphs that a plain console has."""
    done = _cells(job.done, job.total)
    ended = _cells(job.done + job.failed + job.refused, job.total) - done
    return "█" * done + "▒" * ended + "░" * (BAR - done - ended)


def _cells(many: int, total: int) -> int:
    return max(0, min(BAR, BAR * many // total)) if total > 0 else 0
