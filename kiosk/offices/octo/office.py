"""The OCTO ticket office: one or several suppliers behind one door."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.events import OfficeStatus
from kiosk.domain.reply import Declined, Failed, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import KEEPALIVE_S, HttpClient, Transport
from kiosk.offices.octo.client import OctoClient, SupplierKey
from kiosk.offices.octo.standing import REDEMPTION, OfficeTime, Standing
from kiosk.ports import Clock

__all__ = ["OctoOffice", "SupplierKey"]

log = logging.getLogger(__name__)

Env = Literal["live", "test"]


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
        self._clients = {supplier.name: self._client(supplier, env, on_status) for supplier in suppliers}

    def _client(self, supplier: SupplierKey, env: Env, on_status: Callable[[OfficeStatus], None]) -> OctoClient:
        standing = Standing(supplier.name, env, self._clock, on_status)
        return OctoClient(self._http, supplier, self._clock, standing, self._office_time, dict)

    @property
    def office_ahead(self) -> timedelta:
        return self._office_time.ahead

    @property
    def is_test(self) -> bool:
        """Only where every supplier is in the test environment: one that is live must not accept test bookings."""
        return all(client.standing.env == "test" for client in self._clients.values())

    async def look_up(self, code: str, *, within_s: float, supplier: str = "") -> LookUpReply:
        if not supplier and len(self._clients) == 1:
            supplier = next(iter(self._clients))
        client = self._clients.get(supplier)
        if client is None:
            return _unknown(supplier)
        return await client.look_up(code, within_s)

    async def redeem(self, bookings: Sequence[Booking], mode: Mode, *, within_s: float) -> RedeemReply:
        """Goes to the supplier that the bookings came from."""
        supplier = bookings[0].supplier or next(iter(self._clients))
        client = self._clients.get(supplier)
        if client is None:
            return _unknown(supplier)
        codes = tuple(dict.fromkeys(booking.redemption_code for booking in bookings))
        if not all(codes):
            return Declined("no redemption code")
        return await (client.redeem if mode is Mode.REDEEM else client.validate)(codes, within_s)

    async def start(self) -> None: ...

    async def aclose(self) -> None:
        await self._http.aclose()


def _unknown(supplier: str) -> Failed:
    """A journal may name a supplier that has left the configuration since."""
    log.warning("action=ask supplier=%r is not configured", supplier)
    return Failed(Doubt.NOT_AUTHORISED, detail="a supplier that is not configured")


def _version() -> str:
    try:
        return version("kiosk")
    except PackageNotFoundError:
        return "0"
