"""Taking an admission back: which, why, and what came of it in words that say what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import AttemptSettled, Noted, Recent, Undo
from kiosk.domain.undo import UndoRefusal
from kiosk.domain.verdict import Admit, Doubt, Grade, Reason, Refuse
from kiosk.tui import stand
from kiosk.tui.dialogs.undoing import LONGEST_REASON, NO_SHOW, REASONS, Undoing
from kiosk.tui.presenter.recent import row
from kiosk.tui.presenter.undo import outcome, outcome_in_short
from kiosk.tui.screens.panels import shown as shown_by
from kiosk.tui.shown import Nothing, Shown, Standing, TakenBack, TakingBack
from kiosk.tui.stage import NOT_DONE, Stage
from kiosk.tui.undo import LONGEST_S
from tests.tui.given import HERE, NOW, FakeLink, Time, admitted, booking, checking, choice, decided, status
from tests.tui.screens import gate

WRONG = Undo("scan-1", "wrong guest", "staff", lane="Gate A", reference="X749G9")
DESK = "call the desk: the office can still take it back"
SEE = "press i and scan the ticket: the look says whether it is good again"
LATER = "the ticket still counts as used; press u again in a moment"


def noted(word: str = "done", lane: str = "Gate A", note: str = "", references: tuple[str, ...] = ()) -> Noted:
    return Noted(NOW, lane, "undo", word, note, references)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stage(time: Time) -> Stage:
    stage = Stage(lambda: HERE, time)
    stage.engine_came()
    stage.tell(status())
    stage.tell(admitted())
    return stage


def press(stage: Stage, keys: str) -> object:
    done: object = None
    for key in keys:
        done = stage.press(key)
    return done


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


def shown(stage: Stage) -> Shown:
    return stage.shown


# ── which admission ─────────────────────────────────────────────────────────────────────────────────


def test_it_is_offered_for_an_admission_while_it_stands_and_after_it_has_cleared(stage: Stage, time: Time) -> None:
    assert "u" in works(stage)
    time.now_s += 60
    stage.pass_time()
    assert shown(stage) == Nothing()
    stage.tell(AttemptSettled(NOW, "attempt", "ours"))
    assert press(stage, "u1") == WRONG


@pytest.mark.parametrize(
    "later",
    [
        decided(Refuse(Reason.EXPIRED), "b"),
        decided(choice(), "b"),
        replace(admitted("b"), looked=True),
    ],
    ids=["refused", "choice", "looked"],
)
def test_it_is_not_offered_once_something_else_was_said(stage: Stage, later: object) -> None:
    stage.tell(later)  # type: ignore[arg-type]
    assert "u" not in works(stage)
    stage.press("escape")
    assert "u" not in works(stage)


def test_it_is_not_offered_without_an_engine_nor_on_a_locked_screen(stage: Stage, time: Time) -> None:
    stage.engine_went()
    assert "u" not in works(stage)
    locked = Stage(lambda: HERE, time, locked=True)
    locked.tell(status())
    locked.tell(admitted())
    assert "u" not in works(locked)


def test_what_is_on_credit_and_what_was_told_again_can_be_taken_back_too(stage: Stage) -> None:
    stage.tell(decided(Admit((booking(),)), repeated_s=4.0))
    assert press(stage, "u1") == WRONG
    stage.tell(noted("open"))
    stage.tell(decided(Admit((booking(),), Grade.PROVISIONAL), "b"))
    assert press(stage, "u2") == Undo("b", "not all came", "staff", lane="Gate A", reference="X749G9")


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("key", "why"), [("1", REASONS[0]), ("2", REASONS[1]), ("3", REASONS[2])])
def test_a_reason_by_its_digit(stage: Stage, key: str, why: str) -> None:
    assert press(stage, f"u{key}") == Undo("scan-1", why, "staff", lane="Gate A", reference="X749G9")
    assert stage.dialog is None
    assert shown(stage) == TakingBack("X749G9")


def test_a_typed_reason(stage: Stage) -> None:
    assert press(stage, "u4  \r") is None
    assert press(stage, "ill\x7fl 1n\r") == Undo("scan-1", "ill 1n", "staff", lane="Gate A", reference="X749G9")


def test_a_typed_reason_is_not_endless(stage: Stage) -> None:
    asked = press(stage, f"u4{'x' * 500}\r")
    assert isinstance(asked, Undo)
    assert len(asked.why) == LONGEST_REASON


def test_a_no_show_waits_for_a_yes(stage: Stage) -> None:
    assert press(stage, "un1") is None
    assert press(stage, "\r") == Undo("scan-1", NO_SHOW, "staff", no_show=True, lane="Gate A", reference="X749G9")
    assert shown(stage) == TakingBack("X749G9", no_show=True)


def test_escape_goes_one_step_back(stage: Stage) -> None:
    for keys in ("un", "u4ab"):
        press(stage, keys)
        assert stage.press("escape") is None
        assert stage.dialog == Undoing(admitted())
        assert stage.press("escape") is None
        assert stage.dialog is None
    assert isinstance(shown(stage), Standing)


@pytest.mark.parametrize("keys", ["u", "un", "u4ab"])
@pytest.mark.parametrize("event", [checking("b"), admitted("b")], ids=["checking", "verdict"])
def test_a_scan_closes_it(stage: Stage, keys: str, event: object) -> None:
    press(stage, keys)
    stage.tell(event)  # type: ignore[arg-type]
    assert stage.dialog is None


# ── what came of it ─────────────────────────────────────────────────────────────────────────────────


def test_what_came_of_it_is_shown_until_the_next_scan(stage: Stage, time: Time) -> None:
    press(stage, "u1")
    stage.tell(noted(references=("X749G9",)))
    assert shown(stage) == TakenBack(TakingBack("X749G9"), noted(references=("X749G9",)))
    time.now_s += 3600
    stage.pass_time()
    assert isinstance(shown(stage), TakenBack)
    assert "u" not in works(stage)
    stage.tell(admitted("b"))
    assert isinstance(shown(stage), Standing)


def test_it_cannot_be_asked_for_twice_but_again_after_a_refusal(stage: Stage, time: Time) -> None:
    press(stage, "u1")
    stage.press("escape")
    assert "u" not in works(stage)
    stage.tell(noted("offline"))
    assert "u" in works(stage)
    press(stage, "u1")
    stage.press("escape")
    time.now_s += LONGEST_S  # an answer that was lost holds nothing up for ever
    assert "u" in works(stage)


def test_after_a_refusal_it_can_be_tried_again_at_once(stage: Stage) -> None:
    press(stage, "u1")
    stage.tell(noted("open"))
    assert press(stage, "u1") == WRONG


def test_when_something_has_come_in_between_it_is_said_beside_that(stage: Stage) -> None:
    press(stage, "u1")
    stage.tell(admitted("b"))
    stage.tell(noted("too_late"))
    assert shown(stage) == Standing(admitted("b"))
    assert stage.note == "NOT TAKEN BACK: X749G9: it was admitted too long ago to be taken back here"


def test_another_screens_undo_and_another_lanes_change_nothing_here(stage: Stage) -> None:
    stage.tell(noted("too_late"))
    assert isinstance(shown(stage), Standing)
    press(stage, "u1")
    stage.tell(noted("done", lane="Gate B"))
    assert isinstance(shown(stage), TakingBack)


def test_an_engine_that_stops_in_the_middle_leaves_it_in_doubt(stage: Stage) -> None:
    press(stage, "u1")
    stage.engine_went()
    assert shown(stage) == TakenBack(TakingBack("X749G9"))
    panel, _ = shown_by(stage, HERE)
    assert (panel.headline, panel.advice) == ("NOT KNOWN: X749G9", SEE)


def test_one_that_the_engine_did_not_get_can_be_asked_for_again(stage: Stage) -> None:
    press(stage, "u1")
    stage.not_done()
    assert (shown(stage), stage.note) == (Nothing(), NOT_DONE)
    assert "u" in works(stage)


WORDS = {
    UndoRefusal.NOTHING: ("no admission by this gate stands for this ticket", DESK),
    UndoRefusal.OTHER_LANE: ("it was admitted at another lane", "undo it there, or call the desk"),
    UndoRefusal.TOO_LATE: ("it was admitted too long ago to be taken back here", DESK),
    UndoRefusal.OPEN: ("the office has not confirmed it yet", "press u again when nothing is owed any more"),
    UndoRefusal.DECLINED: ("the office does not allow it", "call the desk"),
    UndoRefusal.NO_REASON: ("it needs a reason", "press u again and give one"),
    Doubt.OFFLINE: ("the office does not answer: nothing has changed", "press u again when it is back"),
    Doubt.NO_ANSWER: ("no answer came: nobody knows whether it was taken back", SEE),
    Doubt.OFFICE_ERROR: ("the office has trouble of its own", LATER),
    Doubt.NOT_AUTHORISED: ("the office does not let this kiosk take anything back", "call the desk"),
    Doubt.RATE_LIMITED: ("the office asks to slow down", LATER),
    Doubt.JOURNAL_FAILED: ("this kiosk cannot write its record", f"call the desk; {SEE}"),
    Doubt.CLOCK_UNTRUSTED: ("this kiosk does not know what time it is", "call the desk to set its clock"),
}


@pytest.mark.parametrize("word", [*UndoRefusal, *Doubt])
def test_every_word_says_what_is_wrong_and_what_to_do(word: UndoRefusal | Doubt) -> None:
    told = outcome(noted(word), "X749G9", no_show=False)
    assert told.headline == "NOT TAKEN BACK: X749G9"
    assert (told.what, told.advice) == WORDS[word]


def test_a_word_of_a_newer_engine_is_a_doubt() -> None:
    assert outcome(noted("later"), "X749G9", no_show=False).advice == SEE


def test_done_says_what_the_ticket_is_worth_now() -> None:
    told = outcome(noted(references=("A1", "A2")), "X749G9", no_show=False)
    assert (told.word, told.headline) == ("UNDONE", "A1 +1 IS GOOD AGAIN")
    assert told.advice == "nobody is in on it now: scan it again to let its guests in"
    told = outcome(noted(references=("A1",)), "X749G9", no_show=True)
    assert (told.word, told.headline, told.what) == ("NO-SHOW", "A1 IS MARKED AS NO-SHOW", "it admits nobody any more")


def test_what_did_not_become_a_no_show_is_called_so() -> None:
    assert outcome(noted("declined"), "X749G9", no_show=True).headline == "NOT MARKED AS NO-SHOW: X749G9"


def test_the_offices_own_words_are_made_safe() -> None:
    told = outcome(noted("declined", note="[red]no\x1b[2J", references=("A\x9b1",)), "", no_show=False)
    assert told.what == "the office does not allow it: [red]no·[2J"
    assert told.headline == "NOT TAKEN BACK: A·1"
    assert outcome_in_short(noted("declined", note="\x1b"), "A", no_show=False).isprintable()


def test_every_screen_lists_what_was_taken_back_and_nothing_that_was_not(stage: Stage) -> None:
    stage.tell(noted("too_late"))
    stage.tell(noted(references=("X749G9",)))
    assert stage.view.recent == (noted(references=("X749G9",)), admitted())
    line = "".join(text for text, _ in row(stage.view.recent[0], HERE))
    assert line == " 10:00:02 •  UNDONE  X749G9     taken back: nobody is in on it"
    stage.tell(Recent(NOW, (admitted(at=NOW - timedelta(seconds=1)),)))
    assert stage.view.recent[0] == noted(references=("X749G9",))


# ── on the screen ───────────────────────────────────────────────────────────────────────────────────


async def test_it_reads_like_a_question_and_an_answer() -> None:
    async with gate() as screen:
        await screen.tell(admitted())
        assert "u undo" in screen.keys
        await screen.press("u")
        assert "UNDO X749G9: why?" in screen.panel
        assert "10:00:02 · 2 Adult · 1 Child · London River Cruise Return · 11:30 today" in screen.panel
        for words in ("1  wrong guest", "3  scanned by mistake", "4  another reason", "n  no-show"):
            assert words in screen.panel
        assert screen.keys == " 1-3 this reason   4 another reason   n no-show   esc back"
        await screen.press("n")
        assert "This cannot be undone here" in screen.panel
        assert screen.keys == " enter MARK AS NO-SHOW   esc back"
        await screen.press("escape", "4", "i", "l", "l")
        assert screen.prompt == " why: ill█"
        assert screen.keys == " enter UNDO   backspace rub out   esc close"
        await screen.press("enter")
        assert screen.link.commands == [replace(WRONG, why="ill")]
        assert "taking back ········   X749G9" in screen.panel
        await screen.tell(noted(references=("X749G9",)))
        assert "X749G9 IS GOOD AGAIN" in screen.panel
        await screen.press("escape")
        assert screen.word == "READY"


async def test_an_admission_that_clears_itself_does_not_close_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "GREEN_FOR_S", 0.05)
    async with gate(FakeLink(status(), Recent(NOW))) as screen:
        await screen.tell(admitted())
        await screen.press("u")
        await screen.until(lambda: screen.app.stage.shown == Nothing())
        assert "UNDO X749G9: why?" in screen.panel
        await screen.press("1")
        assert screen.link.commands == [WRONG]
