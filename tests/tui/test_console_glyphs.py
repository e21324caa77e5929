"""On a plain Linux console nothing is painted that its font cannot show, whatever stands on the screen.

The font is Debian's usual one for western Europe; its characters are in tests/data/console, with where they are from.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.events import Event, ParkedList, Recent, Rights
from kiosk.domain.roles import Role
from tests.tui.given import NOW, FakeLink, admitted, status
from tests.tui.screens import Gate, gate
from tests.tui.test_parked import CONFLICT, UNTAKEN
from tests.tui.test_signing_in import rights
from tests.tui.test_snapshots import VERDICTS, earlier, picture
from tests.tui.test_voucher_snapshots import MORE, PAGES

FONT = Path(__file__).parents[1] / "data" / "console" / "Lat15-Fixed16.txt"
KNOWN = {char for line in FONT.read_text(encoding="utf-8").splitlines()[1:] for char in line} | {" "}

COUNTER = PAGES | MORE

TYPED: dict[str, tuple[tuple[Event, ...], str]] = {
    "help": ((), "?"),
    "the end of the help": ((), "?\x1b[B"),
    "a code": ((), "/X74"),
    "a look-up": ((), "lX74"),
    "undo": ((admitted(),), "u"),
    "a no-show": ((admitted(),), "un"),
    "a name": ((rights(),), "pAna"),
    "a PIN": ((rights(),), "pAna\r730"),
    "leaving": ((rights(Role.SUPERVISOR),), "q"),
}


def painted(screen: Gate) -> str:
    """Every character on the screen."""
    return "".join(strip.text for strip in screen.app.screen._compositor.render_strips())


def missing(screen: Gate) -> set[str]:
    text = painted(screen)
    assert text.strip()
    return set(text) - KNOWN


async def press(screen: Gate, typed: str) -> None:
    named = {"\r": "enter", "?": "question_mark", "/": "slash"}
    for key in typed.replace("\x1b[B", "↓"):
        await screen.press("down" if key == "↓" else named.get(key, key))


def test_the_list_is_a_fonts() -> None:
    assert len(KNOWN) > 500
    assert {"█", "░", "▒", "╭", "━", "✗", "✘", "•"} <= KNOWN
    assert not {"▀", "▄", "▌", "▐", "✓", "⚠"} & KNOWN


async def test_the_check_sees_what_a_console_lacks() -> None:
    async with gate(FakeLink(status(), earlier(), admitted()), plain=False) as screen:
        assert "✓" in missing(screen)


@pytest.mark.parametrize("name", VERDICTS)
async def test_what_the_gate_says(name: str) -> None:
    async with gate(VERDICTS[name](), plain=True) as screen:
        assert missing(screen) == set()


@pytest.mark.parametrize("name", TYPED)
async def test_what_is_typed(name: str) -> None:
    events, typed = TYPED[name]
    async with gate(FakeLink(status(parked=2), earlier(), *events), plain=True, locked=True) as screen:
        await press(screen, typed)
        assert missing(screen) == set()


async def test_what_comes_of_wrong_pins_and_what_waits_for_a_supervisor() -> None:
    async with gate(FakeLink(status(parked=2), Recent(NOW), rights()), plain=True, locked=True) as screen:
        await press(screen, "pAna\r1\r")
        await screen.tell(rights(word="wrong", wait_s=40.0))
        assert missing(screen) == set()
        await screen.tell(Rights(NOW, True, ("settle",), "Ana", "supervisor", "ended"))
        await screen.press("escape", "escape", "c")
        await screen.tell(ParkedList(NOW, (CONFLICT, UNTAKEN)))
        assert missing(screen) == set()
        await press(screen, "1")
        assert missing(screen) == set()


async def test_what_a_camera_sees() -> None:
    async with gate(
        FakeLink(status(camera=True), earlier(), admitted(), picture()), plain=True, size=(120, 40)
    ) as screen:
        assert missing(screen) == set()


@pytest.mark.parametrize("name", COUNTER)
async def test_the_voucher_desk(name: str) -> None:
    async with gate(FakeLink(status(), *COUNTER[name]()), plain=True) as screen:
        assert missing(screen) == set()
