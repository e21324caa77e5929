"""The OCTO ticket office: one or several suppliers behind one door."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.events import OfficeStatus
from kiosk.domain.listing import BookingsPage, Wanted
from kiosk.domain.reply import Declined, Failed, Found, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import KEEPALIVE_S, HttpClient, Transport
from kiosk.offices.octo.catalogue import Catalogue
from kiosk.offices.octo.client import OctoClient, SupplierKey
from kiosk.offices.octo.credentials import Credentials
from kiosk.offices.octo.probe import Probe, probe
from kiosk.offices.octo.search import SupplierSearch
from kiosk.offices.octo.standing import REDEMPTION, OfficeTime, Standing
from kiosk.offices.octo.upkeep import Upkeep
from kiosk.ports import Clock, SearchField

__all__ = ["OctoOffice", "SupplierKey"]

log = logging.getLogger(__name__)

Env = Literal["live", "test"]

_Write = Callable[[OctoClient, Sequence[str], float], Awaitable[RedeemReply]]


class OctoOffice:
    """A `ports.TicketOffice`. Build it in a running loop, `start` it, `aclose` it."""

    name = "octo"

    def __init__(
        self,
        base_url: str,
        suppliers: Sequence[SupplierKey],
        *,
        clock: Clock,
        env: Env = "live",
        cache_dir: Path | None = None,
        use_credentials: bool = True,
        accept_language: str = "en",
        on_status: Callable[[OfficeStatus], None] = lambda status: None,
        refresh_every_s: float = 3600.0,
        keepalive_s: float = KEEPALIVE_S,
        trust_env: bool = False,
        transport: Transport | None = None,
    ) -> None:
        self._clock = clock
        self._office_time = OfficeTime()
        self._http = HttpClient(
            base_url,
            headers={
                "Octo-Capabilities": REDEMPTION,
                "Octo-Env": env,
                "Accept-Language": accept_language,
                "User-Agent": f"kiosk/{_version()}",
            },
            keepalive_s=keepalive_s,
            trust_env=trust_env,
            transport=transport,
            monotonic=clock.monotonic,
        )
        self._catalogue = Catalogue(cache_dir, base_url)
        self._clients = {supplier.name: self._client(supplier, env, on_status) for supplier in suppliers}
        clients = tuple(self._clients.values())
        credentials = Credentials(self._http, suppliers, clock, switched_on=use_credentials)
        self._search = SupplierSearch(clients, credentials, clock)
        self._upkeep = Upkeep(clients, self._catalogue, clock, refresh_every_s)

    def _client(self, supplier: SupplierKey, env: Env, on_status: Callable[[OfficeStatus], None]) -> OctoClient:
        standing = Standing(supplier.name, env, self._clock, on_status)
        products = partial(self._catalogue.of, supplier.name)
        return OctoClient(self._http, supplier, self._clock, standing, self._office_time, products)

    @property
    def office_ahead(self) -> timedelta:
        return self._office_time.ahead

    @property
    def knows_time(self) -> bool:
        """Whether `office_ahead` rests on an answer."""
        return self._office_time.is_known

    @property
    def is_test(self) -> bool:
        """Only where every supplier is in the test environment: one that is live must not accept test bookings."""
        return all(client.standing.env == "test" for client in self._clients.values())

    async def start(self) -> None:
        """Names from the cache, connections opened beside the start. An office that is away is told, not raised."""
        await self._catalogue.load(self._clients)
        self._upkeep.start()

    async def aclose(self) -> None:
        await self._upkeep.stop()
        await self._http.aclose()

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        if not supplier and len(self._clients) > 1:
            return await self._search.look_up(code, within_s)
        client = self._of(supplier)
        return _unknown(supplier) if client is None else await client.look_up(code, within_s)

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        """Goes to the supplier that the bookings came from, all codes in one request where the vendor allows."""
        return await self._carry_out(
            bookings, OctoClient.redeem if mode is Mode.REDEEM else OctoClient.validate, within_s
        )

    async def cancel(self, bookings: Sequence[Booking], *, no_show: bool, within_s: float) -> RedeemReply:
        """See ports.Undoing."""
        return await self._carry_out(bookings, OctoClient.mark_no_show if no_show else OctoClient.cancel, within_s)

    async def _carry_out(self, bookings: Sequence[Booking], write: _Write, within_s: float) -> RedeemReply:
        suppliers = {booking.supplier for booking in bookings}
        client = self._of(next(iter(suppliers))) if len(suppliers) == 1 else None
        if client is None:
            return _unknown(", ".join(sorted(suppliers)))
        codes = tuple(dict.fromkeys(booking.redemption_code for booking in bookings))
        if not all(codes):
            return Declined("no redemption code")
        return await write(client, codes, within_s)

    async def search(self, field: SearchField, text: str, *, within_s: float) -> LookUpReply:
        """Bookings of every supplier by what a guest without a barcode knows. Contacts are neither read nor kept.

        Nothing found is only said where every supplier has answered.
        """
        asked = [client.look_up(text, within_s, by=field) for client in self._clients.values()]
        replies = await asyncio.gather(*asked)
        found = tuple(booking for reply in replies if isinstance(reply, Found) for booking in reply.bookings)
        failed = next((reply for reply in replies if isinstance(reply, Failed)), None)
        return Found(found) if found or failed is None else failed

    async def bookings_page(
        self, supplier: str, wanted: Wanted, page: int, *, within_s: float
    ) -> BookingsPage | Failed:
        """See ports.BookingsListing."""
        client = self._of(supplier)
        return _unknown(supplier) if client is None else await client.bookings(wanted, page, within_s)

    async def is_back(self, within_s: float = 2.0) -> bool:
        """Whether the office answers at all. One key is enough: every supplier is behind the same address."""
        reply = await next(iter(self._clients.values())).whoami(within_s)
        return not isinstance(reply, Failed) or reply.doubt in (Doubt.NOT_AUTHORISED, Doubt.RATE_LIMITED)

    async def probe(self, within_s: float = 10.0) -> tuple[Probe, ...]:
        """Ask every supplier's office who we are; in configured order."""
        probes = (probe(client, self._clock, within_s) for client in self._clients.values())
        return tuple(await asyncio.gather(*probes))

    def _of(self, supplier: str) -> OctoClient | None:
        if not supplier and len(self._clients) == 1:
            return next(iter(self._clients.values()))
        return self._clients.get(supplier)


def _unknown(supplier: str) -> Failed:
    """A journal may name a supplier that has left the configuration since."""
    log.warning("action=ask supplier=%r is not configured", supplier)
    return Failed(Doubt.NOT_AUTHORISED, detail="a supplier that is not configured")


def _version() -> str:
    try:
        return version("kiosk")
    except PackageNotFoundError:
        return "0"
