"""Amounts of money: exact, with their currency. A cinema's office sends numbers alone; the currency is configured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "A$", "CAD": "C$", "NZD": "NZ$", "JPY": "¥", "INR": "₹"}
_MINOR_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
"""ISO 4217; every other currency has two."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units, just as it was sent: 0.30000000000000004 stays that until it is rounded."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """`£3.00`, `-£1.50`, `CHF 12.00`, `¥1200`."""
        rounded = self.rounded.amount
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        return f"{'-' if rounded < 0 else ''}{sign}{abs(rounded):f}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._of_one_currency(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._of_one_currency(other), self.currency)

    @property
    def rounded(self) -> Money:
        """To the currency's smallest unit, halves away from zero: what a till takes."""
        step = Decimal(1).scaleb(-_MINOR_DIGITS.get(self.currency, 2))
        rounded = self.amount.quantize(step, ROUND_HALF_UP)
        return Money(rounded if rounded else abs(rounded), self.currency)

    @property
    def is_due(self) -> bool:
        """Whether anything is left that a till could take."""
        return self.rounded.amount > 0

    def _of_one_currency(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.amount


def nothing(currency: str) -> Money:
    """No money at all."""
    return Money(Decimal(0), currency)


@dataclass(frozen=True, slots=True)
class Price:
    """What something costs: `total` with its tax, `tax` alone where it is told. The office's own figures."""

    total: Money
    tax: Money | None = None

    def __str__(self) -> str:
        return str(self.total)


def free(currency: str) -> Price:
    """A price of nothing."""
    return Price(nothing(currency), nothing(currency))
