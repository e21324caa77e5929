"""Amounts as the vendor sends them: doubles in major units, with and without tax. The currency is never said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

_TAX = Decimal("1.16")
"""The rate of the vendor's example: 3.00 with tax is 2.58 without."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """`gross` includes tax. `net` is None for an ordinary amount, whose tax is worked out."""

    gross: Decimal
    net: Decimal | None = None

    def as_json(self) -> dict[str, float]:
        net = (self.gross / _TAX).quantize(_CENT, ROUND_DOWN) if self.net is None else self.net
        return {
            "valueIncludingTax": float(self.gross),
            "valueExcludingTax": float(net),
            "tax": float(self.gross - net),
        }


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
