"""What waits for a supervisor: listed, opened, and settled with a reason and a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import ListParked, Noted, ParkedAttempt, ParkedList, Recent, SettleParked
from kiosk.domain.verdict import Doubt
from kiosk.tui.dialogs.parked import LONGEST_NAME, LONGEST_WHY, Parked
from kiosk.tui.presenter import parked
from kiosk.tui.stage import ASTRAY_S, Stage
from tests.tui.given import HERE, NOW, FakeLink, Time, admitted, checking, status
from tests.tui.screens import gate

CONFLICT = ParkedAttempt(
    "attempt-1", "Gate A", NOW - timedelta(minutes=95), ("X749G9",), "London River Cruise Return", 3, True,
    "redeemed elsewhere", True, NOW - timedelta(minutes=110),
)  # fmt: skip
UNTAKEN = replace(
    CONFLICT, id="attempt-2", references=("B1", "B2"), was_admitted=False, why="the office does not redeem it: EXPIRED",
    conflict=False, redeemed_at=None, opened_at=NOW - timedelta(days=1),
)  # fmt: skip


def noted(word: str, about: str = "settle_parked") -> Noted:
    return Noted(NOW, "", about, word)


def text(attempts: tuple[ParkedAttempt, ...], cursor: int = 0) -> list[str]:
    return ["".join(bit for bit, _ in line) for line in parked.rows(attempts, cursor, HERE)]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stage(time: Time) -> Stage:
    stage = Stage(lambda: HERE, time)
    stage.engine_came()
    stage.tell(status(parked=2))
    return stage


def press(stage: Stage, keys: str) -> object:
    done: object = None
    for key in keys:
        done = stage.press(key)
    return done


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_offered_while_something_waits_to_whoever_may(stage: Stage, time: Time) -> None:
    assert stage.press("c") == ListParked()
    assert works(stage) == {"escape"}
    stage.press("escape")
    stage.tell(status(parked=0))
    assert "c" not in works(stage)
    locked = Stage(lambda: HERE, time, locked=True)
    locked.tell(status(parked=2))
    assert "c" not in works(locked)
    assert locked.press("c") is None


def test_it_follows_what_the_engine_tells(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
    stage.press("down")
    stage.press("down")
    assert stage.dialog == Parked((CONFLICT, UNTAKEN), cursor=1)
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    assert stage.dialog == Parked((CONFLICT,), cursor=0)
    stage.tell(ParkedList(NOW))
    assert works(stage) == {"escape"}


# ── settling one ────────────────────────────────────────────────────────────────────────────────────


def test_one_is_settled_with_a_reason_and_a_name(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
    assert press(stage, "2 \r") is None
    assert press(stage, "paid at\x7f\x7fthe till\r  \r") is None
    assert press(stage, "Kim\r") == SettleParked("attempt-2", "paid the till", "Kim")
    assert stage.dialog == Parked((CONFLICT, UNTAKEN), cursor=1, sent=UNTAKEN)
    assert press(stage, "1\r") is None
    stage.tell(noted("done"))
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    assert stage.dialog == Parked((CONFLICT,), noted=noted("done"), settled=UNTAKEN)


def test_escape_goes_one_step_back_each_time(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    press(stage, "1why\rKim")
    for left in (Parked((CONFLICT,), opened=CONFLICT, why="why"), Parked((CONFLICT,)), None):
        assert stage.press("escape") is None
        assert stage.dialog == left


def test_what_is_typed_is_not_endless(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    asked = press(stage, f"1{'w' * 500}\r{'n' * 500}\r")
    assert asked == SettleParked("attempt-1", "w" * LONGEST_WHY, "n" * LONGEST_NAME)


def test_one_that_somebody_else_settles_meanwhile_closes_and_the_list_is_there(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
    press(stage, "1why")
    stage.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
    assert isinstance(stage.dialog, Parked)
    assert stage.dialog.why == "why"
    stage.tell(ParkedList(NOW, (UNTAKEN,)))
    assert stage.dialog == Parked((UNTAKEN,))


def test_a_scan_closes_it_and_what_was_typed_is_still_there(stage: Stage, time: Time) -> None:
    press(stage, "c")
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    press(stage, "1why\rKi")
    stage.tell(checking())
    assert stage.dialog is None
    stage.tell(admitted())
    time.now_s += ASTRAY_S
    assert stage.press("c") == ListParked()
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    assert press(stage, "m\r") == SettleParked("attempt-1", "why", "Kim")


def test_what_another_screen_has_settled_is_not_said_here(stage: Stage) -> None:
    press(stage, "c")
    stage.tell(noted("nothing"))
    assert stage.dialog == Parked()


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_says_when_where_which_how_many_what_was_told_and_where_else() -> None:
    first, second = text((CONFLICT, UNTAKEN))
    assert first == (
        "┃ 1  08:25 Gate A · X749G9 · 3 guests · told ADMIT · used elsewhere 08:10 · London River Cruise Return"
    )
    assert second.startswith("  2  yesterday 10:00 Gate A · B1 +1 · 3 guests · told CHECK · the office does not redeem")


def test_one_that_is_opened_says_all_that_is_known() -> None:
    told = parked.opened(CONFLICT, HERE)
    assert told.headline == "CONFLICT: used somewhere else too"
    assert [line.split("  ")[-1].strip() for line in told.details] == [
        "08:25 today at Gate A, 1 h 35 min ago",
        "X749G9 · London River Cruise Return · 3 guests",
        "ADMIT",
        "redeemed elsewhere",
        "elsewhere 08:10",
    ]
    assert parked.opened(UNTAKEN, HERE).headline == "NOT SETTLED WITH THE OFFICE"
    assert len(parked.opened(UNTAKEN, HERE).details) == 4


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("done", "X749G9: settled, and in the record with your name"),
        ("nothing", "X749G9: not settled: somebody else has settled it already"),
        ("no_reason", "X749G9: not settled: it needs a reason and a name"),
        (Doubt.JOURNAL_FAILED, "X749G9: not settled: this kiosk cannot write its record; call the desk"),
        ("a later word", "X749G9: nobody knows what came of it: look at the list again"),
    ],
)
def test_every_answer_has_its_words(word: str, said: str) -> None:
    assert parked.came_of_it(noted(word), CONFLICT) == said


def test_a_record_that_cannot_be_read_is_told(stage: Stage) -> None:
    press(stage, "c")
    failed = noted("journal_failed", "list_parked")
    stage.tell(failed)
    assert stage.dialog == Parked((), noted=failed)
    assert parked.came_of_it(failed, None) == "this kiosk cannot read its record: call the desk"


def test_hostile_texts_are_shown_on_one_line() -> None:
    hostile = replace(CONFLICT, references=("\x1b[2J",), product="[/]\x9b", why="\u202e" * 500, lane="[red]\n")
    told = parked.opened(replace(hostile, redeemed_at=None), HERE)
    assert all(line.isprintable() for line in (*told.details, *text((hostile,))))


# ── on the screen ───────────────────────────────────────────────────────────────────────────────────


async def test_from_the_loud_count_to_the_settled_one() -> None:
    async with gate(FakeLink(status(parked=2), Recent(NOW))) as screen:
        assert " 2 TO SETTLE " in screen.app.gate.strip.text
        assert "c settle" in screen.keys
        await screen.press("c")
        assert "reading ········" in screen.panel
        await screen.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
        assert "2 WAIT FOR A SUPERVISOR" in screen.panel
        assert screen.keys == " arrows move   enter 1-2 open   esc close"
        await screen.press("enter")
        assert "CONFLICT: used somewhere else too" in screen.panel
        assert screen.prompt == " reason: █"
        await screen.press("o", "k", "enter", "K")
        assert screen.prompt == " your name: K█"
        assert screen.keys == " enter SETTLE IT   backspace rub out   esc back"
        await screen.press("enter")
        assert screen.link.commands == [ListParked(), SettleParked("attempt-1", "ok", "K")]
        assert "settling ········" in screen.panel
        await screen.tell(noted("done"), ParkedList(NOW, (UNTAKEN,)))
        assert "1 WAITS FOR A SUPERVISOR" in screen.panel
        assert "X749G9: settled, and in the record with your name" in screen.panel
        await screen.tell(ParkedList(NOW))
        assert "NOTHING WAITS FOR A SUPERVISOR" in screen.panel


@pytest.mark.parametrize("looks", [False, True])
async def test_every_key_fits_on_eighty_columns(looks: bool) -> None:
    told = status(parked=3, looking=("Gate A",) if looks else ())
    async with gate(FakeLink(told, Recent(NOW))) as screen:
        await screen.tell(admitted())
        assert len(screen.keys) <= (78 if looks else 80)
        keys = [hint.shown for hint in screen.app.stage.hints]
        assert keys == ["esc", "/", "l", "i", "u", "c", "?", "q"]
        for hint in screen.app.stage.hints:
            assert f" {hint.shown} {hint.short or hint.label}" in screen.keys
