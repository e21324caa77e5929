"""A PIN is checked beside the loop, ever more slowly after wrong ones, and a restart wins nobody a try."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.device import pin_check
from kiosk.device.pin_check import PinCheck
from kiosk.device.pin_file import PinFileError, change, read_private
from kiosk.domain.pins import NoPins, PinResult, SignedIn, TooSoon, WrongPin
from kiosk.domain.roles import Role
from kiosk.domain.secret import Secret
from tests.device.test_pin_file import ANA, BEN, PIN, cheap
from tests.fakes import FakeClock

WRONG = Secret("555551")


@pytest.fixture(autouse=True)
def cheap_decoy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin_check, "DECOY", cheap(Secret("nobody's")))


class Door:
    """The PINs of Ana and Ben, on a disk."""

    def __init__(self, folder: Path) -> None:
        self.file, self.tries, self.clock = folder / "pins.json", folder / "state" / "wrong-pins.json", FakeClock()
        change(self.file, lambda people: (ANA, BEN))

    @contextmanager
    def opened(self) -> Iterator[PinCheck]:
        """One life of the engine."""
        check = PinCheck(lambda: read_private(self.file), self.tries, self.clock)
        yield check
        check.close()


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


async def tried(check: PinCheck, times: int, name: str = "Ana") -> list[PinResult]:
    return [await check.check(name, WRONG) for _ in range(times)]


async def test_the_right_pin_says_who_it_is(door: Door) -> None:
    with door.opened() as check:
        assert await check.check("ana", PIN) == SignedIn("Ana", Role.SUPERVISOR)
        assert await check.check("Ben", PIN) == WrongPin(0.0, "Ben")
        assert await check.check("Ben", Secret("")) == WrongPin(0.0, "Ben")
        assert await check.check("Ben", Secret("7" * 100_000)) == WrongPin(5.0, "Ben")


async def test_after_three_wrong_ones_not_even_the_right_one_is_heard(door: Door) -> None:
    with door.opened() as check:
        assert await tried(check, 3) == [WrongPin(0.0, "Ana"), WrongPin(0.0, "Ana"), WrongPin(5.0, "Ana")]
        assert await check.check("Ana", PIN) == TooSoon(5.0)
        door.clock.move(4.9)
        assert isinstance(await check.check("Ana", PIN), TooSoon)
        door.clock.move(0.2)
        assert isinstance(await check.check("Ana", PIN), SignedIn)
        assert await tried(check, 2) == [WrongPin(0.0, "Ana"), WrongPin(0.0, "Ana")]


async def test_one_persons_wrong_pins_keep_nobody_else_out(door: Door) -> None:
    with door.opened() as check:
        await tried(check, 4)
        assert isinstance(await check.check("Ben", Secret("918273")), SignedIn)


async def test_names_that_nobody_has_share_one_wait_and_are_not_repeated(door: Door) -> None:
    with door.opened() as check:
        results = [await check.check(name, PIN) for name in ("Eve", "730518", "root", "x")]
    assert results == [WrongPin(0.0), WrongPin(0.0), WrongPin(5.0), TooSoon(5.0)]
    assert json.loads(door.tries.read_text()) == {"": 3}


async def test_a_restart_begins_the_wait_again(door: Door) -> None:
    with door.opened() as check:
        await tried(check, 3)
        door.clock.move(5)
        await tried(check, 1)
    with door.opened() as check:
        assert await check.check("Ana", PIN) == TooSoon(10.0)
        door.clock.jump(86_400)  # setting the clock shortens nothing
        assert isinstance(await check.check("Ana", PIN), TooSoon)
        door.clock.move(10)
        assert isinstance(await check.check("Ana", PIN), SignedIn)


async def test_a_try_is_counted_before_it_is_looked_at(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def looked_at(pin: Secret, written: str) -> bool:
        counted.append(door.tries.read_text())
        return False

    monkeypatch.setattr(pin_check, "matches", looked_at)
    with door.opened() as check:
        await check.check("Ana", PIN)
    assert [json.loads(text) for text in counted] == [{"Ana": 1}]


async def test_a_try_that_cannot_be_counted_is_not_heard(door: Door) -> None:
    door.tries.mkdir(parents=True)  # in the way
    with door.opened() as check:
        assert isinstance(await check.check("Ana", PIN), NoPins)


async def test_a_damaged_count_is_on_the_safe_side(door: Door) -> None:
    door.tries.parent.mkdir()
    door.tries.write_text("{")
    with door.opened() as check:
        assert isinstance(await check.check("Eve", PIN), TooSoon)
        assert isinstance(await check.check("Ana", PIN), SignedIn)


async def test_the_file_is_read_anew_each_time(door: Door) -> None:
    with door.opened() as check:
        change(door.file, lambda people: (BEN,))
        assert await check.check("Ana", PIN) == WrongPin(0.0)
        door.file.chmod(0o644)
        assert isinstance(await check.check("Ben", Secret("918273")), NoPins)
        assert "chmod 600" in await check.problem()


async def test_who_has_no_pins_is_told(door: Door) -> None:
    with door.opened() as check:
        assert await check.problem() == ""
        change(door.file, lambda people: ())
        assert "kiosk pin set" in await check.problem()
        door.file.unlink()
        assert "no such file" in await check.problem()


async def test_the_loop_turns_while_a_pin_is_checked(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """No scan waits for scrypt: the loop serves what comes while the hash is being worked on."""
    go_on = threading.Event()

    def slow(pin: Secret, written: str) -> bool:
        return go_on.wait(60)

    monkeypatch.setattr(pin_check, "matches", slow)
    with door.opened() as check:
        checking = asyncio.create_task(check.check("Ana", PIN))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not checking.done()
        go_on.set()
        assert isinstance(await checking, SignedIn)


def test_an_unreadable_file_says_so() -> None:
    with pytest.raises(PinFileError, match="no such file"):
        read_private(Path("/nonexistent/pins.json"))
