"""The sandbox's own routes: books, samples, faults, reset."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from kiosk.sandbox import Sandbox
from tests.fakes import FakeClock
from tests.sandbox.conftest import Gate


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{sandbox.root_url}/_sandbox") as http:
        yield http


async def test_the_books_can_be_read_over_http(gate: Gate, control: httpx.AsyncClient) -> None:
    gate.sandbox.faults.plan("error_500", "lookup")
    await gate.ask("X")
    done = (await gate.redeem(await gate.code_of("good-1"))).json()
    books = (await control.get("/books")).json()
    assert books["requests"] == {"GET /octo/redemption/lookup": 2, "POST /octo/redemption/redeem": 1}
    assert books["struck"] == {"error_500": 1}
    assert books["entries"] == [
        {
            "number": 1,
            "at": "2026-11-21T12:00:00+00:00",
            "action": "redeem",
            "subject": done["uuid"],
            "reference": done["supplierReference"],
            "parts": [item["uuid"] for item in done["unitItems"]],
            "whole": True,
            "by": gate.sandbox.keys["River Cruises"],
            "request": 3,
            "route": "POST /octo/redemption/redeem",
            "notes": {},
        }
    ]


async def test_the_books_answer_what_tests_ask(gate: Gate) -> None:
    await gate.redeem(await gate.code_of("good-1"))
    books, reference = gate.sandbox.books, gate.sandbox.samples["good-1"].references[0]
    assert (len(books.of(reference)), len(books.of(reference, "noshow")), len(books.of("XXXXXX"))) == (1, 0, 0)
    assert (books.asked("lookup"), books.asked("redeem"), books.asked("/octo/")) == (1, 1, 2)


async def test_the_samples_can_be_read_over_http(sandbox: Sandbox, control: httpx.AsyncClient) -> None:
    samples = (await control.get("/samples")).json()
    assert set(samples) == set(sandbox.samples)
    assert samples["package-used"]["expectation"] == "refuse: already_redeemed"
    assert samples["family"]["pax"] == 6
    assert samples["hta"]["code"] == "HTA89203"
    assert all(sample["description"] for sample in samples.values())


async def test_faults_are_set_replaced_and_taken_away(gate: Gate, control: httpx.AsyncClient) -> None:
    await control.post("/faults", json="lost@redeem")
    answer = await control.post("/faults", json=["error_500@lookup*2", {"name": "slow", "routes": ["redeem"]}])
    assert [(plan["name"], plan["times"]) for plan in answer.json()["in_force"]] == [("error_500", 2), ("slow", 1)]
    assert [(await gate.ask("X")).status_code for _ in range(3)] == [500, 500, 200]
    shown = (await control.get("/faults")).json()
    assert [plan["name"] for plan in shown["in_force"]] == ["slow"]
    assert shown["known"]["lost"]["applied"] is True
    assert (await control.post("/faults", json=[])).json()["in_force"] == []


@pytest.mark.parametrize(
    "asked",
    [
        "losst",
        "lost@nowhere",
        7,
        {"name": "lost", "how": "badly"},
        {},
        {"name": "lost", "times": "often"},
        ["lost", 7],
        {"name": "lost", "routes": "redeem"},
        {"name": "lost", "times": 1.5},
        {"name": "lost", "after": None},
    ],
)
async def test_faults_that_cannot_be_meant_are_refused_and_change_nothing(
    sandbox: Sandbox, control: httpx.AsyncClient, asked: object
) -> None:
    sandbox.faults.plan("drip", times=None)
    answer = await control.post("/faults", json=asked)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert [plan.name for plan in sandbox.faults.plans] == ["drip"]


async def test_a_reset_begins_a_new_day_with_new_books_and_no_faults(
    gate: Gate, control: httpx.AsyncClient, clock: FakeClock
) -> None:
    books = gate.sandbox.books
    await gate.redeem(await gate.code_of("good-1"))
    gate.sandbox.faults.plan("error_500", times=None)
    clock.move(24 * 3600)
    assert (await control.post("/reset")).status_code == 204
    assert books is gate.sandbox.books
    assert (books.entries, dict(books.requests), dict(books.struck)) == ((), {}, {})
    (found,) = await gate.look_up("good-1")
    assert found["redeemable"] is True
    assert found["availability"]["localDateTimeStart"].startswith("2026-11-22")
