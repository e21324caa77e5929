"""The screen as it looks. After a wanted change: `pytest tests/tui/test_snapshots.py --snapshot-update`, and look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from kiosk.domain.attempt import Outcome
from kiosk.domain.events import (
    AttemptSettled,
    Event,
    ListStatus,
    Noted,
    OfficeDown,
    ParkedList,
    Preview,
    Recent,
    SourceLost,
)
from kiosk.domain.issuing.events import IssueJobs
from kiosk.domain.roles import Role
from kiosk.domain.verdict import Admit, Doubt, Grade, ListGap, Reason, Refuse, Undecided
from kiosk.tui import stand
from tests.tui.given import NOW, SOON, FakeLink, admitted, booking, checking, choice, decided, status, used
from tests.tui.screens import app_on
from tests.tui.test_issues import JOBS
from tests.tui.test_parked import CONFLICT, UNTAKEN
from tests.tui.test_signing_in import rights

SIX_S = timedelta(seconds=6)


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(
        self,
        app: App[None],
        press: tuple[str, ...] = (),
        terminal_size: tuple[int, int] = (80, 24),
        run_before: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> bool: ...


def earlier() -> Recent:
    """What was said before, oldest first."""
    ago = timedelta(seconds=1)
    return Recent(
        NOW,
        (
            decided(Undecided(Doubt.NO_ANSWER, owed=True), "d", NOW - 112 * ago),
            decided(Admit((booking("9498BW", "Tower entry", None, ("Adult",)),)), "c", NOW - 91 * ago),
            decided(Refuse(Reason.ALREADY_REDEEMED, (booking("408H44"),), used()), "b", NOW - 62 * ago),
        ),
    )


def gate_after(*events: Event) -> FakeLink:
    return FakeLink(status(), earlier(), *events)


def picture() -> Preview:
    """A ticket held into the picture, a little crooked."""
    width, height = 64, 48
    grey = bytearray(40 for _ in range(width * height))
    for y in range(8, 42):
        for x in range(14 + y // 6, 46 + y // 6):
            is_dark = 14 < y < 36 and (x * 7 + y * 3) % 11 < 5 and 20 < x - y // 6 < 40
            grey[y * width + x] = 60 if is_dark else 225
    return Preview(NOW, "camera", width, height, bytes(grey), "hold the ticket a little further away")


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause()


BAD_TIMES = replace(
    status(owed=31, up=False, parked=2),
    oldest_owed_at=NOW - timedelta(minutes=4),
    offline_since=NOW - timedelta(minutes=18),
    lists=(ListStatus("River Cruises", "2026-11-21", 120, 412, False, NOW - timedelta(minutes=3)),),
    clock="untrusted",
)

VERDICTS: dict[str, Callable[[], FakeLink]] = {
    "idle": gate_after,
    "admit": lambda: gate_after(admitted()),
    "admit_provisional": lambda: gate_after(
        OfficeDown(NOW - timedelta(minutes=18), "octo", "River Cruises", "offline"),
        decided(Admit((booking(),), Grade.PROVISIONAL, list_age_s=720.0)),
    ),
    "admit_recovered": lambda: gate_after(decided(Admit((booking(),), recovered=True))),
    "admit_several_with_one_left_out": lambda: gate_after(
        decided(Admit((booking("A1"), booking("A2", "Tower entry", None)), left_out=(booking("A3", "Museum"),)))
    ),
    "refuse_already_used": lambda: gate_after(decided(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used()))),
    "refuse_wrong_day": lambda: gate_after(
        decided(Refuse(Reason.WRONG_DAY, (booking(starts_at=SOON + timedelta(days=7)),)))
    ),
    "refuse_not_found": lambda: gate_after(decided(Refuse(Reason.NOT_FOUND))),
    "ask_whether_the_guest_went_in": lambda: gate_after(
        decided(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used(NOW - timedelta(seconds=12), None, unsure=True)))
    ),
    "undecided_offline": lambda: gate_after(
        OfficeDown(NOW - timedelta(minutes=18), "octo", "River Cruises", "offline"),
        AttemptSettled(NOW - timedelta(seconds=30), "attempt", Outcome.OURS, ("9498BW",)),
        decided(Undecided(Doubt.OFFLINE)),
    ),
    "admit_on_nobodys_word": lambda: FakeLink(BAD_TIMES, earlier(), decided(Admit((), Grade.PROVISIONAL))),
    "undecided_by_a_partial_list": lambda: FakeLink(
        BAD_TIMES, earlier(), decided(Undecided(Doubt.OFFLINE, list_gap=ListGap.PARTIAL))
    ),
    "admitted_while_the_screen_was_away": lambda: FakeLink(status(), Recent(NOW, (admitted(at=NOW - SIX_S),))),
    "repeat": lambda: gate_after(decided(Admit((booking(),)), repeated_s=3.2)),
    "look_only": lambda: gate_after(replace(status(), looking=("Gate A",)), replace(decided(choice()), looked=True)),
    "test_environment": lambda: FakeLink(status(env="test"), earlier(), admitted()),
    "scanner_lost": lambda: gate_after(SourceLost(NOW, "scanner", "the USB scanner was unplugged", "plug it in again")),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_at_eighty_by_twenty_four(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app_on(VERDICTS[name]()), run_before=settled)


def test_checking(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "CHECKING_AFTER_S", 0.01)

    async def revealed(pilot: Pilot[None]) -> None:
        await pilot.pause(0.1)

    assert snap_compare(app_on(gate_after(checking())), run_before=revealed)


def test_choice_with_one_marked(snap_compare: Compare) -> None:
    assert snap_compare(app_on(gate_after(decided(choice()))), press=("1", "down"), run_before=settled)


def test_a_code_being_typed(snap_compare: Compare) -> None:
    assert snap_compare(app_on(gate_after()), press=("slash", "X", "7", "4"), run_before=settled)


def test_help(snap_compare: Compare) -> None:
    assert snap_compare(app_on(gate_after()), press=("question_mark",), run_before=settled)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_why_an_admission_is_taken_back(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(gate_after(admitted())), press=("u",), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("word", ["done", "too_late"])
def test_what_came_of_taking_it_back(snap_compare: Compare, word: str) -> None:
    async def noted(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("u", "1")
        link.tell(Noted(NOW, "Gate A", "undo", word, references=("X749G9",) if word == "done" else ()))
        await settled(pilot)

    link = gate_after(admitted())
    assert snap_compare(app_on(link), run_before=noted)


@pytest.mark.parametrize("keys", [(), ("2",)], ids=["list", "opened"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_looked_up(snap_compare: Compare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def answered(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("l", "X", "7", "4", "enter")
        link.tell(replace(decided(choice()), looked=True, source="search"))
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    link = gate_after()
    assert snap_compare(app_on(link), terminal_size=size, run_before=answered)


@pytest.mark.parametrize("keys", [(), ("1", "s", "a", "m", "e")], ids=["list", "opened"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_for_the_supervisor(snap_compare: Compare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def listed(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("c")
        link.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    link = FakeLink(status(parked=2), earlier())
    assert snap_compare(app_on(link), terminal_size=size, run_before=listed)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_issuing_jobs(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def listed(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("j")
        link.tell(IssueJobs(NOW, JOBS))
        await settled(pilot)
        await pilot.press("down")
        await settled(pilot)

    link = FakeLink(replace(status(), issuing=5), earlier())
    assert snap_compare(app_on(link), terminal_size=size, run_before=listed)


def test_every_key_at_once(snap_compare: Compare) -> None:
    link = FakeLink(status(parked=2), earlier(), admitted(), decided(Admit((booking(),)), repeated_s=0.8))
    assert snap_compare(app_on(link), run_before=settled)


def test_the_picture_of_the_readme(snap_compare: Compare) -> None:
    link = FakeLink(status(camera=True), earlier(), admitted(), picture())
    assert snap_compare(app_on(link), terminal_size=(100, 30), run_before=settled)


@pytest.mark.parametrize("name", ["admit", "refuse_already_used", "undecided_offline", "look_only"])
def test_at_a_hundred_and_twenty_by_forty(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app_on(VERDICTS[name]()), terminal_size=(120, 40), run_before=settled)


@pytest.mark.parametrize(
    "name", ["admit", "admit_provisional", "refuse_already_used", "undecided_offline", "look_only"]
)
def test_on_a_plain_console(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app_on(VERDICTS[name](), plain=True), run_before=settled)


def test_too_small_a_terminal(snap_compare: Compare) -> None:
    assert snap_compare(app_on(gate_after(admitted())), terminal_size=(60, 15), run_before=settled)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("plain", [False, True], ids=["rich", "plain"])
def test_signing_in_after_wrong_pins(snap_compare: Compare, size: tuple[int, int], plain: bool) -> None:
    async def wrong(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("p", "A", "n", "a", "enter", "1", "2", "enter")
        link.tell(rights(word="wrong", wait_s=40.0))
        await settled(pilot)
        await pilot.press("7", "3", "0")
        await settled(pilot)

    link = gate_after(rights())
    assert snap_compare(app_on(link, locked=True, plain=plain), terminal_size=size, run_before=wrong)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_supervisor_has_signed_in_at_a_locked_screen(snap_compare: Compare, size: tuple[int, int]) -> None:
    link = FakeLink(status(parked=2, owed=1), earlier(), admitted(), rights(Role.SUPERVISOR))
    assert snap_compare(app_on(link, locked=True), terminal_size=size, run_before=settled)
