"""What a Linux console shows, as a picture: its real characters and sixteen colours, in its real font. And its keys.

The kernel keeps each console's characters and attributes readable (vcs(4)); a font of Debian's package
console-setup-linux draws them. A character that the font lacks is drawn as a hollow box, and named.

    python -m scripts.bench.console /dev/tty1 picture.png [--font Lat15-Fixed16] [--type 'text\\r']    # as root
"""

from __future__ import annotations

import argparse
import fcntl
import gzip
import struct
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FONTS = Path("/usr/share/consolefonts")
SCALE = 2
PALETTE = [  # drivers/tty/vt/vt.c, in the order of attributes
    (0, 0, 0), (0, 0, 170), (0, 170, 0), (0, 170, 170),
    (170, 0, 0), (170, 0, 170), (170, 85, 0), (170, 170, 170),
    (85, 85, 85), (85, 85, 255), (85, 255, 85), (85, 255, 255),
    (255, 85, 85), (255, 85, 255), (255, 255, 85), (255, 255, 255),
]  # fmt: skip


@dataclass(frozen=True)
class Font:
    """A PSF font: bits of each glyph, and which character is which glyph."""

    height: int
    width: int
    glyphs: list[NDArray[np.bool_]]
    places: dict[str, int]

    @classmethod
    def load(cls, name: str) -> Font:
        """PSF versions 1 and 2 with a Unicode table (psfaddtable(1))."""
        raw = gzip.decompress((FONTS / f"{name}.psf.gz").read_bytes())
        if raw[:2] == b"\x36\x04":
            count, size, start, width = 512 if raw[2] & 1 else 256, raw[3], 4, 8
            height = size
            table = _table1(raw[start + count * size :])
        else:
            start, _, count, size, height, width = struct.unpack("<6I", raw[8:32])
            table = _table2(raw[start + count * size :])
        rows = [raw[start + n * size : start + (n + 1) * size] for n in range(count)]
        glyphs = [
            np.unpackbits(np.frombuffer(one, np.uint8).reshape(height, -1), axis=1)[:, :width].astype(bool)
            for one in rows
        ]
        return cls(height, width, glyphs, table)


@dataclass(frozen=True)
class Screen:
    """Rows of (character, attribute)."""

    cells: list[list[tuple[str, int]]]

    @classmethod
    def read(cls, tty: Path) -> Screen:
        number = tty.name.removeprefix("tty")
        attributes = Path(f"/dev/vcsa{number}").read_bytes()
        rows, columns = attributes[0], attributes[1]
        text = Path(f"/dev/vcsu{number}").read_bytes().decode("utf-32-le")
        shades = attributes[5::2]
        return cls([[(text[y * columns + x], shades[y * columns + x]) for x in range(columns)] for y in range(rows)])

    @property
    def text(self) -> str:
        return "\n".join("".join(character for character, _ in row).rstrip() for row in self.cells)

    def missing(self, font: Font) -> set[str]:
        """What the font cannot show."""
        return {character for row in self.cells for character, _ in row} - set(font.places) - {"\0", " "}

    def draw(self, font: Font) -> NDArray[np.uint8]:
        height, width = font.height, font.width
        picture = np.zeros((len(self.cells) * height, len(self.cells[0]) * width, 3), np.uint8)
        for y, row in enumerate(self.cells):
            for x, (character, attribute) in enumerate(row):
                ink, paper = PALETTE[attribute & 15], PALETTE[attribute >> 4 & 7]
                place = font.places.get(character)
                bits = _box(height, width) if place is None and character > " " else font.glyphs[place or 0]
                if character <= " ":
                    bits = np.zeros((height, width), bool)
                shape = np.where(bits[..., None], np.array(ink, np.uint8), np.array(paper, np.uint8))
                picture[y * height : (y + 1) * height, x * width : (x + 1) * width] = shape
        return np.repeat(np.repeat(picture, SCALE, 0), SCALE, 1)


def type_into(tty: Path, keys: str) -> None:
    """Press keys on a console: as the kernel would put them into its input (tty_ioctl(4), TIOCSTI)."""
    with tty.open("rb", buffering=0) as there:
        for key in keys.encode():
            fcntl.ioctl(there, termios.TIOCSTI, bytes([key]))


def _table1(raw: bytes) -> dict[str, int]:
    places: dict[str, int] = {}
    glyph, sequence = 0, False
    for (value,) in struct.iter_unpack("<H", raw[: len(raw) // 2 * 2]):
        if value == 0xFFFF:
            glyph, sequence = glyph + 1, False
        elif value == 0xFFFE:
            sequence = True
        elif not sequence:
            places.setdefault(chr(value), glyph)
    return places


def _table2(raw: bytes) -> dict[str, int]:
    places: dict[str, int] = {}
    for glyph, entry in enumerate(raw.split(b"\xff")):
        for character in entry.split(b"\xfe")[0].decode("utf-8"):
            places.setdefault(character, glyph)
    return places


def _box(height: int, width: int) -> NDArray[np.bool_]:
    box = np.zeros((height, width), bool)
    box[2:-2, 1:-1] = True
    box[3:-3, 2:-2] = False
    return box


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tty", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--font", default="Lat15-Fixed16")
    parser.add_argument("--type", default="", help="keys to press first; \\r is enter")
    options = parser.parse_args()
    if options.type:  # looks afterwards, in a run of its own: the screen needs a moment
        type_into(options.tty, options.type.encode().decode("unicode_escape"))
        return 0
    screen, font = Screen.read(options.tty), Font.load(options.font)
    cv2.imwrite(str(options.picture), screen.draw(font)[..., ::-1])
    print(screen.text)
    missing = screen.missing(font)
    print(f"not in the font {options.font}: {' '.join(sorted(missing)) or 'nothing'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
