"""A sandbox at noon of a fixed day, and clients that speak to it with nothing but httpx."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kiosk.sandbox import Sandbox
from tests.fakes import FakeClock

RIVER = "River Cruises"
MUSEUM = "Harbour Museum"


class Gate:
    """What a gate asks, in raw HTTP; answers as they come."""

    def __init__(self, sandbox: Sandbox, http: httpx.AsyncClient) -> None:
        self.sandbox = sandbox
        self.http = http

    async def look_up(self, name: str) -> Any:
        """The answer's JSON for a sample."""
        return (await self.ask(self.sandbox.samples[name].code)).json()

    async def ask(self, reference: str) -> httpx.Response:
        return await self.http.get("/redemption/lookup", params={"reference": reference})

    async def code_of(self, name: str) -> str:
        """The redemption code of the first booking that a sample finds."""
        code = (await self.look_up(name))[0]["redemptionCode"]
        assert isinstance(code, str)
        return code

    async def redeem(self, code: object, **more: object) -> httpx.Response:
        return await self.http.post("/redemption/redeem", json={"redemptionCode": code, **more})

    async def delete(self, path: str, code: object) -> httpx.Response:
        return await self.http.request("DELETE", path, json={"redemptionCode": code})


def client(sandbox: Sandbox, supplier: str = RIVER, **headers: str) -> httpx.AsyncClient:
    known = {"Authorization": f"Bearer {sandbox.keys[supplier]}", "Octo-Capabilities": "octo/redemption"}
    return httpx.AsyncClient(base_url=sandbox.base_url, headers={**known, **headers}, timeout=5)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sandbox(clock: FakeClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def gate(sandbox: Sandbox) -> AsyncIterator[Gate]:
    async with client(sandbox) as http:
        yield Gate(sandbox, http)


@pytest.fixture
async def museum(sandbox: Sandbox) -> AsyncIterator[Gate]:
    async with client(sandbox, MUSEUM) as http:
        yield Gate(sandbox, http)
