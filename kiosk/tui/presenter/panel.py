"""What a panel on the screen says, and how it looks: a word, a tone with its shape, what happened, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Ink(Enum):
    """How a piece of text weighs in its line. Colours are the palette's affair."""

    TEXT = "text"
    STRONG = "strong"
    QUIET = "quiet"
    FRAME = "frame"
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    ASK = "ask"
    LOUD = "loud"
    """Reversed: what must not be overlooked."""


Bit = tuple[str, Ink]
Line = tuple[Bit, ...]


class Shape(Enum):
    """What carries the meaning where there is no colour: the sign beside the word and the pattern of the frame."""

    TICK = "tick"
    TICK_DASHED = "tick dashed"
    CROSS = "cross"
    QUESTION = "question"
    QUESTION_DASHED = "question dashed"
    LIST = "list"
    DOTS = "dots"
    LETTER = "letter"
    PLAIN = "plain"


class Tone(Enum):
    """What kind of news a panel is. Each tone has a shape of its own."""

    ADMIT = Shape.TICK
    PROVISIONAL = Shape.TICK_DASHED
    UNVOUCHED = Shape.QUESTION_DASHED
    REFUSE = Shape.CROSS
    DOUBT = Shape.QUESTION
    CHOICE = Shape.LIST
    REPEAT = Shape.DOTS
    LOOK = Shape.LETTER
    IDLE = Shape.PLAIN

    @property
    def shape(self) -> Shape:
        return self.value


@dataclass(frozen=True, slots=True)
class Panel:
    """One verdict, or the lack of one, in the words of staff.

    `word` is painted in block letters, `count` in block digits beside it. `headline` is the reason or the party;
    `what` says what, when and where; `advice` what to do. `said_at` and `foot` stand small at the bottom.
    """

    tone: Tone
    word: str
    headline: str = ""
    what: str = ""
    details: tuple[str, ...] = ()
    advice: str = ""
    count: int | None = None
    foot: str = ""
    said_at: str = ""
    pictogram: str = ""
    """Rows of blocks, parted by |, in place of the shape's own sign."""

    @property
    def shape(self) -> Shape:
        return self.tone.shape
