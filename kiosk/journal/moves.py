"""What a row does to what it belongs to: an attempt at the gate, a conversation at the voucher desk, an issuing job."""

from __future__ import annotations

import json
from enum import Enum
from typing import TypeVar

from kiosk.domain import attempt, voucher
from kiosk.domain.errors import TransitionError
from kiosk.domain.issuing import job
from kiosk.journal.conversations import KIND
from kiosk.journal.notes import KIND as NOTE
from kiosk.journal.rows import STEPS

Move = attempt.Step | voucher.Step | job.Step
E = TypeVar("E", bound=Enum)


def move_of(kind: str, body: str) -> Move | None:
    """What a stored row does; None: nothing. Raises ValueError, KeyError or TypeError where it is not one of ours."""
    if kind == NOTE:
        return job.Step(json.loads(body)["step"])
    return voucher.Step(json.loads(body)["step"]) if kind == KIND else STEPS.get(kind)


def moved(state: str | None, move: Move) -> str:
    """The state after a move, as it is stored. Raises TransitionError for one that its table does not hold."""
    if isinstance(move, voucher.Step):
        return voucher.step(_known(voucher.Stage, state), move).value
    if isinstance(move, job.Step):
        return job.step(_known(job.Stage, state), move).value
    return attempt.step(_known(attempt.State, state), move).value


def _known(states: type[E], stored: str | None) -> E | None:
    try:
        return None if stored is None else states(stored)
    except ValueError:
        raise TransitionError(f"a {states.__name__.lower()} cannot be {stored}") from None
