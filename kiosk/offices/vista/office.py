"""The cinema's office behind `ports.CinemaOffice`: one method for each call, each answered with a value."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from kiosk import __version__
from kiosk.domain.cinema import (
    BookingMode,
    CarriedOut,
    CinemaReply,
    CompletedOrder,
    Completion,
    Extended,
    FoundSeats,
    Gone,
    Order,
    OrderVoucher,
    Programme,
    Refused,
    Site,
    TicketChoice,
    TicketPrice,
)
from kiosk.domain.code import Code
from kiosk.domain.reply import Failed
from kiosk.domain.seating import SeatAvailability, SeatPlan
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import HttpClient, Transport
from kiosk.offices.vista.assets import VistaAssets
from kiosk.offices.vista.client import VistaClient, address
from kiosk.offices.vista.completed import read_completed_order, read_found_seats
from kiosk.offices.vista.orders import read_added_voucher, read_completion, read_extended, read_order
from kiosk.offices.vista.reading import Reading
from kiosk.offices.vista.replies import Heard, Said
from kiosk.offices.vista.seats import read_availability, read_plan
from kiosk.offices.vista.showtimes import read_prices, read_programme, read_sites
from kiosk.offices.vista.tokens import Login, Tokens, kept_in
from kiosk.ports import Clock

__all__ = ["Login", "VistaOffice"]

TICKET_VOUCHER = "Ticket"
"""The vendor's page sends `ticket`, its enumeration says this."""

_TOKEN_PATH = "/connect/token"  # noqa: S105 (an address)

T = TypeVar("T")


class VistaOffice:
    """A `ports.CinemaOffice`. Build it in a running loop, `aclose` it."""

    def __init__(
        self,
        base_url: str,
        auth_url: str,
        login: Login,
        *,
        clock: Clock,
        currency: str,
        language: str = "",
        region_code: str = "",
        voucher_type: str = TICKET_VOUCHER,
        cache_dir: Path | None = None,
        trust_env: bool = False,
        transport: Transport | None = None,
    ) -> None:
        """`cache_dir`: where the token is kept. `language`: a tag such as `en-GB`; empty: the office's default."""
        auth_url = auth_url.rstrip("/").removesuffix(_TOKEN_PATH)
        self._reading = Reading(currency, language)
        self._voucher_type = voucher_type
        self._auth_http = HttpClient(
            auth_url,
            headers={"User-Agent": f"kiosk/{__version__}"},
            trust_env=trust_env,
            transport=transport,
            monotonic=clock.monotonic,
        )
        kept = kept_in(cache_dir, f"{base_url}\n{auth_url}", login)
        self._tokens = Tokens(self._auth_http, _TOKEN_PATH, login, clock, kept)
        self._client = VistaClient(
            base_url, self._tokens, clock, region_code=region_code, trust_env=trust_env, transport=transport
        )
        self.assets = VistaAssets(self._client)
        """What its completed orders can be taken home as."""
        self._clock = clock
        self._time_zones: dict[str, str] = {}

    async def aclose(self) -> None:
        await self._tokens.aclose()
        await asyncio.gather(self._client.aclose(), self._auth_http.aclose())

    # ── what is on ──────────────────────────────────────────────────────────────────────────────────

    async def sites(self, *, within_s: float) -> CinemaReply[tuple[Site, ...]]:
        heard = await self._client.read("sites", "/ocapi/v1/sites", within_s)
        sites = _given(heard, lambda said: read_sites(said.document, self._reading))
        if isinstance(sites, tuple):
            self._time_zones.update({site.id: site.time_zone for site in sites if site.time_zone})
        return sites

    async def showtimes(
        self, business_date: date | Literal["first"], site_ids: Sequence[str], *, within_s: float
    ) -> CinemaReply[Programme]:
        """Where times come without an offset and the cinema's time zone is not told with them, it is asked for."""
        until = self._clock.monotonic() + within_s
        day = business_date if isinstance(business_date, str) else business_date.isoformat()
        path = address("/ocapi/v1/showtimes/by-business-date/{}", day)
        heard = await self._client.read("showtimes", path, within_s, query=[("siteIds", one) for one in site_ids])

        def read() -> CinemaReply[Programme]:
            return _given(heard, lambda said: read_programme(said.document, self._reading, self._time_zones))

        programme = read()
        if isinstance(programme, Programme) and self._lacks_time_zone(programme):
            await self.sites(within_s=until - self._clock.monotonic())
            programme = read()
        return programme

    def _lacks_time_zone(self, programme: Programme) -> bool:
        return any(
            showtime.starts_at is None and showtime.site_id not in self._time_zones for showtime in programme.showtimes
        )

    async def ticket_prices(self, showtime_id: str, *, within_s: float) -> CinemaReply[tuple[TicketPrice, ...]]:
        path = address("/ocapi/v1/showtimes/{}/ticket-prices", showtime_id)
        return await self._read("ticket_prices", path, within_s, lambda said: read_prices(said.document, self._reading))

    async def seat_layout(self, layout_id: str, *, within_s: float) -> CinemaReply[SeatPlan]:
        path = address("/ocapi/v1/seat-layouts/{}", layout_id)
        return await self._read(
            "seat_layout", path, within_s, lambda said: read_plan(said.document, layout_id, self._reading)
        )

    # ── an order ────────────────────────────────────────────────────────────────────────────────────

    async def create_order(self, site_id: str, mode: BookingMode, *, within_s: float) -> CinemaReply[Order]:
        body = {"siteId": site_id, "bookingMode": mode.value}
        path = "/ocapi/v1/orders/standard/booking"
        return await self._write("create_order", "POST", path, within_s, self._order, body)

    async def get_order(self, order_id: str, *, within_s: float) -> CinemaReply[Order]:
        return await self._read("get_order", address("/ocapi/v1/orders/{}", order_id), within_s, self._order)

    async def add_voucher(
        self, order_id: str, barcode: str, pin: Secret, showtime_id: str, *, within_s: float
    ) -> CinemaReply[OrderVoucher]:
        credentials = {"barcode": barcode, **({"pin": pin.reveal()} if pin else {})}
        body = {"type": self._voucher_type, "credentials": credentials, "showtimeId": showtime_id}
        reply = await self._write(
            "add_voucher",
            "POST",
            address("/ocapi/v1/orders/{}/vouchers", order_id),
            within_s,
            lambda said: read_added_voucher(said.document, self._reading),
            body,
        )
        return _without(reply, barcode, pin.reveal())

    async def remove_voucher(self, order_id: str, voucher_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        path = address("/ocapi/v1/orders/{}/vouchers/{}", order_id, voucher_id)
        return await self._write("remove_voucher", "DELETE", path, within_s, _carried_out)

    async def seat_availability(
        self, order_id: str, showtime_id: str, *, within_s: float
    ) -> CinemaReply[SeatAvailability]:
        path = address("/ocapi/v1/orders/{}/showtimes/{}/seat-availability", order_id, showtime_id)
        return await self._read("seat_availability", path, within_s, lambda said: read_availability(said.document))

    async def set_showtime(
        self, order_id: str, showtime_id: str, tickets: Sequence[TicketChoice], seats: Sequence[str], *, within_s: float
    ) -> CinemaReply[Order]:
        path = address("/ocapi/v1/orders/{}/showtimes/{}", order_id, showtime_id)
        body = {"tickets": [_ticket(choice) for choice in tickets], "seats": list(seats)}
        return await self._write("set_showtime", "PUT", path, within_s, self._order, body)

    async def extend(self, order_id: str, *, within_s: float) -> CinemaReply[Extended]:
        path = address("/ocapi/v1/orders/{}/expiry/reset", order_id)
        return await self._write(
            "extend", "POST", path, within_s, lambda said: read_extended(said.document, said.office_ahead)
        )

    async def delete_order(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        path = address("/ocapi/v1/orders/{}", order_id)
        return await self._write("delete_order", "DELETE", path, within_s, _carried_out)

    # ── its completion ──────────────────────────────────────────────────────────────────────────────

    async def complete(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        return await self._write(
            "complete", "POST", _completionaddress(order_id), within_s, lambda said: _completion(said, order_id)
        )

    async def completion(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        return await self._read(
            "completion", _completionaddress(order_id), within_s, lambda said: _completion(said, order_id)
        )

    async def completed_order(self, order_id: str, *, within_s: float) -> CinemaReply[CompletedOrder]:
        path = address("/ocapi/v1/orders/completed/{}", order_id)
        return await self._read(
            "completed_order",
            path,
            within_s,
            lambda said: read_completed_order(said.document, order_id, self._reading, self._time_zones),
        )

    async def seats_by_barcode(self, site_id: str, barcode: str, *, within_s: float) -> CinemaReply[FoundSeats]:
        path = address("/ocapi/v1/sites/{}/orders/by-barcode/{}/seats", site_id, barcode)
        reply = await self._read(
            "seats_by_barcode",
            path,
            within_s,
            lambda said: read_found_seats(said.document, self._reading, self._time_zones),
        )
        return _without(reply, barcode)

    async def mark_collected(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        path = address("/ocapi/v1/orders/completed/{}/collection-status/collected", order_id)
        return await self._write("mark_collected", "PUT", path, within_s, _carried_out)

    # ── how it is asked ─────────────────────────────────────────────────────────────────────────────

    async def _read(self, name: str, path: str, within_s: float, read: Callable[[Said], T | None]) -> CinemaReply[T]:
        if not path:
            return NOWHERE
        return _given(await self._client.read(name, path, within_s), read)

    async def _write(
        self,
        name: str,
        method: str,
        path: str,
        within_s: float,
        read: Callable[[Said], T | None],
        body: Mapping[str, object] | None = None,
    ) -> CinemaReply[T]:
        if not path:
            return NOWHERE
        heard = await self._client.write(name, method, path, within_s, body)
        return _given(heard, read, may_have_applied=True)

    def _order(self, said: Said) -> Order | None:
        return read_order(said.document, self._reading, said.office_ahead)


NOWHERE = Gone("not an id")
"""For what cannot stand in an address: nothing was asked."""


def _given(heard: Heard, read: Callable[[Said], T | None], *, may_have_applied: bool = False) -> CinemaReply[T]:
    """What was asked for, else the office's no. A success that does not hold it leaves us in doubt."""
    if not isinstance(heard, Said):
        return heard
    found = read(heard)
    if found is None:
        return Failed(Doubt.OFFICE_ERROR, may_have_applied, detail="an answer without what was asked for")
    return found


def _carried_out(said: Said) -> CarriedOut:
    return CarriedOut()


def _completion(said: Said, order_id: str) -> Completion | None:
    return read_completion(said.document, order_id, said.office_ahead)


def _completionaddress(order_id: str) -> str:
    return address("/ocapi/v1/orders/{}/completion", order_id)


def _ticket(choice: TicketChoice) -> dict[str, str]:
    voucher = {"voucherId": choice.voucher_id} if choice.voucher_id else {}
    return {"ticketTypeId": choice.ticket_type_id, **voucher}


def _without(reply: CinemaReply[T], barcode: str, pin: str = "") -> CinemaReply[T]:
    """The office's texts may repeat what was asked with; refusals are shown and written down."""

    def masked(told: str) -> str:
        return _replaced(_replaced(told, barcode, Code(barcode).masked), pin, "****")

    if isinstance(reply, Refused | Gone):
        return replace(reply, title=masked(reply.title), detail=masked(reply.detail))
    return reply


def _replaced(told: str, secret: str, by: str) -> str:
    return re.sub(re.escape(secret), lambda _: by, told, flags=re.IGNORECASE) if secret else told
