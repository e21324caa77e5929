"""The table of a conversation at the voucher desk: which step leads where, and what no row may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.errors import TransitionError
from kiosk.domain.voucher import (
    ENDS,
    FACTS,
    Because,
    Stage,
    Step,
    Turn,
    WayOut,
    Why,
    fold,
    step,
    way_out,
)
from tests.fakes import NOON
from tests.turns import BARCODE, LATER, STORY, VOUCHER, WAYS, turn, turns


def reaches(stage: Stage | None, taken: Step) -> Stage | None:
    try:
        return step(stage, taken)
    except TransitionError:
        return None


@pytest.mark.parametrize("stage", list(Stage))
def test_there_is_a_way_to_every_stage(stage: Stage) -> None:
    (conversation,) = fold(turns(*WAYS[stage]))
    assert conversation.stage is stage
    assert conversation.is_open == (stage not in ENDS)


def test_the_whole_story_is_told_by_its_rows() -> None:
    (told,) = fold(turns(*STORY))
    assert told.stage is Stage.DONE
    assert (told.order_id, told.transaction, told.seats) == ("o1", "1234", ("C5",))
    assert told.vouchers == (VOUCHER,)
    assert told.confirmed_at == told.completing_at == NOON
    assert told.ticketed is not None
    assert told.ticketed.booking_id == "WQ9LJTK"


@pytest.mark.parametrize("stage", [None, *Stage])
def test_completing_follows_a_confirmation_and_nothing_else(stage: Stage | None) -> None:
    assert reaches(stage, Step.COMPLETE) == (Stage.COMPLETING if stage is Stage.CONFIRMED else None)
    assert reaches(stage, Step.CONFIRM) == (Stage.CONFIRMED if stage is Stage.HELD else None)


def test_no_way_leads_back_to_completing_once_more() -> None:
    seen, waiting = set[Stage](), [Stage.COMPLETING]
    while waiting:
        stage = waiting.pop()
        for taken in Step:
            after = reaches(stage, taken)
            if after is not None and after not in seen:
                seen.add(after)
                waiting.append(after)
    assert seen == {Stage.REDEEMED, Stage.DONE, Stage.FAILED, Stage.CLOSING, Stage.CANCELLED}


@pytest.mark.parametrize("stage", list(Stage))
def test_a_conversation_can_be_given_up_from_everywhere_but_where_it_may_be_redeemed(stage: Stage) -> None:
    may_be_redeemed = stage in (Stage.COMPLETING, Stage.REDEEMED, *ENDS)
    can_close = reaches(stage, Step.CLOSE) is Stage.CLOSING or reaches(stage, Step.CLOSED) is Stage.CANCELLED
    assert can_close != may_be_redeemed


@pytest.mark.parametrize(
    ("stage", "way"),
    [
        *((stage, WayOut.DELETE) for stage in Stage if stage not in (
            Stage.OPENING, Stage.COMPLETING, Stage.REDEEMED, Stage.DONE, Stage.CANCELLED)),
        (Stage.OPENING, WayOut.FORGET),
        (Stage.COMPLETING, WayOut.ASK),
        (Stage.REDEEMED, WayOut.READ),
        (Stage.DONE, WayOut.NOTHING),
        (Stage.CANCELLED, WayOut.NOTHING),
    ],
)  # fmt: skip
def test_every_stage_has_its_way_out(stage: Stage, way: WayOut) -> None:
    assert way_out(stage) is way


@pytest.mark.parametrize("stage", sorted(ENDS))
@pytest.mark.parametrize("taken", list(Step))
def test_nothing_follows_an_end(stage: Stage, taken: Step) -> None:
    assert reaches(stage, taken) is None


@pytest.mark.parametrize("taken", list(Step))
def test_an_order_begins_with_its_opening(taken: Step) -> None:
    assert reaches(None, taken) == (Stage.OPENING if taken is Step.OPEN else None)


@pytest.mark.parametrize(
    "steps",
    [
        (Step.OPENED,),
        (Step.OPEN, Step.OPEN),
        (Step.OPEN, Step.ADD),
        (*STORY[:6], Step.COMPLETE),
        (*STORY[:8], Step.COMPLETE),
        (*STORY[:8], Step.CLOSE),
        (*STORY[:9], Step.CLOSE),
    ],
)
def test_an_impossible_story_is_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(TransitionError):
        fold(turns(*steps))


@pytest.mark.parametrize("taken", list(Step))
def test_a_row_tells_what_its_step_tells_and_nothing_else(taken: Step) -> None:
    wrong = Because(Why.EXPIRED) if FACTS.get(taken) is not Because else None
    with pytest.raises(TransitionError):
        replace(turn(taken), facts=wrong)


def test_several_conversations_are_told_apart_in_the_order_of_their_opening() -> None:
    rows = [turn(Step.OPEN, "b"), turn(Step.OPEN, "a"), turn(Step.OPENED, "b")]
    assert [(told.id, told.stage) for told in fold(rows)] == [("b", Stage.OPEN), ("a", Stage.OPENING)]


def test_a_voucher_that_is_taken_off_is_forgotten_when_it_is_off() -> None:
    on_its_way = turns(*STORY[:4], Step.REMOVE)
    assert fold(on_its_way)[0].vouchers == (VOUCHER,)
    assert fold([*on_its_way, turn(Step.REMOVED)])[0].vouchers == ()


def test_the_first_reason_is_kept() -> None:
    rows = [*turns(*STORY[:8]), Turn(NOON, "c1", "Desk", Step.FAILED, Because(Why.REFUSED)), turn(Step.CLOSE)]
    assert fold(rows)[0].why is Why.REFUSED


def test_an_order_found_completed_while_it_is_given_up_is_redeemed() -> None:
    (told,) = fold(turns(*WAYS[Stage.FAILED], Step.CLOSE, Step.REDEEMED))
    assert told.stage is Stage.REDEEMED
    assert told.why is None


def test_a_new_expiry_takes_the_place_of_the_old() -> None:
    (told,) = fold(turns(*STORY[:6], Step.EXTEND, Step.EXTENDED))
    assert told.expires_at == LATER + timedelta(minutes=5)
    assert told.stage is Stage.HELD


def test_a_barcode_does_not_show_itself() -> None:
    assert BARCODE not in repr(turn(Step.ADD))
