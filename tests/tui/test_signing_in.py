"""Staff sign in at a screen: what is typed is never shown, what they may do then is on the bottom line, and it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.events import (
    Command,
    Leave,
    ListParked,
    ParkedList,
    Recent,
    Rights,
    SettleParked,
    SignIn,
    SignOut,
    Submit,
)
from kiosk.domain.framing import Framed
from kiosk.domain.roles import Place, Role, RoleTable
from kiosk.domain.secret import Secret
from kiosk.tui.app import LEFT
from kiosk.tui.dialogs.signing_in import SigningIn
from kiosk.tui.dialogs.step import Close
from kiosk.tui.presenter.signing_in import asking, countdown
from kiosk.tui.presenter.times import Here
from kiosk.tui.shown import Nothing, TakingBack
from kiosk.tui.stage import ASTRAY_S, Stage
from tests.fakes import CODE
from tests.tui.given import HERE, NOW, FakeLink, Time, admitted, status
from tests.tui.screens import gate
from tests.tui.test_parked import CONFLICT

TABLE = RoleTable(guarded=True)


def rights(role: Role = Role.GUEST, word: str = "", *, action: str = "", wait_s: float = 0.0) -> Rights:
    name = {Role.GUEST: "", Role.STAFF: "Ben", Role.SUPERVISOR: "Ana"}[role]
    may = tuple(sorted(TABLE.may(role, Place.LOCKED)))
    return Rights(NOW, True, may, name, role.value, word, action, wait_s)


def stage_of(role: Role, *, locked: bool = False, time: Time | None = None) -> Stage:
    stage = Stage(lambda: HERE, time or Time(), locked=locked)
    stage.tell(status(parked=1))
    stage.tell(admitted())
    stage.tell(rights(role))
    return stage


def works(stage: Stage) -> set[str]:
    return {key for hint in stage.hints for key in hint.keys}


def typed(stage: Stage, text: str) -> Command | Close | None:
    asked: Command | Close | None = None
    for key in text:
        asked = stage.press(key)
    return asked


@pytest.mark.parametrize("locked", [False, True])
def test_the_keys_are_those_that_the_role_may_use(locked: bool) -> None:
    guest, staff, supervisor = (stage_of(role, locked=locked) for role in Role)
    assert not {"l", "i", "u", "c"} & works(guest)
    assert {"/", "p", "?"} <= works(guest)
    assert {"l", "i", "u", "p"} <= works(staff)
    assert "c" not in works(staff)
    assert {"l", "i", "u", "c", "p"} <= works(supervisor)
    assert [("q" in works(one)) for one in (guest, staff, supervisor)] == [not locked, not locked, True]


def test_a_name_and_a_pin_are_asked_for_and_sent_once() -> None:
    stage = stage_of(Role.GUEST)
    assert typed(stage, "pAna\r730518") is None
    assert isinstance(stage.dialog, SigningIn)
    assert stage.dialog.entry is not None
    assert stage.dialog.entry.is_secret
    assert "730518" not in repr(stage.dialog)
    assert typed(stage, "\x7f8\r") == SignIn("Ana", Secret("730518"))
    assert typed(stage, "\r\r1") is None
    stage.tell(rights(Role.SUPERVISOR, "signed_in"))
    assert stage.dialog is None
    assert stage.signed_in == "Ana"
    assert stage.press("p") == SignOut()


def test_a_pin_that_is_read_late_is_no_ticket() -> None:
    """A busy machine reads the keys of a second at once: like that a scanner types. No office may see a PIN."""
    stage = stage_of(Role.GUEST)
    typed(stage, "pAna\r73")
    assert stage.scan(Framed("0518", None, 0.01)) == SignIn("Ana", Secret("730518"))
    stage.tell(rights(word="wrong"))
    assert stage.scan(Framed("730518", None, 0.01)) == SignIn("Ana", Secret("730518"))
    assert isinstance(stage.scan(Framed("X749G9", None, 0.01)), Submit)  # nothing is being typed now: a guest's ticket


def test_a_ticket_wins_over_a_pin() -> None:
    stage = stage_of(Role.GUEST)
    typed(stage, "pAna\r73")
    assert stage.scan(Framed(CODE, None, 0.01)) == Submit(CODE)
    assert stage.dialog is None


def test_a_wrong_pin_is_asked_for_again_and_the_name_is_kept() -> None:
    stage = stage_of(Role.GUEST)
    typed(stage, "pAna\r730519\r")
    stage.tell(rights(word="wrong", wait_s=20.0))
    assert isinstance(stage.dialog, SigningIn)
    assert (stage.dialog.name, stage.dialog.pin, stage.dialog.waits) == ("Ana", Secret(), False)
    assert stage.dialog.heard_from == NOW + timedelta(seconds=20)
    assert typed(stage, "730518\r") == SignIn("Ana", Secret("730518"))


def test_the_wait_is_counted_down_in_words() -> None:
    said = rights(word="wrong", wait_s=20.0)
    until = NOW + timedelta(seconds=20)
    assert "WAIT 0:20" in asking(said, until, HERE, waits=False).headline
    assert "WAIT 0:01" in asking(said, until, Here(NOW + timedelta(seconds=19.5), HERE.zone), waits=False).headline
    assert asking(said, until, Here(until, HERE.zone), waits=False).headline == "SIGN IN"
    assert countdown(299.1) == "5:00"


@pytest.mark.parametrize("word", ["wrong", "wait", "no_pins", "journal_failed"])
def test_every_refusal_has_words(word: str) -> None:
    assert asking(rights(word=word), None, HERE, waits=False).what


def test_a_scan_wins_over_the_dialog_and_nothing_typed_remains() -> None:
    stage = stage_of(Role.GUEST, time=(time := Time()))
    typed(stage, "pAna\r7305")
    stage.tell(admitted("scan-2"))
    assert stage.dialog is None
    time.now_s += ASTRAY_S
    typed(stage, "p")
    assert stage.dialog == SigningIn()


def test_a_locked_screen_is_left_when_the_engine_says_so() -> None:
    stage = stage_of(Role.SUPERVISOR, locked=True)
    assert typed(stage, "qy") == Leave()
    assert not stage.is_left
    stage.tell(rights(Role.SUPERVISOR, "leave"))
    assert stage.is_left


def test_an_unlocked_screen_is_closed_at_once() -> None:
    assert isinstance(typed(stage_of(Role.GUEST), "qy"), Close)


def test_when_it_ends_the_keys_go_and_somebody_is_told() -> None:
    stage = stage_of(Role.SUPERVISOR)
    stage.press("u")
    stage.tell(rights(word="ended"))
    assert stage.dialog is None
    assert "Ana was signed out" in stage.note
    assert "u" not in works(stage)


def test_what_is_refused_is_over_and_said() -> None:
    stage = stage_of(Role.STAFF)
    typed(stage, "u1")
    assert isinstance(stage.shown, TakingBack)
    stage.tell(rights(word="not_allowed", action="undo"))
    assert isinstance(stage.shown, Nothing)
    assert "p signs in" in stage.note


def test_staff_undo_and_only_a_supervisor_marks_a_no_show() -> None:
    stage = stage_of(Role.STAFF)
    stage.press("u")
    assert "1" in works(stage)
    assert "n" not in works(stage)
    stage = stage_of(Role.SUPERVISOR)
    stage.press("u")
    assert "n" in works(stage)


def test_a_supervisor_who_has_signed_in_is_not_asked_for_a_name() -> None:
    stage = stage_of(Role.SUPERVISOR)
    assert stage.press("c") == ListParked()
    stage.tell(ParkedList(NOW, (CONFLICT,)))
    assert typed(stage, "1was let in by hand\r") == SettleParked(CONFLICT.id, "was let in by hand", "Ana")


def test_without_its_engine_a_screen_has_nobody_signed_in() -> None:
    stage = stage_of(Role.SUPERVISOR, locked=True)
    stage.press("q")
    stage.engine_went()
    assert stage.dialog is None
    assert stage.signed_in == ""
    assert "q" not in works(stage)
    unlocked = stage_of(Role.SUPERVISOR)
    unlocked.engine_went()
    assert "q" in works(unlocked)


def test_a_house_without_pins_is_asked_for_none() -> None:
    stage = Stage(lambda: HERE, Time())
    stage.tell(status())
    stage.tell(replace(rights(), guarded=False, may=tuple(RoleTable().may(Role.GUEST, Place.SCREEN))))
    assert "p" not in works(stage)
    assert {"l", "i", "q"} <= works(stage)


async def test_on_the_screen_a_pin_is_dots_and_the_strip_says_who() -> None:
    async with gate(FakeLink(status(), Recent(NOW), rights()), locked=True) as screen:
        await screen.press("p", "A", "n", "a", "enter", "7", "3", "0")
        assert "•••" in screen.prompt
        assert "730" not in screen.prompt
        assert "730" not in screen.panel
        await screen.press("5", "1", "8", "enter")
        assert "looking at the PIN" in screen.panel
        await screen.tell(rights(Role.SUPERVISOR, "signed_in"))
        assert "Ana · supervisor" in screen.app.gate.strip.text
        assert "q leave" in screen.keys
        await screen.press("?")
        assert "p asks for a name and a PIN" in screen.panel
        await screen.press("escape", "q", "y")
        assert screen.link.commands[-1] == Leave()
        await screen.tell(rights(Role.SUPERVISOR, "leave"))
        assert screen.app.return_code == LEFT
