"""Signed in, refused, idle, signed: what a screen may do, and what stands in the record about it."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass, field

import pytest

from kiosk.desks.access import Access
from kiosk.domain.attempt import Entry, Override
from kiosk.domain.errors import JournalError
from kiosk.domain.events import (
    Command,
    Event,
    Leave,
    ListParked,
    LookOnly,
    Rights,
    SettleParked,
    SignIn,
    SignOut,
    Submit,
    Undo,
)
from kiosk.domain.issuing.events import ListIssues
from kiosk.domain.pins import PinResult, SignedIn, TooSoon, WrongPin
from kiosk.domain.roles import Action, Place, Role, RoleTable
from kiosk.domain.secret import Secret
from kiosk.domain.voucher_events import GiveUp, OpenCounter
from kiosk.journal.memory import MemoryJournal
from tests.fakes import FakeClock

PIN = Secret("730518")
UNDO = Undo("s1", "wrong guest", "staff")


class Screen:
    """One connection. `told` is what it alone was answered."""

    def __init__(self, name: str = "screen") -> None:
        self.name = name
        self.told: list[Event] = []

    def answer(self, event: Event) -> None:
        self.told.append(event)

    @property
    def last(self) -> Rights:
        assert isinstance(self.told[-1], Rights)
        return self.told[-1]


@dataclass
class Pins:
    """Ana is a supervisor, Ben is staff; everybody's PIN is the same."""

    asked: list[str] = field(default_factory=list)
    wait_s: float = 0.0

    async def check(self, name: str, pin: Secret) -> PinResult:
        self.asked.append(name)
        await asyncio.sleep(0)
        if self.wait_s:
            return TooSoon(self.wait_s)
        role = {"Ana": Role.SUPERVISOR, "Ben": Role.STAFF}.get(name)
        return SignedIn(name, role) if role is not None and pin == PIN else WrongPin(5.0, name if role else "")


class House:
    def __init__(self, *, guarded: bool = True) -> None:
        self.clock = FakeClock()
        self.journal = MemoryJournal(clock=self.clock)
        self.pins = Pins()
        self.access = Access(
            RoleTable(guarded=guarded), self.journal, self.clock, "Gate A", 120.0, self.pins if guarded else None
        )

    @property
    def record(self) -> list[tuple[str, str, str]]:
        return [(row.by, row.action, row.about) for row in self.journal.entries if isinstance(row, Override)]

    async def sign_in(self, screen: Screen, name: str = "Ana", pin: Secret = PIN) -> None:
        assert await self.access.admit(SignIn(name, pin), screen) is None
        await self.access.finish()

    async def may(self, command: Command, screen: Screen) -> bool:
        return await self.access.admit(command, screen) is not None


@pytest.fixture
def house() -> House:
    return House()


async def test_a_guest_scans_and_does_nothing_else(house: House) -> None:
    screen = Screen()
    assert await house.may(Submit("X749G9"), screen)
    assert screen.told == []
    assert not await house.may(UNDO, screen)
    assert (screen.last.word, screen.last.action) == ("not_allowed", "undo")
    assert house.record == []


async def test_whoever_signs_in_may_what_the_role_may_and_signs_what_is_done(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen, "Ben")
    assert (screen.last.word, screen.last.by, screen.last.role) == ("signed_in", "Ben", "staff")
    assert Action.UNDO in screen.last.may
    assert Action.SETTLE not in screen.last.may
    assert await house.access.admit(UNDO, screen) == Undo("s1", "wrong guest", "Ben")
    assert not await house.may(SettleParked("a1", "why", "Ben"), screen)
    assert not await house.may(ListParked(), screen)
    assert house.record == [("Ben", "sign_in", ""), ("Ben", "undo", "s1")]


async def test_a_typed_name_is_replaced_by_the_one_that_was_proved(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen)
    assert await house.access.admit(SettleParked("a1", "why", "somebody"), screen) == SettleParked("a1", "why", "Ana")


async def test_reading_the_list_is_not_an_override(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen)
    assert await house.may(ListParked(), screen)
    assert [action for _, action, _ in house.record] == ["sign_in"]


async def test_a_list_that_follows_by_itself_keeps_nobody_signed_in(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen)
    assert await house.may(ListIssues(), screen)
    for _ in range(4):
        house.clock.move(house.access.idle_s / 3)
        await house.may(ListIssues(following=True), screen)
    assert (screen.last.word, screen.last.action) == ("not_allowed", "issue")
    assert [action for _, action, _ in house.record] == ["sign_in"]


async def test_the_record_comes_first(house: House) -> None:
    """What cannot be written is not done."""
    screen = Screen()
    await house.sign_in(screen)

    async def full(*entries: Entry) -> None:
        raise JournalError("disk full")

    house.journal.append = full  # type: ignore[method-assign]
    assert not await house.may(UNDO, screen)
    assert (screen.last.word, screen.last.action) == ("journal_failed", "undo")
    assert not await house.may(Leave(), screen)
    other = Screen()
    await house.sign_in(other)
    assert other.last.word == "journal_failed"
    assert other.last.by == ""


async def test_a_wrong_pin_is_in_the_record_and_what_was_typed_is_not(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen, "Ana", Secret("555551"))
    assert (screen.last.word, screen.last.wait_s, screen.last.by) == ("wrong", 5.0, "")
    await house.sign_in(screen, "730518", PIN)
    assert house.record == [("Ana", "wrong_pin", ""), ("", "wrong_pin", "")]
    assert "730518" not in "".join(row.body for row in house.journal.rows)
    assert "730518" not in repr(SignIn("Ana", PIN))


async def test_who_must_wait_is_told_for_how_long(house: House) -> None:
    house.pins.wait_s = 42.0
    screen = Screen()
    await house.sign_in(screen)
    assert (screen.last.word, screen.last.wait_s) == ("wait", 42.0)


async def test_one_try_at_a_time_for_each_screen(house: House) -> None:
    screen = Screen()
    for _ in range(5):
        await house.access.admit(SignIn("Ana", Secret("555551")), screen)
    await house.access.finish()
    assert house.pins.asked == ["Ana"]


async def test_signing_in_is_for_one_screen_alone(house: House) -> None:
    screen, other = Screen(), Screen()
    await house.sign_in(screen)
    assert not await house.may(UNDO, other)
    assert other.last.by == ""


async def test_it_ends_when_nobody_has_done_anything_for_a_while(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen)
    house.clock.move(100)
    assert await house.may(UNDO, screen)
    house.clock.move(100)
    assert await house.may(Submit("X749G9"), screen)  # guests keep nobody signed in
    house.clock.move(30)
    assert not await house.may(UNDO, screen)
    running = asyncio.create_task(house.access.run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    assert screen.last.word == "ended"
    assert house.record[-1] == ("Ana", "ended", "")


async def test_it_ends_when_told_and_with_the_connection(house: House) -> None:
    screen = Screen()
    await house.sign_in(screen)
    await house.access.admit(SignOut(), screen)
    assert (screen.last.word, screen.last.by) == ("signed_out", "")
    await house.sign_in(screen)
    del screen
    gc.collect()
    assert len(house.access._sessions) == 0


async def test_a_locked_screen_is_left_with_a_pin_only(house: House) -> None:
    screen = Screen(Place.LOCKED.value)
    assert not await house.may(Leave(), screen)
    assert screen.last.word == "not_allowed"
    await house.sign_in(screen, "Ben")
    await house.access.admit(Leave(), screen)
    assert screen.last.word == "not_allowed"
    await house.sign_in(screen, "Ana")
    await house.access.admit(Leave(), screen)
    assert screen.last.word == "leave"
    assert house.record[-1] == ("Ana", "leave", "")


async def test_the_voucher_desk_is_signed_once_and_not_key_by_key(house: House) -> None:
    house.access.table = RoleTable({**house.access.table.lowest, Action.VOUCHERS: Role.STAFF}, guarded=True)
    screen = Screen()
    assert not await house.may(OpenCounter(), screen)
    await house.sign_in(screen)
    assert await house.may(OpenCounter(), screen)
    assert await house.may(GiveUp(), screen)
    assert [action for _, action, _ in house.record] == ["sign_in", "vouchers"]


async def test_a_house_without_pins_works_as_it_always_did() -> None:
    house = House(guarded=False)
    screen, locked = Screen(), Screen(Place.LOCKED.value)
    assert await house.access.admit(UNDO, screen) is UNDO
    assert await house.may(LookOnly(True), locked)
    assert not await house.may(UNDO, locked)
    assert not await house.may(Leave(), locked)
    await house.sign_in(locked)
    assert locked.last.word == "no_pins"
    assert house.record == []


async def test_the_commands_of_a_shell_are_not_asked_for_a_pin(house: House) -> None:
    assert await house.access.admit(UNDO, Screen("journal")) is UNDO
    assert not await house.may(UNDO, Screen("whoever"))
