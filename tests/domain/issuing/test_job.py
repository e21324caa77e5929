"""The life of an issuing job: every pair of stage and step, and what the fold makes of notes."""

from __future__ import annotations

import pytest

from kiosk.domain import attempt, voucher
from kiosk.domain.errors import TransitionError
from kiosk.domain.issuing.job import FACTS, Job, Note, Stage, Step, step
from kiosk.domain.issuing.tokens import TokenState, judge
from tests.fakes import NOON
from tests.issuing import PATHS, accepted, begun, facts_of, notes

POSSIBLE = {
    (None, Step.BEGIN),
    (Stage.BEGUN, Step.END),
    (None, Step.SEND),
    (Stage.POSTPONED, Step.SEND),
    *((Stage.SENDING, one) for one in (Step.POSTPONE, Step.ACCEPT, Step.REFUSE, Step.DOUBT)),
    (Stage.DOUBTFUL, Step.AGAIN),
    (Stage.DOUBTFUL, Step.FIND),
    (Stage.ACCEPTED, Step.RESOLVE),
    (Stage.ACCEPTED, Step.CONCLUDE),
}


@pytest.mark.parametrize("stage", [None, *Stage])
@pytest.mark.parametrize("taken", list(Step))
def test_every_pair_is_possible_or_raises(stage: Stage | None, taken: Step) -> None:
    if (stage, taken) in POSSIBLE:
        step(stage, taken)
    else:
        with pytest.raises(TransitionError):
            step(stage, taken)


def test_what_may_have_been_applied_is_sent_again_by_a_person_alone() -> None:
    """From doubt to a new request there is one way, and it is the person's."""
    leads_to_sending = {stage for stage, taken in POSSIBLE if taken is Step.SEND}
    ways = {taken for stage, taken in POSSIBLE if stage is Stage.DOUBTFUL and step(stage, taken) in leads_to_sending}
    assert ways == {Step.AGAIN}


def test_no_stage_is_a_word_of_an_attempt_or_a_conversation() -> None:
    others = {*attempt.State, *voucher.Stage}
    assert not {str(stage) for stage in Stage} & {str(other) for other in others}


@pytest.mark.parametrize("stage", list(PATHS))
def test_the_fold_follows_the_table(stage: Stage) -> None:
    job = Job([begun(1), *notes(1, *PATHS[stage])])
    assert job.requests[1].stage is stage
    assert job.may_end == (stage in (Stage.REFUSED, Stage.FOUND, Stage.RESOLVED))
    assert (1 in job.unsent) == (stage is Stage.POSTPONED)
    assert (1 in job.doubtful) == (stage in (Stage.DOUBTFUL, Stage.SENDING))


def test_a_request_with_two_tokens_is_open_until_both_have_ended() -> None:
    job = Job([begun(1, items=2), *notes(1, Step.SEND), accepted(1, "a", "b")])
    assert [token for _, _, token in job.open_tokens] == ["a", "b"]
    job.take(Note(NOON, "j", 1, Step.RESOLVE, facts_of(Step.RESOLVE, place=1)))
    assert [token for _, _, token in job.open_tokens] == ["a"]
    job.take(Note(NOON, "j", 1, Step.CONCLUDE, facts_of(Step.CONCLUDE, place=0)))
    assert job.may_end


def test_every_step_with_facts_says_of_which_kind() -> None:
    assert {taken for taken in Step if taken not in FACTS} == {Step.SEND}


@pytest.mark.parametrize(
    ("word", "entity", "state"),
    [
        ("", "", TokenState.PENDING),
        ("Processing", "6052", TokenState.PENDING),
        (" processing ", "", TokenState.PENDING),
        ("Completed", "6052", TokenState.DONE),
        ("Fulfilled", "6052", TokenState.DONE),
        ("Completed", "", TokenState.UNKNOWN),
        ("Failed", "", TokenState.FAILED),
        ("ValidationError", "6052", TokenState.FAILED),
        ("REJECTED", "6052", TokenState.FAILED),
    ],
)
def test_what_the_offices_words_mean(word: str, entity: str, state: TokenState) -> None:
    assert judge(word, entity) is state
