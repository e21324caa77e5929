"""A cinema at noon of a fixed day, and a voucher desk that speaks to it with nothing but httpx."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from kiosk.sandbox import Rules, Sandbox
from tests.fakes import FakeClock

SHOWTIME = "0002-2681"
"""Allocated, two areas, on sale; the vendor's own example."""
OPEN_AIR = "0002-2682"
"""Not allocated."""
ADULT = "0002-0050"
PREMIUM = "0002-0051"


class Desk:
    """What a voucher desk asks, in raw HTTP; answers as they come."""

    def __init__(self, sandbox: Sandbox, clock: FakeClock, http: httpx.AsyncClient) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.http = http

    def code(self, name: str) -> str:
        return self.sandbox.vista.samples[name].code

    async def sign_in(self) -> None:
        """Get a token: the last one has expired where the clock was moved by half a day."""
        granted = await self.http.post(f"{self.sandbox.vista.auth_url}/connect/token", data=credentials(self.sandbox))
        self.http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def order(self, site: str = "0002", mode: str = "Paid") -> str:
        answer = await self.http.post("/orders/standard/booking", json={"siteId": site, "bookingMode": mode})
        return str(answer.json()["order"]["id"])

    async def add(
        self, order: str, barcode: str, *, pin: str | None = None, showtime: str | None = SHOWTIME, kind: str = "Ticket"
    ) -> httpx.Response:
        credentials = {"barcode": barcode, **({} if pin is None else {"pin": pin})}
        asked: dict[str, object] = {"type": kind, "credentials": credentials}
        if showtime is not None:
            asked["showtimeId"] = showtime
        return await self.http.post(f"/orders/{order}/vouchers", json=asked)

    async def voucher(self, order: str, name: str = "good-1", **more: Any) -> str:
        """The id of a sample's voucher, added to an order."""
        answer = await self.add(order, self.code(name), **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["voucher"]["id"])

    async def put(self, order: str, tickets: object, seats: object = None, showtime: str = SHOWTIME) -> httpx.Response:
        asked = {"tickets": tickets} if seats is None else {"tickets": tickets, "seats": seats}
        return await self.http.put(f"/orders/{order}/showtimes/{showtime}", json=asked)

    async def filled(self, name: str = "good-1", mode: str = "Paid", kind: str = ADULT) -> str:
        """An order with one ticket for a sample's voucher."""
        order = await self.order(mode=mode)
        answer = await self.put(order, [ticket(await self.voucher(order, name), kind)])
        assert answer.status_code == 200, answer.text
        return order

    async def complete(self, order: str) -> httpx.Response:
        return await self.http.post(f"/orders/{order}/completion")

    async def sold(self, name: str = "good-1") -> str:
        """A completed order."""
        order = await self.filled(name)
        await self.complete(order)
        self.clock.move(1)
        return order

    def actions(self, *wanted: str) -> list[str]:
        """What the books say was done, oldest first."""
        return [e.action for e in self.sandbox.books.entries if not wanted or e.action in wanted]


def ticket(voucher: str | None = None, kind: str = ADULT) -> dict[str, str]:
    return {"ticketTypeId": kind, **({} if voucher is None else {"voucherId": voucher})}


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {
        "grant_type": "password",
        "client_id": "a desk",
        "username": sandbox.vista.username,
        "password": sandbox.vista.password,
    }


@asynccontextmanager
async def opened(clock: FakeClock, rules: Rules | None = None) -> AsyncIterator[Desk]:
    """A desk with a token of its own."""
    async with Sandbox(clock=clock, rules=rules) as sandbox:
        base_url = f"{sandbox.vista.base_url}/ocapi/v1"
        # http:// on loopback: to load the machine's certificates would take longer than the test
        async with httpx.AsyncClient(base_url=base_url, timeout=5, verify=False) as http:
            desk = Desk(sandbox, clock, http)
            await desk.sign_in()
            yield desk


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(clock: FakeClock) -> AsyncIterator[Desk]:
    async with opened(clock) as running:
        yield running
