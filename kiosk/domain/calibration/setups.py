"""Which keyboard the scanner believes in and which one it is: the pair that explains best what came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kiosk.domain.calibration.card import CardCode
from kiosk.domain.calibration.strokes import Burst
from kiosk.domain.layouts import LAYOUTS
from kiosk.domain.translation import typed

STRANGE = 0.2
"""A burst that shares fewer than this many of its pairs of characters with every code of the card is not of the card.
Half of it doubled or every tenth character dropped leaves more."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The layout that the scanner believes in, and the keyboard's. `shift`: False where it never arrives, True where
    it is held all the time. `others`: pairs of what comes out by these layouts and what came in its place.
    """

    scanner: str = "us"
    host: str = "us"
    caps_lock: bool = False
    shift: bool | None = None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def agrees(self) -> bool:
        return self.scanner == self.host


AS_IT_COMES = Setup()


def setups(card: Sequence[CardCode], hosts: Collection[str]) -> tuple[Setup, ...]:
    """Those that differ in what comes of the card, the likelier first: most scanners are made to believe in us."""
    pairs = [(scanner, host) for scanner in LAYOUTS for host in LAYOUTS if host in hosts]
    pairs.sort(key=lambda pair: (pair[0] != pair[1], pair[0] != "us", pair[1] != "us"))
    distinct: dict[tuple[str, ...], Setup] = {}
    for caps_lock, shift in ((False, None), (True, None), (False, False), (False, True)):
        for scanner, host in pairs:
            setup = Setup(scanner, host, caps_lock, shift)
            distinct.setdefault(tuple(typed_with(setup, code.text)[0] for code in card), setup)
    return tuple(distinct.values())


def likeliest(card: Sequence[CardCode], came: Sequence[Burst], hosts: Collection[str]) -> Setup:
    """The setup under which the bursts look most like codes of the card; of equals the likelier one."""
    if not came or not hosts:
        return AS_IT_COMES
    return max(setups(card, hosts), key=lambda setup: sum(nearest(card, burst, setup)[1] for burst in came))


def nearest(card: Sequence[CardCode], burst: Burst, setup: Setup) -> tuple[CardCode, float]:
    """The code of the card that a burst looks most like, and how much: 0 not at all, 1 as it should."""
    came, best, likest = burst.pairs, 0.0, card[0]
    for code in card:
        expected = _pairs(setup, code.text)
        few, many = sorted((len(expected), len(came)))
        if few > best * many:  # else it cannot be likelier than the best so far
            shared = len(expected & came)
            likeness = shared / (few + many - shared)
            if likeness > best:
                best, likest = likeness, code
    return likest, best


@lru_cache(4096)
def typed_with(setup: Setup, text: str) -> tuple[str, tuple[int, ...]]:
    """What comes of a text, and the place in it of each character that comes."""
    came, origins = typed(text, LAYOUTS[setup.scanner], LAYOUTS[setup.host], setup.caps_lock, setup.shift)
    return came.translate({ord(by_layout): other for by_layout, other in setup.others}), origins


@lru_cache(4096)
def _pairs(setup: Setup, text: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(typed_with(setup, text)[0]))
