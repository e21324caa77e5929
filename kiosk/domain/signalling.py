"""What a verdict sounds and looks like without a screen: pitch, rhythm, light, and how often the turnstile opens.

Each outcome is known by its pitch and by its rhythm, so that neither a tone-deaf nor a colour-blind person has to
guess, and a buzzer of one pitch still tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, repeat
from typing import assert_never

from kiosk.domain.events import Decided
from kiosk.domain.verdict import Admit, Choose, Grade, Refuse, Undecided

MOST_PULSES = 8
"""More cannot be counted by ear; a longer tone at the end says that there were more."""


class Word(StrEnum):
    """What is signalled, by name."""

    ADMIT = "admit"
    ADMIT_PROVISIONAL = "admit_provisional"
    REFUSE = "refuse"
    CHOOSE = "choose"
    UNDECIDED = "undecided"
    REPEAT = "repeat"
    LOOKED = "looked"


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Beat:
    """One tone, and the silence after it."""

    pitch_hz: float
    on_s: float
    off_s: float = 0.06


@dataclass(frozen=True, slots=True)
class Cue:
    """What one verdict asks of loudspeaker, buzzer, lamps and turnstile. `guests` may come in: 0 but for an admission.

    The lights flash `flashes` times, then stay on for a while where `lasts`.
    """

    word: Word
    lane: str
    beats: tuple[Beat, ...]
    lights: frozenset[Light] = frozenset()
    flashes: int = 1
    lasts: bool = True
    guests: int = 0

    @property
    def lasts_s(self) -> float:
        """How long it sounds, in seconds."""
        return sum(beat.on_s + beat.off_s for beat in self.beats)


_REPEATED = Cue(Word.REPEAT, "", (Beat(1000, 0.03),), lasts=False)
_LOOKED = Cue(Word.LOOKED, "", (Beat(700, 0.05), Beat(700, 0.05)), lasts=False)
_REFUSED = Cue(Word.REFUSE, "", (Beat(220, 0.35, 0.12), Beat(220, 0.35)), frozenset({Light.RED}))
_CHOICE = Cue(Word.CHOOSE, "", (Beat(660, 0.15, 0.03), Beat(550, 0.25)), frozenset({Light.AMBER}), flashes=2)
_DOUBTED = Cue(Word.UNDECIDED, "", tuple(repeat(Beat(440, 0.16, 0.16), 3)), frozenset({Light.AMBER}), flashes=3)


def cue_of(decided: Decided) -> Cue:
    """The cue of a verdict. Only an admission that has just been made lets anybody in."""
    lane, verdict = decided.lane, decided.verdict
    if decided.repeat:
        return replace(_REPEATED, lane=lane)
    if decided.looked:
        return replace(_LOOKED, lane=lane)
    match verdict:
        case Admit(grade=Grade.CONFIRMED):
            return _confirmed(lane, guests_of(verdict))
        case Admit():
            return _provisional(lane, guests_of(verdict))
        case Refuse():
            return replace(_REFUSED, lane=lane)
        case Choose():
            return replace(_CHOICE, lane=lane)
        case Undecided():
            return replace(_DOUBTED, lane=lane)
        case _:
            assert_never(verdict)


def guests_of(admit: Admit) -> int:
    """How many may come in: at least one, also where the office was away and nobody knows the party."""
    return max(1, sum(booking.pax for booking in admit.bookings))


def _confirmed(lane: str, guests: int) -> Cue:
    """Up, then a high pip for each guest."""
    beats = chain((Beat(880, 0.08, 0.01), Beat(1320, 0.08, 0.12)), _counted(Beat(1760, 0.06, 0.08), guests))
    return Cue(Word.ADMIT, lane, tuple(beats), frozenset({Light.GREEN}), min(guests, MOST_PULSES), guests=guests)


def _provisional(lane: str, guests: int) -> Cue:
    """The same way up, then a longer, lower tone for each guest, and down at the end: the office has yet to agree."""
    counted = _counted(Beat(1175, 0.12, 0.1), guests)
    beats = chain((Beat(880, 0.08, 0.01), Beat(1320, 0.08, 0.12)), counted, (Beat(660, 0.3),))
    lights = frozenset({Light.GREEN, Light.AMBER})
    return Cue(Word.ADMIT_PROVISIONAL, lane, tuple(beats), lights, min(guests, MOST_PULSES), guests=guests)


def _counted(beat: Beat, guests: int) -> tuple[Beat, ...]:
    pips = tuple(repeat(beat, min(guests, MOST_PULSES)))
    return pips if guests <= MOST_PULSES else (*pips, Beat(beat.pitch_hz, 0.5, beat.off_s))


ADMITTED = replace(_confirmed("", 1), guests=0)
"""One guest let in, with the turnstile left out of it: for trying lamps and loudspeakers."""

EXAMPLES = {
    "admit, one guest": ADMITTED,
    "admit, four guests": replace(_confirmed("", 4), guests=0),
    "admit, provisional, one guest": replace(_provisional("", 1), guests=0),
    "admit, provisional, four guests": replace(_provisional("", 4), guests=0),
    "refuse": _REFUSED,
    "choose": _CHOICE,
    "undecided": _DOUBTED,
    "the same ticket again": _REPEATED,
    "only looked at": _LOOKED,
}
"""Each of them once, for staff to learn. Nobody is let in."""
