"""A wire that gives every request to one function, and an office on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from kiosk.offices.octo.office import OctoOffice
from tests.fakes import FakeClock
from tests.offices.octo.wire import RIVER

Reply = Callable[[httpx.Request], httpx.Response]


@dataclass
class Line:
    """A wire that gives every request to one function, and keeps the requests."""

    reply: Reply
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.reply(request)

    @property
    def only(self) -> httpx.Request:
        [request] = self.asked
        return request


Offices = Callable[..., tuple[OctoOffice, Line]]


@asynccontextmanager
async def offices_on_lines() -> AsyncIterator[Offices]:
    """Makes offices; closes them all in the end."""
    made: list[OctoOffice] = []

    def make(reply: Reply, *suppliers: Any) -> tuple[OctoOffice, Line]:
        line = Line(reply)
        transport = httpx.MockTransport(line.handle)
        keys = suppliers or (RIVER,)
        made.append(OctoOffice("https://office.example/octo", keys, clock=FakeClock(), transport=transport))
        return made[-1], line

    yield make
    for office in made:
        await office.aclose()
