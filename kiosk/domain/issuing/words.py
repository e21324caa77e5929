"""Text that goes to an office, or comes back from one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kiosk.domain.code import show_hostile

LONGEST_WORDS = 200

_NEVER = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Without them, words of some scripts are spelt wrong."""


def is_plain(text: str, *, lines: bool = False) -> bool:
    """Whether a text holds nothing that cannot be read. `lines`: line breaks and tabs are allowed."""
    allowed = _JOINERS + ("\n\r\t" if lines else "")
    return all(char in allowed or unicodedata.category(char) not in _NEVER for char in text)


def without(words: str, sent: Iterable[str]) -> str:
    """An office's words without what was sent to it: a refusal may quote a recipient, and a record must not.

    Shorter texts than three characters are left: they would tear words apart, and name nobody.
    """
    told = words
    for text in sorted({one for one in sent if len(one) >= 3}, key=len, reverse=True):
        told = re.sub(re.escape(text), "…", told, flags=re.IGNORECASE)
    return show_hostile(told, LONGEST_WORDS)
