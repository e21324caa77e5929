"""Bytes of a serial line or a report, as text: cut as they are, read as UTF-8 where they are UTF-8."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.framing import Framed, Framing, FramingRules
from kiosk.domain.translation import AS_IT_COMES, Translation


def text_of(data: bytes) -> str:
    """UTF-8, or Latin-1 where it is not: what scanners send for a code that names no encoding (ISO/IEC 18004)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


class TextReading:
    """Codes out of a stream of bytes. Cut byte by byte, so that no piece ends inside a character."""

    def __init__(self, rules: FramingRules, translation: Translation = AS_IT_COMES) -> None:
        self._framing = Framing(rules)
        self._translation = translation

    def feed(self, data: bytes, at_s: float) -> tuple[Framed, ...]:
        return _as_text(self._framing.feed(self._translation(data.decode("latin-1")), at_s))

    def idle(self, at_s: float) -> tuple[Framed, ...]:
        return _as_text(self._framing.idle(at_s))


def _as_text(codes: tuple[Framed, ...]) -> tuple[Framed, ...]:
    return tuple(replace(code, text=_decoded(code.text)) for code in codes)


def _decoded(text: str) -> str:
    """A translation may have put in what no byte stands for: then it is text already."""
    return text_of(text.encode("latin-1")) if max(text, default="") <= "\xff" else text
