"""The bearer token of the Digital Platform: asked for once, kept on disk, renewed before it ends, never shown.

Logging in takes the operator's password; the vendor hands out tokens for twelve hours and counts how many are asked
for. So one is shared: by every call, by a restart, and by a command that runs beside the engine.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import an_object, moment, number, text
from kiosk.offices.http import Answer, HttpClient, NoAnswer
from kiosk.offices.keeping import keep, read_kept
from kiosk.offices.unheard import doubt_of, retry_after
from kiosk.offices.vista.replies import read_document
from kiosk.ports import Clock

log = logging.getLogger(__name__)

EARLY_S = 300.0
"""A token is renewed so long before it ends, or at half its life where that is shorter."""
WITHIN_S = 10.0
"""For one renewal. Whoever waits for it has a deadline of his own, and the others still get the token."""
ASSUMED_LIFE_S = 3600.0
"""Where the reply does not say how long."""
LONGEST_LIFE_S = 48 * 3600.0
"""More than this is a clock that has been set meanwhile."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
_LOGIN_REFUSED = (400, 401, 403)


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are at the office."""

    client_id: str
    username: SecretStr
    password: SecretStr

    @property
    def form(self) -> Mapping[str, str] | None:
        """What is asked with, where it is a form."""
        return {
            "grant_type": "password",
            "client_id": self.client_id,
            "username": self.username.get_secret_value(),
            "password": self.password.get_secret_value(),
        }

    @property
    def json_body(self) -> Mapping[str, str] | None:
        """What is asked with, where it is JSON."""
        return None

    @property
    def whose(self) -> str:
        """Tells one user from another; for the name of a file, hashed."""
        return f"{self.client_id}\n{self.username.get_secret_value()}"


class Grant(Protocol):
    """Who asks for tokens, and with what: one of `form` and `json_body`."""

    @property
    def form(self) -> Mapping[str, str] | None: ...

    @property
    def json_body(self) -> Mapping[str, str] | None: ...

    @property
    def whose(self) -> str: ...


class Allowance(Protocol):
    """How often a token may be asked for."""

    async def take(self) -> float:
        """Zero, and one is taken; else seconds until there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """Both times are of the monotonic clock: a wall clock may be set."""

    text: str = field(repr=False)
    renew_at_s: float
    ends_at_s: float


class Tokens:
    """Hands out the token that is valid now. At most one renewal is under way, whoever asks."""

    def __init__(
        self,
        http: HttpClient,
        path: str,
        login: Grant,
        clock: Clock,
        kept: Path | None,
        allowance: Allowance | None = None,
    ) -> None:
        """`kept` is the file of this user at this office; without one, the token lives in memory alone."""
        self._allowance = allowance
        self._http = http
        self._path = path
        self._login = login
        self._clock = clock
        self._kept = kept
        self._token: Token | None = None
        self._rejected = ""
        self._renewal: asyncio.Task[Token | Failed] | None = None

    async def get(self, within_s: float) -> Token | Failed:
        """A token. One that ends soon is still handed out, and renewed beside the call that asked for it."""
        now_s = self._clock.monotonic()
        if self._token is not None and now_s < self._token.ends_at_s:
            if now_s >= self._token.renew_at_s:
                self._renew()
            return self._token
        return await self._wait_for(self._renew(), within_s)

    def reject(self, token: Token) -> None:
        """The office does not take it any more (a 401)."""
        self._rejected = token.text
        if self._token is not None and self._token.text == token.text:
            self._token = None

    async def aclose(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)

    def _renew(self) -> asyncio.Task[Token | Failed]:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._find())
        return self._renewal

    async def _wait_for(self, renewal: asyncio.Task[Token | Failed], within_s: float) -> Token | Failed:
        """Whoever waits may leave; the renewal goes on for the others."""
        done, _ = await asyncio.wait({renewal}, timeout=max(within_s, 0.0))
        if not done or renewal.cancelled():
            return Failed(Doubt.NO_ANSWER, detail="no token in time")
        return renewal.result()

    async def _find(self) -> Token | Failed:
        """What another run of ours has kept, where that is good for a while; else a new one."""
        kept = None if self._kept is None else self._read(await asyncio.to_thread(read_kept, self._kept))
        found = kept or await self._ask()
        if isinstance(found, Token):
            self._token = found
        return found

    def _read(self, document: object) -> Token | None:
        told = an_object(document)
        token, ends_at = text(told.get("access_token")), moment(told.get("ends_at"), "UTC")
        if not _TOKEN.fullmatch(token) or ends_at is None or token == self._rejected:
            return None
        left_s = (ends_at - self._clock.now()).total_seconds()
        found = self._token_of(token, left_s)
        return found if left_s <= LONGEST_LIFE_S and self._clock.monotonic() < found.renew_at_s else None

    def _token_of(self, token: str, left_s: float, life_s: float | None = None) -> Token:
        now_s = self._clock.monotonic()
        early_s = EARLY_S if life_s is None else min(EARLY_S, life_s / 2)
        return Token(token, now_s + left_s - early_s, now_s + left_s)

    async def _ask(self) -> Token | Failed:
        wait_s = await self._allowance.take() if self._allowance else 0.0
        if wait_s:
            return self._failed(Failed(Doubt.RATE_LIMITED, retry_after_s=wait_s, detail="no token: too many asked for"))
        asked_at = self._clock.now()
        answer = await self._http.ask(
            "POST", self._path, within_s=WITHIN_S, form=self._login.form, json_body=self._login.json_body
        )
        if isinstance(answer, NoAnswer):
            return self._failed(Failed(doubt_of(answer), detail=f"no token: {answer.trouble}: {answer.detail}"))
        document = read_document(answer.body)
        told = an_object(document)
        token, life_s = text(told.get("access_token")), number(told.get("expires_in"))
        if answer.status != 200 or not _TOKEN.fullmatch(token):
            return self._failed(_refused(answer, document, self._clock.now()))
        life_s = min(life_s, LONGEST_LIFE_S) if life_s is not None and life_s > 0 else ASSUMED_LIFE_S
        await self._keep(token, asked_at + timedelta(seconds=life_s))
        log.info("action=token renewed, good for %.0f s", life_s)
        return self._token_of(token, life_s - (self._clock.now() - asked_at).total_seconds(), life_s)

    async def _keep(self, token: str, ends_at: datetime) -> None:
        if self._kept is None:
            return
        try:
            document = {"access_token": token, "ends_at": ends_at.astimezone(UTC).isoformat()}
            await asyncio.to_thread(keep, self._kept, document)
        except OSError as error:
            log.warning("action=keep_token: %s", error.strerror)

    def _failed(self, failed: Failed) -> Failed:
        log.warning("action=token not renewed: %s", failed.detail)
        return failed


def _refused(answer: Answer, document: object, now: datetime) -> Failed:
    wait_s = retry_after(answer.headers, document, now)
    detail = f"no token: status {answer.status}"
    if answer.status == 429:
        return Failed(Doubt.RATE_LIMITED, retry_after_s=wait_s, detail=detail)
    if answer.status in _LOGIN_REFUSED:
        return Failed(Doubt.NOT_AUTHORISED, retry_after_s=wait_s, detail=f"{detail}: this user is refused")
    return Failed(Doubt.OFFICE_ERROR, retry_after_s=wait_s, detail=detail)


def kept_in(folder: Path | None, auth_url: str, login: Grant) -> Path | None:
    """The file of one user at one office. Neither is in its name."""
    name = hashlib.sha256(f"{auth_url}\n{login.whose}".encode()).hexdigest()[:16]
    return None if folder is None else folder / f"vista-token-{name}.json"
