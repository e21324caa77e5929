"""The vendor's example documents, and a wire that answers by table."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from kiosk.domain.events import OfficeStatus
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.ports import Clock
from tests.fakes import FakeClock

EXAMPLES = Path(__file__).parents[2] / "data" / "octo"
RIVER = SupplierKey("River Cruises", SecretStr("5bd1629a-323e-4edb-ac9b-327ef51e6136"))
TOWER = SupplierKey("Tower", SecretStr("84ea621d-b3c3-4cee-be5f-8cfdf00666cc"))
WALKS = SupplierKey("City Walks", SecretStr("29e13da7-f5fa-45fa-be74-16f55af24c90"))
SUPPLIERS = (RIVER, TOWER, WALKS)

Json = Any


def example(name: str) -> Json:
    """`lookup` (an array of one), `redeemed` (one booking) or `products`, as the vendor prints them."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def booking(reference: str = "X749G9", **changes: Json) -> Json:
    """A confirmed booking of the wire."""
    document = copy.deepcopy(example("lookup")[0])
    document.update(
        {"supplierReference": reference, "uuid": f"uuid-{reference}", "redemptionCode": f"redeem|{reference}"},
        **changes,
    )
    return document


def redeemed(document: Json) -> Json:
    return {**document, "redeemable": False, "status": "REDEEMED", "utcRedeemedAt": "2026-11-21T12:00:00Z"}


def answer(document: Json, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=httpx.ByteStream(json.dumps(document).encode()))


def not_found() -> httpx.Response:
    return answer([])


@dataclass(frozen=True)
class Asked:
    """One request as it left: the route's last word, whose key, the headers, and the code or codes in it."""

    route: str
    key: str
    code: Json
    headers: dict[str, str]


Route = Callable[[Asked], httpx.Response | Awaitable[httpx.Response]]


@dataclass
class Wire:
    """Answers by route and supplier; what has no route is a 404. Keeps what was asked."""

    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, route: str, reply: Route, supplier: SupplierKey | None = None) -> None:
        """`route` is the last part of the path; without a supplier, whoever asks."""
        self.routes[route, supplier.name if supplier else ""] = reply

    @property
    def routes_asked(self) -> list[str]:
        return [asked.route for asked in self.asked]

    def asked_of(self, route: str) -> list[str]:
        """The suppliers in whose name a route was asked, in order."""
        return [asked.key for asked in self.asked if asked.route == route]

    async def handle(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        whose = next((supplier.name for supplier in SUPPLIERS if supplier.api_key.get_secret_value() == token), token)
        body = json.loads(request.content) if request.content else {}
        code = body.get("redemptionCode") or body.get("reference") or request.url.params.get("reference")
        asked = Asked(request.url.path.rsplit("/", 1)[1], whose, code, dict(request.headers))
        self.asked.append(asked)
        route = self.routes.get((asked.route, whose)) or self.routes.get((asked.route, ""))
        if route is None:
            return answer({"error": "NOT_FOUND"}, 404)
        reply = route(asked)
        return reply if isinstance(reply, httpx.Response) else await reply

    def office(
        self,
        *suppliers: SupplierKey,
        clock: Clock | None = None,
        on_status: Callable[[OfficeStatus], None] = lambda status: None,
        **options: Json,
    ) -> OctoOffice:
        return OctoOffice(
            "https://office.example/octo",
            suppliers or (RIVER,),
            clock=clock or FakeClock(),
            on_status=on_status,
            transport=httpx.MockTransport(self.handle),
            **options,
        )


async def never(asked: Asked) -> httpx.Response:
    """An office that does not answer."""
    await asyncio.Event().wait()
    raise AssertionError
