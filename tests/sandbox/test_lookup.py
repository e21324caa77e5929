"""Looking up: exact, by every code that is printed on a booking, strict about the query."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from kiosk.sandbox import Sandbox
from kiosk.sandbox.octo.office import OnUnknown
from tests.sandbox.conftest import Gate, client


async def test_a_voucher_code_finds_its_booking(gate: Gate) -> None:
    (found,) = await gate.look_up("good-1")
    assert found["redeemable"] is True
    assert found["unredeemableReason"] is None
    assert found["uuid"] == gate.sandbox.samples["good-1"].uuids[0]
    assert [item["unitId"] for item in found["unitItems"]] == ["adult", "adult", "child"]


async def test_a_reference_is_exact_and_case_sensitive(gate: Gate) -> None:
    code = gate.sandbox.samples["good-1"].code
    for near in (code.lower(), code.swapcase(), code[:-1], f"{code} ", f" {code}", code.replace("|", "~")):
        assert (await gate.ask(near)).json() == []


async def test_a_plus_that_was_not_encoded_is_a_blank_and_finds_nothing(gate: Gate) -> None:
    code = gate.sandbox.samples["good-1"].code
    assert "+" in code
    raw = await gate.http.get("/redemption/lookup?reference=" + quote(code, safe="+/"))
    right = await gate.http.get("/redemption/lookup?reference=" + quote(code, safe=""))
    assert (raw.json(), len(right.json())) == ([], 1)


@pytest.mark.parametrize(
    "query",
    ["", "reference=", "reference", "ref=X", "reference=X&reference=Y", "reference=X&email=a@example.com",
     "reference=X&page=1", "reference=%ff"],
)  # fmt: skip
async def test_other_queries_are_bad_requests(gate: Gate, query: str) -> None:
    answer = await gate.http.get(f"/redemption/lookup?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_REQUEST")


async def test_a_package_gives_one_result_for_each_booking_with_codes_of_their_own(gate: Gate) -> None:
    results = await gate.look_up("package")
    assert [result["redeemable"] for result in results] == [True, True, False]
    assert results[2]["unredeemableReasonCode"] == "ALREADY_REDEEMED"
    assert len({result["redemptionCode"] for result in results}) == 3
    assert len({result["voucher"]["deliveryOptions"][0]["deliveryValue"] for result in results}) == 1


async def test_a_ticket_code_gives_the_booking_reduced_to_that_ticket(gate: Gate) -> None:
    (whole,) = await gate.look_up("party")
    (reduced,) = await gate.look_up("party-ticket-3")
    assert reduced["uuid"] == whole["uuid"]
    assert reduced["supplierReference"] == whole["supplierReference"]
    assert reduced["redemptionCode"] != whole["redemptionCode"]
    assert reduced["unitItems"] == whole["unitItems"][2:]
    assert reduced["voucher"] == reduced["unitItems"][0]["ticket"]


async def test_the_references_of_supplier_reseller_and_ticket_find_the_booking_too(gate: Gate) -> None:
    (whole,) = await gate.look_up("party")
    by_supplier = (await gate.ask(whole["supplierReference"])).json()
    by_ticket = (await gate.ask(whole["unitItems"][1]["supplierReference"])).json()
    by_reseller = (await gate.ask("VOUCHER-0123")).json()
    assert by_supplier == [whole]
    assert by_ticket[0]["unitItems"] == whole["unitItems"][1:2]
    assert by_reseller[0]["resellerReference"] == "VOUCHER-0123"


async def test_email_and_mobile_find_whole_bookings(gate: Gate) -> None:
    (whole,) = await gate.look_up("good-2")
    contact = whole["contact"]
    by_email = await gate.http.get("/redemption/lookup", params={"email": contact["emailAddress"]})
    by_mobile = await gate.http.get("/redemption/lookup", params={"mobile": contact["phoneNumber"]})
    assert by_email.json() == [whole]
    assert whole in by_mobile.json()


async def test_one_suppliers_key_does_not_see_anothers_bookings(gate: Gate, museum: Gate) -> None:
    assert await gate.look_up("hta") == []
    assert len(await museum.look_up("hta")) == 1
    assert await museum.look_up("good-1") == []


@pytest.mark.parametrize(
    ("on_unknown", "status", "error"),
    [("not_found", 404, "NOT_FOUND"), ("invalid_uuid", 400, "INVALID_BOOKING_UUID"),
     ("bad_request", 400, "BAD_REQUEST")],
)  # fmt: skip
async def test_an_unknown_reference_may_be_answered_with_an_error(
    on_unknown: OnUnknown, status: int, error: str
) -> None:
    async with Sandbox(on_unknown=on_unknown) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)
        answer = await gate.ask(sandbox.samples["unknown"].code)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert (await gate.ask(sandbox.samples["good-1"].code)).status_code == 200


async def test_looking_up_changes_nothing(gate: Gate) -> None:
    assert await gate.look_up("good-1") == await gate.look_up("good-1")
    assert gate.sandbox.books.entries == ()


async def test_credentials_picks_the_key_that_knows_the_code(sandbox: Sandbox) -> None:
    keys = ["11111111-0000-4000-8000-000000000000", *sandbox.keys.values()]
    async with httpx.AsyncClient(base_url=sandbox.base_url) as http:

        async def key_for(name: str, offered: list[str]) -> object:
            asked = {"reference": sandbox.samples[name].code, "apiKeys": offered}
            answer = await http.post("/redemption/credentials", json=asked)
            assert answer.status_code == 200
            return answer.json()["apiKey"]

        assert await key_for("good-1", keys) == sandbox.keys["River Cruises"]
        assert await key_for("hta", keys) == sandbox.keys["Harbour Museum"]
        assert await key_for("used-today", keys) == sandbox.keys["River Cruises"]
        assert await key_for("hta", keys[:2]) is None
        assert await key_for("unknown", keys) is None
        assert await key_for("good-1", []) is None


@pytest.mark.parametrize(
    "asked",
    [{"reference": "X"}, {"apiKeys": []}, {"reference": "X", "apiKeys": "k"}, {"reference": 7, "apiKeys": []},
     {"reference": "X", "apiKeys": [], "more": 1}, ["X"]],
)  # fmt: skip
async def test_credentials_is_strict_about_its_body(sandbox: Sandbox, asked: object) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{sandbox.base_url}/redemption/credentials", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_REQUEST")
