"""The codes of the calibration card: every character that tickets use, in every symbology that they are printed in."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.code import GS
from kiosk.domain.translation import PRINTABLE


@dataclass(frozen=True, slots=True)
class CardCode:
    """One code of the card. `symbology`: a name of the configuration's `formats`."""

    number: int
    symbology: str
    text: str


CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def _shuffled(characters: str, step: int, start: str) -> str:
    """All of them, each `step` after the one before. With another step no two neighbours are the same: a code is known
    by any part of it. `step` and their number have no common factor."""
    first = characters.index(start)
    return "".join(characters[(first + place * step) % len(characters)] for place in range(len(characters)))


def _cut(text: str, *places: int) -> list[str]:
    return [text[start:stop] for start, stop in zip((0, *places), (*places, len(text)), strict=True)]


_TEXTS = (
    ("QRCODE", _shuffled(PRINTABLE, 1, "A")),
    ("AZTEC", _shuffled(PRINTABLE, 2, "Z")),
    ("DATA_MATRIX", GS.join(_cut(_shuffled(PRINTABLE, 3, "K"), 31, 62))),
    ("PDF417", _shuffled(PRINTABLE, 4, "B")),
    *(("CODE128", part) for part in _cut(_shuffled(PRINTABLE, 6, "T"), 32, 64)),
    *(("CODE39", part) for part in _cut(_shuffled(CODE39, 5, "G"), 22)),
    ("ITF", "18436572908120"),
    ("EAN13", "2970418356946"),
    ("EAN8", "26413853"),
    ("MICRO_QRCODE", "MQR 5836Z-Y"),
)

CARD = tuple(CardCode(number, symbology, text) for number, (symbology, text) in enumerate(_TEXTS, start=1))
