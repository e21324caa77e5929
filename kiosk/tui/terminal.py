"""The terminal of a gate: what is read from it is hostile, and what is written to it may never be read.

Takes the place of Textual's own driver, which six bytes of a barcode can end, which one byte that is not UTF-8 can
end, which a stray SIGCONT makes read twice, and whose writing holds up the loop when nobody reads (all measured).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size

from kiosk.tui.keystrokes import ESCAPE_AFTER_S, Keystrokes, Stroke
from kiosk.tui.listening import Listening
from kiosk.tui.painter import Painter

ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
"""Own screen, no cursor, no wrapping. No mouse, no paste marks, no focus reports, no kitty keys are asked for."""

CLICKS_ON, CLICKS_OFF = "\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"
"""A mouse's buttons, told as xterm does. A plain console tells nothing."""

LEAVE = CLICKS_OFF + "\x1b[0m\x1b[H\x1b[2J\x1b[?7h\x1b[?1049l\x1b[?25h"
"""Wiped first: what stood there is for the gate, and tmux leaves some of it behind after a change of size."""

_READ = 4096
_POLL_S = 0.25
_NEXT_S = 0.02
_WATCHFUL = 15
"""Short waits after a key: of a wait that lasted longer than it should, only what it should is taken for silence."""


def is_plain(environ: Mapping[str, str]) -> bool:
    """Whether this terminal has sixteen colours and a console's few glyphs."""
    term = environ.get("TERM", "")
    if environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in term or "direct" in term:
        return term == "linux"
    return True


def is_terminal() -> bool:
    """Whether there is a terminal to read from and to paint on."""
    return (
        sys.__stdin__ is not None and sys.__stdout__ is not None and sys.__stdin__.isatty() and sys.__stdout__.isatty()
    )


def terminal_size(out: int) -> Size:
    """Columns and rows; 80×24 where the terminal does not say."""
    try:
        size = os.get_terminal_size(out)
    except OSError:
        return Size(80, 24)
    return Size(size.columns or 80, size.lines or 24)


def _raw(attributes: list[Any]) -> list[Any]:
    """Every key as it comes, at once; nothing echoed, none turned into a signal, none holding the output back."""
    changed = list(attributes)
    changed[0] &= ~(
        termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP | termios.IXON | termios.IXOFF
    )
    changed[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    changed[6] = [*changed[6]]
    changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
    return changed


class GateTerminal(Driver):
    """Reads keys in one thread, writes paints in another. Neither ever waits for the other, nor for the screen."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._in, self._out = sys.__stdin__.fileno(), sys.__stdout__.fileno()  # type: ignore[union-attr]
        self._before: list[Any] | None = None
        self._ending = threading.Event()
        self._reader = threading.Thread(target=self._read, name="keys", daemon=True)
        self._painter = Painter(self._out, self._repaint)
        self._strokes = Keystrokes()
        self.listening = Listening(self._in)

    # ── what Textual asks for ───────────────────────────────────────────────────────────────────────

    def start_application_mode(self) -> None:
        """Take the terminal. What was typed before this moment is dropped: it was meant for somebody else."""
        for ignored in (signal.SIGCONT, signal.SIGTSTP, signal.SIGTTOU):
            signal.signal(ignored, signal.SIG_IGN)
        self._before = termios.tcgetattr(self._in)
        termios.tcsetattr(self._in, termios.TCSANOW, _raw(self._before))
        termios.tcflush(self._in, termios.TCIFLUSH)
        self._painter.start()
        self.write(ENTER)
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._resized()
        self._reader.start()

    def write(self, data: str) -> None:
        self._painter.write(data)

    def hear_mouse(self, on: bool) -> None:
        """Hear clicks from now on, or no more."""
        self._strokes.hears_clicks = on
        self.write(CLICKS_ON if on else CLICKS_OFF)

    def disable_input(self) -> None:
        if self._ending.is_set():
            return
        self._ending.set()
        self._loop.remove_signal_handler(signal.SIGWINCH)
        if self._reader.is_alive():
            self._reader.join(2 * _POLL_S)
        with suppress(termios.error):
            termios.tcflush(self._in, termios.TCIFLUSH)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self.disable_input()
        self.write(LEAVE)
        self._painter.finish()
        if self._before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._in, termios.TCSANOW, self._before)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        strokes, watchful = self._strokes, 0
        while not self._ending.is_set():
            quiet_s = _NEXT_S if watchful else _POLL_S
            if not self.listening.wait(ESCAPE_AFTER_S if strokes.waits else quiet_s):
                self._press(strokes.quiet())
                watchful = max(watchful - 1, 0)
                continue
            self.listening.at_work = True
            try:
                data = os.read(self._in, _READ)
            except BlockingIOError:
                data = None  # somebody else has read it
            except OSError:
                data = b""
            if data == b"":
                self._hung_up()
                return
            self._press(strokes.feed(data or b""))
            self.listening.at_work, watchful = False, _WATCHFUL

    def _press(self, strokes: Iterator[Stroke]) -> None:
        keys = [events.Key(name, character) for name, character in strokes]
        for key in keys:
            key.time = self.listening.heard_s
        if keys:
            self._call(self._post, keys)

    def _post(self, keys: list[events.Key]) -> None:
        for key in keys:
            key.set_sender(self._app)
            self._app.post_message(key)

    def _hung_up(self) -> None:
        """The terminal is gone: there is nobody to show anything to."""
        self._call(self._app.exit)

    # ── size and repainting ─────────────────────────────────────────────────────────────────────────

    def _resized(self) -> None:
        size = terminal_size(self._out)
        self._app.post_message(events.Resize(size, size))

    def _repaint(self) -> None:
        self._call(lambda: self._app.refresh(layout=True))

    def _call(self, call: Callable[..., object], *args: object) -> None:
        """Do something on the loop, from a thread; nothing once the loop has ended."""
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            self._ending.set()


def end_when_told(app: App[Any], *, locked: bool = False) -> None:
    """End in order when told to: by a supervisor, or by the terminal going away. Locked, it minds no key."""
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(told, app.exit)
    for typed in (signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(typed, (lambda: None) if locked else app.exit)
