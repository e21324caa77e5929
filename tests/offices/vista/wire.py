"""The vendor's example documents, and an office and its token service that answer by table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from pydantic import SecretStr

from kiosk.offices.fields import amount, read_json
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.ports import Clock
from tests.fakes import FakeClock

EXAMPLES = Path(__file__).parents[2] / "data" / "vista"
BASE_URL = "https://tenant.example"
AUTH_URL = "https://auth.example"
USERNAME, PASSWORD = "gate-user", "correct horse"
LOGIN = Login("kiosk", SecretStr(USERNAME), SecretStr(PASSWORD))
TOKEN_PATH = "/connect/token"
WITHIN_S = 5.0
ORDER = "1aaa031755d64e6d9cbddfec4b3c8633"
SHOWTIME = "0002-2681"
VOUCHER = "b004dc1a727b406e9c1dd949258b3190"

Json = Any


def example(name: str) -> Json:
    """A document as the vendor prints it, or as its contract describes it."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def as_read(document: Json) -> Json:
    """A document as the office reads it from the wire: its amounts are exact."""
    return read_json(json.dumps(document).encode(), parse_float=amount)


def answer(document: Json = None, status: int = 200, **headers: str) -> httpx.Response:
    """`document` may be the bytes of a body; None is an empty one."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if document is None else document if isinstance(document, bytes) else json.dumps(document).encode()
    return httpx.Response(status, headers=named, stream=httpx.ByteStream(body))


@dataclass(frozen=True)
class Asked:
    """One request as it left."""

    method: str
    host: str
    path: str
    """Still percent-encoded."""
    query: str
    headers: dict[str, str]
    body: Json

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


Route = Callable[[Asked], httpx.Response | Awaitable[httpx.Response]]


@dataclass
class Wire:
    """Answers by method and path; what has no route is a 404. Hands out tokens `token-1`, `token-2`, …"""

    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    logins: list[dict[str, str]] = field(default_factory=list)
    login: Callable[[int], httpx.Response | Awaitable[httpx.Response]] = field(
        default=lambda count: token_reply(f"token-{count}")
    )

    def on(self, method: str, path: str, *replies: Route | httpx.Response) -> None:
        """Replies in turn, the last one again and again."""
        left = list(replies)

        def reply(asked: Asked) -> httpx.Response | Awaitable[httpx.Response]:
            now = left.pop(0) if len(left) > 1 else left[0]
            return _copy(now) if isinstance(now, httpx.Response) else now(asked)

        self.routes[method, path] = reply

    async def handle(self, request: httpx.Request) -> httpx.Response:
        raw_path, _, query = request.url.raw_path.decode().partition("?")
        content = request.content.decode()
        if request.url.host == "auth.example":
            assert (request.method, raw_path) == ("POST", TOKEN_PATH)
            self.logins.append({name: values[0] for name, values in parse_qs(content).items()})
            return await _said(self.login(len(self.logins)))
        asked = Asked(
            request.method,
            request.url.host,
            raw_path,
            query,
            dict(request.headers),
            json.loads(content) if content else None,
        )
        self.asked.append(asked)
        route = self.routes.get((asked.method, asked.path))
        return answer({"title": "Not Found"}, 404) if route is None else await _said(route(asked))

    def office(
        self, *, clock: Clock | None = None, login: Login = LOGIN, auth_url: str = AUTH_URL, **options: Json
    ) -> VistaOffice:
        return VistaOffice(
            BASE_URL,
            auth_url,
            login,
            clock=clock or FakeClock(),
            transport=httpx.MockTransport(self.handle),
            **{"currency": "GBP", **options},
        )


def token_reply(token: str = "token-1", expires_in: Json = 43200) -> httpx.Response:
    return answer({"token_type": "Bearer", "access_token": token, "expires_in": expires_in})


async def never(asked: object) -> httpx.Response:
    """An office that does not answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def drops(asked: object) -> httpx.Response:
    raise httpx.ReadError("gone")


async def unreachable(asked: object) -> httpx.Response:
    raise httpx.ConnectError("nobody there")


async def _said(reply: httpx.Response | Awaitable[httpx.Response]) -> httpx.Response:
    return reply if isinstance(reply, httpx.Response) else await reply


def _copy(response: httpx.Response) -> httpx.Response:
    """A stream is read once."""
    stream = response.stream
    assert isinstance(stream, httpx.ByteStream)
    return httpx.Response(response.status_code, headers=response.headers, stream=stream)
