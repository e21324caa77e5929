"""One supplier's key at an OCTO office: its calls, each asked once, each answered with a value."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from pydantic import SecretStr

from kiosk.domain.listing import BookingsPage, Wanted
from kiosk.domain.reply import Declined, Done, Failed, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import an_object
from kiosk.offices.http import Answer, HttpClient, NoAnswer
from kiosk.offices.octo.listing import question, to_page
from kiosk.offices.octo.products import Products, shown
from kiosk.offices.octo.replies import Refusal, Said, hear, to_look_up, to_redeem
from kiosk.offices.octo.standing import OfficeTime, Standing
from kiosk.ports import Clock

log = logging.getLogger(__name__)

NO_TIME = Failed(Doubt.NO_ANSWER, detail="no time left to ask")


@dataclass(frozen=True, slots=True)
class SupplierKey:
    """A supplier by the name that we give it, and its key, which is never shown."""

    name: str
    api_key: SecretStr


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the office says that a key is: the supplier's name there, and the connection's."""

    supplier: str = ""
    connection: str = ""


class OctoClient:
    """Asks in one supplier's name. Bookings it returns carry that name."""

    def __init__(
        self,
        http: HttpClient,
        supplier: SupplierKey,
        clock: Clock,
        standing: Standing,
        office_time: OfficeTime,
        products: Callable[[], Products],
    ) -> None:
        self.name = supplier.name
        self.standing = standing
        self._http = http
        self._headers = {"Authorization": f"Bearer {supplier.api_key.get_secret_value()}"}
        self._clock = clock
        self._office_time = office_time
        self._products = products

    async def look_up(self, text: str, within_s: float, by: str = "reference") -> LookUpReply:
        """The bookings that a code matches; `by` may also be `email` or `mobile`."""
        if within_s <= 0:
            return NO_TIME
        answer = await self._http.ask(
            "GET", "/redemption/lookup", within_s=within_s, query={by: text}, headers=self._headers
        )
        reply = to_look_up(answer, self._clock.now(), self.name, self._products())
        self._note("look_up", answer, reply if isinstance(reply, Failed) else None)
        return reply

    async def redeem(self, codes: Sequence[str], within_s: float) -> RedeemReply:
        """Redeem one code, or several together. Asked once, whatever comes of it."""
        return await self._write("redeem", _one_or_many(codes), within_s)

    async def cancel(self, codes: Sequence[str], within_s: float) -> RedeemReply:
        """Take a redemption back: the same JSON inside a DELETE. Asked once, whatever comes of it."""
        return await self._write("redeem", _one_or_many(codes), within_s, method="DELETE")

    async def mark_no_show(self, codes: Sequence[str], within_s: float) -> RedeemReply:
        """Say that guests have not come. Asked once, whatever comes of it."""
        return await self._write("noshow", _one_or_many(codes), within_s)

    async def validate(self, codes: Sequence[str], within_s: float) -> RedeemReply:
        """Validate codes, one after the other: the vendor takes one at a time. Stops at the first without an answer.

        Done names those that were validated; declined where none was.
        """
        until = self._clock.monotonic() + within_s
        done: list[Done] = []
        declined: list[Declined] = []
        for code in codes:
            match reply := await self._write("validate", code, until - self._clock.monotonic()):
                case Done():
                    done.append(reply)
                case Declined():
                    declined.append(reply)
                case Failed():
                    return _after(done, reply)
                case _:
                    assert_never(reply)
        return Done(tuple(b for reply in done for b in reply.bookings)) if done else declined[0]

    async def whoami(self, within_s: float) -> Identity | Failed:
        """Who this key is. The best first question: it opens the connection, and the reply names what is granted."""
        until = self._clock.monotonic() + within_s
        heard = await self._read("/whoami", within_s)
        if isinstance(heard, Refusal):  # an older office
            heard = await self._read("/supplier", until - self._clock.monotonic())
        match heard:
            case Said(document):
                return _identity(document)
            case Refusal():
                return Identity()
            case Failed():
                return heard

    async def products(self, within_s: float) -> object | Failed:
        """The reply of `/products`, as it came. A failure says nothing about how scans fare: the standing stays."""
        heard = await self._read("/products", within_s, is_sign_of_life=False)
        match heard:
            case Said(document) if isinstance(document, list):
                return document
            case Said():
                return Failed(Doubt.OFFICE_ERROR, detail="products that are no array")
            case Refusal():
                return Failed(Doubt.OFFICE_ERROR, detail=f"status {heard.status} {heard.word}")
            case Failed():
                return heard

    async def bookings(self, wanted: Wanted, page: int, within_s: float) -> BookingsPage | Failed:
        """One page of bookings. As with `products`, a failure says nothing about how scans fare."""
        if within_s <= 0:
            return NO_TIME
        answer = await self._http.ask(
            "GET", "/bookings", within_s=within_s, query=question(wanted, page), headers=self._headers
        )
        reply = await to_page(answer, self._clock.now(), self.name, self._products())
        self._note("bookings", answer, reply if isinstance(reply, Failed) else None, is_sign_of_life=False)
        return reply

    async def _write(self, verb: str, code: str | list[str], within_s: float, *, method: str = "POST") -> RedeemReply:
        if within_s <= 0:
            return NO_TIME
        answer = await self._http.ask(
            method,
            f"/redemption/{verb}",
            within_s=within_s,
            json_body={"redemptionCode": code},
            headers=self._headers,
        )
        reply = to_redeem(answer, self._clock.now(), self.name, self._products())
        action = verb if method == "POST" else f"{method} {verb}"
        self._note(action, answer, reply if isinstance(reply, Failed) else None)
        return reply

    async def _read(self, path: str, within_s: float, *, is_sign_of_life: bool = True) -> Said | Refusal | Failed:
        if within_s <= 0:
            return NO_TIME
        answer = await self._http.ask("GET", path, within_s=within_s, headers=self._headers)
        heard = hear(answer, self._clock.now())
        self._note(path, answer, heard if isinstance(heard, Failed) else None, is_sign_of_life=is_sign_of_life)
        return heard

    def _note(
        self, action: str, answer: Answer | NoAnswer, failed: Failed | None, *, is_sign_of_life: bool = True
    ) -> None:
        if isinstance(answer, Answer):
            self._office_time.note(answer, self._clock.now())
        if is_sign_of_life or failed is None:
            self.standing.note(answer, None if failed is None else failed.doubt)
        if failed is not None:
            log.warning("action=%s supplier=%r doubt=%s: %s", action, self.name, failed.doubt, failed.detail)


def _one_or_many(codes: Sequence[str]) -> str | list[str]:
    """One alone is sent as a text, and answered with one booking."""
    return list(codes) if len(codes) > 1 else codes[0]


def _after(done: list[Done], failed: Failed) -> Failed:
    """A failure behind something that has been done already leaves the whole in doubt."""
    return Failed(failed.doubt, True, failed.retry_after_s, failed.detail) if done else failed


def _identity(document: object) -> Identity:
    about = an_object(document)
    supplier = an_object(about.get("supplier")) or about  # `/supplier` is the supplier itself
    return Identity(shown(supplier.get("name")), shown(an_object(about.get("connection")).get("name")))
