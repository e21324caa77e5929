"""One vendor's HTTP, asked within a total deadline; the only importer of httpx.

Whatever a network does comes back as a value. What it must never do: repeat a write, follow a redirect, skip the
check of a certificate, or let an address with a code in it, or a key, into a log or an exception's text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes, unpacked: a whole product catalogue fits, a flood does not."""

KEEPALIVE_S = 15.0
"""How long an idle connection is kept. A server may close one in the moment in which we write on it, and then nobody
knows whether the request was read. A read is simply asked again; a write follows its look-up within a moment, on the
connection that the look-up has just used. Waiting guests are mostly nearer than this, so they find it open."""

Transport = httpx.AsyncBaseTransport
Query = Mapping[str, str] | Sequence[tuple[str, str]]
"""Pairs, where a name is repeated."""

_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError)

# httpx logs whole addresses, and ours hold tickets.
logging.getLogger("httpx").addFilter(lambda record: False)


class Trouble(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    """No route, no name, nobody listening."""
    UNTRUSTED = "untrusted"
    """TLS failed: a wrong certificate, or a wrong clock of ours."""
    DEADLINE = "deadline"
    DROPPED = "dropped"
    """Cut off before the answer was complete, or what came is not HTTP."""
    TOO_LARGE = "too_large"
    GARBLED = "garbled"
    """A body that cannot be unpacked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case; `elapsed_s` from the call to the last byte."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing usable came back. `sent`: the request may have left, so a write may have been carried out."""

    trouble: Trouble
    sent: bool
    detail: str = ""
    """For the log and the doctor; holds nothing of the request."""


class HttpClient:
    """One vendor's address, with connections that are kept. Costs tens of milliseconds to build: build it once."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        keepalive_s: float = KEEPALIVE_S,
        trust_env: bool = False,
        transport: Transport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`trust_env`: take proxies and certificate files from the environment."""
        self._base_url = base_url.rstrip("/")
        self._monotonic = monotonic
        self._client = httpx.AsyncClient(
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", **(headers or {})},
            # One client serves several keys: a cookie of one must not travel with another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=None,  # noqa: S113 (its timeouts are per operation: a dripping server outlives them; see `ask`)
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=keepalive_s),
            follow_redirects=False,
            trust_env=trust_env,
            transport=transport,
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        within_s: float,
        query: Query | None = None,
        json_body: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        is_read: bool | None = None,
    ) -> Answer | NoAnswer:
        """Ask once, and a read twice where the connection was dropped. Never raises for what a network may do.

        `within_s` bounds the whole call, dripping bodies included. `is_read`: a GET is one, any other method where it
        says so.
        """
        if within_s <= 0 or self._client.is_closed:
            return NoAnswer(Trouble.DEADLINE, sent=False, detail="closed" if within_s > 0 else "no time left to ask")
        repeatable = method == "GET" if is_read is None else is_read
        passage = _Passage()
        began = self._monotonic()
        try:
            request = self._request(method, path, query, json_body, form, headers)
            async with asyncio.timeout(within_s):
                answer = await self._send(request, passage, repeatable)
        except TimeoutError as late:
            return NoAnswer(Trouble.DEADLINE, passage.may_have_left(late), f"no answer within {within_s:.1f} s")
        except httpx.InvalidURL:
            return NoAnswer(Trouble.UNREACHABLE, sent=False, detail="an address that cannot be asked")
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            return NoAnswer(_trouble(error), passage.may_have_left(error), _explain(error))
        finally:
            await passage.close_unowned()
        if isinstance(answer, NoAnswer):
            return answer
        return Answer(answer.status, answer.headers, answer.body, self._monotonic() - began)

    async def aclose(self) -> None:
        await self._client.aclose()

    def _request(
        self,
        method: str,
        path: str,
        query: Query | None,
        json_body: object,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> httpx.Request:
        address = self._base_url + path
        if query:
            address += "?" + _encode(query)
        content: bytes | None = None
        typed = dict(headers or {})
        if json_body is not None:
            content = json.dumps(json_body, separators=(",", ":")).encode("ascii")
            typed["Content-Type"] = "application/json"
        elif form is not None:
            content = _encode(form).encode("ascii")
            typed["Content-Type"] = "application/x-www-form-urlencoded"
        return self._client.build_request(method, address, content=content, headers=typed)

    async def _send(self, request: httpx.Request, passage: _Passage, is_read: bool) -> Answer | NoAnswer:
        if is_read:
            with contextlib.suppress(*_DROPPED):
                return await self._exchange(request, passage)
        return await self._exchange(request, passage)

    async def _exchange(self, request: httpx.Request, passage: _Passage) -> Answer | NoAnswer:
        request.extensions = {**request.extensions, "trace": passage.note}
        response = await self._client.send(request, stream=True)
        try:
            packed = bytearray()
            async for chunk in response.aiter_raw():
                packed += chunk
                if len(packed) > LARGEST_BODY:
                    return NoAnswer(Trouble.TOO_LARGE, sent=True, detail=f"more than {LARGEST_BODY} bytes")
        finally:
            await response.aclose()
        body = _unpack(bytes(packed), response.headers.get("content-encoding", ""))
        if isinstance(body, Trouble):
            return NoAnswer(body, sent=True, detail=f"status {response.status_code}")
        return Answer(response.status_code, dict(response.headers.items()), body)


class _Passage:
    """Watches a request on its way (httpcore's trace), to tell whether it can have left."""

    def __init__(self) -> None:
        self._traced = False
        self._sent = False
        self._unowned: _Closable | None = None

    async def note(self, step: str, about: Mapping[str, Any]) -> None:
        self._traced = True
        if step == "connection.connect_tcp.complete":
            self._unowned = about["return_value"]
        elif step.endswith("send_request_headers.started"):
            self._sent, self._unowned = True, None

    def may_have_left(self, error: BaseException) -> bool:
        """Where nobody traced (a transport of a test), only a failed connection proves that nothing left."""
        if self._traced:
            return self._sent
        return not isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol)

    async def close_unowned(self) -> None:
        """httpcore 1.0 forgets a socket whose TLS handshake is cut off by a deadline, and it stays open for ever."""
        if self._unowned is not None:
            await self._unowned.aclose()


class _Closable(Protocol):
    async def aclose(self) -> None: ...


def _encode(values: Query) -> str:
    """Percent-encoding, with %20 for a blank: a form's `+` is read as a plus by some servers."""
    return urlencode(values, quote_via=quote, safe="", errors="replace")


def _unpack(packed: bytes, encoding: str) -> bytes | Trouble:
    """The plain body. Bounded, because a few kilobytes can unpack to gigabytes."""
    if encoding.strip().lower() in ("", "identity") or not packed:
        return packed
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return Trouble.GARBLED
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        body = unpacker.decompress(packed, LARGEST_BODY)
    except zlib.error:
        return Trouble.GARBLED
    if unpacker.unconsumed_tail:
        return Trouble.TOO_LARGE
    return body if unpacker.eof else Trouble.GARBLED


def _trouble(error: Exception) -> Trouble:
    if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)):
        return Trouble.UNTRUSTED if isinstance(error, httpx.ConnectError) else Trouble.DROPPED
    if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
        return Trouble.UNREACHABLE
    return Trouble.DROPPED


def _explain(error: Exception) -> str:
    """What went wrong, from the kinds of exceptions alone: their texts may quote the request."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return f"certificate: {cause.verify_message}"
            case socket.gaierror():
                return "the name is not known"
            case ConnectionRefusedError():
                return "nobody listens there"
    return type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that led to it."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend(one for one in (cause.__cause__, cause.__context__) if one is not None)
