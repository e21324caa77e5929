"""The pretend Integration Platform by nothing but httpx: what it takes, what it refuses, what its books say."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kiosk.sandbox import ALL_FAULTS, IssuingRules, Sandbox
from kiosk.sandbox.integration.office import FATES
from tests.fakes import FakeClock

RESOLVE = "/api/v1/identity-resolution/from-operation-result-tokens"
CLIENT = {
    "code": "ABC123", "name": "Vista", "contact": {"name": "John Smith", "email": "johnsmith@vista.example",
    "phone": "0211231234", "fax": ""}, "externalClientId": "xyz123", "externalData": "more", "voucherTypeCodes": ["A"],
}  # fmt: skip
ORDER = {
    "clientCode": "HARBOUR", "reference": "My internal ref #1234", "electronicDistribution": True,
    "externalUserId": "User-123", "deliveryAddress": {"street": "1 Pier Road"}, "externalData": "", "vouchers": [
        {"productCode": "GIFT10", "quantity": 5, "salePrice": 12.34, "redeemPrice": 12.34,
         "expiryDate": "2024-02-01T00:00:00Z"}],
}  # fmt: skip
"""Both as the vendor's page has them."""


def share(*items: int, each: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "reference": "abc",
        "distributionData": "string",
        "distributionItems": [{"clientOrderItemId": item, "quantityPerRecipient": each} for item in items],
        "externallyDistributed": True,
        "recipients": [{"email": "ann@x.example"}, {"anything": "Bob", "other": "+447700900123"}],
    } | more


class Client:
    def __init__(self, sandbox: Sandbox, clock: FakeClock, http: httpx.AsyncClient) -> None:
        self.sandbox, self.clock, self.http = sandbox, clock, http

    async def sign_in(self, **changed: str) -> httpx.Response:
        place = self.sandbox.integration
        body = {
            "client_id": place.client_id, "client_secret": place.client_secret, "tenant_code": place.tenant,
            "grant_type": "client_credentials", "audience": "https://partner.vista.co/",
        }  # fmt: skip
        granted = await self.http.post(f"{place.identity_url}/oauth/token", json=body | changed)
        if granted.status_code == 200:
            self.http.headers.update(
                {"Authorization": f"Bearer {granted.json()['access_token']}", "Vista-Api-Key": place.api_key,
                 "Vista-Api-Tenant": place.tenant, "correlationid": "c-1"}
            )  # fmt: skip
        return granted

    async def post(self, kind: str, body: object) -> httpx.Response:
        return await self.http.post(f"/api/v1/voucher-management/{kind}", json=body)

    async def words(self, answer: httpx.Response) -> list[str | None]:
        tokens = [one["operationResultToken"] for one in answer.json()["responses"]]
        return [one["status"] for one in (await self.http.post(RESOLVE, json=tokens)).json()]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    clock = FakeClock()
    async with Sandbox(clock=clock, issuing_rules=IssuingRules(1.0, 2.0)) as sandbox, httpx.AsyncClient() as http:
        http.base_url = httpx.URL(sandbox.integration.base_url)
        one = Client(sandbox, clock, http)
        await one.sign_in()
        yield one


@pytest.mark.parametrize(("kind", "body"), [("client", CLIENT), ("client-order", ORDER)])
async def test_the_vendors_examples_are_taken_and_take_their_time(client: Client, kind: str, body: object) -> None:
    answer = await client.post(kind, body)
    assert answer.status_code == 200
    assert await client.words(answer) == [None]
    client.clock.move(1.5)
    assert await client.words(answer) == ["Processing"]
    client.clock.move(2)
    assert await client.words(answer) == ["Completed"]


@pytest.mark.parametrize("kind", ["email-distribution", "mobile-distribution"])
async def test_each_item_has_its_token_and_each_recipient_is_in_the_books(client: Client, kind: str) -> None:
    place = client.sandbox.integration
    answer = await client.post(kind, share(place.item, place.scarce_item))
    client.clock.move(9)
    assert await client.words(answer) == ["Completed", "Completed"]
    assert place.distributed == {"ann@x.example": 2, "+447700900123": 2}
    assert place.references == {"abc": 4}


async def test_an_item_that_is_used_up_or_not_there_fails_by_itself(client: Client) -> None:
    place = client.sandbox.integration
    answer = await client.post("email-distribution", share(place.scarce_item, 1, place.item, each=2))
    client.clock.move(9)
    assert await client.words(answer) == ["Failed", "Failed", "Completed"]
    assert set(place.distributed.values()) == {1}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("client", CLIENT | {"code": ""}),
        ("client", CLIENT | {"unheard": 1}),
        ("client", []),
        ("client-order", ORDER | {"vouchers": []}),
        (
            "client-order",
            ORDER | {"vouchers": [{"productCode": "GIFT10", "quantity": 0, "salePrice": 1, "redeemPrice": 1}]},
        ),
        ("email-distribution", share(1, externallyDistributed=False)),
        ("email-distribution", share(1, recipients=[])),
        ("email-distribution", share(1, recipients=[{"name": "Ann"}])),
        ("email-distribution", share()),
    ],
)
async def test_what_is_malformed_is_a_400_and_changes_nothing(client: Client, kind: str, body: object) -> None:
    answer = await client.post(kind, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"status", "title", "detail"}
    assert client.sandbox.books.entries == ()


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Authorization", "Bearer x", 401),
        ("Vista-Api-Key", "x", 403),
        ("Vista-Api-Tenant", "x", 403),
        ("correlationid", "", 400),
    ],
)
async def test_every_header_is_needed(client: Client, header: str, value: str, status: int) -> None:
    client.http.headers[header] = value
    assert (await client.post("client", CLIENT)).status_code == status


async def test_the_twenty_sixth_token_in_a_quarter_of_an_hour_is_a_400(client: Client) -> None:
    given = [(await client.sign_in()).status_code for _ in range(25)]
    assert given == [200] * 24 + [400]
    client.clock.move(15 * 60)
    assert (await client.sign_in()).status_code == 200


@pytest.mark.parametrize(
    "changed", [{"client_secret": "x"}, {"audience": "x"}, {"tenant_code": "x"}, {"grant_type": "x"}]
)
async def test_wrong_credentials_are_a_400_in_the_words_of_oauth(client: Client, changed: dict[str, str]) -> None:
    refused = await client.sign_in(**changed)
    assert refused.status_code == 400
    assert "error" in refused.json()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("token_fails", ["Failed", "Failed"]),
        ("token_odd", ["Fulfilled", "Fulfilled"]),
        ("token_mute", ["Archived", "Archived"]),
        ("token_vanishes", [None, None]),
        ("tokens_mixed", ["Completed", "Failed"]),
    ],
)
async def test_fates_are_named_faults(client: Client, fault: str, words: list[str | None]) -> None:
    place = client.sandbox.integration
    client.sandbox.faults.plan(fault)
    answer = await client.post("email-distribution", share(place.item, place.item))
    client.clock.move(9)
    assert await client.words(answer) == words
    given = {"token_fails": 0, "tokens_mixed": 1}.get(fault, 2)
    assert place.distributed == Counter({"ann@x.example": given, "+447700900123": given} if given else {})


def test_every_fate_is_a_fault() -> None:
    assert set(FATES) == {name for name in ALL_FAULTS if name.startswith("token")}


async def test_a_token_that_nobody_gave_out_is_never_found(client: Client) -> None:
    answer = await client.http.post(RESOLVE, json=["stranger"])
    assert answer.json() == [{"operationResultToken": "stranger", "entityId": None, "status": None, "entityType": None}]
    assert (await client.http.post(RESOLVE, json=[])).status_code == 400
