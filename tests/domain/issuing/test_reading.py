"""What is wanted, from tables: every fault at once, money exact, nothing unknown, nothing that cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.issuing.faults import Faults
from kiosk.domain.issuing.papers import Papers, from_bytes, to_bytes
from kiosk.domain.issuing.reading import read_client, read_distribution, read_order
from kiosk.domain.issuing.wanted import Channel, Client, ClientOrder, Contact, Kind, Recipient, requests_of
from kiosk.domain.issuing.words import without
from tests.issuing import distribution

LINE = {"product_code": "GIFT10", "quantity": 5, "sale_price": "12.34", "redeem_price": Decimal("12.340")}
ORDER = {"client_code": "ABC123", "reference": "My internal ref #1234", "vouchers": [LINE]}


def where(read: object) -> dict[str, str]:
    assert isinstance(read, Faults)
    return {fault.where: fault.what for fault in read.faults}


def order(**changed: Any) -> ClientOrder | Faults:
    return read_order(ORDER | {"vouchers": [LINE | changed]}, "GBP")


def test_a_client_is_read_whole() -> None:
    table = {"code": " ABC123 ", "name": "Vista", "contact": {"email": "j@x.example"}, "voucher_type_codes": ["V1"]}
    assert read_client(table) == Client("ABC123", "Vista", Contact(email="j@x.example"), voucher_type_codes=("V1",))


def test_all_faults_are_told_at_once_and_the_nearest_name_of_a_key() -> None:
    read = read_client({"nmae": "x", "contact": {"e-mail": "x", "name": 3}, "voucher_type_codes": "V1"})
    assert set(where(read)) == {"code", "name", "nmae", "contact.e-mail", "contact.name", "voucher_type_codes"}
    assert where(read)["nmae"] == "is not known; did you mean name?"


def test_money_is_exact_and_never_rounded() -> None:
    read = order()
    assert isinstance(read, ClientOrder)
    assert [str(line.sale_price.amount) for line in read.vouchers] == ["12.34"]
    assert where(order(sale_price="12.345")) == {"vouchers[1].sale_price": "has more decimals than GBP has"}
    assert isinstance(
        read_order(ORDER | {"vouchers": [LINE | {"sale_price": 12, "redeem_price": 1}]}, "JPY"), ClientOrder
    )


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e6000", "", "12,34", 12.5, True, None, "1" * 30])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    assert list(where(order(sale_price=amount))) == ["vouchers[1].sale_price"]


@pytest.mark.parametrize("quantity", [0, -1, "x", 1.5, True, 10**7, 2**60, "1" * 40])
def test_what_is_no_quantity_is_refused(quantity: object) -> None:
    assert list(where(order(quantity=quantity))) == ["vouchers[1].quantity"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-12-31", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-12-31T12:00:00+02:00", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        (None, None),
    ],
)
def test_an_expiry_is_a_day_or_a_time_with_its_offset(given: object, meant: datetime | None) -> None:
    read = order(expires_at=given)
    assert isinstance(read, ClientOrder)
    assert read.vouchers[0].expires_at == meant


@pytest.mark.parametrize("given", ["2026-12-31T12:00:00", "soon", 20261231, "2026-02-30"])
def test_an_expiry_that_can_mean_several_times_is_refused(given: object) -> None:
    assert list(where(order(expires_at=given))) == ["vouchers[1].expires_at"]


def test_a_distribution_item_stands_once() -> None:
    items = [{"client_order_item_id": 1, "quantity_per_recipient": 2}] * 2
    assert where(read_distribution({"reference": "r", "items": items}, Channel.EMAIL, ())) == {
        "items": "one client order item stands there twice"
    }


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\u202eb", "a\x00", "a\ud800", "a\nb", "x" * 201])
def test_a_reference_that_cannot_be_read_is_refused(text: str) -> None:
    assert list(where(read_order(ORDER | {"reference": text}, "GBP"))) == ["reference"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["code", "name", "contact", "reference", "vouchers", "items", "client_code", "voucher_type_codes"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(keys | st.text(max_size=5), anything, max_size=6), st.sampled_from(list(Kind)))
def test_any_table_is_read_or_refused_and_never_raises(table: dict[str, Any], kind: Kind) -> None:
    read = Papers(kind, table, "GBP").read()
    for fault in read.faults if isinstance(read, Faults) else ():
        assert str(fault)


def test_papers_are_read_back_as_they_were_judged() -> None:
    everybody = (Recipient(2, "ann@x.example", "Ann"),)
    lines = [LINE | {"expires_at": date(2026, 12, 31)}]
    for papers in (
        Papers(Kind.ORDER, ORDER | {"vouchers": lines}, "GBP"),
        Papers(Kind.EMAIL, {"reference": "r", "items": [{"client_order_item_id": 1, "quantity_per_recipient": 2}]},
               "GBP", everybody, 3),
    ):  # fmt: skip
        stored = to_bytes(papers, "5a17")
        assert not isinstance(papers.read(), Faults)
        assert from_bytes(stored).read() == papers.read()
        assert from_bytes(stored).per_request == papers.per_request
        assert stored != to_bytes(papers, "5a18")
        json.loads(stored)


def test_each_request_has_a_reference_of_its_own() -> None:
    sent = requests_of(distribution(5), 2)
    assert [one.reference for one in sent if not isinstance(one, Client)] == [
        "SPRING-0001",
        "SPRING-0002",
        "SPRING-0003",
    ]
    assert [len(getattr(one, "recipients", ())) for one in sent] == [2, 2, 1]


def test_an_offices_words_are_kept_without_what_was_sent() -> None:
    said = "Ann Smith <ANN@x.example> is on the black list\x1b[31m"
    assert without(said, ("ann@x.example", "Ann Smith", "")) == "… <…> is on the black list·[31m"


def test_nobody_shows_in_a_repr() -> None:
    shown = repr((distribution(1), Contact("Ann", "ann@x.example"), Papers(Kind.EMAIL, {"a": "ann"}, "GBP")))
    assert "ann" not in shown.lower().replace("channel", "")
    assert "person1" not in shown
