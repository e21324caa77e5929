"""What can be looked at without an order: showtimes, prices, the seats of a ticket that exists already."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kiosk.domain.cinema import FoundSeats, Gone, Programme, Refused, Showtime, TicketPrice
from kiosk.domain.redeeming import NoAnswer, OfficeSays, offers
from kiosk.domain.reply import Failed
from kiosk.ports import CinemaOffice

DAYS_AHEAD = 7
"""How far ahead a showtime is looked for by its id alone."""

AT_A_TIME = 4
"""Price lists asked for together."""

Day = date | Literal["first"]


@dataclass
class WhatsOn:
    """At one cinema. `timeout_s` bounds each request."""

    office: CinemaOffice
    site_id: str
    timeout_s: float

    async def showtimes(self, day: Day = "first", site_id: str = "") -> Programme | OfficeSays | NoAnswer:
        """What is on at a business date, by start; "first": at the first that has any."""
        reply = await self.office.showtimes(day, (site_id or self.site_id,), within_s=self.timeout_s)
        return reply if isinstance(reply, Programme) else trouble(reply)

    async def find_showtime(self, showtime_id: str) -> Showtime | OfficeSays | NoAnswer | None:
        """A showtime of this cinema by its id, from the first business date on, for a week; None: there is none."""
        day: Day = "first"
        for _ in range(DAYS_AHEAD):
            programme = await self.showtimes(day)
            if not isinstance(programme, Programme):
                return programme
            found = next((one for one in programme.showtimes if one.id == showtime_id), None)
            if found is not None or programme.business_date is None:
                return found
            day = programme.business_date + timedelta(days=1)
        return None

    async def prices(self, showtime_id: str) -> tuple[TicketPrice, ...] | OfficeSays | NoAnswer:
        """Every price of a showtime, also those that must not be offered."""
        reply = await self.office.ticket_prices(showtime_id, within_s=self.timeout_s)
        return reply if isinstance(reply, tuple) else trouble(reply)

    async def good_for(self, type_code: str, showtimes: Sequence[Showtime]) -> tuple[Showtime, ...]:
        """Those that sell a ticket for a voucher of this type. Asks for each one's prices: only when staff want it.

        One whose prices cannot be read is left out.
        """
        gate = asyncio.Semaphore(AT_A_TIME)

        async def is_good(showtime: Showtime) -> bool:
            async with gate:
                prices = await self.prices(showtime.id)
            return isinstance(prices, tuple) and bool(offers(prices, type_code, showtime))

        verdicts = await asyncio.gather(*map(is_good, showtimes))
        return tuple(showtime for showtime, good in zip(showtimes, verdicts, strict=True) if good)

    async def seats_of(self, barcode: str) -> FoundSeats | OfficeSays | NoAnswer | None:
        """The seats of a ticket that exists already, by a booking's or a transaction's barcode; None: there is none."""
        reply = await self.office.seats_by_barcode(self.site_id, barcode, within_s=self.timeout_s)
        if isinstance(reply, FoundSeats):
            return reply
        return None if isinstance(reply, Gone) else trouble(reply)


def trouble(reply: Refused | Gone | Failed) -> OfficeSays | NoAnswer:
    """Why there is no answer, where no order is concerned."""
    if isinstance(reply, Failed):
        return NoAnswer(reply.doubt, reply.retry_after_s)
    return OfficeSays(reply.title, reply.detail)
