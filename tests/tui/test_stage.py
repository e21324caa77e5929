"""What stands on the screen and which keys work: the next scan wins, green clears itself, red stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.code import LONGEST_CODE
from kiosk.domain.events import ChooseBookings, Decided, Dismiss, Dismissed, Recent, Submit
from kiosk.domain.framing import Framed
from kiosk.domain.verdict import Admit, Choose, Doubt, Option, Reason, Refuse, Undecided, Verdict
from kiosk.tui.dialogs.plain import Help, Leaving, Typing
from kiosk.tui.dialogs.step import Close
from kiosk.tui.keyboard import UNREAD
from kiosk.tui.shown import CutOff, Looking, Nothing, NotSent, NotShown, Redeeming, Shown, Standing, TooLate
from kiosk.tui.stage import ASTRAY_S, Stage
from kiosk.tui.stand import GREEN_FOR_S
from tests.tui.given import HERE, NOW, Time, admitted, booking, checking, choice, decided, status

REFUSED = Refuse(Reason.CANCELLED, (booking(),))
KEPT: list[Verdict] = [REFUSED, Undecided(Doubt.OFFLINE), Refuse(Reason.UNREADABLE), choice()]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stage(time: Time) -> Stage:
    stage = Stage(lambda: HERE, time)
    stage.engine_came()
    stage.tell(status())
    return stage


def pass_time(stage: Stage, time: Time, seconds: float) -> None:
    """Let time pass as the screen does: coming back whenever it was asked to."""
    end_s = time.now_s + seconds
    while (deadline_s := stage.next_deadline()) is not None and deadline_s <= end_s:
        time.now_s = deadline_s
        stage.pass_time()
    time.now_s = end_s


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


def shown(stage: Stage) -> Shown:
    return stage.shown


def press(stage: Stage, keys: str) -> object:
    done: object = None
    for key in keys:
        done = stage.press(key)
    return done


# ── verdicts come and go ────────────────────────────────────────────────────────────────────────────


def test_an_admission_clears_itself(stage: Stage, time: Time) -> None:
    stage.tell(admitted())
    pass_time(stage, time, GREEN_FOR_S - 0.1)
    assert isinstance(shown(stage), Standing)
    pass_time(stage, time, 0.2)
    assert shown(stage) == Nothing()


@pytest.mark.parametrize("verdict", KEPT, ids=lambda verdict: type(verdict).__name__)
def test_everything_else_stays_until_a_key(stage: Stage, time: Time, verdict: Verdict) -> None:
    stage.tell(decided(verdict))
    pass_time(stage, time, 3600)
    assert isinstance(shown(stage), Standing)
    assert stage.press("escape") == Dismiss("scan-1", "Gate A")
    assert shown(stage) == Nothing()


@pytest.mark.parametrize("verdict", KEPT, ids=lambda verdict: type(verdict).__name__)
def test_the_next_verdict_takes_the_place_of_any(stage: Stage, verdict: Verdict) -> None:
    stage.tell(decided(verdict))
    stage.tell(admitted("scan-2"))
    assert shown(stage) == Standing(admitted("scan-2"))
    assert stage.marks is None


def test_a_newer_admission_has_its_own_time(stage: Stage, time: Time) -> None:
    stage.tell(admitted())
    pass_time(stage, time, 3.0)
    stage.tell(admitted("scan-2"))
    pass_time(stage, time, 3.0)
    assert shown(stage) == Standing(admitted("scan-2"))


def test_a_verdict_that_another_screen_puts_away_goes_from_this_one(stage: Stage) -> None:
    stage.tell(decided(REFUSED))
    stage.tell(Dismissed(NOW, "Gate A", "another"))
    assert isinstance(shown(stage), Standing)
    stage.tell(Dismissed(NOW, "Gate A", "scan-1"))
    assert shown(stage) == Nothing()


# ── checking ────────────────────────────────────────────────────────────────────────────────────────


def test_a_quick_check_is_never_shown(stage: Stage, time: Time) -> None:
    stage.tell(checking())
    pass_time(stage, time, 0.1)
    assert shown(stage) == Nothing()
    stage.tell(admitted())
    pass_time(stage, time, 0.2)
    assert isinstance(shown(stage), Standing)


def test_a_slow_check_is_shown_in_the_place_of_the_last_guests_verdict(stage: Stage, time: Time) -> None:
    stage.tell(decided(REFUSED))
    stage.tell(checking("scan-2"))
    pass_time(stage, time, 0.2)
    assert shown(stage) == Looking(checking("scan-2"))


def test_a_check_that_outlasts_the_green_is_still_shown(stage: Stage, time: Time) -> None:
    stage.tell(admitted())
    pass_time(stage, time, GREEN_FOR_S - 0.05)
    stage.tell(checking("scan-2"))
    pass_time(stage, time, 0.2)
    assert isinstance(shown(stage), Looking)


def test_a_scan_while_a_choice_waits_takes_its_keys_at_once(stage: Stage) -> None:
    stage.tell(decided(choice()))
    stage.tell(checking("scan-2"))
    assert isinstance(shown(stage), Looking)
    assert press(stage, "a\r") is None


# ── choosing ────────────────────────────────────────────────────────────────────────────────────────


def test_marked_bookings_are_redeemed_once(stage: Stage) -> None:
    stage.tell(decided(choice(4)))
    assert press(stage, "41") is None
    assert stage.press("\r") == ChooseBookings("scan-1", (0, 3), "Gate A")
    assert shown(stage) == Redeeming("scan-1", "Gate A", 2)
    assert stage.press("\r") is None


def test_enter_does_nothing_while_nothing_is_marked(stage: Stage) -> None:
    stage.tell(decided(choice()))
    assert "\r" not in works(stage)
    assert press(stage, "3\r") is None
    assert isinstance(shown(stage), Standing)


def test_the_cursor_marks_what_has_no_digit(stage: Stage) -> None:
    stage.tell(decided(choice(12)))
    for _ in range(11):
        stage.press("down")
    assert press(stage, " \r") == ChooseBookings("scan-1", (11,), "Gate A")


def test_all_marks_all_that_can_be_redeemed(stage: Stage) -> None:
    stage.tell(decided(choice()))
    assert press(stage, "a\r") == ChooseBookings("scan-1", (0, 1), "Gate A")


def test_a_single_booking_waits_for_a_yes_only(stage: Stage) -> None:
    stage.tell(decided(Choose((Option(booking()),))))
    assert stage.press("\r") == ChooseBookings("scan-1", (0,), "Gate A")


def test_a_choice_told_again_keeps_what_was_marked(stage: Stage) -> None:
    stage.tell(decided(choice()))
    stage.press("2")
    stage.tell(decided(choice(), repeated_s=1.0))
    assert stage.press("\r") == ChooseBookings("scan-1", (1,), "Gate A")


def test_nothing_can_be_chosen_of_what_was_only_looked_at(stage: Stage, time: Time) -> None:
    stage.tell(replace(decided(choice()), looked=True))
    assert press(stage, "a1\r") is None
    stage.tell(replace(admitted(), looked=True))
    pass_time(stage, time, 60)
    assert isinstance(shown(stage), Standing)


def test_what_is_being_redeemed_can_be_put_away(stage: Stage) -> None:
    stage.tell(decided(choice()))
    press(stage, "1\r")
    assert stage.press("escape") == Dismiss("scan-1", "Gate A")
    assert shown(stage) == Nothing()


def test_a_choice_that_came_too_late_does_not_stand_as_being_redeemed(stage: Stage) -> None:
    stage.tell(decided(choice()))
    press(stage, "1\r")
    stage.tell(Dismissed(NOW, "Gate A", "scan-1"))
    assert shown(stage) == TooLate()
    stage.tell(admitted("scan-2"))
    assert shown(stage) == Standing(admitted("scan-2"))


# ── the same ticket again ───────────────────────────────────────────────────────────────────────────


def again(after_s: float, verdict: Verdict | None = None) -> Decided:
    return decided(verdict or Admit((booking(),)), repeated_s=after_s)


def test_a_double_read_leaves_the_admission_where_it_is(stage: Stage, time: Time) -> None:
    stage.tell(admitted())
    pass_time(stage, time, 1.5)
    stage.tell(again(1.5))
    assert shown(stage) == Standing(admitted(), doubled=True)
    stage.tell(again(1.9))
    assert shown(stage) == Standing(admitted(), doubled=True)
    pass_time(stage, time, GREEN_FOR_S - 1.4)  # as if it had been read once
    assert shown(stage) == Nothing()


def test_a_later_repeat_is_the_same_panel_as_ever(stage: Stage) -> None:
    stage.tell(admitted())
    stage.tell(again(2.1))
    assert shown(stage) == Standing(again(2.1))
    stage.tell(again(1.0))  # nor does it turn green again
    assert shown(stage) == Standing(again(1.0))


def test_only_an_admission_that_stands_now_takes_a_double_read(stage: Stage) -> None:
    stage.tell(again(1.0))
    assert shown(stage) == Standing(again(1.0))
    stage.tell(decided(REFUSED))
    stage.tell(again(1.0, REFUSED))
    assert shown(stage) == Standing(again(1.0, REFUSED))
    late = replace(admitted("late"), at=NOW - timedelta(seconds=10))
    stage.tell(Recent(NOW, (late,)))
    stage.tell(replace(late, repeat=True, repeated_s=1.0))
    assert shown(stage) == Standing(replace(late, repeat=True, repeated_s=1.0))


# ── typing, help, leaving ───────────────────────────────────────────────────────────────────────────


def test_a_typed_code_is_sent_as_typed(stage: Stage) -> None:
    assert press(stage, "/HTQ\x7fA8 9\r") == Submit("HTA8 9", typed=True)
    assert stage.dialog is None


def test_keys_that_work_elsewhere_are_text_while_typing(stage: Stage) -> None:
    press(stage, "/q?/a1 ")
    assert stage.dialog == Typing("q?/a1 ")


def test_nothing_typed_is_nothing_sent(stage: Stage) -> None:
    assert press(stage, "/\r") is None
    assert isinstance(stage.dialog, Typing)
    assert press(stage, "  \r") is None
    stage.press("/")
    stage.press("escape")
    assert stage.dialog is None


def test_control_characters_and_endless_text_do_not_get_into_the_line(stage: Stage) -> None:
    press(stage, "/\x00\x1b\x9b\u202eA" + "x" * (LONGEST_CODE + 50))
    assert isinstance(stage.dialog, Typing)
    assert stage.dialog.text.startswith("Ax")
    assert len(stage.dialog.text) == LONGEST_CODE


@pytest.mark.parametrize("dialog", [Typing("AB"), Help(), Leaving()])
@pytest.mark.parametrize("event", [checking(), admitted()], ids=["checking", "verdict"])
def test_the_next_scan_closes_whatever_is_open(stage: Stage, dialog: Typing | Help | Leaving, event: object) -> None:
    stage.dialog = dialog
    stage.tell(event)  # type: ignore[arg-type]
    assert stage.dialog is None


def test_a_scanners_burst_closes_the_line_and_is_a_scan(stage: Stage) -> None:
    press(stage, "/AB")
    assert stage.scan(Framed("X749G9", None, 0.001)) == Submit("X749G9")
    assert stage.dialog is None


def test_too_long_a_code_is_sent_as_one_that_cannot_be_read(stage: Stage) -> None:
    assert stage.scan(Framed("", None, None, too_long=True)) == Submit(UNREAD)


def test_scans_and_typed_codes_carry_the_name_and_lane_of_this_keyboard(time: Time) -> None:
    stage = Stage(lambda: HERE, time, wedge=Submit("", lane="Gate B", source="left scanner"))
    assert stage.scan(Framed("X749G9", None, 0.001)) == Submit("X749G9", "Gate B", "left scanner")
    assert press(stage, "/X1\r") == Submit("X1", "Gate B", "left scanner", typed=True)


def test_closing_needs_a_yes(stage: Stage) -> None:
    assert press(stage, "q\r ") is None
    assert press(stage, "\x1b") is None
    assert stage.press("escape") is None
    assert press(stage, "y") is None
    assert press(stage, "qy") == Close()


@pytest.mark.parametrize("key", ["q", "\x03", "\x11"])
def test_no_key_closes_a_locked_screen(time: Time, key: str) -> None:
    stage = Stage(lambda: HERE, time, locked=True)
    assert press(stage, f"{key}y") is None
    assert stage.dialog is None


def test_keys_that_are_not_on_the_line_do_nothing(stage: Stage) -> None:
    for verdict in (None, *KEPT):
        if verdict is not None:
            stage.tell(decided(verdict))
        before = (stage.shown, stage.dialog, stage.marks)
        for key in {*map(chr, range(256)), "tab", "home", "delete", "f1", "left"} - works(stage):
            assert stage.press(key) is None
        assert (stage.shown, stage.dialog, stage.marks) == before


# ── the engine away ─────────────────────────────────────────────────────────────────────────────────


def test_a_check_that_the_engine_did_not_finish_is_in_doubt(stage: Stage, time: Time) -> None:
    stage.tell(checking())
    stage.engine_went()
    assert shown(stage) == CutOff()
    pass_time(stage, time, 60)
    assert shown(stage) == CutOff()


def test_a_redemption_that_the_engine_did_not_finish_is_in_doubt(stage: Stage) -> None:
    stage.tell(decided(choice()))
    press(stage, "a\r")
    stage.engine_went()
    assert shown(stage) == CutOff()


def test_a_choice_goes_with_its_engine_and_a_verdict_stays(stage: Stage) -> None:
    stage.tell(decided(choice()))
    stage.engine_went()
    assert (stage.shown, stage.marks) == (Nothing(), None)
    stage.tell(decided(REFUSED))
    stage.engine_went()
    assert isinstance(shown(stage), Standing)


def test_a_code_that_nobody_took_is_told_and_forgotten_when_the_engine_is_back(stage: Stage) -> None:
    stage.not_sent()
    assert shown(stage) == NotSent()
    stage.engine_came()
    assert shown(stage) == Nothing()


def test_a_screen_that_fails_shows_no_old_verdict(stage: Stage) -> None:
    stage.tell(admitted())
    stage.not_shown()
    assert shown(stage) == NotShown()


# ── catching up ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("verdict", "age_s", "is_shown"),
    [
        (Admit((booking(),)), 6, True),
        (Admit((booking(),)), 31, False),
        (REFUSED, 29, True),
        (REFUSED, 60, False),
        (choice(), 60, True),
        (choice(), 300, False),
    ],
)
def test_what_was_said_meanwhile_is_shown_while_it_is_of_use(
    stage: Stage, verdict: Verdict, age_s: float, is_shown: bool
) -> None:
    said = decided(verdict, at=NOW - timedelta(seconds=age_s))
    stage.tell(Recent(NOW, (admitted("older"), said)))
    assert shown(stage) == (Standing(said, age_s) if is_shown else Nothing())
    assert (stage.marks is not None) is (is_shown and isinstance(verdict, Choose))


def test_what_was_seen_already_does_not_come_back(stage: Stage) -> None:
    stage.tell(decided(REFUSED))
    stage.press("escape")
    stage.tell(Recent(NOW, (decided(REFUSED),)))
    assert shown(stage) == Nothing()


def test_an_admission_that_nobody_saw_waits_to_be_seen(stage: Stage, time: Time) -> None:
    late = replace(admitted(), at=NOW - timedelta(seconds=10))
    stage.tell(Recent(NOW, (late,)))
    pass_time(stage, time, 60)
    assert shown(stage) == Standing(late, 10.0)


def test_what_was_being_typed_when_a_choice_came_redeems_nothing(stage: Stage, time: Time) -> None:
    stage.press("/")
    stage.press("4")
    stage.tell(decided(choice()))
    assert stage.dialog is None
    for key in ("1", "7", "enter"):
        time.now_s += ASTRAY_S / 2
        assert stage.press(key) is None
    assert stage.marks is not None
    assert not stage.marks.marked
    time.now_s += ASTRAY_S
    stage.press("1")
    assert stage.marks.marked == {0}
