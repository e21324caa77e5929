"""The gate's screen as staff use it: scans, choices, typed codes, keys, and whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from textual import events

from kiosk.domain.errors import LinkError
from kiosk.domain.events import ChooseBookings, Dismiss, Dismissed, OfficeDown, Preview, Recent, SourceLost, Submit
from kiosk.domain.verdict import Admit, Doubt, Reason, Refuse, Undecided
from kiosk.domain.wedge import Wedge
from kiosk.tui import stand
from kiosk.tui.app import KioskApp
from kiosk.tui.feed import Link
from kiosk.tui.keyboard import Keyboard
from kiosk.tui.stage import Stage
from tests.tui.given import HERE, NOW, FakeLink, Time, admitted, booking, checking, choice, decided, status, used
from tests.tui.screens import gate

SCANNED = "!1|zmEIG9t4f8x4qyhYcMkV8oPCQcZhgcOfKc1cJcvcl|mwhjfBi9hZlRDzAsjLkz5m|Zar+nrHcNn/CR1Gp"


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────────


async def test_it_is_ready_once_it_has_joined() -> None:
    async with gate() as screen:
        assert screen.word == "READY"
        assert screen.app.gate.strip.text.startswith(" Gate A · redeem")
        assert screen.keys == " / type a code   l look up   i only look   ? help   q quit"


async def test_a_verdict_is_shown_and_listed() -> None:
    async with gate() as screen:
        await screen.tell(checking(), admitted())
        assert screen.word == "ADMIT"
        assert "3 guests   2 Adult · 1 Child" in screen.panel
        assert screen.recent.startswith(" 10:00:02 ✓✓ ADMIT   X749G9")


async def test_an_admission_clears_itself_and_a_refusal_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "GREEN_FOR_S", 0.05)
    async with gate() as screen:
        await screen.tell(decided(Refuse(Reason.EXPIRED, (booking(),)), "a"))
        await screen.pilot.pause(0.1)
        assert screen.word == "REFUSE"
        await screen.tell(admitted("b"))
        await screen.until(lambda: screen.word == "READY")
        assert screen.recent.count("\n") == 1


async def test_a_slow_check_is_told_and_a_quick_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand, "CHECKING_AFTER_S", 0.05)
    async with gate() as screen:
        await screen.tell(checking("a"), admitted("a"))
        await screen.pilot.pause(0.1)
        assert screen.word == "ADMIT"
        await screen.tell(checking("b"))
        await screen.until(lambda: "checking ········   !1|z…Gp1r" in screen.panel)


async def test_putting_a_refusal_away_is_told_to_the_engine() -> None:
    async with gate() as screen:
        await screen.tell(decided(Refuse(Reason.EXPIRED, (booking(),))))
        assert "esc put away" in screen.keys
        await screen.press("escape")
        assert screen.word == "READY"
        assert screen.link.commands == [Dismiss("scan-1", "Gate A")]


async def test_enter_presses_nothing() -> None:
    async with gate() as screen:
        await screen.tell(decided(Refuse(Reason.EXPIRED, (booking(),))))
        await screen.press("enter", "space", "tab", "enter")
        assert screen.word == "REFUSE"
        assert screen.link.commands == []
        assert screen.app.focused is None


async def test_hostile_texts_stand_there_as_they_are() -> None:
    hostile = booking("[/]\x1b]0;x\x07", "[bold red]Cruise[/] \x1b[31m\u202e" + "{0}%s" * 40, units=("[b]",))
    async with gate() as screen:
        await screen.tell(decided(Admit((hostile,))))
        await screen.tell(decided(Refuse(Reason.NOT_REDEEMABLE, (booking(office_note="[/] \x9b31m"),)), "b"))
        await screen.tell(SourceLost(NOW, "[red]scanner", "\x1b[2J gone[/]"))
        assert "[/]" in screen.panel
        assert "[red]scanner lost: ·[2J gone[/]" in screen.banners
        for text in (screen.panel, screen.recent, screen.banners):
            assert text.replace("\n", "").isprintable()


# ── choosing ────────────────────────────────────────────────────────────────────────────────────────


async def test_bookings_are_marked_and_redeemed_together() -> None:
    async with gate() as screen:
        await screen.tell(decided(choice()))
        assert "THIS CODE HOLDS 3 BOOKINGS" in screen.panel
        assert screen.keys == " 1-3 mark   arrows move   space mark   a all   esc not now"
        await screen.press("1", "down", "space")
        assert "enter REDEEM 2 marked" in screen.keys
        await screen.press("enter")
        assert screen.link.commands == [ChooseBookings("scan-1", (0, 1), "Gate A")]
        assert "redeeming ········   2 bookings" in screen.panel
        await screen.tell(decided(Admit((booking("A1"), booking("A2"))), "scan-2"))
        assert screen.word == "ADMIT"


async def test_a_scan_by_anybody_takes_the_place_of_a_choice() -> None:
    async with gate() as screen:
        await screen.tell(decided(choice()))
        await screen.tell(checking("scan-2"), admitted("scan-2"))
        await screen.press("a", "enter")
        assert screen.link.commands == []
        assert screen.word == "ADMIT"


async def test_a_choice_that_came_too_late_says_so_and_what_to_do() -> None:
    async with gate() as screen:
        await screen.tell(decided(choice()))
        await screen.press("1", "enter")
        await screen.tell(Dismissed(NOW, "Gate A", "scan-1"))
        assert "THIS CHOICE WAS NO LONGER OPEN" in screen.panel
        assert "scan the ticket again" in screen.panel


async def test_a_ticket_read_twice_keeps_its_green_and_says_so_quietly() -> None:
    async with gate() as screen:
        await screen.tell(admitted(), decided(Admit((booking(),)), repeated_s=0.8))
        assert screen.word == "ADMIT"
        assert "3 guests" in screen.panel
        assert "same ticket again: nobody else comes in on it" in screen.panel
        await screen.tell(decided(Admit((booking(),)), repeated_s=3.0))
        assert screen.word == "SAME"


async def test_a_long_choice_scrolls() -> None:
    async with gate() as screen:
        await screen.tell(decided(choice(20)))
        assert "more below" in screen.panel
        await screen.press(*["down"] * 19, "space", "enter")
        assert screen.link.commands == [ChooseBookings("scan-1", (19,), "Gate A")]


# ── typing, help, leaving ───────────────────────────────────────────────────────────────────────────


async def test_a_code_is_typed_and_looked_up() -> None:
    async with gate() as screen:
        await screen.press("slash", "X", "7", "x", "backspace", "4")
        assert screen.prompt == " code: X74█"
        assert screen.keys == " enter look it up   backspace rub out   esc close"
        await screen.press("enter")
        assert screen.link.commands == [Submit("X74", typed=True)]
        assert screen.prompt == ""


async def test_a_scan_closes_the_line_and_what_was_typed_is_gone() -> None:
    async with gate() as screen:
        await screen.press("slash", "X")
        await screen.tell(checking())
        assert screen.prompt == ""


async def test_the_help_knows_every_word_and_closes_for_a_scan() -> None:
    async with gate() as screen:
        await screen.press("question_mark")
        for word in ("ADMIT", "REFUSE", "CHECK", "CHOOSE", "AGAIN", "ASK", "SAME", "type a code"):
            assert word in screen.panel
        await screen.tell(admitted())
        assert screen.word == "ADMIT"


async def test_the_help_of_a_locked_screen_says_what_it_cannot_do() -> None:
    async with gate(FakeLink(status(parked=1), Recent(NOW)), locked=True) as screen:
        await screen.press("question_mark")
        assert "undo, settle and quit need an unlocked screen" in screen.panel
        assert "more below" not in screen.panel
        assert "only look" in screen.panel
    async with gate(FakeLink(status(parked=1), Recent(NOW))) as screen:
        await screen.tell(admitted())
        await screen.press("question_mark")
        assert "unlocked" not in screen.panel
        assert "more below" not in screen.panel
        for label in ("put away", "look up", "only look", "undo", "settle", "quit"):
            assert label in screen.panel


async def test_a_help_that_is_longer_than_the_screen_can_be_read_to_its_end() -> None:
    told = status(looking=("Gate A",), up=False, notices=("one", "two"))
    async with gate(FakeLink(told, Recent(NOW)), locked=True) as screen:
        await screen.press("question_mark")
        assert screen.keys == " arrows up and down   esc back"
        assert "need an unlocked screen" in screen.panel
        assert "more below" in screen.panel
        await screen.press("down")
        assert "more below" not in screen.panel
        assert "help" in screen.panel
        await screen.press("up")
        assert "need an unlocked screen" in screen.panel


async def test_leaving_needs_a_yes() -> None:
    async with gate() as screen:
        await screen.press("q")
        assert "Close this screen?" in screen.prompt
        await screen.press("escape")
        assert screen.prompt == ""
        await screen.press("ctrl+q", "enter", "n")
        assert screen.app.is_running
        await screen.press("y")
        assert screen.app._exit


async def test_a_locked_screen_offers_no_way_out() -> None:
    async with gate(locked=True) as screen:
        assert screen.keys == " / type a code   l look up   i only look   ? help"
        await screen.press("q", "y", "ctrl+c", "y", "ctrl+q", "y")
        assert not screen.app._exit


async def test_pasting_and_the_mouse_do_nothing() -> None:
    async with gate() as screen:
        screen.app.post_message(events.Paste("X749G9\r"))
        await screen.pilot.click()
        await screen.settle()
        assert screen.link.commands == []


# ── the scanner ─────────────────────────────────────────────────────────────────────────────────────


def typed_by_a_scanner(app: KioskApp, text: str) -> None:
    for char in text:
        app.post_message(events.Key("enter" if char == "\r" else char, char))


async def test_a_burst_is_sent_whatever_is_open() -> None:
    async with gate(keyboard=Keyboard(Wedge())) as screen:
        await screen.tell(decided(choice()))
        typed_by_a_scanner(screen.app, f"{SCANNED}\r")
        await screen.until(lambda: screen.link.commands == [Submit(SCANNED)])
        assert screen.app.stage.dialog is None


async def test_many_bursts_arrive_in_order() -> None:
    codes = [f"{SCANNED}{number}" for number in range(40)]
    async with gate(keyboard=Keyboard(Wedge())) as screen:
        typed_by_a_scanner(screen.app, "".join(f"{code}\r" for code in codes))
        await screen.until(lambda: len(screen.link.commands) == len(codes))
        assert screen.link.commands == [Submit(code) for code in codes]


async def test_a_busy_screen_does_not_take_its_own_delay_for_silence() -> None:
    def typed(text: str, at_s: float) -> None:
        for place, char in enumerate(text):
            key = events.Key("enter" if char == "\r" else char, char)
            key.time = at_s + place * 0.001
            screen.app.post_message(key)

    async with gate(keyboard=Keyboard(Wedge())) as screen:
        time = Time()
        screen.app._monotonic = time
        typed(SCANNED[:40], time.now_s)
        await screen.settle()
        typed(f"{SCANNED[40:]}\r", time.now_s + 0.04)
        time.now_s += 1.0
        screen.app._seems_silent()  # as its timer does, with half of the code still in the queue
        await screen.until(lambda: screen.link.commands == [Submit(SCANNED)])


async def test_a_persons_key_works_once_nothing_has_followed_it() -> None:
    async with gate(keyboard=Keyboard(Wedge())) as screen:
        screen.app.post_message(events.Key("slash", "/"))
        await screen.until(lambda: screen.prompt == " code: █")
        screen.app.post_message(events.Key("A", "A"))
        await screen.settle()
        assert screen.prompt == " code: A█"


# ── the engine away ─────────────────────────────────────────────────────────────────────────────────


class Comings:
    """An engine that is not there, until it is."""

    def __init__(self, *links: FakeLink) -> None:
        self.links = list(links)

    def __call__(self) -> Awaitable[Link]:
        return self._join()

    async def _join(self) -> Link:
        if not self.links:
            raise LinkError("no engine runs there")
        return self.links.pop(0)


async def test_without_an_engine_it_says_so_and_joins_by_itself() -> None:
    coming = Comings()
    app = KioskApp(coming, here=lambda: HERE, environ={"TERM": "xterm-256color"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.05)
        assert "the gate engine is not running: starting again" in app.gate.panel.text
        coming.links.append(FakeLink(status(), Recent(NOW, (admitted(at=NOW - timedelta(seconds=6)),))))
        for _ in range(150):
            await pilot.pause(0.02)
            if "ADMIT" in app.gate.recent.text:
                break
        assert app.gate.panel.panel is not None
        assert app.gate.panel.panel.word == "ADMIT"


async def test_a_scan_that_the_engine_did_not_get_is_told() -> None:
    async with gate(keyboard=Keyboard(Wedge())) as screen:
        screen.link.refuses = True
        typed_by_a_scanner(screen.app, f"{SCANNED}\r")
        await screen.until(lambda: "nothing was checked" in screen.panel)
        assert screen.word == "CHECK"


async def test_a_check_that_was_cut_off_is_in_doubt() -> None:
    async with gate() as screen:
        await screen.tell(checking())
        screen.link.go_away()
        await screen.until(lambda: "stopped while it checked this ticket" in screen.panel)


async def test_an_event_that_it_fails_at_leaves_no_old_verdict_standing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("SECRET")

    async with gate() as screen:
        await screen.tell(admitted())
        monkeypatch.setattr(Stage, "_decided", fails)
        with caplog.at_level(logging.ERROR):
            await screen.tell(decided(Refuse(Reason.EXPIRED), "b"))
        assert "this screen could not show the answer" in screen.panel
        assert "action=show event=Decided error=ValueError" in caplog.text
        assert "SECRET" not in caplog.text


async def test_a_crash_tells_the_places_and_none_of_the_values(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("SECRET")

    async def crash() -> None:
        async with gate() as screen:
            monkeypatch.setattr(Stage, "press", fails)
            await screen.press("q")

    with pytest.raises(ValueError, match="SECRET"):  # the pilot raises again what ended the screen
        await crash()
    assert "action=end error=ValueError at=fails" in caplog.text
    assert "SECRET" not in caplog.text + "".join(capsys.readouterr())


# ── what is wrong, and where there is room ──────────────────────────────────────────────────────────


async def test_banners_come_and_go_above_the_verdict() -> None:
    async with gate() as screen:
        await screen.tell(SourceLost(NOW, "scanner", "unplugged", "plug it in again"))
        await screen.tell(OfficeDown(NOW, "octo", "River Cruises", "offline"))
        assert screen.banners.splitlines() == [
            " ✗ scanner lost: unplugged → plug it in again",
            " ✗ River Cruises does not answer since 10:00",
        ]
        await screen.tell(decided(Undecided(Doubt.OFFLINE)))
        assert "the office does not answer since 10:00" in screen.panel


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_row_of_the_terminal_is_used_once(size: tuple[int, int]) -> None:
    async with gate(FakeLink(status(camera=True), Recent(NOW)), size=size) as screen:
        await screen.tell(SourceLost(NOW, "scanner", "unplugged"), admitted())
        await screen.press("slash")
        parts = screen.app.gate
        stacked = (parts.strip, parts.banners, parts.panel, parts.below, parts.prompt, parts.keys)
        assert [part.region.y for part in stacked] == [
            sum(before.region.height for before in stacked[:place]) for place in range(len(stacked))
        ]
        assert sum(part.region.height for part in stacked) == size[1]
        assert {part.region.width for part in stacked} == {size[0]}


@pytest.mark.parametrize("size", [(80, 23), (20, 4)])
async def test_a_small_terminal_still_shows_the_word(size: tuple[int, int]) -> None:
    async with gate(size=size) as screen:
        await screen.tell(decided(Refuse(Reason.ALREADY_REDEEMED, (booking(),), used())))
        assert "make the terminal" in screen.banners
        assert "REFUSE" in screen.panel or "██████  ███████ ███████ ██   ██" in screen.panel


async def test_it_grows_with_its_terminal() -> None:
    async with gate(size=(60, 15)) as screen:
        await screen.pilot.resize_terminal(120, 40)
        await screen.tell(admitted())
        assert screen.banners == ""
        assert len(screen.panel.splitlines()[0]) == 120


# ── the camera ──────────────────────────────────────────────────────────────────────────────────────


def picture(at_s: float = 0.0, grey: bytes = bytes(range(64)) * 3, advice: str = "closer[/]") -> Preview:
    return Preview(NOW + timedelta(seconds=at_s), "camera", 16, 12, grey, advice)


async def test_pictures_are_asked_for_only_where_there_is_a_camera_and_room() -> None:
    async with gate(FakeLink(status(camera=True), Recent(NOW))) as screen:
        assert screen.link.previews == [True]
        await screen.press("question_mark")
        assert screen.link.previews == [True, False]
        await screen.press("escape")
        assert screen.link.previews == [True, False, True]
    async with gate() as screen:
        assert screen.link.previews == []
    async with gate(FakeLink(status(camera=True), Recent(NOW)), size=(60, 15)) as screen:
        assert screen.link.previews == []


@pytest.mark.parametrize(("plain", "glyphs"), [(False, {"▀"}), (True, set(" ░▒▓█"))])
async def test_a_picture_is_painted_in_what_the_terminal_has(plain: bool, glyphs: set[str]) -> None:
    async with gate(FakeLink(status(camera=True), Recent(NOW)), plain=plain) as screen:
        await screen.tell(picture())
        preview = screen.app.gate.preview
        rows = [preview.render_line(y).text for y in range(preview.size.height)]
        assert set("".join(rows[:-2])) <= glyphs
        assert {len(row) for row in rows} == {preview.size.width}
        assert rows[-2].strip() == "closer[/]"


async def test_no_more_than_five_pictures_a_second_are_painted() -> None:
    async with gate(FakeLink(status(camera=True), Recent(NOW))) as screen:
        await screen.tell(*(picture(at_s=number * 0.05) for number in range(9)))
        assert screen.app.gate.preview.preview == picture(at_s=0.4)
