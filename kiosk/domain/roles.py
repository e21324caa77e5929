"""Who may do what at a gate: three roles, a table of what each may do, and what every command asks for.

Where the house has no PINs there is nobody to tell apart, and everything is allowed to whoever has the keyboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kiosk.domain.events import (
    Command,
    Leave,
    ListParked,
    LookOnly,
    ParkOwed,
    Search,
    SeeGiftCards,
    SettleParked,
    Submit,
    Undo,
)
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.voucher_events import CloseCounter, VoucherCommand


class Role(StrEnum):
    """Each may do what the one before it may."""

    GUEST = "guest"
    """Whoever stands at the screen: nobody is signed in."""
    STAFF = "staff"
    SUPERVISOR = "supervisor"


class Action(StrEnum):
    """What a role is asked for. Scanning is none of these: it is what a gate is there for."""

    TYPE_CODE = "type_code"
    LOOK_UP = "look_up"
    LOOK_ONLY = "look_only"
    UNDO = "undo"
    NO_SHOW = "no_show"
    SETTLE = "settle"
    PARK = "park"
    VOUCHERS = "vouchers"
    GIFT_CARDS = "gift_cards"
    ISSUE = "issue"
    LEAVE = "leave"
    QUIT = "quit"


class Place(StrEnum):
    """Where a command comes from. Whoever has a shell of the gate's own user could write the record itself."""

    SHELL = "shell"
    SCREEN = "screen"
    LOCKED = "locked screen"


_RANK = {role: rank for rank, role in enumerate(Role)}

USUAL: Mapping[Action, Role] = MappingProxyType(
    {
        Action.TYPE_CODE: Role.GUEST,
        Action.LOOK_UP: Role.STAFF,
        Action.LOOK_ONLY: Role.STAFF,
        Action.UNDO: Role.STAFF,
        Action.NO_SHOW: Role.SUPERVISOR,
        Action.SETTLE: Role.SUPERVISOR,
        Action.PARK: Role.SUPERVISOR,
        Action.VOUCHERS: Role.GUEST,
        Action.GIFT_CARDS: Role.SUPERVISOR,
        Action.ISSUE: Role.SUPERVISOR,
        Action.LEAVE: Role.SUPERVISOR,
        Action.QUIT: Role.GUEST,
    }
)
"""The lowest role for each action, where the house does not say otherwise."""

LOCKED_WITHOUT_PINS = frozenset({Action.TYPE_CODE, Action.LOOK_UP, Action.LOOK_ONLY, Action.VOUCHERS})
"""What a locked screen may do where nobody can sign in at it."""


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The lowest role for each action. `guarded`: the house has PINs."""

    lowest: Mapping[Action, Role] = field(default_factory=lambda: USUAL)
    guarded: bool = False

    def may(self, role: Role, place: Place) -> frozenset[Action]:
        """What somebody of a role may do at a place."""
        if place is Place.SHELL:
            return frozenset(Action)
        if not self.guarded:
            return LOCKED_WITHOUT_PINS if place is Place.LOCKED else frozenset(Action)
        return frozenset(action for action in Action if _RANK[role] >= _RANK[self.lowest[action]])

    def is_override(self, action: Action, place: Place) -> bool:
        """Whether doing it is more than a guest may, so that a name must stand beside it in the record."""
        return action not in self.may(Role.GUEST, place)


def action_of(command: Command) -> Action | None:
    """What a command asks a role for; None: it is free to everybody. A new command gets its line here."""
    if isinstance(command, CloseCounter):
        return None  # back to the gate, always
    if isinstance(command, VoucherCommand):
        return Action.VOUCHERS
    match command:
        case Submit(typed=True):
            return Action.TYPE_CODE
        case Search():
            return Action.LOOK_UP
        case LookOnly():
            return Action.LOOK_ONLY
        case Undo(no_show=no_show):
            return Action.NO_SHOW if no_show else Action.UNDO
        case SettleParked() | ListParked():
            return Action.SETTLE
        case ParkOwed():
            return Action.PARK
        case ListIssues():
            return Action.ISSUE
        case SeeGiftCards():
            return Action.GIFT_CARDS
        case Leave():
            return Action.LEAVE
        case _:
            return None
