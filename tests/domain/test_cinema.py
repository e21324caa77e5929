"""Which prices a voucher may be used for, and what an order still costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cinema import KNOWN_RESTRICTIONS, VOUCHER, Order, TicketPrice, prices_for
from kiosk.domain.money import Money, Price


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def price(type_id: str, *restrictions: str, codes: tuple[str, ...] = ("ADTMM",)) -> TicketPrice:
    return TicketPrice(type_id, Price(pounds("1")), restrictions=restrictions, voucher_type_codes=codes)


def test_a_voucher_fits_the_prices_of_its_type_in_the_offices_order() -> None:
    sofa, seat = price("sofa", VOUCHER), price("seat", VOUCHER, codes=("CHDMM", "ADTMM"))
    others = [price("plain"), price("child", VOUCHER, codes=("CHDMM",)), price("member", "Member")]
    assert prices_for([others[0], sofa, others[1], seat, others[2]], "ADTMM") == (sofa, seat)


def test_a_price_that_also_asks_for_a_members_card_comes_last() -> None:
    member, plain = price("member", "Member", VOUCHER), price("plain", VOUCHER)
    assert prices_for([member, plain], "ADTMM") == (plain, member)


def test_a_voucher_without_a_type_fits_nothing() -> None:
    assert prices_for([price("any", VOUCHER, codes=("",))], "") == ()


WORDS = st.sampled_from([*sorted(KNOWN_RESTRICTIONS), "Age", "?", "voucher", ""])


@given(st.lists(WORDS, max_size=4), st.lists(st.sampled_from(["A", "B", ""]), max_size=3), st.sampled_from(["A", ""]))
def test_nothing_that_is_not_understood_is_ever_offered(
    restrictions: list[str], codes: list[str], voucher: str
) -> None:
    offered = prices_for([price("x", *restrictions, codes=tuple(codes))], voucher)
    understood = set(restrictions) <= KNOWN_RESTRICTIONS
    assert bool(offered) is (understood and VOUCHER in restrictions and voucher == "A" and "A" in codes)


@pytest.mark.parametrize(
    ("total", "paid", "due"),
    [("3.00", None, "3.00"), ("3.00", "1.00", "2.00"), ("3.00", "3.01", "0.00"), ("0.004", None, "0.00")],
)
def test_what_an_order_still_costs(total: str, paid: str | None, due: str) -> None:
    order = Order("1", total=Price(pounds(total)), paid=None if paid is None else pounds(paid))
    assert order.due == pounds(due)


def test_an_order_of_unknown_price_is_not_free() -> None:
    assert Order("1").due is None
