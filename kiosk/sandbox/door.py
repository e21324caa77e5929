"""Where every request comes in: counted, perhaps struck by a fault, answered, stamped with the office's time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.faults import FaultPlan, Faults
from kiosk.sandbox.spoiled import HungUp, spoil


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read to its end. `number` counts all requests since the last reset, from 1."""

    request: Request
    body: bytes
    number: int
    route: str


@dataclass(frozen=True, slots=True)
class Route:
    """One route of a vendor. Answering never waits: what one request does is done before the next is looked at."""

    method: str
    path: str
    answer: Callable[[Call], Response]
    writes: bool = False

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


class Vendor(Protocol):
    """A pretend office: its routes, and its own words for the faults that are answers of the vendor."""

    @property
    def routes(self) -> tuple[Route, ...]: ...

    def mishap(self, plan: FaultPlan, call: Call) -> Response:
        """The answer for a fault that the vendor words itself (`refuse`, `error_500`, …); nothing is applied."""
        ...


class Door:
    """The way in to one vendor."""

    def __init__(self, vendor: Vendor, books: Books, faults: Faults, clock: Clock) -> None:
        self._vendor = vendor
        self._books = books
        self._faults = faults
        self._clock = clock

    @property
    def routes(self) -> list[HttpRoute]:
        return [
            HttpRoute(route.path, self._endpoint(route), methods=[route.method], include_in_schema=False)
            for route in self._vendor.routes
        ]

    def _endpoint(self, route: Route) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            self._books.requests[route.label] += 1
            number = self._books.requests.total()
            try:
                call = Call(request, await request.body(), number, route.label)
            except ClientDisconnect:
                return HungUp()
            response = await self._answer(route, call)
            response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
            return response

        return endpoint

    async def _answer(self, route: Route, call: Call) -> Response:
        plan = self._faults.strike(route.label)
        if plan is None:
            return route.answer(call)
        self._books.struck[plan.name] += 1
        return await spoil(
            plan,
            apply=lambda: route.answer(call),
            mishap=lambda: self._vendor.mishap(plan, call),
            clock=self._clock,
        )
