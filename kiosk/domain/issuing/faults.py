"""What is wrong with something that was to be issued, and where. A fault never quotes what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.errors import KioskError

MOST_TOLD = 50
"""Faults that an error's text lists; beyond them only how many more there are."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` is a key (`vouchers[2].quantity`), or empty; `line` counts from 1, in a list of recipients."""

    what: str
    where: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else self.where
        return f"{place}: {self.what}" if place else self.what


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything that is wrong, in place of what was read."""

    faults: tuple[Fault, ...]


class NotIssuable(KioskError):
    """Nothing was sent: what was to be issued has faults. Carries all of them."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{source}: {len(faults)} faults, nothing was sent")
        self.source = source
        self.faults = faults

    @property
    def lines(self) -> list[str]:
        """One line for each fault, and what they stand in."""
        told = [f"{self.source}: {fault}" for fault in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        return [*told, *([f"{self.source}: and {more} more"] if more else [])]
