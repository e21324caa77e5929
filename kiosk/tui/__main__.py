"""`python -m kiosk.tui --socket PATH`: the screen alone, on a running engine."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiosk.domain.code import show_hostile

USAGE = 2

TEXTUAL_SETTINGS = {
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "TEXTUAL_FPS": "250",  # how often it looks whether to paint; at its own 60 a verdict waits 8 ms more (measured)
}

_KEPT_RECORDS = 50
_LONGEST_RECORD = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Show an engine until closed. Exit status 0: closed in order; 1: failed; 2: no terminal to show it on;
    3: a locked one was left by somebody who may."""
    asked = _parser().parse_args(arguments)
    os.environ.update(TEXTUAL_SETTINGS)  # read by textual when it is imported

    from kiosk.domain.events import Submit
    from kiosk.domain.framing import FramingRules
    from kiosk.domain.roles import Place
    from kiosk.domain.translation import translation
    from kiosk.domain.wedge import Wedge
    from kiosk.link.client import EngineLink
    from kiosk.tui.app import KioskApp
    from kiosk.tui.feed import Link
    from kiosk.tui.keyboard import Keyboard
    from kiosk.tui.terminal import is_terminal

    if not is_terminal():
        sys.stderr.write("the screen needs a terminal to read from and to paint on\n")
        return USAGE

    async def join() -> Link:
        return await EngineLink.join(asked.socket, viewer=(Place.LOCKED if asked.locked else Place.SCREEN).value)

    rules = FramingRules(
        asked.prefix, asked.suffix, asked.terminators, min_length=asked.min_length, strip_aim=not asked.keep_aim
    )
    app = KioskApp(
        join,
        locked=asked.locked,
        wedge=Submit("", lane=asked.lane, source=asked.name),
        keyboard=Keyboard(Wedge(rules, translation=translation(asked.translate, asked.replace))),
    )
    with told_afterwards():
        app.run(mouse=False)
    return app.return_code or 0


@contextmanager
def told_afterwards() -> Iterator[None]:
    """Keep what is logged until the terminal is given back: a line of log would stand across the verdict."""
    kept: deque[str] = deque(maxlen=_KEPT_RECORDS)
    handler = logging.Handler(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.emit = lambda record: kept.append(handler.format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        sys.stderr.writelines(f"{show_hostile(line, _LONGEST_RECORD)}\n" for line in kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kiosk.tui", description="The gate's screen, on a running engine.")
    parser.add_argument("--socket", type=Path, required=True, help="the engine's socket")
    parser.add_argument("--locked", action="store_true", help="kiosk mode: no key closes the screen")
    wedge = parser.add_argument_group("a scanner that types like a keyboard")
    wedge.add_argument("--name", default="wedge", help="its name in messages")
    wedge.add_argument("--lane", default="", help="the lane that it serves; empty: the kiosk's")
    wedge.add_argument("--prefix", default="", help="what it types before each code")
    wedge.add_argument("--suffix", default="", help="what it types after each code, before Enter")
    wedge.add_argument("--terminators", default="\r\n", help="characters that end a code; none: silence does")
    wedge.add_argument("--min-length", type=int, default=4, help="shorter bursts are no codes")
    wedge.add_argument("--keep-aim", action="store_true", help="leave a symbology identifier like ]Q1 on")
    wedge.add_argument("--translate", default="", help="its keyboard layout and this machine's, like us>de")
    wedge.add_argument("--replace", type=json.loads, default={}, help="characters to put right, as a JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
