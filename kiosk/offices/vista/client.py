"""Asking the Digital Platform: a token, the headers, one deadline for it all, and who may be asked twice.

A read is asked again where the token was refused and another could be had. A write never is: whoever sent it decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from kiosk import __version__
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import Answer, HttpClient, NoAnswer, Query, Transport
from kiosk.offices.vista.replies import Heard, HeardFile, hear, hear_file
from kiosk.offices.vista.tokens import Token, Tokens
from kiosk.ports import Clock

log = logging.getLogger(__name__)

NO_TIME = Failed(Doubt.NO_ANSWER, detail="no time left to ask")

H = TypeVar("H")
Hear = Callable[[Answer | NoAnswer, datetime], H]


class VistaClient:
    """One user at one office. Nothing it logs holds a barcode, a PIN or a token: calls are told by their names."""

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        clock: Clock,
        *,
        region_code: str = "",
        trust_env: bool = False,
        transport: Transport | None = None,
    ) -> None:
        self._http = HttpClient(
            base_url,
            headers={
                "User-Agent": f"kiosk/{__version__}",
                **({"Connect-Region-Code": region_code} if region_code else {}),
            },
            trust_env=trust_env,
            transport=transport,
            monotonic=clock.monotonic,
        )
        self._tokens = tokens
        self._clock = clock

    async def read(self, name: str, path: str, within_s: float, query: Query | None = None) -> Heard:
        """Ask for something. `name` is what the log calls it."""
        heard = await self._read(name, path, within_s, hear, query=query)
        return replace(heard, may_have_applied=False) if isinstance(heard, Failed) else heard

    async def fetch(self, name: str, path: str, within_s: float, accept: str) -> HeardFile:
        """Ask for a file, of media types as the Accept header has them."""
        return await self._read(name, path, within_s, hear_file, headers={"Accept": accept})

    async def _read(
        self,
        name: str,
        path: str,
        within_s: float,
        listen: Hear[H],
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> H | Failed:
        until = self._clock.monotonic() + within_s
        heard, refused = await self._ask(name, "GET", path, until, listen, query=query, headers=headers)
        if refused is not None:
            self._tokens.reject(refused)
            heard, _ = await self._ask(name, "GET", path, until, listen, query=query, headers=headers)
        return heard

    async def write(
        self, name: str, method: str, path: str, within_s: float, body: Mapping[str, object] | None = None
    ) -> Heard:
        """Change something; asked once. Where the token was refused, a new one is at hand: `retry_after_s` is 0."""
        until = self._clock.monotonic() + within_s
        heard, refused = await self._ask(name, method, path, until, hear, body=body)
        if refused is None or not isinstance(heard, Failed):
            return heard
        self._tokens.reject(refused)
        renewed = await self._tokens.get(until - self._clock.monotonic())
        return replace(heard, retry_after_s=0.0) if isinstance(renewed, Token) else heard

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(
        self,
        name: str,
        method: str,
        path: str,
        until: float,
        listen: Hear[H],
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[H | Failed, Token | None]:
        """What the office says, and the token, where it was that which is refused (not what it may do: a 403)."""
        token = await self._tokens.get(until - self._clock.monotonic())
        if isinstance(token, Failed):
            return token, None
        left_s = until - self._clock.monotonic()
        if left_s <= 0:
            return NO_TIME, None
        answer = await self._http.ask(
            method,
            path,
            within_s=left_s,
            query=query,
            json_body=body,
            headers={**(headers or {}), "Authorization": f"Bearer {token.text}"},
        )
        heard = listen(answer, self._clock.now())
        _note(name, answer, heard)
        is_refused = isinstance(answer, Answer) and answer.status == 401
        return heard, token if is_refused else None


def _note(name: str, answer: Answer | NoAnswer, heard: object) -> None:
    elapsed_ms = answer.elapsed_s * 1000 if isinstance(answer, Answer) else 0.0
    if isinstance(heard, Failed):
        log.warning("action=%s %s in %.0f ms: %s", name, heard.doubt, elapsed_ms, heard.detail)
    else:
        status = answer.status if isinstance(answer, Answer) else 0
        log.info("action=%s status=%d in %.0f ms", name, status, elapsed_ms)


def address(template: str, *parts: str) -> str:
    """An address of opaque parts, each of them one segment; empty where one cannot be: it would lead elsewhere."""
    if any(part in ("", ".", "..") for part in parts):
        return ""
    return template.format(*(quote(part, safe="", errors="replace") for part in parts))
