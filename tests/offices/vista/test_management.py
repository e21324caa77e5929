"""What is sent to Voucher Management, byte for byte, and what is made of whatever comes back."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.domain.cinema import Refused
from kiosk.domain.issuing.job import Accepted
from kiosk.domain.issuing.tokens import TokenState
from kiosk.domain.issuing.wanted import Channel, Client, ClientOrder, Contact, Distribution, OrderLine, Recipient, Share
from kiosk.domain.money import Money
from kiosk.domain.reply import Failed
from kiosk.offices.vista.management.bodies import body_of, path_of, said_in
from kiosk.offices.vista.management.login import ClientLogin
from kiosk.offices.vista.management.office import ManagementOffice
from kiosk.offices.vista.management.replies import read_accepted, read_resolutions
from kiosk.offices.vista.replies import Said
from tests.fakes import FakeClock
from tests.offices.vista.wire import answer

CONTACT = Contact("John Smith", "johnsmith@vista.example", "0211231234")
PRICE = Money(Decimal("12.34"), "GBP")


def test_a_client_is_sent_as_the_vendor_prints_it() -> None:
    client = Client("ABC123", "Vista", CONTACT, "xyz123", "my additional free-text reference data", ("VT1", "VT2"))
    assert path_of(client) == "/api/v1/voucher-management/client"
    assert body_of(client) == {
        "code": "ABC123", "name": "Vista", "contact": {"name": "John Smith", "email": "johnsmith@vista.example",
        "phone": "0211231234", "fax": ""}, "externalClientId": "xyz123",
        "externalData": "my additional free-text reference data", "voucherTypeCodes": ["VT1", "VT2"],
    }  # fmt: skip


def test_an_order_is_sent_as_the_vendor_prints_it() -> None:
    line = OrderLine("ABC12", 5, PRICE, PRICE, datetime(2024, 2, 1, tzinfo=UTC))
    order = ClientOrder(
        "ABC123", "My internal ref #1234", (line,), True, "User-123", "more", (("street", "1 Pier Rd"),)
    )
    assert path_of(order) == "/api/v1/voucher-management/client-order"
    assert json.dumps(body_of(order)["vouchers"]) == (
        '[{"productCode": "ABC12", "quantity": 5, "salePrice": 12.34, "redeemPrice": 12.34, '
        '"expiryDate": "2024-02-01T00:00:00Z"}]'
    )
    assert body_of(order)["deliveryAddress"] == {"street": "1 Pier Rd"}


@pytest.mark.parametrize(("channel", "name"), [(Channel.EMAIL, "email"), (Channel.MOBILE, "mobile")])
def test_a_distribution_is_external_and_names_its_recipients(channel: Channel, name: str) -> None:
    sent = Distribution(channel, "abc", (Share(1234, 123),), (Recipient(2, "ann", "Ann"), Recipient(3, "bob")), "text")
    assert path_of(sent) == f"/api/v1/voucher-management/{name}-distribution"
    body = body_of(sent)
    assert body.pop("recipients") == [{name: "ann", "name": "Ann"}, {name: "bob"}]
    assert body == {
        "reference": "abc", "distributionData": "text", "externallyDistributed": True,
        "distributionItems": [{"clientOrderItemId": 1234, "quantityPerRecipient": 123}],
    }  # fmt: skip
    assert set(said_in(sent)) == {"ann", "Ann", "bob", ""}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.decimals(0, 1_000_000, places=2))
def test_an_amount_is_on_the_wire_as_it_was_meant(amount: Decimal) -> None:
    body = body_of(ClientOrder("A", "r", (OrderLine("P", 1, Money(amount, "GBP"), PRICE),)))
    assert Decimal(json.dumps(body["vouchers"][0]["salePrice"])) == amount


def test_secrets_show_in_no_repr() -> None:
    login = ClientLogin(SecretStr("the-client"), SecretStr("the-secret"), SecretStr("the-key"), "TENANT")
    assert not any(held in repr(login) for held in ("the-client", "the-secret", "the-key"))
    assert login.json_body == {
        "client_id": "the-client", "client_secret": "the-secret", "grant_type": "client_credentials",
        "audience": "https://partner.vista.co/", "tenant_code": "TENANT",
    }  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"responses": []}, {"responses": [{}]}, {"responses": [{"operationResultToken": ""}]},
     {"responses": [{"operationResultToken": "a"}, {"operationResultToken": None}]}, {"responses": "x"}, "x"],
)  # fmt: skip
def test_a_success_without_its_tokens_leaves_it_open(document: Any) -> None:
    read = read_accepted(Said(document))
    assert isinstance(read, Failed)
    assert read.may_have_applied


def test_the_vendors_answers_are_read() -> None:
    assert read_accepted(Said({"responses": [{"operationResultToken": "aGVsbG8gd..."}]})) == Accepted(("aGVsbG8gd...",))
    processing = {"operationResultToken": "Vm91", "entityId": "6052", "status": "Processing", "entityType": "Order"}
    unknown = {"operationResultToken": "Xm91", "entityId": None, "status": None, "entityType": "Order"}
    numbered = {"operationResultToken": "Ym91", "entityId": 6053, "status": "Completed", "entityType": "Order"}
    read = read_resolutions(Said([processing, unknown, numbered]))
    assert isinstance(read, tuple)
    assert [one.outcome.state for one in read] == [TokenState.PENDING, TokenState.PENDING, TokenState.DONE]
    assert read[2].outcome.entity_id == "6053"


async def test_what_an_office_quotes_of_a_recipient_is_neither_kept_nor_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A refusal, an error and a web page that name everybody; and nothing of it in a value or in the log."""
    caplog.set_level(logging.DEBUG)
    answers = [
        answer({"status": 400, "title": "Ann Smith is barred", "detail": "see ANN@x.example"}, 400),
        answer({"status": 500, "title": "ann@x.example crashed us"}, 500),
        answer({"title": "no ann@x.example"}, 404),
        answer(b"<html>ann@x.example</html>"),
    ]

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            return answer({"access_token": "a-token", "expires_in": 43200})
        return answers.pop(0)

    login = ClientLogin(SecretStr("the-client"), SecretStr("the-secret"), SecretStr("the-key"), "TENANT")
    office = ManagementOffice(
        "https://x.example", "https://id.example", login, clock=FakeClock(), transport=httpx.MockTransport(answered)
    )
    sent = Distribution(Channel.EMAIL, "abc", (Share(1, 1),), (Recipient(2, "ann@x.example", "Ann Smith"),))
    replies = [await office.submit(sent, within_s=5.0) for _ in range(4)]
    await office.aclose()
    assert isinstance(replies[0], Refused)
    assert (replies[0].title, replies[0].detail) == ("… is barred", "see …")
    for said in (repr(replies), caplog.text):
        assert not any(
            held in said.lower() for held in ("ann@x.example", "ann smith", "the-secret", "the-key", "a-token")
        )


keys = st.sampled_from(["responses", "operationResultToken", "status", "entityId", "entityType", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(anything)
def test_whatever_comes_back_is_a_value_and_safe_to_show(document: Any) -> None:
    accepted, resolved = read_accepted(Said(document)), read_resolutions(Said(document))
    assert isinstance(accepted, Accepted | Failed)
    for one in resolved if isinstance(resolved, tuple) else ():
        assert one.outcome.word.isprintable() or "·" in one.outcome.word or "\u3000" in one.outcome.word
        assert "\x1b" not in one.outcome.word + one.outcome.entity_id
        assert len(one.outcome.word) <= 80
        if one.outcome.state is TokenState.DONE:
            assert one.outcome.entity_id
