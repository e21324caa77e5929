"""Tickets and seats of a guest's order: held as soon as the vouchers are known, on seats that stay where they can."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desks.vouchers.guest import Guest
from kiosk.desks.vouchers.place import Place
from kiosk.desks.vouchers.talk import Talk
from kiosk.domain.redeeming import ChoosePrice, ChooseSeats, Holding, Seating, WrongSeats
from kiosk.domain.seat_choice import ticket_count
from kiosk.domain.voucher_events import Ask, Doing, Phase, Remark, Said, SeatPlanTold, SeatsTold


@dataclass
class SeatKeeping:
    """`plan` and `seats` are what was told last."""

    place: Place
    plan: SeatPlanTold | None = None
    seats: SeatsTold | None = None

    @property
    def guest(self) -> Guest:
        return self.place.guest

    async def pick(self, seat_ids: tuple[str, ...]) -> None:
        """Hold the seats that staff have picked; none: let the office choose."""
        self.guest.picked = ()
        await self._hold(seat_ids)
        if self.guest.holding is not None:
            self.guest.picked = seat_ids

    async def hold_anew(self) -> None:
        """The vouchers may have changed: hold what they are good for, on the same seats where they are as many.

        Seats that staff have picked are not given away for others: they are picked anew.
        """
        guest = self.guest
        if guest.phase is not Phase.ORDER or not guest.uses:
            return
        wanted = ticket_count(guest.uses)
        if guest.picked and len(guest.picked) != wanted:
            guest.unhold()
            guest.ask = Ask.SEATS
            await self.look()
            return
        own = self._own
        await self._hold(own if len(own) == wanted else ())

    @property
    def _own(self) -> tuple[str, ...]:
        """The seats that this order was last told to hold."""
        talk = self.guest.talk
        if talk is None or self.seats is None or self.seats.showtime_id != talk.showtime.id:
            return ()
        return self.guest.picked or self.seats.own

    async def _hold(self, seat_ids: tuple[str, ...]) -> None:
        guest, talk = self.guest, self.guest.talk
        if talk is None or guest.phase is not Phase.ORDER or not talk.uses:
            return
        guest.unhold()
        async with self.place.doing(Doing.HOLDING):
            result = await talk.hold(seat_ids)
        match result:
            case Holding():
                guest.holding = result
            case ChoosePrice(voucher):
                guest.ask, guest.asked_about = Ask.PRICE, voucher.id
            case ChooseSeats(title, detail):
                guest.ask = Ask.SEATS
                guest.remark = guest.remark or Remark(Said.CHOOSE_SEATS, title=title, detail=detail)
            case WrongSeats(fault, seats, wanted):
                guest.ask = Ask.SEATS
                guest.remark = Remark(Said.WRONG_SEATS, fault=fault, seats=seats, wanted=wanted)
            case _:
                self.place.troubled(result)
        if guest.phase is Phase.ORDER and talk.is_allocated and guest.ask is not Ask.PRICE:
            await self.look()

    async def look(self) -> None:
        """Tell the plan, once, and which of its seats are free."""
        talk = self.guest.talk
        if talk is None or not talk.is_allocated:
            return
        async with self.place.doing(Doing.SEATS):
            found = await talk.seating()
        if not isinstance(found, Seating):
            self.place.troubled(found)
            return
        self._told_seats(talk, found)

    def _told_seats(self, talk: Talk, found: Seating) -> None:
        now, showtime_id = self.place.desk.clock.now(), talk.showtime.id
        if self.plan is None or (self.plan.showtime_id, self.plan.plan) != (showtime_id, found.plan):
            self.plan = SeatPlanTold(now, self.place.lane, showtime_id, found.plan)
            self.place.tell(self.plan)
        free = tuple(seat.id for seat in found.plan if found.availability.is_bookable(seat.id))
        areas = {price.area_category_id for use in talk.uses for price in ([use.price] if use.price else use.offers)}
        fitting = () if "" in areas else tuple(sorted(areas))
        self.seats = SeatsTold(now, self.place.lane, showtime_id, free, found.own, fitting)
        self.place.tell(self.seats)
