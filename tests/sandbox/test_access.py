"""Who may ask: keys, capabilities, environment, and the headers that tell what was applied."""

from __future__ import annotations

import httpx
import pytest

from kiosk.sandbox import Sandbox
from tests.sandbox.conftest import MUSEUM, RIVER, Gate, client

GUARDED = [
    ("GET", "/redemption/lookup?reference=X"),
    ("POST", "/redemption/redeem"),
    ("DELETE", "/redemption/redeem"),
    ("POST", "/redemption/noshow"),
    ("DELETE", "/redemption/noshow"),
    ("POST", "/redemption/validate"),
    ("GET", "/products"),
    ("GET", "/bookings?localDate=2026-11-21"),
    ("GET", "/bookings/x"),
    ("GET", "/whoami"),
    ("GET", "/supplier"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_without_a_key_every_route_is_unauthorized_and_with_a_wrong_one_forbidden(
    sandbox: Sandbox, method: str, path: str
) -> None:
    async with httpx.AsyncClient(headers={"Octo-Capabilities": ""}) as http:
        nobody = await http.request(method, sandbox.base_url + path)
        basic = await http.request(method, sandbox.base_url + path, headers={"Authorization": "Basic eDp5"})
        wrong = await http.request(method, sandbox.base_url + path, headers={"Authorization": "Bearer 0000"})
    assert (nobody.status_code, nobody.json()["error"]) == (401, "UNAUTHORIZED")
    assert basic.status_code == 401
    assert (wrong.status_code, wrong.json()["error"]) == (403, "FORBIDDEN")
    assert "octo-env" not in wrong.headers


async def test_the_capabilities_header_must_be_there_and_may_be_empty(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {sandbox.keys[RIVER]}"}) as http:
        missing = await http.get(f"{sandbox.base_url}/products")
        empty = await http.get(f"{sandbox.base_url}/products", headers={"Octo-Capabilities": ""})
    assert (missing.status_code, missing.json()["error"]) == (400, "BAD_REQUEST")
    assert (empty.status_code, empty.headers["octo-capabilities"]) == (200, "")


async def test_the_answer_names_the_capabilities_that_were_applied(gate: Gate) -> None:
    wanted = {"Octo-Capabilities": "octo/pricing, octo/redemption,octo/content"}
    answer = await gate.http.get("/whoami", headers=wanted)
    assert answer.headers["octo-capabilities"] == "octo/redemption, octo/content"


async def test_a_key_without_redemption_loses_it_in_silence_and_may_redeem_nothing() -> None:
    async with Sandbox(without_redemption=[RIVER]) as sandbox, client(sandbox) as http:
        products = await http.get("/products")
        look_up = await http.get("/redemption/lookup", params={"reference": "X"})
        assert (products.status_code, products.headers["octo-capabilities"]) == (200, "")
        assert (look_up.status_code, look_up.json()["error"]) == (403, "FORBIDDEN")
        async with client(sandbox, MUSEUM) as other:
            assert (await other.get("/redemption/lookup", params={"reference": "X"})).json() == []


@pytest.mark.parametrize("asked", ["live", "test"])
async def test_the_environment_is_echoed(gate: Gate, asked: str) -> None:
    assert (await gate.http.get("/supplier", headers={"Octo-Env": asked})).headers["octo-env"] == asked


async def test_an_environment_that_does_not_exist_is_a_bad_request(gate: Gate) -> None:
    assert (await gate.http.get("/supplier", headers={"Octo-Env": "staging"})).status_code == 400


async def test_a_supplier_may_force_test_where_live_bookings_are_not_redeemed() -> None:
    async with Sandbox(forces_test=[RIVER]) as sandbox, client(sandbox, **{"Octo-Env": "live"}) as http:
        gate = Gate(sandbox, http)
        live = await gate.redeem(await gate.code_of("good-1"))
        test = await gate.redeem(await gate.code_of("test"))
        assert live.headers["octo-env"] == "test"
        assert (live.status_code, live.json()["redemptionErrorCode"]) == (400, "TEST_ENVIRONMENT")
        assert test.json()["status"] == "REDEEMED"
        assert [entry.reference for entry in sandbox.books.entries] == list(sandbox.samples["test"].references)


async def test_every_answer_carries_the_offices_own_time(gate: Gate) -> None:
    good, bad = await gate.http.get("/supplier"), await gate.http.get("/bookings/none")
    assert good.headers["date"] == bad.headers["date"] == "Sat, 21 Nov 2026 12:00:00 GMT"


async def test_routes_that_there_are_not_answer_in_json(gate: Gate) -> None:
    unknown, wrong_method = await gate.http.get("/nothing"), await gate.http.post("/products")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "NOT_FOUND")
    assert (wrong_method.status_code, wrong_method.json()["error"]) == (405, "NOT_FOUND")


async def test_whoami_and_supplier_tell_the_two_keys_apart(gate: Gate, museum: Gate) -> None:
    river_supplier, museum_supplier = await gate.http.get("/supplier"), await museum.http.get("/supplier")
    who = (await gate.http.get("/whoami")).json()
    assert (river_supplier.json()["name"], museum_supplier.json()["name"]) == (RIVER, MUSEUM)
    assert who["supplier"] == river_supplier.json()
    assert "octo/redemption" in who["capabilities"]
