"""From vouchers, prices and picked seats to the tickets of an order: areas must match, and nothing is guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain.cinema import Order, TicketChoice, TicketPrice
from kiosk.domain.redeeming import ChoosePrice, SeatFault, Seating, WrongSeats
from kiosk.domain.seating import Seat, SeatPlan
from kiosk.domain.voucher import KeptVoucher


@dataclass(frozen=True, slots=True)
class Use:
    """How a voucher is to be used: for so many tickets, at one of the prices that fit it."""

    voucher: KeptVoucher
    offers: tuple[TicketPrice, ...]
    tickets: int
    picked: str = ""
    """The ticket type that staff chose; empty: none yet."""

    @property
    def price(self) -> TicketPrice | None:
        """The one chosen, or the only one."""
        fitting = [offer for offer in self.offers if self.picked in ("", offer.ticket_type_id)]
        return fitting[0] if len(fitting) == 1 else None


def ticket_count(uses: Iterable[Use]) -> int:
    return sum(use.tickets for use in uses)


def automatic(uses: Sequence[Use]) -> tuple[TicketChoice, ...] | ChoosePrice:
    """The tickets where the office chooses the seats, or where there are none."""
    for use in uses:
        if use.price is None:
            return ChoosePrice(use.voucher, use.offers)
    return tuple(
        TicketChoice(use.price.ticket_type_id, use.voucher.id) for use in uses if use.price for _ in range(use.tickets)
    )


def seats_named(plan: SeatPlan, names: Sequence[str], uses: Sequence[Use]) -> tuple[Seat, ...] | WrongSeats:
    """The seats that were named, as printed (`C5`, in any case) or by their ids."""
    areas = {offer.area_category_id for use in uses for offer in use.offers}
    found: list[Seat] = []
    for name in names:
        exact = plan.seat(name)
        alike = [exact] if exact else [seat for seat in plan if seat.name.casefold() == name.casefold()]
        fitting = [seat for seat in alike if seat.area_category_id in areas] if len(alike) > 1 else alike
        if not alike:
            return WrongSeats(SeatFault.UNKNOWN, (name,))
        if len(fitting or alike) > 1:
            return WrongSeats(SeatFault.AMBIGUOUS, (name,))
        found.append((fitting or alike)[0])
    return tuple(found)


def on_seats(
    uses: Sequence[Use], seats: Sequence[Seat], seating: Seating
) -> tuple[TicketChoice, ...] | WrongSeats | ChoosePrice:
    """The tickets for seats that staff picked. A seat's area decides between prices where exactly one is for it."""
    fault = _fault(seats, ticket_count(uses), seating)
    if fault is not None:
        return fault
    left = list(seats)
    choices: list[TicketChoice] = []
    # Those with one price can sit in one area only: they choose first.
    for use in sorted(uses, key=lambda one: one.price is None):
        prices = (use.price,) if use.price else use.offers
        for _ in range(use.tickets):
            seat = next((seat for seat in left if _for_area(prices, seat.area_category_id)), None)
            if seat is None:
                return WrongSeats(SeatFault.OTHER_AREA, tuple(one.name for one in left))
            left.remove(seat)
            fitting = _for_area(prices, seat.area_category_id)
            if len(fitting) > 1:
                return ChoosePrice(use.voucher, fitting)
            choices.append(TicketChoice(fitting[0].ticket_type_id, use.voucher.id))
    return tuple(choices)


def _fault(seats: Sequence[Seat], wanted: int, seating: Seating) -> WrongSeats | None:
    twice = tuple(seat.name for seat, count in Counter(seats).items() if count > 1)
    taken = tuple(
        seat.name for seat in seats if seat.id not in seating.own and not seating.availability.is_bookable(seat.id)
    )
    if twice:
        return WrongSeats(SeatFault.TWICE, twice, wanted)
    if len(seats) != wanted:
        fault = SeatFault.TOO_FEW if len(seats) < wanted else SeatFault.TOO_MANY
        return WrongSeats(fault, tuple(seat.name for seat in seats), wanted)
    return WrongSeats(SeatFault.TAKEN, taken, wanted) if taken else None


def _for_area(prices: Iterable[TicketPrice], area: str) -> tuple[TicketPrice, ...]:
    """A seat or a price without an area fits any, as far as we can know: the office has the last word."""
    return tuple(price for price in prices if not area or price.area_category_id in ("", area))


def shows(order: Order, showtime_id: str, choices: Sequence[TicketChoice], seat_ids: Sequence[str]) -> bool:
    """Whether an order holds these tickets, on these seats where both are known, and no voucher besides.

    A voucher that no ticket uses might be used up with the others: such an order must not be completed.
    """
    used = {choice.voucher_id for choice in choices}
    tickets = order.tickets
    here = next((one for one in order.showtimes if one.showtime_id == showtime_id), None)
    return (
        {voucher.id for voucher in order.vouchers} <= used
        and len(tickets) == len(choices)
        and (here is not None and len(here.tickets) == len(tickets))
        and _agree((ticket.ticket_type_id for ticket in tickets), (choice.ticket_type_id for choice in choices))
        and _agree((ticket.voucher_id for ticket in tickets), (choice.voucher_id for choice in choices))
        and (not seat_ids or not here.seat_ids or set(here.seat_ids) == set(seat_ids))
    )


def _agree(told: Iterable[str], asked: Iterable[str]) -> bool:
    """Whether an order tells what was asked, in any order. An office that tells nothing says nothing against it."""
    known = Counter(filter(None, told))
    return not known or known == Counter(asked)
