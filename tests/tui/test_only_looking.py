"""Only looking: one key on and off, and a frame that nobody can overlook while it lasts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.events import LookOnly, Submit
from kiosk.tui.stage import LOOKING_ENDED, NOT_DONE, Stage
from tests.tui.given import HERE, FakeLink, Time, admitted, choice, decided, status
from tests.tui.screens import Gate, gate

LOOKS = status(looking=("Gate A",))


def edges(screen: Gate) -> str:
    return "".join(side.text for side in screen.app.gate.frame.sides if side.display)


async def test_one_key_on_and_off() -> None:
    async with gate() as screen:
        assert "i only look" in screen.keys
        assert edges(screen) == ""
        await screen.press("i")
        assert screen.link.commands == [LookOnly(True, "Gate A")]
        await screen.tell(LOOKS)
        assert "i REDEEM AGAIN" in screen.keys
        await screen.press("i")
        assert screen.link.commands[1:] == [LookOnly(False, "Gate A")]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_frame_stands_around_everything_while_it_lasts(size: tuple[int, int]) -> None:
    async with gate(FakeLink(LOOKS), size=size) as screen:
        parts = screen.app.gate
        assert "Gate A · LOOKING ONLY · nothing is redeemed" in parts.frame.top.text
        assert "ends by itself after 2 idle minutes" in parts.frame.bottom.text
        assert len(parts.frame.top.text) == size[0]
        assert [side.region[:] for side in parts.frame.sides] == [
            (0, 0, size[0], 1),
            (0, size[1] - 1, size[0], 1),
            (0, 0, 1, size[1]),
            (size[0] - 1, 0, 1, size[1]),
        ]
        inside = (parts.strip, parts.banners, parts.panel, parts.below, parts.prompt, parts.keys)
        assert {(part.region.x, part.region.width) for part in inside} == {(1, size[0] - 2)}
        assert sum(part.region.height for part in inside) == size[1] - 2
        assert screen.word == "LOOK"
        assert len(screen.keys) <= size[0] - 2
        await screen.tell(replace(decided(choice()), looked=True))
        assert "LOOKING ONLY" in edges(screen)
        await screen.tell(status())
        assert edges(screen) == ""
        assert {part.region.width for part in inside} == {size[0]}


async def test_when_it_ends_by_itself_that_is_said_until_the_next_key_or_scan() -> None:
    async with gate(FakeLink(LOOKS)) as screen:
        await screen.tell(status())
        assert screen.prompt == f" ! {LOOKING_ENDED}"
        assert screen.word == "READY"
        await screen.press("escape")
        assert screen.prompt == ""
        await screen.tell(LOOKS, status())
        await screen.tell(admitted())
        assert screen.prompt == ""


async def test_it_works_on_a_locked_screen_too() -> None:
    async with gate(locked=True) as screen:
        await screen.press("i")
        assert screen.link.commands == [LookOnly(True, "Gate A")]


async def test_without_an_engine_there_is_no_such_key_and_no_frame() -> None:
    async with gate(FakeLink(LOOKS)) as screen:
        screen.link.go_away()
        await screen.until(lambda: "NO ENGINE" in screen.panel)
        assert edges(screen) == ""
        assert "only look" not in screen.keys
        await screen.press("i")
        assert screen.link.commands == []


async def test_what_the_engine_did_not_get_is_told() -> None:
    async with gate() as screen:
        screen.link.refuses = True
        await screen.press("i")
        await screen.until(lambda: screen.prompt == f" ! {NOT_DONE}")


def looking_stage(*lanes: str, wedge: str = "") -> Stage:
    stage = Stage(lambda: HERE, Time(), wedge=Submit("", lane=wedge))
    stage.tell(status(lanes=("Gate A", "Gate B"), looking=lanes))
    return stage


def test_pressed_twice_before_the_engine_has_told_it_is_back_again() -> None:
    stage = looking_stage()
    assert [stage.press("i"), stage.press("i")] == [LookOnly(True, "Gate A"), LookOnly(False, "Gate A")]


def test_it_is_about_the_lane_of_this_screens_keyboard() -> None:
    assert looking_stage("Gate B").is_looking is False
    stage = looking_stage("Gate B", wedge="Gate B")
    assert stage.is_looking
    assert stage.press("i") == LookOnly(False, "Gate B")
