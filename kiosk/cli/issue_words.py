"""How issuing reads to the people of a box office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.cli.status import Exit
from kiosk.desks.issuing import Halt, OpenJob
from kiosk.domain.code import show_hostile
from kiosk.domain.issuing.job import Stage
from kiosk.domain.issuing.report import Row, State
from kiosk.domain.issuing.tokens import TokenState
from kiosk.domain.issuing.wanted import Kind
from kiosk.journal.jobs import JobSummary

Json = dict[str, Any]

JOB_HEAD = ("JOB", "BEGUN", "WHAT", "REFERENCE", "RECIPIENTS", "STATE", "HOW IT STANDS")
ROW_HEAD = ("REQUEST", "REFERENCE", "LINE", "ITEM", "STATE", "ENTITY", "WORD")
MOST_WORDS = 3
"""Of the office, on one line."""

KINDS = {
    Kind.CLIENT: "client",
    Kind.ORDER: "client order",
    Kind.EMAIL: "distribution by e-mail",
    Kind.MOBILE: "distribution to mobiles",
}

HALTS = {
    Halt.NOT_AUTHORISED: "the office does not accept our client, secret or key: look at them, then resume",
    Halt.DOUBTS: "answers are lost one after the other, so the rest was held back",
    Halt.REFUSALS: "the office refuses one request after the other, so the rest was held back",
    Halt.OFFLINE: "the office is not reached: resume when the network is back",
    Halt.RATE_LIMITED: "the office wants us to wait longer: resume later",
    Halt.OFFICE_ERROR: "the office has an error of its own: resume later",
    Halt.STOPPED: "stopped",
    Halt.WAITED: "the office has not said what became of everything: resume later",
}
STATUSES = {
    Halt.OFFLINE: Exit.UNREACHED,
    Halt.DOUBTS: Exit.UNREACHED,
    Halt.STOPPED: Exit.INTERRUPTED,
}

STATES = {
    State.DONE: "done",
    State.FAILED: "failed: the office says so",
    State.PENDING: "pending: the office has not said yet",
    State.REFUSED: "refused: the office did not take it",
    State.UNKNOWN: "unknown: check at the office before repeating",
    State.NOT_SENT: "not sent",
    State.FOUND: "found: by a person, at the office",
}


def job_line(job: JobSummary) -> tuple[str, ...]:
    """A job under `JOB_HEAD`; times are this machine's."""
    begun = f"{job.begun_at.astimezone():%Y-%m-%d %H:%M}" if job.begun_at else ""
    kind = KINDS[Kind(job.kind)] if job.kind else ""
    return job.id, begun, kind, job.reference, str(job.recipients or ""), job_state(job), job.trouble or standing(job)


def job_state(job: JobSummary) -> str:
    if job.trouble:
        return "?"
    if job.counted is not None:
        return "ended"
    return "running" if job.is_running else "left"


def standing(job: JobSummary) -> str:
    """`4,990 done · 10 failed`, of its items once it has ended, of tokens and requests before."""
    if job.counted is not None:
        return counts((STATES[State(state)].partition(":")[0], many) for state, many in job.counted.items())
    doubtful = job.requests.get(Stage.DOUBTFUL, 0) + (0 if job.is_running else job.requests.get(Stage.SENDING, 0))
    told = [
        ("done", job.tokens.get(TokenState.DONE, 0)),
        ("failed", job.tokens.get(TokenState.FAILED, 0)),
        ("pending", job.tokens.get(TokenState.PENDING, 0)),
        ("refused", job.requests.get(Stage.REFUSED, 0)),
        ("in doubt", doubtful),
        ("found", job.requests.get(Stage.FOUND, 0)),
        ("not sent", job.requests.get("unsent", 0)),
    ]
    return counts(told)


def counts(told: Iterable[tuple[str, int]]) -> str:
    return " · ".join(f"{many:,} {word}" for word, many in told if many) or "nothing"


def job_json(job: JobSummary) -> Json:
    return {
        "job": job.id,
        "kind": job.kind,
        "reference": job.reference,
        "begun_at": job.begun_at and job.begun_at.isoformat(),
        "recipients": job.recipients,
        "state": job_state(job),
        "requests": dict(job.requests),
        "tokens": dict(job.tokens),
        "counted": None if job.counted is None else dict(job.counted),
        "trouble": job.trouble,
    }


def progress_words(opened: OpenJob) -> tuple[int, int, str]:
    """How many items have come to an end, of how many, and the words beside the bar."""
    about = opened.job.about
    total = (about.requests * about.items) if about else 0
    tokens, stages = opened.job.tokens(), opened.job.stages()
    refused = stages[Stage.REFUSED] * (about.items if about else 1)
    ended = tokens[TokenState.DONE] + tokens[TokenState.FAILED] + refused
    told = counts(
        [
            ("done", tokens[TokenState.DONE]),
            ("failed", tokens[TokenState.FAILED]),
            ("refused", stages[Stage.REFUSED]),
            ("pending", tokens[TokenState.PENDING]),
            ("in doubt", stages[Stage.DOUBTFUL]),
            ("not sent", stages["unsent"]),
        ]
    )
    words = _office_words(opened)
    waits = " · waiting, as the office wants" if opened.waits else ""
    return ended, total, f"{told}{waits}{f' · office: {words}' if words else ''}"


def _office_words(opened: OpenJob) -> str:
    """The office's own, of what is still pending: `Processing 40, not found yet 2`."""
    pending = Counter(
        (heard.word if (heard := opened.heard.get(token)) else "") or "not found yet"
        for _, _, token in opened.job.open_tokens
    )
    told = pending.most_common(MOST_WORDS)
    if len(told) == 1:
        return show_hostile(told[0][0], 40)
    return ", ".join(f"{show_hostile(word, 30)} {many:,}" for word, many in told)


WORST_FIRST = (State.UNKNOWN, State.FAILED, State.REFUSED, State.PENDING, State.FOUND)
"""What is named on the terminal, in this order."""


def row_line(row: Row) -> tuple[str, ...]:
    """An item under `ROW_HEAD`: a recipient is told by the line of the list, and named in the report alone."""
    state = STATES[row.state].partition(":")[0]
    return str(row.request), row.reference, str(row.line or ""), row.item, state, row.entity_id, row.word


def outcome_line(counted: Mapping[State, int]) -> str:
    return counts((STATES[state].partition(":")[0], counted.get(state, 0)) for state in State)
