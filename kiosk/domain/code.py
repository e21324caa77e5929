"""The text of a barcode: what may be looked up, how it is shown, and what it looks like.

A code is a bearer token: whoever holds its text holds the ticket. It leaves this program only to the office, and
masked everywhere else. It is never split, folded or checked: Ventrata's hold `! | + /` and are case-sensitive.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_CODE = 1024
"""Characters. A QR code holds more, a ticket never does: the longest seen is a boarding pass of about 300."""

GS = "\x1d"
"""FNC1 inside a GS1 code, the only control character that a ticket may hold."""

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_AIM_SYMBOLOGY = {
    "A": "CODE39", "C": "CODE128", "E": "EAN", "F": "CODABAR", "G": "CODE93", "I": "ITF", "L": "PDF417",
    "Q": "QRCODE", "d": "DATA_MATRIX", "e": "DATABAR", "z": "AZTEC",
}  # fmt: skip
_UNREADABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Code:
    """A readable code, ready to be looked up. Build it with `read_code`."""

    text: str
    symbology: str | None = None

    def __repr__(self) -> str:
        return f"Code({self.masked!r})"

    @property
    def masked(self) -> str:
        """Enough to tell two tickets apart on a list, too little to make one of them."""
        if len(self.text) >= 12:
            return f"{self.text[:4]}…{self.text[-4:]}"
        return "…" + (self.text[-2:] if len(self.text) > 4 else "")

    @property
    def shape(self) -> str:
        """What codes of one issuer have in common: the same for two tickets of one supplier, mostly.

        `!1|…` of 84 characters, six upper-case alphanumerics, `HTA89203`: the start, the length and the case.
        """
        start = "".join("." if c.isalnum() else c for c in self.text[:3])
        case = "a" if any(c.islower() for c in self.text) else "A"
        return f"{start}{len(self.text)}{case}"


def read_code(raw: str, symbology: str | None = None) -> Code | None:
    """The code in a scanned text, or None where it is unreadable.

    Unreadable: empty, longer than `LONGEST_CODE`, or holding a character that no ticket holds (control characters
    but GS, format and bidi controls, lone surrogates, the replacement character). Blanks around it are dropped.
    """
    text = raw.strip(" \t\r\n")
    if not text or len(text) > LONGEST_CODE:
        return None
    if any(c == "\ufffd" or (c != GS and unicodedata.category(c) in _UNREADABLE) for c in text):
        return None
    return Code(text, symbology)


def split_aim(text: str) -> tuple[str, str | None]:
    """The text without its AIM identifier (`]C1`, `]d2`, `]Q3`; ISO/IEC 15424), and the symbology it names."""
    if _AIM.match(text):
        return text[3:], _AIM_SYMBOLOGY.get(text[1])
    return text, None


def show_hostile(text: str, longest: int = 80) -> str:
    """Text from a barcode or an office, safe to print: one line, no control, format or bidi characters."""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    safe = "".join("·" if unicodedata.category(c) in _UNREADABLE else c for c in text[: longest + 1])
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"
