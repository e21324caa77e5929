"""The server: several at once, a port that is taken, and nothing left behind."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from kiosk.sandbox import Sandbox
from tests.sandbox.conftest import Gate, client


async def test_two_sandboxes_know_nothing_of_each_other() -> None:
    async with Sandbox() as one, Sandbox() as two, client(one) as http:
        gate = Gate(one, http)
        await gate.redeem(await gate.code_of("good-1"))
        assert one.base_url != two.base_url
        assert (len(one.books.entries), len(two.books.entries)) == (1, 0)


async def test_a_taken_port_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await Sandbox(taken.getsockname()[1]).start()


async def test_a_port_is_free_again_at_once() -> None:
    async with Sandbox() as first, client(first) as http:
        await http.get("/supplier")
        port = int(first.root_url.rpartition(":")[2])
    async with Sandbox(port) as second, client(second) as http:
        assert (await http.get("/supplier")).status_code == 200


async def test_stopping_leaves_no_task_and_cuts_whoever_still_waits() -> None:
    before = asyncio.all_tasks()
    async with Sandbox() as sandbox, client(sandbox) as http:
        await http.get("/supplier")
        sandbox.faults.plan("slow", seconds=3600)
        waiting = asyncio.create_task(http.get("/supplier"))
        async with asyncio.timeout(5):
            while not sandbox.books.struck:  # noqa: ASYNC110 (the other side has no event to wait for)
                await asyncio.sleep(0)
        await sandbox.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting
        await sandbox.stop()
    assert asyncio.all_tasks() == before


async def test_before_it_is_started_it_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        _ = Sandbox().base_url


async def test_many_gates_at_once_redeem_each_booking_once() -> None:
    async with Sandbox(bookings=40) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)

        async def admit(code: str) -> int:
            redemption_code = (await gate.ask(code)).json()[0]["redemptionCode"]
            return (await gate.redeem(redemption_code)).status_code

        statuses = await asyncio.gather(*(admit(code) for code in sandbox.bulk * 2))
        assert sorted(statuses) == [200] * 40 + [400] * 40
        assert sandbox.books.count("redeem") == 40
        assert len({entry.reference for entry in sandbox.books.entries}) == 40


async def test_something_that_is_no_http_is_turned_away_and_others_are_served(sandbox: Sandbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.root_url.rpartition(":")[2]))
    writer.write(b"\x00\x01 nonsense\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 400 ")
    async with client(sandbox) as http:
        assert (await http.get("/supplier")).status_code == 200


async def test_a_client_that_hangs_up_in_the_middle_of_its_request_applies_nothing(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.root_url.rpartition(":")[2]))
    writer.write(b"POST /octo/redemption/redeem HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    async with asyncio.timeout(5):
        while not sandbox.books.requests:  # noqa: ASYNC110 (the other side has no event to wait for)
            await asyncio.sleep(0)
    writer.close()
    await writer.wait_closed()
    async with client(sandbox) as http:
        await http.get("/supplier")
    assert sandbox.books.entries == ()
    assert caplog.records == []
