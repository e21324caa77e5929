"""Asking the office whose code it is: `/redemption/credentials`, which takes a code and all keys, and names one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.reply import Failed
from kiosk.offices.fields import an_object
from kiosk.offices.http import Answer, HttpClient
from kiosk.offices.octo.client import SupplierKey
from kiosk.offices.octo.replies import Refusal, Said, hear
from kiosk.ports import Clock

log = logging.getLogger(__name__)

REST_S = 30.0
"""After a failure, codes are looked up with every key at once for so long: nobody waits twice for a sick endpoint."""

_NOT_OFFERED = (404, 405, 501)


@dataclass(frozen=True, slots=True)
class Theirs:
    """The code belongs to this supplier."""

    supplier: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """The code belongs to none of our keys."""


@dataclass(frozen=True, slots=True)
class CannotSay:
    """No usable answer: look it up with every key."""


Pick = Theirs | NotOurs | CannotSay


class Credentials:
    """Knows whether the endpoint is worth asking: not again where it does not exist, not soon where it has failed."""

    def __init__(
        self, http: HttpClient, suppliers: Sequence[SupplierKey], clock: Clock, *, switched_on: bool = True
    ) -> None:
        self._http = http
        self._suppliers = tuple(suppliers)
        self._clock = clock
        self._is_offered = switched_on
        self._rests_until = float("-inf")

    @property
    def is_worth_asking(self) -> bool:
        return self._is_offered and self._clock.monotonic() >= self._rests_until

    async def pick(self, code: str, within_s: float) -> Pick:
        """Whose code it is. Sent without a key of its own: all of them are in the body."""
        keys = [supplier.api_key.get_secret_value() for supplier in self._suppliers]
        answer = await self._http.ask(
            "POST",
            "/redemption/credentials",
            within_s=within_s,
            json_body={"reference": code, "apiKeys": keys},
            is_read=True,
        )
        heard = hear(answer, self._clock.now())
        if isinstance(answer, Answer) and answer.status in _NOT_OFFERED:
            self._is_offered = False
            log.info("action=credentials is not offered here (status %s)", answer.status)
            return CannotSay()
        if isinstance(heard, Said) and "apiKey" in an_object(heard.document):
            picked = an_object(heard.document)["apiKey"]
            if picked is None:
                return NotOurs()
            for supplier, key in zip(self._suppliers, keys, strict=True):
                if isinstance(picked, str) and picked.casefold() == key.casefold():
                    return Theirs(supplier.name)
        self._rests_until = self._clock.monotonic() + REST_S
        log.warning("action=credentials gave no answer that can be used: %s", _why(heard))
        return CannotSay()


def _why(heard: Said | Refusal | Failed) -> str:
    match heard:
        case Failed():
            return heard.detail
        case Refusal():
            return f"status {heard.status} {heard.word}"
        case Said():
            return "no key of ours in it"
