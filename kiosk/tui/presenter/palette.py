"""The colours: one set for terminals that have millions, one for those that have sixteen. Never the only carrier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style

from kiosk.tui.presenter.panel import Ink, Tone


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tone is painted with: background, text, frame, and text that may stand back."""

    back: str
    text: str
    frame: str
    quiet: str


@dataclass(frozen=True)
class Palette:
    """Colours by name as Rich knows them. `plain`: a console with sixteen colours and few glyphs."""

    plain: bool
    grounds: Mapping[Tone, Ground]
    words: Mapping[Ink, str]

    def __hash__(self) -> int:
        return id(self)

    @lru_cache(maxsize=256)  # noqa: B019 (two palettes live as long as the program)
    def style(self, ink: Ink, tone: Tone = Tone.IDLE) -> Style:
        """The look of a piece of text that stands on a tone."""
        ground = self.grounds[tone]
        match ink:
            case Ink.LOUD if self.plain:  # reversed and bold, a console paints dark grey on magenta (seen on one)
                return Style(color="bright_white", bgcolor="magenta", bold=True)
            case Ink.LOUD:
                return Style(color=self.words[Ink.LOUD], bgcolor=ground.back, bold=True, reverse=True)
            case Ink.STRONG:  # bold black is dark grey on a console (seen on one)
                return Style(color=ground.text, bgcolor=ground.back, bold=ground.text != "black")
            case Ink.TEXT:
                return Style(color=ground.text, bgcolor=ground.back)
            case Ink.QUIET:
                return Style(color=ground.quiet, bgcolor=ground.back)
            case Ink.FRAME:
                return Style(color=ground.frame, bgcolor=ground.back)
            case _:
                return Style(color=self.words[ink], bgcolor=ground.back, bold=True)


RICH = Palette(
    plain=False,
    grounds={
        Tone.ADMIT: Ground("#00703c", "#ffffff", "#6fe8ab", "#d3f5e3"),
        Tone.PROVISIONAL: Ground("#00703c", "#ffffff", "#6fe8ab", "#d3f5e3"),
        Tone.UNVOUCHED: Ground("#00703c", "#ffffff", "#6fe8ab", "#d3f5e3"),
        Tone.REFUSE: Ground("#ad1220", "#ffffff", "#ffa3a3", "#ffdede"),
        Tone.DOUBT: Ground("#ffb000", "#000000", "#5c3d00", "#3d2a00"),
        Tone.CHOICE: Ground("#0b4a85", "#ffffff", "#8cc8ff", "#cfe6ff"),
        Tone.LOOK: Ground("#3f2f73", "#ffffff", "#c3b5ff", "#ddd6ff"),
        Tone.REPEAT: Ground("#2b3138", "#e3e6ea", "#8b939d", "#b4bac2"),
        Tone.IDLE: Ground("#101418", "#d7dbe0", "#4a525c", "#959da7"),
    },
    words={
        Ink.GOOD: "#4cc38a",
        Ink.BAD: "#ff7070",
        Ink.DOUBT: "#ffb224",
        Ink.ASK: "#6cb6ff",
        Ink.LOUD: "#ff8fe0",
    },
)

PLAIN = Palette(
    plain=True,
    grounds={
        Tone.ADMIT: Ground("green", "black", "black", "black"),
        Tone.PROVISIONAL: Ground("green", "black", "black", "black"),
        Tone.UNVOUCHED: Ground("green", "black", "black", "black"),
        Tone.REFUSE: Ground("red", "bright_white", "bright_white", "bright_white"),
        # a console's dark yellow is brown, next to red: bright yellow exists for glyphs only
        Tone.DOUBT: Ground("black", "bright_yellow", "bright_yellow", "bright_yellow"),
        Tone.CHOICE: Ground("blue", "bright_white", "bright_white", "white"),
        Tone.LOOK: Ground("magenta", "bright_white", "bright_white", "bright_white"),
        Tone.REPEAT: Ground("black", "white", "white", "white"),
        Tone.IDLE: Ground("black", "white", "white", "white"),
    },
    words={
        Ink.GOOD: "bright_green",
        Ink.BAD: "bright_red",
        Ink.DOUBT: "bright_yellow",
        Ink.ASK: "bright_cyan",
        Ink.LOUD: "bright_magenta",
    },
)

_PLAIN_GLYPHS = str.maketrans({"→": ">", "…": "·", "✓": "+"})


def plain_text(text: str) -> str:
    """Our own glyphs that a plain console's font lacks, as ones that it has; widths stay."""
    return text.translate(_PLAIN_GLYPHS)
