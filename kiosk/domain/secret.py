"""A text that must not be seen: a voucher's PIN, a password. It never shows itself; whoever needs it says so."""

from __future__ import annotations


class Secret:
    """Holds a text that `repr`, `str`, format, logging and dataclasses do not show. False where it is empty."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the request that needs it and nothing else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret('****')" if self._text else "Secret('')"

    def __str__(self) -> str:
        return "****" if self._text else ""

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")
