"""Tickets and seats of an order: asked for, held, and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.desks.vouchers.placing import really_gone
from kiosk.desks.vouchers.plans import Plans
from kiosk.desks.vouchers.record import Record
from kiosk.domain.cinema import BookingMode, Extended, Gone, Order, Refused, Showtime, TicketChoice
from kiosk.domain.redeeming import ChoosePrice, ChooseSeats, Holding, SeatFault, Seating, WrongSeats
from kiosk.domain.reply import Failed
from kiosk.domain.seat_choice import Use, automatic, on_seats, seats_named, shows
from kiosk.domain.seating import SeatAvailability, SeatPlan
from kiosk.domain.voucher import Held, Step, Until, Wanted
from kiosk.ports import CinemaOffice


@dataclass(frozen=True, slots=True)
class Hold:
    """What was asked for and is held: to be compared with the order before it is completed."""

    choices: tuple[TicketChoice, ...]
    seat_ids: tuple[str, ...]
    holding: Holding


@dataclass
class Holder:
    """The tickets and seats of one order at one showtime."""

    record: Record
    office: CinemaOffice
    showtime: Showtime
    plans: Plans
    timeout_s: float

    @property
    def _order_id(self) -> str:
        return self.record.conversation.order_id

    @property
    def is_allocated(self) -> bool:
        """Whether this showtime has numbered seats."""
        return self.showtime.is_allocated or any(area.is_allocated for area in self.showtime.areas)

    async def seating(self, own: tuple[str, ...] = ()) -> Seating | Refused | Gone | Failed:
        """The plan, and which seats may be taken. `own`: seats that this order holds."""
        plan = await self.plans.of(self.showtime.seat_layout_id)
        if isinstance(plan, Gone):  # the layout is, whatever became of the order
            return Refused(plan.title, plan.detail, status=404)
        if not isinstance(plan, SeatPlan):
            return plan
        free = await self.office.seat_availability(self._order_id, self.showtime.id, within_s=self.timeout_s)
        if isinstance(free, Gone):
            return await really_gone(free, self.office, self._order_id, self.timeout_s)
        return Seating(plan, free, own) if isinstance(free, SeatAvailability) else free

    async def hold(
        self, uses: Sequence[Use], names: tuple[str, ...] = (), own: tuple[str, ...] = ()
    ) -> Hold | ChoosePrice | ChooseSeats | WrongSeats | Refused | Gone | Failed:
        """Hold tickets for vouchers, on the seats that are named, else on those that the office chooses.

        Gone: the order is. A `Failed` that may have applied leaves the conversation unsure.
        """
        if not names:
            return await self._automatic(uses)
        if not self.is_allocated:
            return WrongSeats(SeatFault.NOT_ALLOCATED, names)
        return await self._picked(uses, names, own)

    async def _automatic(self, uses: Sequence[Use]) -> Hold | ChoosePrice | ChooseSeats | Refused | Gone | Failed:
        choices = automatic(uses)
        if isinstance(choices, ChoosePrice):
            return choices
        held = await self._ask(choices)
        if isinstance(held, Refused) and held.seats_unavailable:
            return ChooseSeats(held.title, held.detail)
        return held

    async def _picked(
        self, uses: Sequence[Use], names: tuple[str, ...], own: tuple[str, ...]
    ) -> Hold | ChoosePrice | WrongSeats | Refused | Gone | Failed:
        seating = await self.seating(own)
        if not isinstance(seating, Seating):
            return seating
        seats = seats_named(seating.plan, names, uses)
        if isinstance(seats, WrongSeats):
            return seats
        choices = on_seats(uses, seats, seating)
        if isinstance(choices, WrongSeats | ChoosePrice):
            return choices
        held = await self._ask(choices, tuple(seat.id for seat in seats))
        if isinstance(held, Refused) and held.seats_unavailable:
            return WrongSeats(SeatFault.TAKEN, tuple(seat.name for seat in seats), len(seats))
        return held

    async def _ask(
        self, choices: tuple[TicketChoice, ...], seat_ids: tuple[str, ...] = ()
    ) -> Hold | Refused | Gone | Failed:
        reply = await self._set(choices, seat_ids)
        if not isinstance(reply, Order):
            await self._note_failure(reply)
            return reply
        ids = _seat_ids(reply, self.showtime.id) or seat_ids
        holding = self.shown(reply, await self._names(reply))
        await self.record.note(Step.HELD, _held(holding))
        return Hold(choices, ids, holding)

    async def clear(self) -> Refused | Gone | Failed | None:
        """Give tickets and seats back, and keep the vouchers."""
        reply = await self._set((), ())
        if isinstance(reply, Order):
            await self.record.note(Step.CLEARED)
            return None
        await self._note_failure(reply)
        return reply

    async def _set(
        self, choices: tuple[TicketChoice, ...], seat_ids: tuple[str, ...]
    ) -> Order | Refused | Gone | Failed:
        await self.record.note(Step.SET, Wanted(len(choices), seat_ids))
        reply: Order | Refused | Gone | Failed = await self.office.set_showtime(
            self._order_id, self.showtime.id, choices, seat_ids, within_s=self.timeout_s
        )
        if isinstance(reply, Gone):
            return await really_gone(reply, self.office, self._order_id, self.timeout_s)
        if isinstance(reply, Failed) and reply.may_have_applied:
            order = await self.office.get_order(self._order_id, within_s=self.timeout_s)
            if isinstance(order, Gone) or (isinstance(order, Order) and self._shows(order, choices, seat_ids)):
                return order
        return reply

    def _shows(self, order: Order, choices: tuple[TicketChoice, ...], seat_ids: tuple[str, ...]) -> bool:
        return shows(order, self.showtime.id, choices, seat_ids) if choices else not order.tickets

    async def _note_failure(self, reply: Refused | Gone | Failed) -> None:
        lost = isinstance(reply, Failed) and reply.may_have_applied
        await self.record.note(Step.LOST if lost else Step.NOT_HELD)

    def shown(self, order: Order, seats: tuple[str, ...]) -> Holding:
        """What an order holds, as it is shown."""
        known = self.record.conversation
        return Holding(
            tickets=len(order.tickets),
            seats=seats,
            due=order.due,
            tax=order.total.tax.rounded if order.total and order.total.tax else None,
            expires_at=order.expires_at or known.expires_at,
            is_unpaid=known.showing.mode != BookingMode.PAID,
        )

    async def extend(self) -> Refused | Gone | Failed | None:
        """Start the order's time again. Where the answer is lost nothing but the countdown is."""
        await self.record.note(Step.EXTEND)
        reply = await self.office.extend(self._order_id, within_s=self.timeout_s)
        if not isinstance(reply, Extended):
            return replace(reply, may_have_applied=False) if isinstance(reply, Failed) else reply
        expires_at = reply.expires_at
        if expires_at is None:
            order = await self.office.get_order(self._order_id, within_s=self.timeout_s)
            expires_at = order.expires_at if isinstance(order, Order) else None
        await self.record.note(Step.EXTENDED, Until(expires_at))
        return None

    async def _names(self, order: Order) -> tuple[str, ...]:
        """The seats held, as they are printed; by their ids where nobody names them."""
        told = {ticket.seat_id: ticket.seat for ticket in order.tickets if ticket.seat_id and ticket.seat}
        ids = _seat_ids(order, self.showtime.id)
        if all(seat_id in told for seat_id in ids):
            return tuple(told[seat_id] for seat_id in ids) or tuple(t.seat for t in order.tickets if t.seat)
        plan = await self.plans.of(self.showtime.seat_layout_id)
        asked = plan if isinstance(plan, SeatPlan) else ()
        seats = {seat.id: seat.name for seat in asked if seat.id in ids}
        return tuple(told.get(seat_id) or seats.get(seat_id) or seat_id for seat_id in ids)


def _held(holding: Holding) -> Held:
    due, tax = (str(money) if money is not None else "" for money in (holding.due, holding.tax))
    return Held(holding.tickets, holding.seats, due, tax, holding.expires_at)


def _seat_ids(order: Order, showtime_id: str) -> tuple[str, ...]:
    return next((here.seat_ids for here in order.showtimes if here.showtime_id == showtime_id), ())
