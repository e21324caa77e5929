"""From what a scanner made of the card's codes to what is wrong with it. A pure function: strokes in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from kiosk.domain.calibration.card import CardCode
from kiosk.domain.calibration.reads import Fault, Mistake, Read, around, reads_of, usual
from kiosk.domain.calibration.setups import AS_IT_COMES, Setup, likeliest, typed_with
from kiosk.domain.calibration.strokes import Burst, Stroke, bursts
from kiosk.domain.layouts import LAYOUTS
from kiosk.domain.translation import between

UNEXPLAINED = 4
"""So many characters that always come out as others: no layout of ours, but one that can be put right by characters."""

OFTEN_ENOUGH = 2
"""What happened to a character once may have been chance."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one code of the card: for each time it came, whether it came whole."""

    code: CardCode
    whole: tuple[bool, ...] = ()

    @property
    def at_first(self) -> bool:
        return self.whole[:1] == (True,)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast it types. None where it cannot be said: nothing came, or whole codes at once."""

    chars_per_s: float | None = None
    median_gap_s: float | None = None
    longest_gap_s: float | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What is the matter. Characters are those of the card, as they should have come.

    `faults` counts each fault of each character that happens now and then, `expected` how often it should have come.
    `never`: characters that never came. `replace`: what comes → what is meant, of those that always come out as
    another one and are no matter of layouts; `lost`: those of them that come out as another one does rightly, so that
    they cannot be put right. `cut_first`, `cut_last`: codes without their first or last character. `prefix` and
    `suffix` are as the scanner meant them; `ending` is what ends a code, empty where nothing does. `strangers`: codes
    that are not of the card.
    """

    setup: Setup
    tried: tuple[Tried, ...]
    strangers: int = 0
    expected: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[Fault, Mapping[str, int]] = field(default_factory=dict)
    never: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""
    cut_first: int = 0
    cut_last: int = 0
    prefix: str = ""
    suffix: str = ""
    ending: str = ""
    sends_aim: bool = False
    speed: Speed = Speed()

    @property
    def first_read_rate(self) -> float:
        """Of the codes on the card, those that came whole the first time."""
        return sum(tried.at_first for tried in self.tried) / len(self.tried)


def diagnose(card: Sequence[CardCode], strokes: Sequence[Stroke], hosts: Collection[str] = tuple(LAYOUTS)) -> Diagnosis:
    """What is wrong with the scanner that made these strokes of the card's codes, scanned in any order.

    `hosts`: the layouts that the keyboard may have; none for a scanner that types no keys.
    """
    came = bursts(strokes)
    setup = likeliest(card, came, hosts)
    others = _Findings(card, came, setup).others()
    if not setup.agrees and len(others) >= UNEXPLAINED:
        setup = AS_IT_COMES
        others = _Findings(card, came, setup).others()
    return _Findings(card, came, replace(setup, others=tuple(others.items()))).diagnosis()


class _Findings:
    """The bursts under one setup."""

    def __init__(self, card: Sequence[CardCode], came: Sequence[Burst], setup: Setup) -> None:
        self._card = card
        self._setup = setup
        self._reads = reads_of(card, came, setup)
        self._strangers = len(came) - len(self._reads)
        self._prefix = usual(read.before for read in self._reads)
        self._suffix = usual(read.after for read in self._reads)
        self._expected = Counter(char for read in self._reads for char in read.code.text)
        self._mistakes = [mistake for read in self._reads for mistake in self._of(read)]

    def _of(self, read: Read) -> tuple[Mistake, ...]:
        return (*read.mistakes, *around(read, self._prefix, self._suffix))

    def others(self) -> dict[str, str]:
        """What mostly came out as one other character, and as which: no chance, and no matter of these layouts."""
        came: dict[str, Counter[str]] = {}
        for mistake in self._mistakes:
            if mistake.fault is Fault.CHANGED:
                came.setdefault(mistake.meant, Counter())[mistake.came] += 1
        found: dict[str, str] = {}
        for meant, instead in came.items():
            other, times = instead.most_common(1)[0]
            by_layout, _ = typed_with(self._setup, meant)
            if len(by_layout) == 1 and times >= max(OFTEN_ENOUGH, 0.6 * self._expected[meant]):
                found[by_layout] = other
        return found

    def diagnosis(self) -> Diagnosis:
        replacing, lost = self._put_right()
        times = Counter((mistake.fault, mistake.meant) for mistake in self._mistakes)
        never = {char for char, count in self._expected.items() if times[Fault.DROPPED, char] == count >= OFTEN_ENOUGH}
        faults: dict[Fault, dict[str, int]] = {}
        for (fault, char), count in sorted(times.items(), key=lambda item: (-item[1], item[0][1])):
            if not (fault is Fault.DROPPED and char in never):
                faults.setdefault(fault, {})[char] = count
        return Diagnosis(
            replace(self._setup, others=()),
            self._tried(never),
            self._strangers,
            self._expected,
            faults,
            "".join(sorted(never)),
            replacing,
            lost,
            sum(read.lacks(0) for read in self._reads),
            sum(read.lacks(-1) for read in self._reads),
            self._prefix,
            self._suffix,
            usual(read.burst.ending for read in self._reads),
            bool(usual("]" if read.aim else "" for read in self._reads)),
            _speed(self._reads),
        )

    def _put_right(self) -> tuple[dict[str, str], str]:
        """What can be put right character by character, and what cannot: it comes out as another one does rightly."""
        back = between(self._setup.scanner, self._setup.host)
        others = dict(self._setup.others)
        layouts_only = replace(self._setup, others=())
        right = {came for char in self._expected if (came := typed_with(layouts_only, char)[0]) not in others}
        replacing: dict[str, str] = {}
        lost = set[str]()
        for by_layout, came in others.items():
            if came in right or back(came) in replacing:
                lost.add(back(by_layout))
            else:
                replacing[back(came)] = back(by_layout)
        return replacing, "".join(sorted(lost))

    def _tried(self, never: set[str]) -> tuple[Tried, ...]:
        """Whole: as it always comes, be it by a wrong layout or without a character that the scanner never sends."""
        whole: dict[CardCode, list[bool]] = {code: [] for code in self._card}
        for read in self._reads:
            whole[read.code].append(all(mistake.meant in never for mistake in self._of(read)))
        return tuple(Tried(code, tuple(times)) for code, times in whole.items())


def _speed(reads: Sequence[Read]) -> Speed:
    gaps_s = [gap_s for read in reads for gap_s in read.burst.gaps_s]
    if not any(gaps_s):
        return Speed()
    rates = [len(read.burst.gaps_s) / sum(read.burst.gaps_s) for read in reads if any(read.burst.gaps_s)]
    return Speed(median(rates), median(gaps_s), max(gaps_s))
