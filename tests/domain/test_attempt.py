"""The life of an attempt, and whose redemption a look-up shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.domain.attempt import (
    LATE_ARRIVAL,
    Asked,
    Intended,
    Mode,
    Outcome,
    Owed,
    Parked,
    Settled,
    Started,
    State,
    Step,
    Stopped,
    Told,
    fold,
    is_ours,
    may_still_arrive,
    step,
)
from kiosk.domain.errors import TransitionError
from kiosk.domain.verdict import Doubt, Grade
from tests.fakes import CODE, NOON, booking

LATER = NOON + timedelta(seconds=1)


def intended(attempt: str = "a1", at: datetime = NOON, *, asks: bool = True) -> Intended:
    return Intended(at, attempt, "Gate A", Mode.REDEEM, CODE, "River Cruises", (booking(),), asks)


def told(outcome: str = "admit", attempt: str | None = "a1", lane: str = "Gate A") -> Told:
    return Told(LATER, "s1", lane, "test", CODE, outcome, attempt, Grade.CONFIRMED)


@pytest.mark.parametrize(
    ("before", "taken", "after"),
    [
        (None, Step.INTEND, State.INTENDED),
        (State.INTENDED, Step.SETTLE, State.SETTLED),
        (State.INTENDED, Step.OWE, State.OWED),
        (State.OWED, Step.ASK, State.OWED),
        (State.OWED, Step.OWE, State.OWED),
        (State.OWED, Step.SETTLE, State.SETTLED),
        (State.OWED, Step.PARK, State.PARKED),
        (State.PARKED, Step.SETTLE, State.SETTLED),
    ],
)
def test_the_steps_that_are_possible(before: State | None, taken: Step, after: State) -> None:
    assert step(before, taken) is after


def test_every_other_step_is_refused() -> None:
    allowed = 0
    for state in (None, *State):
        for taken in Step:
            try:
                step(state, taken)
                allowed += 1
            except TransitionError:
                pass
    assert allowed == 8


def test_an_attempt_is_the_fold_of_its_rows() -> None:
    rows = (
        Started(NOON, "Gate A"),
        intended(),
        Owed(LATER, "a1", Doubt.NO_ANSWER),
        Asked(LATER, "a1"),
        Settled(LATER, "a1", Outcome.OURS, (booking(),)),
        Stopped(LATER, "Gate A"),
    )
    [attempt] = fold(rows)
    assert (attempt.state, attempt.outcome, attempt.tries) == (State.SETTLED, Outcome.OURS, 2)
    assert attempt.asked_at == (NOON, LATER)
    assert attempt.is_unseen


def test_an_admission_told_on_an_attempt_is_seen() -> None:
    [attempt] = fold((intended(), Settled(LATER, "a1", Outcome.OURS, (booking(),)), told(lane="Gate B")))
    assert not attempt.is_unseen
    assert (attempt.admitted_at, attempt.admitted_lane) == (LATER, "Gate B")


@pytest.mark.parametrize("outcome", ["refuse", "undecided", "choose"])
def test_anything_else_told_leaves_it_unseen(outcome: str) -> None:
    [attempt] = fold((intended(), Settled(LATER, "a1", Outcome.OURS, (booking(),)), told(outcome)))
    assert attempt.is_unseen


def test_an_admission_from_the_list_has_asked_nobody_yet() -> None:
    [attempt] = fold((intended(asks=False), Owed(NOON, "a1", Doubt.OFFLINE), told()))
    assert (attempt.asked_at, attempt.tries, attempt.is_open, attempt.admitted_at) == ((), 0, True, LATER)


def test_a_parked_attempt_is_no_longer_the_machines() -> None:
    [attempt] = fold(
        (intended(), Owed(NOON, "a1", Doubt.OFFLINE), Parked(LATER, "a1", "used elsewhere", conflict=True))
    )
    assert (attempt.is_open, attempt.conflict, attempt.why) == (False, True, "used elsewhere")


def test_rows_about_no_attempt_fold_to_nothing() -> None:
    assert fold((told("refuse", None),)) == ()


def test_an_attempt_intended_twice_is_a_bug() -> None:
    with pytest.raises(TransitionError, match="intend is not possible from intended"):
        fold((intended(), intended()))


@pytest.mark.parametrize(
    ("after_s", "ours"),
    [(-3, False), (-2, True), (0, True), (1, True), (30, True), (32, True), (33, False), (3600, False)],
)
def test_ours_is_what_was_redeemed_inside_the_window_of_a_request(after_s: int, ours: bool) -> None:
    used = booking(redeemed_at=NOON + timedelta(seconds=after_s))
    assert is_ours(used, [NOON], NOON + timedelta(hours=2)) is ours


@pytest.mark.parametrize("ahead_s", [-7200, -60, 60, 7200])
def test_an_office_with_another_clock_is_understood(ahead_s: int) -> None:
    used = booking(redeemed_at=NOON + timedelta(seconds=ahead_s + 1))
    [attempt] = fold((replace(intended(), ahead_s=float(ahead_s)),))
    assert is_ours(used, attempt.asked_at, NOON)
    assert not is_ours(used, [NOON], NOON)


def test_requests_of_one_attempt_keep_the_offices_time_while_our_clock_is_set() -> None:
    owed = Owed(NOON, "a1", Doubt.NO_ANSWER)
    set_back = Asked(NOON - timedelta(hours=1), "a1", 3605.0)
    [attempt] = fold((replace(intended(), ahead_s=2.0), owed, set_back))
    assert attempt.asked_at == (NOON + timedelta(seconds=2), NOON + timedelta(seconds=5))


def test_where_no_time_is_named_only_a_look_at_once_can_tell() -> None:
    used = booking(status="REDEEMED", redeemed_at=None)
    assert is_ours(used, [NOON], NOON + timedelta(seconds=3))
    assert not is_ours(used, [NOON], NOON + timedelta(minutes=10))


def test_nothing_is_ours_without_a_request() -> None:
    assert not is_ours(booking(redeemed_at=NOON), [], NOON)


def test_a_request_may_arrive_for_some_time() -> None:
    [attempt] = fold((intended(),))
    assert may_still_arrive(attempt, NOON + LATE_ARRIVAL)
    assert not may_still_arrive(attempt, NOON + LATE_ARRIVAL + timedelta(seconds=1))
