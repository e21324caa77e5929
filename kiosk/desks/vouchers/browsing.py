"""What is looked at without an order: the day's showtimes, what a voucher is good for, a ticket that exists already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.place import Place
from kiosk.desks.vouchers.remarks import about_ticket, about_trouble
from kiosk.domain.cinema import FoundSeats, Programme
from kiosk.domain.redeeming import CodeKind
from kiosk.domain.voucher_events import Doing, Remark, Said, ShowtimesTold


@dataclass
class Browsing:
    """`showtimes` is what was told last."""

    place: Place
    showtimes: ShowtimesTold | None = None

    @property
    def guest(self) -> Guest:
        return self.place.guest

    async def list_showtimes(self, day: str = "") -> None:
        async with self.place.doing(Doing.SHOWTIMES):
            found = await self.place.desk.whats_on.showtimes(_day(day) or "first")
        now = self.place.desk.clock.now()
        if isinstance(found, Programme):
            self.guest.programme = found
            self.showtimes = ShowtimesTold(now, self.place.lane, found.business_date, found.showtimes)
        else:
            self.showtimes = ShowtimesTold(now, self.place.lane, _day(day), trouble=about_trouble(found))
        self.place.tell(self.showtimes)

    async def find_good_for(self) -> None:
        guest, programme = self.guest, self.guest.programme
        remark = guest.remark
        if programme is None or not guest.other_type:
            return
        open_ones = [one for one in programme.showtimes if not one.is_sold_out]
        async with self.place.doing(Doing.GOOD_FOR):
            good = await self.place.desk.whats_on.good_for(guest.other_type, open_ones)
        guest.good_for = tuple(one.id for one in good)
        guest.remark = remark if good else replace(remark or Remark(Said.NONE_GOOD), said=Said.NONE_GOOD)

    async def is_ticket(self, text: str, kind: CodeKind) -> bool:
        """A code that may be a ticket's is shown as one. False: it is none, and no voucher either."""
        async with self.place.doing(Doing.LOOKING):
            found = await self.place.desk.whats_on.seats_of(text)
        is_ticket = kind is CodeKind.TICKET or isinstance(found, FoundSeats)
        self.guest.remark = about_ticket(text, found, is_sure=is_ticket)
        return self.guest.remark.said is not Said.NOT_A_VOUCHER


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
