"""Money is exact until it is shown, and is of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Money, Price, free, nothing


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("3.0", "GBP", "£3.00"),
        ("0", "GBP", "£0.00"),
        ("-0.001", "GBP", "£0.00"),
        ("-1.5", "GBP", "-£1.50"),
        ("2.675", "GBP", "£2.68"),
        ("1234567.891", "EUR", "€1234567.89"),
        ("0.30000000000000004", "USD", "$0.30"),
        ("17.5", "NZD", "NZ$17.50"),
        ("12", "CHF", "CHF 12.00"),
        ("17100", "JPY", "¥17100"),
        ("17100.4", "JPY", "¥17100"),
        ("2.3456", "KWD", "KWD 2.346"),
        ("1E+3", "GBP", "£1000.00"),
        ("1E-39", "GBP", "£0.00"),
    ],
)
def test_how_an_amount_is_shown(amount: str, currency: str, shown: str) -> None:
    assert str(Money(Decimal(amount), currency)) == shown


def test_a_price_is_shown_as_its_total() -> None:
    assert str(Price(pounds("3.0"), pounds("0.42"))) == "£3.00"
    assert str(free("EUR")) == "€0.00"


@pytest.mark.parametrize(
    ("amount", "is_due"),
    [("0.01", True), ("0.005", True), ("0.0049", False), ("0", False), ("-1", False), ("4E-17", False)],
)
def test_what_no_till_could_take_is_not_due(amount: str, is_due: bool) -> None:
    assert pounds(amount).is_due is is_due


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="GBP and EUR"):
        pounds("1") + nothing("EUR")
    with pytest.raises(ValueError, match="GBP and EUR"):
        pounds("1") - nothing("EUR")


@given(st.decimals(-(10**9), 10**9, places=4), st.decimals(-(10**9), 10**9, places=4))
def test_nothing_is_lost_in_adding_and_taking_away(one: Decimal, other: Decimal) -> None:
    assert (Money(one, "GBP") + Money(other, "GBP") - Money(other, "GBP")).amount == one
    assert abs(Money(one, "GBP").rounded.amount - one) <= Decimal("0.005")
