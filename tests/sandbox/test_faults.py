"""Every fault: what the client sees of it, and what the office's books say was done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from kiosk.sandbox import FAULTS, Sandbox
from tests.fakes import NOON
from tests.sandbox.conftest import Gate, client

ANSWERS = {
    "refuse": (400, "BAD_REQUEST"),
    "rate_limited": (429, "TOO_MANY_REQUESTS"),
    "error_500": (500, "INTERNAL_SERVER_ERROR"),
    "error_in_200": (200, "UNPROCESSABLE_ENTITY"),
    "unauthorised": (401, "UNAUTHORIZED"),
    "forbidden": (403, "FORBIDDEN"),
    "not_found": (404, "NOT_FOUND"),
}
PAGES = {"garbage": 200, "lost_garbage": 200, "error_503": 503}
CUT = ("drop_before", "lost")


class HeldClock:
    """Time that waits to be let go on; `waiting` is set once somebody sleeps."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.go_on = asyncio.Event()

    def now(self) -> datetime:
        return NOON

    async def sleep(self, seconds: float) -> None:
        self.waiting.set()
        await self.go_on.wait()


@pytest.fixture
def held() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def slow_gate(held: HeldClock) -> AsyncIterator[Gate]:
    async with Sandbox(clock=held) as sandbox, client(sandbox) as http:
        yield Gate(sandbox, http)


async def _is_redeemed(gate: Gate, name: str = "good-1") -> bool:
    """By the books, which must agree with the next look-up."""
    applied = len(gate.sandbox.books.of(gate.sandbox.samples[name].references[0], "redeem"))
    (found,) = await gate.look_up(name)
    assert found["redeemable"] is (applied == 0)
    return applied == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_books_agree_with_what_the_fault_is_said_to_apply(gate: Gate, fault: str) -> None:
    code = await gate.code_of("good-1")
    gate.sandbox.faults.plan(fault, "POST /octo/redemption/redeem", seconds=0.01)
    asking = asyncio.create_task(gate.redeem(code))
    if fault == "drip":
        while not gate.sandbox.books.struck:  # noqa: ASYNC110 (the other side has no event to wait for)
            await asyncio.sleep(0)
        asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await _is_redeemed(gate) is FAULTS[fault].applied
    assert gate.sandbox.books.struck == {fault: 1}


@pytest.mark.parametrize(("fault", "status", "error"), [(name, *answer) for name, answer in ANSWERS.items()])
async def test_faults_in_the_vendors_own_words(gate: Gate, fault: str, status: int, error: str) -> None:
    code = await gate.code_of("good-1")
    gate.sandbox.faults.plan(fault, times=2)
    for answer in (await gate.redeem(code), await gate.redeem([code])):
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.json()["errorMessage"]
        if fault == "refuse":
            assert answer.json()["redemptionCode"] == code
            assert answer.json()["redemptionErrorCode"] == "NOT_REDEEMABLE"
    assert gate.sandbox.books.entries == ()


async def test_rate_limits_say_how_long_in_header_and_body(gate: Gate) -> None:
    gate.sandbox.faults.plan("rate_limited", "lookup", seconds=1.5)
    answer = await gate.ask("X")
    assert (answer.headers["retry-after"], answer.json()["retryAfter"]) == ("2", 1.5)
    assert (await gate.ask("X")).status_code == 200


@pytest.mark.parametrize(("fault", "status"), PAGES.items())
async def test_pages_that_are_no_answers(gate: Gate, fault: str, status: int) -> None:
    code = await gate.code_of("good-1")
    gate.sandbox.faults.plan(fault)
    answer = await gate.redeem(code)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.lstrip().startswith("<")


@pytest.mark.parametrize("fault", CUT)
async def test_a_connection_is_closed_without_a_byte(gate: Gate, fault: str) -> None:
    code = await gate.code_of("good-1")
    gate.sandbox.faults.plan(fault)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await gate.redeem(code) if fault == "lost" else await gate.ask("X")
    assert (await gate.ask("X")).status_code == 200


async def test_a_lost_answer_looks_like_somebody_elses_redemption_afterwards(gate: Gate) -> None:
    code = await gate.code_of("good-1")
    gate.sandbox.faults.plan("lost")
    with pytest.raises(httpx.RemoteProtocolError):
        await gate.redeem(code)
    assert (await gate.redeem(code)).json()["redemptionErrorCode"] == "ALREADY_REDEEMED"
    assert gate.sandbox.books.count("redeem") == 1


async def test_truncated_promises_more_than_it_sends(gate: Gate) -> None:
    code = gate.sandbox.samples["good-1"].code
    gate.sandbox.faults.plan("truncated")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await gate.ask(code)


async def test_cut_json_is_a_complete_answer_of_half_a_text(gate: Gate) -> None:
    whole = await gate.ask(gate.sandbox.samples["good-1"].code)
    gate.sandbox.faults.plan("cut_json")
    half = await gate.ask(gate.sandbox.samples["good-1"].code)
    assert whole.text.startswith(half.text)
    assert 0 < len(half.content) == int(half.headers["content-length"]) < len(whole.content)


async def test_wrong_shape_turns_arrays_and_objects_round(gate: Gate) -> None:
    (found,) = await gate.look_up("good-1")
    gate.sandbox.faults.plan("wrong_shape", times=3)
    assert await gate.look_up("good-1") == found
    assert await gate.look_up("unknown") == {}
    (done,) = (await gate.redeem(found["redemptionCode"])).json()
    assert done["status"] == "REDEEMED"
    code = await gate.code_of("good-2")
    gate.sandbox.faults.plan("wrong_shape")
    assert (await gate.redeem([code])).json()["redemptionCode"] == code


async def test_slow_applies_at_once_and_answers_late(slow_gate: Gate, held: HeldClock) -> None:
    code = await slow_gate.code_of("good-1")
    slow_gate.sandbox.faults.plan("slow", "redeem")
    asking = asyncio.create_task(slow_gate.redeem(code))
    await held.waiting.wait()
    assert await _is_redeemed(slow_gate)
    assert not asking.done()
    held.go_on.set()
    assert (await asking).json()["status"] == "REDEEMED"


async def test_late_applies_although_the_client_has_hung_up(slow_gate: Gate, held: HeldClock) -> None:
    code = await slow_gate.code_of("good-1")
    slow_gate.sandbox.faults.plan("late")
    asking = asyncio.create_task(slow_gate.redeem(code))
    await held.waiting.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert not await _is_redeemed(slow_gate)
    held.go_on.set()
    async with asyncio.timeout(5):
        while not slow_gate.sandbox.books.entries:  # noqa: ASYNC110 (the other side has no event to wait for)
            await asyncio.sleep(0)
    assert await _is_redeemed(slow_gate)


async def test_what_was_late_is_never_applied_once_the_sandbox_is_closed(held: HeldClock) -> None:
    async with Sandbox(clock=held) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)
        code = await gate.code_of("good-1")
        sandbox.faults.plan("late")
        asking = asyncio.create_task(gate.redeem(code))
        await held.waiting.wait()
        await sandbox.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            await asking
    held.go_on.set()
    await asyncio.sleep(0)
    assert sandbox.books.entries == ()


async def test_drip_outlives_the_timeout_of_every_single_read(gate: Gate) -> None:
    gate.sandbox.faults.plan("drip", "lookup", seconds=0.001)
    query = {"reference": gate.sandbox.samples["good-1"].code}
    async with gate.http.stream("GET", "/redemption/lookup", params=query, timeout=1) as answer:
        assert (answer.status_code, "content-length" in answer.headers) == (200, False)
        body = b""
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) >= 20:
                break
    assert body.startswith(b"[   ")


async def test_faults_before_the_key_is_looked_at_strike_anybody(sandbox: Sandbox) -> None:
    sandbox.faults.plan("error_500")
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{sandbox.base_url}/whoami")).status_code == 500
        assert (await http.get(f"{sandbox.base_url}/whoami")).status_code == 401


async def test_an_array_loses_its_answer_as_a_whole(gate: Gate) -> None:
    codes = [booking["redemptionCode"] for booking in (await gate.look_up("package"))[:2]]
    gate.sandbox.faults.plan("lost")
    with pytest.raises(httpx.RemoteProtocolError):
        await gate.redeem(codes)
    assert gate.sandbox.books.count("redeem") == 2
