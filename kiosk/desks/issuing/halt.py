"""Why work on a job has stopped before its end. All of it can be resumed."""

from __future__ import annotations

from enum import StrEnum


class Halt(StrEnum):
    """The worst is said first where both the sender and the resolver have one: see `worse_of`."""

    NOT_AUTHORISED = "not_authorised"
    DOUBTS = "doubts"
    """Answers are lost one after the other: more requests would only be more to look up."""
    REFUSALS = "refusals"
    """The office refuses one request after the other: the next would be refused, too."""
    OFFLINE = "offline"
    RATE_LIMITED = "rate_limited"
    OFFICE_ERROR = "office_error"
    STOPPED = "stopped"
    """Somebody has asked for it."""
    WAITED = "waited"
    """The office has said nothing new about the last tokens for as long as was to be waited."""


def worse_of(one: Halt | None, other: Halt | None) -> Halt | None:
    found = [halt for halt in Halt if halt in (one, other)]
    return found[0] if found else None
