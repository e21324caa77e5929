"""The screen's program: carries events from the engine to the stage, keys from the terminal to the engine."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from textual import events
from textual.app import App

from kiosk.domain.events import ChooseBookings, Command, Dismiss, Event, Preview, Submit, WatchPreview
from kiosk.domain.framing import Framed
from kiosk.domain.wedge import Wedge
from kiosk.tui.dialogs.signing_in import SigningIn
from kiosk.tui.dialogs.step import Close
from kiosk.tui.feed import Feed, Link
from kiosk.tui.keyboard import Keyboard
from kiosk.tui.keystrokes import clicked_at
from kiosk.tui.presenter.palette import PLAIN, RICH
from kiosk.tui.presenter.times import Here
from kiosk.tui.screens.gate import GateScreen
from kiosk.tui.screens.vouchers import VoucherScreen
from kiosk.tui.stage import Stage
from kiosk.tui.terminal import GateTerminal, end_when_told, is_plain
from kiosk.tui.voucher_stage import VoucherStage

LEFT = 3
"""Exit status of a locked screen that somebody who may has left: see kiosk/supervise.py."""

log = logging.getLogger(__name__)

_BEHIND_S = 0.01


def _here() -> Here:
    return Here(datetime.now(UTC))


class KioskApp(App[None]):
    """A viewer of one engine. `join` reaches it, and is asked again whenever it has gone.

    `plain`: sixteen colours and a console's glyphs, guessed from the environment where not given.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "kiosk"

    def __init__(
        self,
        join: Callable[[], Awaitable[Link]],
        *,
        locked: bool = False,
        plain: bool | None = None,
        wedge: Submit | None = None,
        keyboard: Keyboard | None = None,
        here: Callable[[], Here] = _here,
        monotonic: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        is_bare = is_plain(environ) if plain is None else plain
        super().__init__(driver_class=GateTerminal, ansi_color=is_bare or "NO_COLOR" in environ)
        self.stage = Stage(here, monotonic, locked=locked, wedge=wedge)
        self.vouchers = VoucherStage(lambda: self.stage.lane, monotonic, wedge or Submit(""))
        self.gate = GateScreen(PLAIN if is_bare else RICH)
        self.counter = VoucherScreen(PLAIN if is_bare else RICH)
        self._feed = Feed(join, self)
        self._keyboard = keyboard or Keyboard(Wedge())
        self._here, self._monotonic = here, monotonic
        self._following: asyncio.Task[None] | None = None
        self._key_timer: asyncio.TimerHandle | None = None
        self._stage_timer: asyncio.TimerHandle | None = None
        self._watches = False
        self._why_away = self._advice = ""

    async def on_mount(self) -> None:
        self.install_screen(self.counter, "counter")  # else it would be taken apart each time it is left
        await self.push_screen(self.gate)
        self._paint()
        self._following = asyncio.create_task(self._feed.run(), name="feed")
        self.set_interval(1.0, self._tick)
        if not self.is_headless:
            end_when_told(self, locked=self.stage.is_locked)

    async def on_unmount(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    # ── what the engine tells (Viewer) ──────────────────────────────────────────────────────────────

    def told(self, event: Event) -> None:
        """One event; one that this screen fails at must not leave the last guest's verdict standing."""
        try:
            self.stage.tell(event)
            self.vouchers.tell(event)
            if self.stage.is_left:
                self.exit(return_code=LEFT)
            elif isinstance(event, Preview) and event.advice == self._advice:
                self.gate.paint_below(self.stage, self._here())
            else:
                self._advice = event.advice if isinstance(event, Preview) else self._advice
                self._paint()
        except Exception as error:
            log.error("action=show event=%s error=%s at=%s", type(event).__name__, type(error).__name__, _places(error))
            self.stage.not_shown()
            self._paint()

    def engine_came(self) -> None:
        self._watches, self._why_away = False, ""
        self.stage.engine_came()
        self._paint()

    def engine_went(self, why: str) -> None:
        self._why_away = why
        self.stage.engine_went()
        self.vouchers.engine_went()
        self._paint()

    def not_sent(self, command: Command) -> None:
        if isinstance(command, Submit | ChooseBookings):
            self.stage.not_sent()
        elif not isinstance(command, WatchPreview | Dismiss):
            self.stage.not_done()
        self.vouchers.not_done()
        self._paint()

    # ── what staff do ───────────────────────────────────────────────────────────────────────────────

    async def on_event(self, event: events.Event) -> None:
        """Keys are taken here, before any widget sees them; pasting and the mouse do nothing."""
        if isinstance(event, events.Key):
            for one in self._keyboard.press(event.key, event.character, event.time):
                self._pressed(one)
            self._await_silence()
            if self._keyboard.held and self._is_typing:
                self._paint()  # a person sees at once what is typed, not only when it is known that no scanner did
        elif not isinstance(event, events.Paste | events.MouseEvent):
            await super().on_event(event)
            if isinstance(event, events.Resize):
                self.call_later(self._paint)

    @property
    def _is_typing(self) -> bool:
        dialog = self.vouchers.dialog if self.vouchers.is_open else self.stage.dialog
        return dialog is not None and dialog.entry is not None

    def _pressed(self, one: Framed | str) -> None:
        asked = self._at_the_counter(one) if self.vouchers.is_open else self._at_the_gate(one)
        if isinstance(asked, Close):
            self.exit()
        elif asked is not None:
            self._feed.send(asked)
        self._paint()

    def _at_the_gate(self, one: Framed | str) -> Command | Close | None:
        return self.stage.scan(one) if isinstance(one, Framed) else self.stage.press(one)

    def _at_the_counter(self, one: Framed | str) -> Command | Close | None:
        if isinstance(one, Framed):
            return self.vouchers.scan(one)
        if (clicked := clicked_at(one)) is None:
            return self.vouchers.press(one)
        if seat_id := self.counter.seat_at(*clicked):
            self.vouchers.click(seat_id)
        elif (place := self.counter.showtime_at(clicked[1])) is not None:
            return self.vouchers.click_showtime(place)
        return None

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def _await_silence(self) -> None:
        now_s = self._typing_s()
        deadline_s = self._keyboard.next_deadline(now_s)
        if deadline_s is not None and self._key_timer is None:
            self._key_timer = self._later(self._monotonic() + deadline_s - now_s, self._seems_silent)

    def _seems_silent(self) -> None:
        """Decided behind the keys on their way and in the queue: a busy screen must not take its delay for silence."""
        if isinstance(self._driver, GateTerminal) and self._driver.listening.is_behind:
            self._key_timer = self._later(self._monotonic() + _BEHIND_S, self._seems_silent)
        else:
            asyncio.get_running_loop().call_soon(self.call_later, self._silent, self._typing_s())

    def _typing_s(self) -> float:
        """The time as keys carry it."""
        return self._driver.listening.heard_s if isinstance(self._driver, GateTerminal) else self._monotonic()

    def _silent(self, at_s: float) -> None:
        self._key_timer = None
        for one in self._keyboard.quiet(at_s):
            self._pressed(one)
        self._await_silence()

    def _await_stage(self) -> None:
        deadlines = (self.stage.next_deadline(), self.vouchers.next_deadline())
        deadline_s = min((at_s for at_s in deadlines if at_s is not None), default=None)
        if self._stage_timer is not None:
            self._stage_timer.cancel()
            self._stage_timer = None
        if deadline_s is not None:
            self._stage_timer = self._later(deadline_s, lambda: self.call_later(self._pass_time))

    def _later(self, at_s: float, call: Callable[[], object]) -> asyncio.TimerHandle:
        """The loop's own timer: Textual's skips a moment that has passed before it looks."""
        return asyncio.get_running_loop().call_later(max(0.0, at_s - self._monotonic()), call)

    def _pass_time(self) -> None:
        self.stage.pass_time()
        self._paint()

    def _tick(self) -> None:
        if self.vouchers.is_open:
            self.counter.paint_strip(self.vouchers, self._here())
        elif isinstance(self.stage.dialog, SigningIn):
            self._paint()  # it counts down
        else:
            self.gate.paint_strip(self.stage, self._here())
            if (asked := self.stage.tick()) is not None:
                self._feed.send(asked)

    # ── painting ────────────────────────────────────────────────────────────────────────────────────

    def _paint(self) -> None:
        if not self.gate.is_mounted:
            return
        if self.vouchers.is_open is not (self.screen is self.counter):
            self._change_screen()
        if self.screen is self.counter:
            self.counter.paint(self.vouchers, self._here(), self._keyboard.held)
        else:
            self.gate.paint(self.stage, self._here(), self._keyboard.held, self._why_away)
        self._await_stage()
        self._watch_preview()

    def _change_screen(self) -> None:
        """To the voucher desk and back, as the lane goes. A mouse is heard only where there is something to click."""
        if self.vouchers.is_open:
            self.push_screen(self.counter)
        else:
            self.pop_screen()
        if isinstance(self._driver, GateTerminal):
            self._driver.hear_mouse(self.vouchers.is_open)

    def _watch_preview(self) -> None:
        wanted = self.gate.wants_preview and self.stage.view.joined and not self.vouchers.is_open
        if wanted is not self._watches:
            self._watches = wanted
            self._feed.send(WatchPreview(wanted))

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────

    def _fatal_error(self) -> None:
        """Textual prints every local variable of every frame: ticket codes among them. Only the places are told."""
        error = self._exception
        if error is not None:
            log.error("action=end error=%s at=%s", type(error).__name__, _places(error))
        self._close_messages_no_wait()


def _places(error: Exception) -> str:
    """Where it happened, the innermost first: without the exception's text, which may hold a code."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return " < ".join(f"{frame.name} {os.path.basename(frame.filename)}:{frame.lineno}" for frame in frames)
