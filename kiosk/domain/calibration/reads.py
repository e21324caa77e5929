"""Each burst laid over the code of the card that it is of, and every mistake in it by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from kiosk.domain.calibration.alignment import Edit, Slip, align
from kiosk.domain.calibration.card import CardCode
from kiosk.domain.calibration.setups import STRANGE, Setup, nearest, typed_with
from kiosk.domain.calibration.strokes import Burst
from kiosk.domain.code import split_aim
from kiosk.domain.layouts import LAYOUTS, SPACE
from kiosk.domain.translation import between


class Fault(Enum):
    """What may happen to a character."""

    DROPPED = "dropped"
    DOUBLED = "doubled"
    SHIFTED = "shifted"
    CHANGED = "changed"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of them. `meant`: the character of the card; `came`: what came instead."""

    fault: Fault
    meant: str = ""
    came: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A burst that is of the card. `dropped`: places in the code's text; `before` and `after`: what stands around it,
    as the scanner meant it.
    """

    burst: Burst
    code: CardCode
    mistakes: tuple[Mistake, ...]
    dropped: frozenset[int]
    aim: str
    before: str
    after: str

    def lacks(self, place: int) -> bool:
        """Whether the first (0) or last (-1) character is missing."""
        return place % len(self.code.text) in self.dropped


def reads_of(card: Sequence[CardCode], came: Iterable[Burst], setup: Setup) -> list[Read]:
    """The bursts that are of the card, in order."""
    reads = []
    for burst in came:
        code, likeness = nearest(card, burst, setup)
        if likeness >= STRANGE:
            reads.append(_read(burst, code, setup))
    return reads


def usual(around: Iterable[str]) -> str:
    """What stands before (or after) most codes; nothing where they do not agree."""
    counted = Counter(around)
    most, times = counted.most_common(1)[0] if counted else ("", 0)
    return most if 2 * times > counted.total() else ""


def around(read: Read, prefix: str, suffix: str) -> Iterator[Mistake]:
    """What stands around this code and not around the others: its first or last character again, or strays."""
    if read.before != prefix:
        doubled = read.before == prefix + read.code.text[0]
        yield Mistake(Fault.DOUBLED, read.code.text[0]) if doubled else Mistake(Fault.STRAY, came=read.before)
    if read.after != suffix:
        doubled = read.after == read.code.text[-1] + suffix
        yield Mistake(Fault.DOUBLED, read.code.text[-1]) if doubled else Mistake(Fault.STRAY, came=read.after)


def _read(burst: Burst, code: CardCode, setup: Setup) -> Read:
    expected, origins = typed_with(setup, code.text)
    alignment = align(expected, burst.text)
    back = between(setup.scanner, setup.host)
    before, after = back(alignment.before), back(alignment.after)
    _, symbology = split_aim(before[-3:])
    aim = before[-3:] if symbology else ""
    places = [origins[min(edit.place, len(origins) - 1)] for edit in alignment.edits]
    mistakes = tuple(
        _mistake(edit, expected, code.text[place], setup) for edit, place in zip(alignment.edits, places, strict=True)
    )
    dropped = (place for edit, place in zip(alignment.edits, places, strict=True) if edit.slip is Slip.DROPPED)
    return Read(burst, code, mistakes, frozenset(dropped), aim, before.removesuffix(aim), after)


def _mistake(edit: Edit, expected: str, meant: str, setup: Setup) -> Mistake:
    match edit.slip:
        case Slip.DROPPED:
            return Mistake(Fault.DROPPED, meant)
        case Slip.CHANGED:
            shifted = edit.came == _other_shift(expected[edit.place], setup)
            return Mistake(Fault.SHIFTED if shifted else Fault.CHANGED, meant, edit.came)
        case Slip.DOUBLED:
            return Mistake(Fault.DOUBLED, between(setup.scanner, setup.host)(edit.came))
        case Slip.STRAY:
            return Mistake(Fault.STRAY, came=edit.came)


def _other_shift(char: str, setup: Setup) -> str:
    """What the key of a character gives with the other position of Shift."""
    host = LAYOUTS[setup.host]
    press = host.presses.get(char, ())[:1]
    if not press or press[0].key == SPACE or press[0].altgr:
        return ""
    return host.at(press[0]._replace(shift=not press[0].shift))
