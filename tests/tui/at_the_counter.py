"""A day at the cinema, its plans and orders, as the engine tells them: what the voucher screen's tests begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from kiosk.domain.cinema import AreaCategory, Showtime, TicketPrice
from kiosk.domain.events import Event
from kiosk.domain.money import Money, Price
from kiosk.domain.redeeming import Confirmation, Holding
from kiosk.domain.seating import Boundary, Seat, SeatArea, SeatKind, SeatPlan, SeatRow
from kiosk.domain.voucher import KeptVoucher
from kiosk.domain.voucher_events import (
    AtCounter,
    Phase,
    SeatPlanTold,
    SeatsTold,
    ShowtimesTold,
    VoucherOnOrder,
)
from kiosk.sandbox.vista.plans import GRAND, PLAYHOUSE, SALON, Plan
from kiosk.tui.chart import chart_of
from tests.tui.given import NOW

LANE = "Gate A"
CINEMA = timezone(timedelta(hours=1))
STANDARD, PREMIUM = "0002-0000000001", "0002-0000000002"
_KINDS = {"Normal": SeatKind.NORMAL, "Wheelchair": SeatKind.WHEELCHAIR, "Companion": SeatKind.COMPANION}
_NAMES = {1: "Standard", 2: "Premium"}


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def at(hour: int, minute: int = 0) -> datetime:
    return NOW.astimezone(CINEMA).replace(hour=hour % 24, minute=minute, second=0) + timedelta(days=hour // 24)


def showtime(
    number: int = 1,
    film: str = "The Long Take",
    starts_at: datetime | None = None,
    screen: str = "Screen 3",
    **more: object,
) -> Showtime:
    plain = Showtime(
        f"0002-{number}", "0002", film, screen, starts_at or at(19), rating="12A", is_allocated=True,
        attributes=("Sofas",), areas=(AreaCategory(STANDARD, True),),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


EVENING = showtime()


def day() -> tuple[Showtime, ...]:
    """By start, with one after midnight, one sold out, and a title that nobody should trust."""
    return (
        showtime(2, "Lighthouse Summer", at(11), "Screen 2", rating="U", attributes=()),
        showtime(
            3, "Comets", at(12, 20), "Screen 3", rating="PG", attributes=("Laser", "3D"), requires_3d_glasses=True
        ),
        showtime(4, "Gala Night: The Glass Harbour", at(17, 45), "Screen 1", is_sold_out=True),
        EVENING,
        showtime(5, "[/] \x1b[2JMöwe \u202egull", at(19, 30), "The Yard", is_allocated=False, areas=(), attributes=()),
        showtime(6, "The Long Take", at(25, 30), "Screen 2", attributes=()),
    )


def told_day(showtimes: tuple[Showtime, ...] | None = None) -> ShowtimesTold:
    return ShowtimesTold(NOW, LANE, NOW.date(), day() if showtimes is None else showtimes)


def plan_of(plan: Plan) -> SeatPlan:
    """A sandbox's drawing as our office reads it."""
    areas = []
    for area in plan.areas:
        rows = tuple(
            SeatRow(
                row.label,
                row.number,
                tuple(
                    Seat(
                        seat.id,
                        seat.label,
                        seat.row_label,
                        SeatKind.SOFA if seat.type.startswith("Sofa") else _KINDS.get(seat.type, SeatKind.OTHER),
                        seat.type,
                        f"0002-{seat.category:010}",
                        seat.area,
                        seat.row,
                        seat.column,
                    )
                    for seat in row.seats
                ),
            )
            for row in area.rows
        )
        box = Boundary(0, area.top, area.width, area.top + len(area.rows))
        areas.append(SeatArea(area.number, rows, _NAMES[area.category], f"0002-{area.category:010}", box))
    return SeatPlan("plan", tuple(areas))


FRONT_FIRST, BACK_FIRST, SMALL = plan_of(GRAND), plan_of(PLAYHOUSE), plan_of(SALON)


def seats_told(plan: SeatPlan, *own: str, areas: Sequence[str] = (STANDARD,)) -> SeatsTold:
    """About a third is taken, in no order."""
    free = tuple(seat.id for nth, seat in enumerate(plan) if nth * 7 % 11 % 3 and seat.id not in own)
    return SeatsTold(NOW, LANE, EVENING.id, free, own, tuple(areas))


def named(plan: SeatPlan, *names: str) -> tuple[str, ...]:
    """The ids of seats by what stands on them."""
    return tuple(next(seat.id for seat in plan if seat.name == name) for name in names)


def offer(type_id: str = "adult", name: str = "Adult Voucher", costs: str = "0.00") -> TicketPrice:
    return TicketPrice(type_id, Price(pounds(costs)), name, None, ("Voucher",), ("ADTMM",), STANDARD)


def voucher(
    number: int = 111, name: str = "Adult Movie Money", redemptions: int = 1, *offers: TicketPrice
) -> VoucherOnOrder:
    kept = KeptVoucher(f"v{number}", f"…{number:04}", "ADTMM", name, redemptions)
    return VoucherOnOrder(kept, redemptions, offers or (offer(),), (offers or (offer(),))[0].ticket_type_id)


HELD_FOR = timedelta(minutes=4, seconds=12)


def holding(*seats: str, due: str = "0.00", tax: str = "0.00", is_unpaid: bool = False) -> Holding:
    return Holding(len(seats) or 1, seats, pounds(due), pounds(tax), NOW + HELD_FOR, is_unpaid)


def counter(**changes: object) -> AtCounter:
    """The counter, open, with nothing on it."""
    return replace(AtCounter(NOW, LANE, is_open=True, turn=1), **changes)  # type: ignore[arg-type]


def order(**changes: object) -> AtCounter:
    """Two vouchers for the evening, C5 and C6 held for them."""
    known = counter(
        phase=Phase.ORDER,
        showtime=EVENING,
        is_allocated=True,
        vouchers=(voucher(111), voucher(112)),
        holding=holding("C5", "C6"),
        expires_at=NOW + HELD_FOR,
        turn=5,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def seated(now: AtCounter, plan: SeatPlan = FRONT_FIRST, *names: str) -> tuple[Event, ...]:
    """An order with its plan, and seats of it held: C5 and C6 where no others are named."""
    own = named(plan, *(names or ("C5", "C6")))
    return (told_day(), now, SeatPlanTold(NOW, LANE, EVENING.id, plan), seats_told(plan, *own))


def confirmation(**changes: object) -> Confirmation:
    known = Confirmation(
        conversation="c1",
        vouchers=(voucher(111).voucher, voucher(112).voucher),
        tickets=2,
        film=EVENING.film,
        starts_at=EVENING.starts_at,
        seats=("C5", "C6"),
        due=pounds("0"),
        tax=pounds("0"),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def many_seats(rows: int = 20, columns: int = 30) -> SeatPlan:
    """A large house, for how fast it is drawn."""
    made = (
        SeatRow(f"R{row}", row, tuple(Seat(f"{row}_{n}", str(n), f"R{row}", row=row, column=n) for n in range(columns)))
        for row in range(1, rows + 1)
    )
    return SeatPlan("large", (SeatArea(1, tuple(made)),))


__all__ = [
    "BACK_FIRST", "CINEMA", "EVENING", "FRONT_FIRST", "HELD_FOR", "LANE", "PREMIUM", "SMALL", "STANDARD", "at",
    "chart_of", "confirmation", "counter", "day", "holding", "many_seats", "named", "offer", "order", "plan_of",
    "pounds", "seated", "seats_told", "showtime", "told_day", "voucher",
]  # fmt: skip
