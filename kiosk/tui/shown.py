"""What can stand on the screen: never more than one of these."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.events import Checking, Decided, Noted


@dataclass(frozen=True, slots=True)
class Nothing:
    """Ready for the next guest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict. `late_s`: it was told that long ago, while this screen was away; None: just now."""

    decided: Decided
    late_s: float | None = None
    doubled: bool = False
    """Its ticket was read twice while it was held up."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A code is being looked up."""

    checking: Checking


@dataclass(frozen=True, slots=True)
class Redeeming:
    """What staff have picked is being redeemed."""

    scan_id: str
    lane: str
    count: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """What staff had picked was no longer open when it reached the engine."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The engine went away in the middle of a check."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """A code could not be given to the engine."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """This screen failed at something that it was told."""


@dataclass(frozen=True, slots=True)
class TakingBack:
    """An admission is being taken back at the office."""

    which: str
    no_show: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it. `noted` None: the engine went away in the middle of it."""

    asked: TakingBack
    noted: Noted | None = None


Shown = Nothing | Standing | Looking | Redeeming | TooLate | CutOff | NotSent | NotShown | TakingBack | TakenBack
