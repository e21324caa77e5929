"""Voucher Management behind `ports.VoucherManagement`. What it logs holds no word of a request or of an answer."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from kiosk import __version__
from kiosk.domain.cinema import CinemaReply, Gone, Refused
from kiosk.domain.issuing.job import Accepted
from kiosk.domain.issuing.tokens import Resolution
from kiosk.domain.issuing.wanted import Wanted, kind_of
from kiosk.domain.issuing.words import without
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import Answer, HttpClient, NoAnswer, Transport
from kiosk.offices.vista.management.allowance import TokenAllowance
from kiosk.offices.vista.management.bodies import RESOLVE, body_of, path_of, said_in
from kiosk.offices.vista.management.login import ClientLogin
from kiosk.offices.vista.management.replies import read_accepted, read_resolutions
from kiosk.offices.vista.replies import Heard, Said, hear
from kiosk.offices.vista.tokens import Token, Tokens, kept_in
from kiosk.ports import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

_TOKEN_PATH = "/oauth/token"  # noqa: S105 (an address)
_NO_TIME = Failed(Doubt.NO_ANSWER, detail="no time left to ask")


class ManagementOffice:
    """One client of one tenant. Build it in a running loop, `aclose` it."""

    def __init__(
        self,
        base_url: str,
        identity_url: str,
        login: ClientLogin,
        *,
        clock: Clock,
        cache_dir: Path | None = None,
        transport: Transport | None = None,
    ) -> None:
        """`cache_dir`: where the token is kept, and how many were asked for; shared by every run of this machine."""
        identity_url = identity_url.rstrip("/").removesuffix(_TOKEN_PATH)
        agent = {"User-Agent": f"kiosk/{__version__}"}
        self._identity = HttpClient(identity_url, headers=agent, transport=transport, monotonic=clock.monotonic)
        self._http = HttpClient(
            base_url, headers={**agent, **login.headers}, transport=transport, monotonic=clock.monotonic
        )
        kept = kept_in(cache_dir, f"{base_url}\n{identity_url}", login)
        counted = None if kept is None else kept.with_name(kept.name.replace("vista-token-", "vista-tokens-asked-"))
        self._tokens = Tokens(self._identity, _TOKEN_PATH, login, clock, kept, TokenAllowance(clock, counted))
        self._clock = clock

    async def aclose(self) -> None:
        await self._tokens.aclose()
        await asyncio.gather(self._http.aclose(), self._identity.aclose())

    async def submit(self, wanted: Wanted, *, within_s: float) -> CinemaReply[Accepted]:
        """See the port. Where the token was refused, a new one is at hand: `retry_after_s` is 0."""
        until = self._clock.monotonic() + within_s
        heard, refused = await self._ask(kind_of(wanted).value, path_of(wanted), body_of(wanted), until, is_read=False)
        if refused is not None and isinstance(heard, Failed):
            self._tokens.reject(refused)
            renewed = await self._tokens.get(until - self._clock.monotonic())
            heard = replace(heard, retry_after_s=0.0) if isinstance(renewed, Token) else heard
        return _answered(read_accepted(heard), said_in(wanted))

    async def resolve(self, tokens: Sequence[str], *, within_s: float) -> CinemaReply[tuple[Resolution, ...]]:
        """See the port. A POST by its method, and a read all the same: it may be asked again."""
        until = self._clock.monotonic() + within_s
        asked = list(tokens)
        heard, refused = await self._ask("resolve", RESOLVE, asked, until, is_read=True)
        if refused is not None:
            self._tokens.reject(refused)
            heard, _ = await self._ask("resolve", RESOLVE, asked, until, is_read=True)
        answered = _answered(read_resolutions(heard), ())
        return replace(answered, may_have_applied=False) if isinstance(answered, Failed) else answered

    async def _ask(
        self, name: str, path: str, body: object, until: float, *, is_read: bool
    ) -> tuple[Heard, Token | None]:
        """What the office says, and the token, where it was that which is refused."""
        token = await self._tokens.get(until - self._clock.monotonic())
        if isinstance(token, Failed):
            return token, None
        left_s = until - self._clock.monotonic()
        if left_s <= 0:
            return _NO_TIME, None
        headers = {"Authorization": f"Bearer {token.text}", "correlationid": str(uuid.uuid4())}
        answer = await self._http.ask("POST", path, within_s=left_s, json_body=body, headers=headers, is_read=is_read)
        _note(name, answer, headers["correlationid"])
        is_refused = isinstance(answer, Answer) and answer.status == 401
        return hear(answer, self._clock.now()), token if is_refused else None


def _answered(read: T | Heard, sent: Sequence[str]) -> T | Refused | Gone | Failed:
    """A refusal's words without what was sent: an office may quote a recipient, and the words are recorded."""
    match read:
        case Refused():
            return replace(read, title=without(read.title, sent), detail=without(read.detail, sent))
        case Gone():
            return replace(read, title=without(read.title, sent), detail=without(read.detail, sent))
        case Failed():
            return replace(read, detail=without(read.detail, sent))
        case Said():
            raise AssertionError("a reply that nobody has read")
        case _:
            return read


def _note(name: str, answer: Answer | NoAnswer, correlation: str) -> None:
    """The correlation id is what the vendor asks for when something is to be looked into."""
    if isinstance(answer, NoAnswer):
        log.warning("action=issue_%s %s correlationid=%s", name, answer.trouble, correlation)
    else:
        level = logging.INFO if answer.status < 400 else logging.WARNING
        told_ms = answer.elapsed_s * 1000
        log.log(
            level, "action=issue_%s status=%d in %.0f ms correlationid=%s", name, answer.status, told_ms, correlation
        )
