"""Who may do what: every role, every place, and every command that there is."""

from __future__ import annotations

from typing import get_args

import pytest

from kiosk.domain.events import (
    ChooseBookings,
    Command,
    Dismiss,
    Leave,
    ListParked,
    LookOnly,
    ParkOwed,
    Search,
    SeeGiftCards,
    SettleParked,
    SignIn,
    SignOut,
    Submit,
    Undo,
    WatchPreview,
)
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.roles import USUAL, Action, Place, Role, RoleTable, action_of
from kiosk.domain.voucher_events import OpenCounter, VoucherCommand

GUARDED = RoleTable(guarded=True)

ASKS: list[tuple[Command, Action | None]] = [
    (Submit("X749G9"), None),
    (Submit("X749G9", typed=True), Action.TYPE_CODE),
    (Undo("s1", "why"), Action.UNDO),
    (Undo("s1", "why", no_show=True), Action.NO_SHOW),
    (Search("X749G9"), Action.LOOK_UP),
    (LookOnly(True), Action.LOOK_ONLY),
    (SettleParked("a1", "why", "by"), Action.SETTLE),
    (ListParked(), Action.SETTLE),
    (ParkOwed("a1", "why", "by"), Action.PARK),
    (ListIssues(), Action.ISSUE),
    (OpenCounter(), Action.VOUCHERS),
    (Leave(), Action.LEAVE),
    (SeeGiftCards("order-1"), Action.GIFT_CARDS),
]
FREE = {ChooseBookings, Dismiss, WatchPreview, SignIn, SignOut}
"""Commands that everybody may give: they do nothing to a ticket that its scan has not begun."""


@pytest.mark.parametrize(("command", "action"), ASKS)
def test_what_a_command_asks_a_role_for(command: Command, action: Action | None) -> None:
    assert action_of(command) is action


def test_every_command_is_either_asked_for_or_free() -> None:
    """A new command must be given a place here and in `action_of`."""
    others = set(get_args(Command)) - set(get_args(VoucherCommand))
    assert others - {type(command) for command, _ in ASKS} == FREE


def test_each_role_may_what_the_one_before_may() -> None:
    guest, staff, supervisor = (GUARDED.may(role, Place.SCREEN) for role in Role)
    assert guest < staff < supervisor == frozenset(Action)
    assert Action.UNDO in staff - guest
    assert Action.GIFT_CARDS in supervisor - staff


def test_a_locked_screen_gives_no_role_more_or_less_than_the_table() -> None:
    for role in Role:
        assert GUARDED.may(role, Place.LOCKED) == GUARDED.may(role, Place.SCREEN)


def test_without_pins_everything_is_as_open_as_the_screen() -> None:
    assert RoleTable().may(Role.GUEST, Place.SCREEN) == frozenset(Action)
    assert Action.LEAVE not in RoleTable().may(Role.GUEST, Place.LOCKED)
    assert Action.UNDO not in RoleTable().may(Role.GUEST, Place.LOCKED)


def test_a_shell_of_the_gates_user_is_not_asked() -> None:
    assert GUARDED.may(Role.GUEST, Place.SHELL) == frozenset(Action)


def test_the_table_can_be_the_houses_own() -> None:
    table = RoleTable({**USUAL, Action.TYPE_CODE: Role.SUPERVISOR, Action.LEAVE: Role.GUEST}, guarded=True)
    assert Action.TYPE_CODE not in table.may(Role.STAFF, Place.SCREEN)
    assert Action.LEAVE in table.may(Role.GUEST, Place.LOCKED)
    assert not table.is_override(Action.LEAVE, Place.LOCKED)
    assert table.is_override(Action.TYPE_CODE, Place.SCREEN)
