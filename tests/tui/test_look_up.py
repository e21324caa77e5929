"""A guest without a barcode: looked up by what he knows, masked until opened, and nothing redeemed by looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import Decided, Noted, Recent, Search, Submit
from kiosk.domain.verdict import Choose, Doubt, Option, Reason, Refuse, Undecided, Use, Verdict
from kiosk.tui.dialogs.looking_up import FIELDS, LONGEST, LookUp
from kiosk.tui.presenter import look_up
from kiosk.tui.shown import Nothing
from kiosk.tui.stage import ASIDE_FOR_S, ASTRAY_S, Stage
from tests.tui.given import HERE, NOW, FakeLink, Time, admitted, booking, checking, choice, decided, status
from tests.tui.screens import gate


def answer(verdict: Verdict, scan_id: str = "search-1") -> Decided:
    return replace(decided(verdict, scan_id), looked=True, source="search")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stage(time: Time) -> Stage:
    stage = Stage(lambda: HERE, time)
    stage.engine_came()
    stage.tell(status())
    return stage


def press(stage: Stage, keys: str) -> object:
    done: object = None
    for key in keys:
        done = stage.press(key)
    return done


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def test_three_characters_are_needed_and_blanks_are_none(stage: Stage) -> None:
    assert press(stage, "lX7\r") is None
    assert press(stage, "  \r") is None
    assert press(stage, "\x7f\x7f4\r") == Search("X74", "reference", "Gate A")


def test_tab_turns_to_the_next_way_and_round(stage: Stage) -> None:
    assert press(stage, "l\tann@example.org\r") == Search("ann@example.org", "email", "Gate A")
    stage.press("escape")
    assert press(stage, "l\t\t+44 20 1\r") == Search("+44 20 1", "mobile", "Gate A")
    stage.press("escape")
    press(stage, "l\t\t\t")
    assert stage.dialog == LookUp()


def test_keys_that_work_elsewhere_are_text_and_the_line_is_not_endless(stage: Stage) -> None:
    press(stage, "l/q?ui1\x00\x9b")
    assert stage.dialog == LookUp("/q?ui1")
    press(stage, "x" * 500)
    assert isinstance(stage.dialog, LookUp)
    assert len(stage.dialog.text) == LONGEST


def test_nothing_can_be_typed_while_the_answer_is_awaited(stage: Stage) -> None:
    press(stage, "lX74\r")
    assert works(stage) == {"escape"}
    press(stage, "9\r")
    assert stage.dialog == LookUp("X74", waits=True)


# ── what was found ──────────────────────────────────────────────────────────────────────────────────


def test_one_is_opened_and_then_submitted_as_a_typed_scan(stage: Stage) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(choice()))
    assert press(stage, "2") is None
    assert press(stage, "\r") == Submit("A2", typed=True)
    assert stage.dialog is None


def test_the_cursor_opens_what_has_no_digit_and_stays_within(stage: Stage) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(choice(12)))
    for _ in range(20):
        stage.press("down")
    stage.press("\r")
    assert press(stage, "\r") == Submit("A12", typed=True)


def test_escape_goes_back_to_the_list_and_then_closes(stage: Stage) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(choice()))
    stage.press("3")
    stage.press("escape")
    assert isinstance(stage.dialog, LookUp)
    assert stage.dialog.opened is None
    stage.press("escape")
    assert stage.dialog is None


def test_a_single_one_is_masked_too_and_closes_at_once(stage: Stage) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(Choose((Option(booking()),))))
    assert works(stage) == {"\r", "1", "escape"}
    press(stage, "1")
    stage.press("escape")
    assert stage.dialog is None


@pytest.mark.parametrize(
    "failed", [Refuse(Reason.NOT_FOUND), Undecided(Doubt.OFFLINE)], ids=lambda verdict: type(verdict).__name__
)
def test_when_nothing_comes_of_it_the_line_is_there_again(stage: Stage, failed: Verdict) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(failed))
    assert stage.dialog == LookUp("X74", failed=failed)  # type: ignore[arg-type]
    assert press(stage, "9\r") == Search("X749", "reference", "Gate A")


def test_a_refusal_of_all_says_of_each_what_is_known(stage: Stage) -> None:
    used = replace(booking("A1"), redeemed_at=NOW - timedelta(hours=20), status="REDEEMED")
    refused = Refuse(Reason.CANCELLED, (used, booking("A2")))
    press(stage, "lX74\r")
    stage.tell(answer(refused))
    assert isinstance(stage.dialog, LookUp)
    assert stage.dialog.found == (
        Option(used, Reason.ALREADY_REDEEMED, Use(used.redeemed_at)),
        Option(booking("A2"), Reason.NOT_REDEEMABLE),
    )
    stage.dialog = LookUp("X74", waits=True)
    stage.tell(answer(Refuse(Reason.CANCELLED, (booking("A2"),))))
    assert isinstance(stage.dialog, LookUp)
    assert stage.dialog.found == (Option(booking("A2"), Reason.CANCELLED),)


def test_an_answer_to_another_screen_is_seen_nowhere(stage: Stage) -> None:
    stage.tell(answer(choice()))
    stage.tell(Recent(NOW, (answer(choice()),)))
    assert (stage.shown, stage.dialog, stage.view.recent) == (Nothing(), None, ())
    press(stage, "lX74")
    stage.tell(answer(choice()))
    assert stage.dialog == LookUp("X74")


def test_a_search_does_not_hide_what_was_said_before_it_from_a_screen_that_joins(stage: Stage) -> None:
    stage.tell(Recent(NOW, (admitted(), answer(choice()))))
    assert stage.shown != Nothing()


# ── a scan in between ───────────────────────────────────────────────────────────────────────────────


def test_a_scan_closes_it_and_it_is_taken_up_where_it_was(stage: Stage, time: Time) -> None:
    press(stage, "lX74\r")
    stage.tell(answer(choice()))
    stage.press("2")
    stage.tell(checking())
    assert stage.dialog is None
    stage.tell(admitted())
    time.now_s += ASTRAY_S
    stage.press("l")
    assert isinstance(stage.dialog, LookUp)
    assert (len(stage.dialog.found), stage.dialog.opened) == (3, None)
    stage.tell(checking("b"))
    time.now_s += ASIDE_FOR_S + 1
    stage.press("l")
    assert stage.dialog == LookUp()


def test_what_staff_have_closed_is_not_taken_up_again(stage: Stage) -> None:
    press(stage, "lX74")
    stage.press("escape")
    stage.press("l")
    assert stage.dialog == LookUp()


def test_an_engine_that_goes_closes_it(stage: Stage) -> None:
    press(stage, "lX74\r")
    stage.engine_went()
    assert stage.dialog is None
    assert "l" not in works(stage)


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_says_what_to_do(doubt: Doubt) -> None:
    said = look_up.failure(Undecided(doubt), "e-mail")
    assert ("try again" in said) is not ("call the desk" in said)


def test_nothing_found_and_too_short_are_said() -> None:
    assert look_up.failure(Refuse(Reason.NOT_FOUND), "e-mail").startswith("no booking has this e-mail")
    assert "at least 3 characters" in look_up.failure(Noted(NOW, "Gate A", "search", "too_short"), "e-mail")
    assert "try again" in look_up.failure(Noted(NOW, "Gate A", "search", "a later word"), "e-mail")


def test_references_are_masked_in_the_list_and_hostile_ones_are_harmless() -> None:
    options = (Option(booking("X749G9")), Option(booking("\x1b[2J", "[/]\x9b", units=("[b]",))), Option(booking("A")))
    lines = ["".join(text for text, _ in line) for line in look_up.rows(options, 0, HERE)]
    assert lines[0] == "┃ 1  X7····  good: London River Cruise Return · 11:30 today · 2 Adult · 1 Child"
    assert "749G9" not in "".join(lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("option", "headline", "what"),
    [
        (Option(booking()), "X749G9: GOOD", "would admit 3 guests"),
        (Option(booking(), Reason.CANCELLED), "X749G9: CANCELLED", "cannot be used now"),
        (
            Option(booking(), Reason.ALREADY_REDEEMED, Use(NOW - timedelta(minutes=48))),
            "X749G9: USED 09:12 TODAY",
            "cannot be used now",
        ),
    ],
)
def test_one_that_is_opened_says_whether_it_is_good(option: Option, headline: str, what: str) -> None:
    told = look_up.opened(option, HERE)
    assert (told.headline, told.what) == (headline, what)
    assert told.details == ("London River Cruise Return · 11:30 today", "2 Adult · 1 Child · X749G9")
    assert told.foot == "only looked at: nothing was redeemed"


def test_every_way_to_look_up_has_a_word() -> None:
    assert list(FIELDS) == ["reference", "email", "mobile"]


# ── on the screen ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("locked", [False, True])
async def test_from_the_line_to_the_typed_scan(locked: bool) -> None:
    async with gate(locked=locked) as screen:
        assert "l look up" in screen.keys
        await screen.press("l")
        assert screen.keys == " tab by e-mail instead   esc close"
        assert "A GUEST WITHOUT A BARCODE" in screen.panel
        await screen.press("tab", "tab", "tab", "X", "7", "4")
        assert screen.prompt == " reference: X74█"
        assert screen.keys == " enter look it up   tab by e-mail instead   backspace rub out   esc close"
        await screen.press("enter")
        assert "looking up ········   by reference" in screen.panel
        await screen.tell(answer(choice()))
        assert "3 BOOKINGS FOUND" in screen.panel
        assert "┃ 1  A1····  good: London River Cruise Return · 11:30 today · 2 Adult" in screen.panel
        assert screen.keys == " arrows move   enter 1-3 open   esc close"
        await screen.press("down", "enter")
        assert "A2: GOOD   would admit 2 guests" in screen.panel
        assert screen.keys == " enter SCAN IT   esc back"
        await screen.press("enter")
        assert screen.link.commands == [Search("X74", "reference", "Gate A"), Submit("A2", typed=True)]
        assert screen.recent == ""


async def test_what_was_not_found_is_said_above_the_line() -> None:
    async with gate(FakeLink(status(), Recent(NOW))) as screen:
        await screen.press("l", "X", "7", "4", "enter")
        await screen.tell(answer(Refuse(Reason.NOT_FOUND)))
        assert "no booking has this reference" in screen.panel
        assert screen.prompt == " reference: X74█"
