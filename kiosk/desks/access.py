"""Who may do what at which screen: signs staff in and out, lets commands through or refuses them, signs the record.

A screen never holds a hash and decides nothing: it is told what it may do. What is more than a guest may is in the
journal, with the name, before it is done.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import assert_never
from weakref import WeakKeyDictionary

from kiosk.domain.attempt import Override
from kiosk.domain.errors import JournalError
from kiosk.domain.events import (
    Command,
    Leave,
    ListParked,
    ParkOwed,
    Rights,
    SeeGiftCards,
    SettleParked,
    SignIn,
    SignOut,
    Submit,
    Undo,
)
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.pins import NoPins, PinResult, SignedIn, TooSoon, WrongPin
from kiosk.domain.roles import Action, Place, Role, RoleTable, action_of
from kiosk.domain.voucher_events import VoucherCommand
from kiosk.ports import Asker, Clock, Journal, PinCheck

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 1.0
LONGEST_ABOUT = 64
"""Characters of what somebody has named."""

SHELLS = ("journal", "doctor", "supervisor")
"""What commands of this user's shell call themselves when they join. Whoever is not known is a screen."""

_ONCE = (Action.TYPE_CODE, Action.VOUCHERS)
"""Done key by key: written once for each time that somebody signs in."""


@dataclass
class Session:
    """Somebody is signed in at one screen, until `ends_s` of the monotonic clock or the end of the connection."""

    name: str
    role: Role
    ends_s: float
    written: set[Action] = field(default_factory=set)


@dataclass
class Access:
    """`pins` None: the house has none, and everybody at a screen may do everything."""

    table: RoleTable
    journal: Journal
    clock: Clock
    lane: str
    idle_s: float
    pins: PinCheck | None = None
    _sessions: WeakKeyDictionary[Asker, Session] = field(default_factory=WeakKeyDictionary)
    _signing: dict[Asker, asyncio.Task[None]] = field(default_factory=dict)

    def rights(self, asker: Asker, word: str = "", action: str = "", wait_s: float = 0.0) -> Rights:
        """What a screen may do now; told to it when it joins."""
        session = self._session(asker)
        role = session.role if session else Role.GUEST
        may = self.table.may(role, _place(asker))
        name = session.name if session else ""
        return Rights(
            self.clock.now(), self.table.guarded, tuple(sorted(may)), name, role.value, word, action, round(wait_s, 1)
        )

    async def admit(self, command: Command, asker: Asker) -> Command | None:
        """The command as it may be carried out, signed by who is signed in; None where it was refused, or is done.

        What became of it is told to the asker alone.
        """
        match command:
            case SignIn():
                self._sign_in(command, asker)
                return None
            case SignOut():
                await self._sign_out(asker, "signed_out")
                return None
            case _:
                pass
        if isinstance(command, Submit) and not command.typed:
            return command  # a guest's scan: nobody's doing, and it keeps nobody signed in
        session = self._session(asker)
        if session is not None and command != ListIssues(following=True):  # that is nobody's doing
            session.ends_s = self.clock.monotonic() + self.idle_s
        action = action_of(command)
        if action is not None and not await self._allowed(action, command, asker, session):
            return None
        if isinstance(command, Leave):
            asker.answer(self.rights(asker, "leave"))
            return None
        return _signed(command, session)

    async def run(self) -> None:
        """End sessions that are idle, until cancelled."""
        while True:
            now_s = self.clock.monotonic()
            for asker in [one for one, session in self._sessions.items() if session.ends_s <= now_s]:
                await self._sign_out(asker, "ended")
            await self.clock.sleep(LOOKS_EVERY_S)

    async def finish(self) -> None:
        """Wait for what is being checked."""
        await asyncio.gather(*self._signing.values(), return_exceptions=True)

    # ── signing in and out ──────────────────────────────────────────────────────────────────────────

    def _sign_in(self, command: SignIn, asker: Asker) -> None:
        """Beside everything else: checking a PIN takes long on purpose, and no scan may wait for it."""
        if asker in self._signing:
            asker.answer(self.rights(asker, "wait"))
            return
        task = asyncio.create_task(self._check(command, asker), name="sign in")
        self._signing[asker] = task
        task.add_done_callback(lambda _: self._signing.pop(asker, None))

    async def _check(self, command: SignIn, asker: Asker) -> None:
        no_pins: PinResult = NoPins("the house has none")
        result = await self.pins.check(command.name, command.pin) if self.pins is not None else no_pins
        match result:
            case SignedIn(name=name, role=role):
                if await self._write(name, role, "sign_in"):
                    self._sessions[asker] = Session(name, role, self.clock.monotonic() + self.idle_s)
                    asker.answer(self.rights(asker, "signed_in"))
                else:
                    asker.answer(self.rights(asker, "journal_failed"))
            case WrongPin(wait_s=wait_s, name=name):
                log.warning("action=sign_in refused=wrong_pin wait_s=%.0f", wait_s)
                await self._write(name, None, "wrong_pin")
                asker.answer(self.rights(asker, "wrong", wait_s=wait_s))
            case TooSoon(wait_s=wait_s):
                asker.answer(self.rights(asker, "wait", wait_s=wait_s))
            case NoPins():
                asker.answer(self.rights(asker, "no_pins"))
            case _:
                assert_never(result)

    async def _sign_out(self, asker: Asker, word: str) -> None:
        session = self._sessions.pop(asker, None)
        if session is not None:
            await self._write(session.name, session.role, word)
        asker.answer(self.rights(asker, word))

    # ── what may be done ────────────────────────────────────────────────────────────────────────────

    async def _allowed(self, action: Action, command: Command, asker: Asker, session: Session | None) -> bool:
        place, role = _place(asker), session.role if session else Role.GUEST
        if action not in self.table.may(role, place):
            log.warning("action=refuse what=%s role=%s", action, role)
            asker.answer(self.rights(asker, "not_allowed", action.value))
            return False
        if session is None or not self.table.is_override(action, place) or action in session.written:
            return True
        if isinstance(command, ListParked | ListIssues):
            return True  # reading changes nothing
        if not await self._write(session.name, role, action.value, _about(command)):
            asker.answer(self.rights(asker, "journal_failed", action.value))
            return False
        if action in _ONCE:
            session.written.add(action)
        return True

    async def _write(self, name: str, role: Role | None, action: str, about: str = "") -> bool:
        try:
            await self.journal.append(Override(self.clock.now(), self.lane, name, role or "", action, about))
        except JournalError as error:
            log.error("action=override written=no why=%s", error)
            return False
        return True

    def _session(self, asker: Asker) -> Session | None:
        """Whoever is signed in, and has not been idle for too long."""
        session = self._sessions.get(asker)
        return session if session is not None and session.ends_s > self.clock.monotonic() else None


def _place(asker: Asker) -> Place:
    if asker.name in SHELLS:
        return Place.SHELL
    return Place.LOCKED if asker.name == Place.LOCKED.value else Place.SCREEN


def _signed(command: Command, session: Session | None) -> Command:
    """What a person signs carries the name of who has shown a PIN, whatever the screen says."""
    if session is None or isinstance(command, VoucherCommand):
        return command
    return replace(command, by=session.name) if isinstance(command, Undo | SettleParked | ParkOwed) else command


def _about(command: Command) -> str:
    match command:
        case Undo(scan_id=scan_id, reference=reference):
            return reference or scan_id
        case SettleParked(attempt=attempt) | ParkOwed(attempt=attempt):
            return attempt
        case SeeGiftCards(order=order):
            return order[:LONGEST_ABOUT]
        case _:
            return ""
