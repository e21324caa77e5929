"""A cinema's office in memory that keeps its own books, and a voucher desk on it, for the tests of this folder."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeVar

from kiosk.desks.vouchers import Rules, Talk, VoucherDesk
from kiosk.domain.cinema import (
    AreaCategory,
    BookingMode,
    CarriedOut,
    CinemaReply,
    CompletedOrder,
    CompletedTicket,
    Completion,
    CompletionStatus,
    Extended,
    FoundSeats,
    Gone,
    Order,
    OrderShowtime,
    OrderTicket,
    OrderVoucher,
    Programme,
    Refused,
    SeatsOfShowtime,
    Showtime,
    Site,
    TicketChoice,
    TicketPrice,
)
from kiosk.domain.money import Money, Price
from kiosk.domain.redeeming import Surcharge
from kiosk.domain.reply import Failed
from kiosk.domain.seating import Seat, SeatArea, SeatAvailability, SeatPlan, SeatRow, SeatStatus
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.journal.memory import MemoryJournal
from tests.fakes import ANSWER_S, LATE_S, NOON, FakeClock, Fault

T = TypeVar("T")

HOLD_S = 300.0
TIMEOUT_S = 4.0
"""Shorter than what is late takes to arrive."""
STALLS, SOFAS = "0002-01", "0002-02"
FILM = "The Long Take"
EVENING, FREE_SEATING, MATINEE = "0002-2681", "0002-2682", "0002-2683"
TOKEN_LOST = "token"
"""A fault beside those of `Fault`: not taken for want of a token, which has been renewed."""


def pounds(amount: str) -> Price:
    total = Money(Decimal(amount), "GBP")
    return Price(total, Money((total.amount / 6).quantize(Decimal("0.01")), "GBP"))


def price(type_id: str, *codes: str, costs: str = "0", area: str = STALLS, **changes: object) -> TicketPrice:
    plain = TicketPrice(type_id, pounds(costs), f"Ticket {type_id}", None, ("Voucher",), codes, area)
    return replace(plain, **changes)  # type: ignore[arg-type]


SHOWTIMES = {
    EVENING: Showtime(
        EVENING, "0002", FILM, "Screen 3", NOON + timedelta(hours=7), is_allocated=True, seat_layout_id="L3",
        areas=(AreaCategory(STALLS, True), AreaCategory(SOFAS, True)), business_date=NOON.date(),
    ),
    FREE_SEATING: Showtime(FREE_SEATING, "0002", "Short Cuts", "Screen 1", NOON + timedelta(hours=8)),
    MATINEE: Showtime(MATINEE, "0002", "Matinee", "Screen 1", NOON + timedelta(hours=2)),
}  # fmt: skip
PRICES = {
    EVENING: (
        price("T-ADULT", "ADTMM"),
        price("T-PLUS", "PLUSV", costs="3.00"),
        price("T-STALL", "AREAS"),
        price("T-SOFA", "AREAS", area=SOFAS),
        price("T-HIDDEN", "ADTMM", restrictions=("Voucher", "Moonlight")),
        price("T-MEMBER", "ADTMM", restrictions=("Voucher", "Member")),
        price("T-FULL", costs="16.00", restrictions=()),
    ),
    FREE_SEATING: (price("T-ADULT", "ADTMM", "MATIN", area=""), price("T-PLUS", "PLUSV", costs="3.00", area="")),
    MATINEE: (price("T-MATINEE", "MATIN", area=""),),
}


@dataclass
class Voucher:
    """A voucher as the office knows it. `on`: the order that it is on."""

    barcode: str
    type_code: str = "ADTMM"
    redemptions: int = 1
    pin: str = ""
    refused: str = ""
    used: int = 0
    on: str = ""

    @property
    def left(self) -> int:
        return self.redemptions - self.used


@dataclass
class Books:
    """What really happened, whatever the desk was told."""

    redeemed: Counter[str] = field(default_factory=Counter)
    completed: list[str] = field(default_factory=list)
    completions_asked: Counter[str] = field(default_factory=Counter)
    pins_tried: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Standing:
    """An order at the office."""

    id: str
    mode: str
    expires_at: datetime
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    tickets: tuple[TicketChoice, ...] = ()
    seats: tuple[str, ...] = ()
    showtime: str = ""
    completing_at: datetime | None = None
    fails: bool = False
    end: str = ""


def plan() -> SeatPlan:
    """Two rows of stalls and one of sofas: A1 to A4, B1 to B4, S1, S2."""

    def row(label: str, area: int, number: int, count: int, category: str) -> SeatRow:
        seats = (
            Seat(f"{area}_{number}_{n}", str(n), label, area_category_id=category, area=area, row=number, column=n)
            for n in range(1, count + 1)
        )
        return SeatRow(label, number, tuple(seats))

    stalls = SeatArea(1, (row("A", 1, 1, 4, STALLS), row("B", 1, 2, 4, STALLS)), category_id=STALLS)
    return SeatPlan("L3", (stalls, SeatArea(2, (row("S", 2, 3, 2, SOFAS),), category_id=SOFAS)))


@dataclass
class FakeCinema:
    """An office that applies, loses, delays and refuses. `faults` by route, used up one by one."""

    clock: FakeClock
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    orders: dict[str, Standing] = field(default_factory=dict)
    books: Books = field(default_factory=Books)
    requests: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault | str]] = field(default_factory=dict)
    always: Fault = Fault.NONE
    pending_s: float = 0.0
    completion_fails: bool = False
    allocates: bool = True
    tells_orders: bool = True
    puts_off: bool = False
    """An order's time is put off for as long as it is being completed."""
    taken: set[str] = field(default_factory=set)
    on_request: Callable[[str], None] = lambda route: None
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _late: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def add(self, *vouchers: Voucher) -> None:
        self.vouchers |= {voucher.barcode: voucher for voucher in vouchers}

    # ── faults ──────────────────────────────────────────────────────────────────────────────────────

    async def _exchange(
        self, route: str, within_s: float, act: Callable[[], CinemaReply[T]], *, writes: bool
    ) -> CinemaReply[T]:
        self.settle()
        self.requests.append(route)
        self.on_request(route)
        await asyncio.sleep(0)
        waiting = self.faults.get(route, [])
        fault = waiting.pop(0) if waiting else self.always
        match fault:
            case Fault.NONE | Fault.EMPTY_DONE:
                self.clock.move(ANSWER_S)
                return act()
            case "token":
                return Failed(Doubt.NOT_AUTHORISED, retry_after_s=0.0)
            case Fault.OFFLINE:
                return Failed(Doubt.OFFLINE)
            case Fault.RATE_LIMITED:
                return Failed(Doubt.RATE_LIMITED, retry_after_s=5.0)
            case Fault.FORBIDDEN:
                return Failed(Doubt.NOT_AUTHORISED)
            case Fault.REFUSED:
                return Refused("Not now", "The request conflicts with a business rule.")
            case Fault.ERROR:
                return Failed(Doubt.OFFICE_ERROR, may_have_applied=writes)
            case Fault.ERROR_APPLIED:
                act()
                return Failed(Doubt.OFFICE_ERROR, may_have_applied=writes)
            case Fault.LOST:
                act()
            case Fault.LATE if writes:
                self._late.append((self.clock.now() + timedelta(seconds=LATE_S), act))
        self.clock.move(within_s)
        return Failed(Doubt.NO_ANSWER, may_have_applied=writes)

    def settle(self) -> None:
        """Carry out what has been on its way for long enough; end what has expired."""
        now = self.clock.now()
        due = [act for at, act in self._late if at <= now]
        self._late = [(at, act) for at, act in self._late if at > now]
        for act in due:
            act()
        for order in self.orders.values():
            if not order.end and order.completing_at is None and order.expires_at <= now:
                self._end(order, "expired")

    def holds(self, order_id: str) -> tuple[str, ...]:
        """The seats and the vouchers that an order keeps from everybody else."""
        self.settle()
        order = self.orders.get(order_id)
        on_it = tuple(voucher.barcode for voucher in self.vouchers.values() if voucher.on == order_id)
        return on_it if order is None else (*order.seats, *on_it)

    def _end(self, order: Standing, end: str) -> None:
        for voucher in order.vouchers.values():
            voucher.on = ""
        order.end, order.seats = end, ()

    def _open(self, order_id: str) -> Standing | Gone | Refused:
        order = self.orders.get(order_id)
        if order is None or order.end:
            return Gone("Not Found", "The order does not exist.")
        if order.completing_at is not None:
            return Refused("Order is being completed")
        return order

    # ── what is on ──────────────────────────────────────────────────────────────────────────────────

    async def sites(self, *, within_s: float) -> CinemaReply[tuple[Site, ...]]:
        return await self._exchange("sites", within_s, lambda: (Site("0002", "City Works Depot"),), writes=False)

    async def showtimes(
        self, business_date: date | Literal["first"], site_ids: Sequence[str], *, within_s: float
    ) -> CinemaReply[Programme]:
        def act() -> CinemaReply[Programme]:
            if business_date not in ("first", NOON.date()):
                return Programme(date.fromisoformat(str(business_date)))
            return Programme(NOON.date(), tuple(SHOWTIMES.values()))

        return await self._exchange("showtimes", within_s, act, writes=False)

    async def ticket_prices(self, showtime_id: str, *, within_s: float) -> CinemaReply[tuple[TicketPrice, ...]]:
        return await self._exchange(
            "prices", within_s, lambda: PRICES.get(showtime_id, Gone("No such showtime")), writes=False
        )

    async def seat_layout(self, layout_id: str, *, within_s: float) -> CinemaReply[SeatPlan]:
        return await self._exchange(
            "layout", within_s, lambda: plan() if layout_id == "L3" else Gone("No such layout"), writes=False
        )

    async def seat_availability(
        self, order_id: str, showtime_id: str, *, within_s: float
    ) -> CinemaReply[SeatAvailability]:
        def act() -> CinemaReply[SeatAvailability]:
            order = self._open(order_id)
            if not isinstance(order, Standing):
                return order
            taken = self._taken()
            statuses = {seat.id: SeatStatus.SOLD if seat.id in taken else SeatStatus.AVAILABLE for seat in plan()}
            return SeatAvailability(statuses)

        return await self._exchange("availability", within_s, act, writes=False)

    async def seats_by_barcode(self, site_id: str, barcode: str, *, within_s: float) -> CinemaReply[FoundSeats]:
        found = FoundSeats((SeatsOfShowtime(EVENING, FILM, "Screen 3", NOON, ("C5", "C6")),), "sold", "WQ9LJTK")
        return await self._exchange(
            "by_barcode", within_s, lambda: found if barcode in ("T41000000", "WQ9LJTK") else Gone(), writes=False
        )

    # ── an order ────────────────────────────────────────────────────────────────────────────────────

    async def create_order(self, site_id: str, mode: BookingMode, *, within_s: float) -> CinemaReply[Order]:
        def act() -> CinemaReply[Order]:
            order = Standing(f"o{next(self._ids)}", mode.value, self.clock.now() + timedelta(seconds=HOLD_S))
            self.orders[order.id] = order
            return self._shown(order)

        return await self._exchange("create", within_s, act, writes=True)

    async def get_order(self, order_id: str, *, within_s: float) -> CinemaReply[Order]:
        def act() -> CinemaReply[Order]:
            order = self.orders.get(order_id)
            if order is None or order.end or not self.tells_orders:
                return Gone("Not Found")
            return self._shown(order)

        return await self._exchange("order", within_s, act, writes=False)

    async def add_voucher(
        self, order_id: str, barcode: str, pin: Secret, showtime_id: str, *, within_s: float
    ) -> CinemaReply[OrderVoucher]:
        if pin:
            self.books.pins_tried.append((barcode, pin.reveal()))

        def act() -> CinemaReply[OrderVoucher]:
            order = self._open(order_id)
            if not isinstance(order, Standing):
                return order
            voucher = self.vouchers.get(barcode)
            if voucher is None or voucher.refused:
                return Refused(voucher.refused if voucher else "Voucher not found", "It cannot be used.")
            if voucher.pin and voucher.pin != pin.reveal():
                return Refused("Voucher PIN", "The PIN is missing or wrong.")
            if voucher.left < 1:
                return Refused("Voucher already redeemed")
            if voucher.on:
                return Refused("Voucher in use", "It is on another order.")
            voucher.on = order_id
            voucher_id = f"v{next(self._ids)}"
            order.vouchers[voucher_id] = voucher
            return replace(_listed(voucher_id, voucher), available_redemptions=voucher.left)

        return await self._exchange("add", within_s, act, writes=True)

    async def remove_voucher(self, order_id: str, voucher_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        def act() -> CinemaReply[CarriedOut]:
            order = self._open(order_id)
            if not isinstance(order, Standing):
                return order
            if any(ticket.voucher_id == voucher_id for ticket in order.tickets):
                return Refused("Voucher has tickets")
            if voucher_id not in order.vouchers:
                return Gone("No such voucher")
            order.vouchers.pop(voucher_id).on = ""
            return CarriedOut()

        return await self._exchange("remove", within_s, act, writes=True)

    async def set_showtime(
        self, order_id: str, showtime_id: str, tickets: Sequence[TicketChoice], seats: Sequence[str], *, within_s: float
    ) -> CinemaReply[Order]:
        return await self._exchange(
            "set", within_s, lambda: self._set(order_id, showtime_id, tuple(tickets), tuple(seats)), writes=True
        )

    def _set(
        self, order_id: str, showtime_id: str, tickets: tuple[TicketChoice, ...], seats: tuple[str, ...]
    ) -> CinemaReply[Order]:
        order = self._open(order_id)
        if not isinstance(order, Standing):
            return order
        showtime = SHOWTIMES[showtime_id]
        for voucher_id, count in Counter(ticket.voucher_id for ticket in tickets).items():
            if voucher_id not in order.vouchers or count > order.vouchers[voucher_id].left:
                return Refused("Voucher not available")
        if showtime.is_allocated and tickets and not seats:
            chosen = self._choose(order, tickets) if self.allocates else None
            if chosen is None:
                return Refused("SeatsUnavailable", seats_unavailable=True)
            seats = chosen
        others = self._taken() - set(order.seats)
        if others & set(seats):
            return Refused("SeatsUnavailable", "A seat is taken.", seats_unavailable=True)
        areas = {one.ticket_type_id: one.area_category_id for one in PRICES[showtime_id]}
        if showtime.is_allocated and Counter(areas[ticket.ticket_type_id] for ticket in tickets) != Counter(
            seat.area_category_id for seat in plan() if seat.id in seats
        ):
            return Refused("Area category mismatch")
        if not showtime.is_allocated and seats:
            return Refused("Seats are not allocated")
        order.tickets, order.seats, order.showtime = tickets, seats, showtime_id
        return self._shown(order)

    def _choose(self, order: Standing, tickets: tuple[TicketChoice, ...]) -> tuple[str, ...] | None:
        areas = {one.ticket_type_id: one.area_category_id for one in PRICES[EVENING]}
        taken, chosen = self._taken() - set(order.seats), list[str]()
        for ticket in tickets:
            free = (
                seat.id
                for seat in plan()
                if seat.id not in taken
                and seat.id not in chosen
                and seat.area_category_id == areas[ticket.ticket_type_id]
            )
            seat_id = next(free, None)
            if seat_id is None:
                return None
            chosen.append(seat_id)
        return tuple(chosen)

    def _taken(self) -> set[str]:
        return self.taken | {seat for order in self.orders.values() for seat in order.seats}

    async def extend(self, order_id: str, *, within_s: float) -> CinemaReply[Extended]:
        def act() -> CinemaReply[Extended]:
            order = self._open(order_id)
            if not isinstance(order, Standing):
                return order
            order.expires_at = self.clock.now() + timedelta(seconds=HOLD_S)
            return Extended(order.expires_at if self.tells_orders else None)

        return await self._exchange("extend", within_s, act, writes=True)

    async def delete_order(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        def act() -> CinemaReply[CarriedOut]:
            order = self._open(order_id)
            if isinstance(order, Refused):
                return order
            if isinstance(order, Standing):
                self._end(order, "deleted")
            return CarriedOut()

        return await self._exchange("delete", within_s, act, writes=True)

    # ── its completion ──────────────────────────────────────────────────────────────────────────────

    async def complete(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        self.books.completions_asked[order_id] += 1
        return await self._exchange("complete", within_s, lambda: self._complete(order_id), writes=True)

    def _complete(self, order_id: str) -> CinemaReply[Completion]:
        order = self._open(order_id)
        if not isinstance(order, Standing):
            return order
        if not order.tickets:
            return Refused("Order is empty")
        if order.mode == BookingMode.PAID and self._due(order) > 0:
            return Refused("Payment required")
        order.completing_at = self.clock.now()
        order.fails = self.completion_fails
        if not order.fails:
            for ticket in order.tickets:
                voucher = order.vouchers[ticket.voucher_id]
                voucher.used += 1
                self.books.redeemed[voucher.barcode] += 1
            self.books.completed.append(order_id)
        return self._completion(order)

    def _completion(self, order: Standing) -> Completion:
        assert order.completing_at is not None
        if self.clock.now() < order.completing_at + timedelta(seconds=self.pending_s):
            until = self.clock.now() + timedelta(seconds=HOLD_S) if self.puts_off else None
            return Completion(order.id, CompletionStatus.PENDING, "Pending", expires_at=until)
        if order.fails:
            order.completing_at = None
            return Completion(order.id, CompletionStatus.FAILED, "Failed")
        if not order.end:
            for voucher in order.vouchers.values():
                voucher.on = ""
            order.end = "completed"
        return Completion(order.id, CompletionStatus.COMPLETED, "Completed", "41793")

    async def completion(self, order_id: str, *, within_s: float) -> CinemaReply[Completion]:
        def act() -> CinemaReply[Completion]:
            order = self.orders.get(order_id)
            if order is None or order.completing_at is None or order.end in ("deleted", "expired"):
                return Gone("Not Found")
            return self._completion(order)

        return await self._exchange("completion", within_s, act, writes=False)

    async def completed_order(self, order_id: str, *, within_s: float) -> CinemaReply[CompletedOrder]:
        def act() -> CinemaReply[CompletedOrder]:
            order = self.orders.get(order_id)
            if order is None or order.end != "completed":
                return Gone("Not Found")
            names = {seat.id: seat.name for seat in plan()}
            seats = [names[seat] for seat in order.seats] or [""] * len(order.tickets)
            tickets = tuple(
                CompletedTicket(f"t{n}", "Normal", seat=seat, voucher_id=ticket.voucher_id)
                for n, (ticket, seat) in enumerate(zip(order.tickets, seats, strict=True))
            )
            return CompletedOrder(order_id, "Completed", "WAB1234", "41793", "T41793000", tickets=tickets)

        return await self._exchange("completed", within_s, act, writes=False)

    async def mark_collected(self, order_id: str, *, within_s: float) -> CinemaReply[CarriedOut]:
        return await self._exchange("collected", within_s, CarriedOut, writes=True)

    # ── as it is shown ──────────────────────────────────────────────────────────────────────────────

    def _due(self, order: Standing) -> Decimal:
        prices = {one.ticket_type_id: one.price.total.amount for one in PRICES.get(order.showtime, ())}
        return sum((prices[ticket.ticket_type_id] for ticket in order.tickets), Decimal(0))

    def _shown(self, order: Standing) -> Order:
        names = {seat.id: seat.name for seat in plan()}
        seats = order.seats or ("",) * len(order.tickets)
        tickets = tuple(
            OrderTicket(f"t{n}", one.ticket_type_id, "", None, one.voucher_id, seat, names.get(seat, ""))
            for n, (one, seat) in enumerate(zip(order.tickets, seats, strict=True))
        )
        showtimes = (OrderShowtime(order.showtime, tickets, order.seats),) if tickets else ()
        return Order(
            order.id,
            "0002",
            "InProgress",
            order.mode,
            order.expires_at,
            pounds(str(self._due(order))),
            vouchers=tuple(_listed(voucher_id, voucher) for voucher_id, voucher in order.vouchers.items()),
            showtimes=showtimes,
        )


def _listed(voucher_id: str, voucher: Voucher) -> OrderVoucher:
    return OrderVoucher(voucher_id, "........" + voucher.barcode[-4:], "Ticket", voucher.type_code, "Movie Money")


@dataclass
class Cinema:
    """A voucher desk on an office in memory, with the handles that a test pulls."""

    clock: FakeClock = field(default_factory=FakeClock)
    rules: Rules = field(default_factory=lambda: Rules("0002", Surcharge.SEND_TO_TILL, timeout_s=TIMEOUT_S))

    def __post_init__(self) -> None:
        self.office = FakeCinema(self.clock)
        self.office.add(*(Voucher(f"ADTMM000011{n}") for n in range(1, 5)))
        self.office.add(Voucher("PINMM0000001", pin="4711"), Voucher("PLUSV0000001", "PLUSV"))
        self.office.add(Voucher("AREAS0000001", "AREAS"), Voucher("DUOMM0000001", redemptions=3))
        self.office.add(Voucher("MATIN0000001", "MATIN"), Voucher("ADTMM0000901", refused="Voucher expired"))
        self.journal = MemoryJournal(clock=self.clock)
        self._ids = (f"c{n}" for n in itertools.count(1))
        self.restart()

    def restart(self) -> None:
        """A new engine on the same journal."""
        self.desk = VoucherDesk(self.office, self.journal, self.clock, self.rules, lambda: next(self._ids))

    async def begin(self, showtime: str = EVENING, mode: BookingMode = BookingMode.PAID) -> Talk:
        talk = await self.desk.begin(SHOWTIMES[showtime], lane="Desk", mode=mode)
        assert isinstance(talk, Talk), talk
        return talk

    @property
    def held_at_the_office(self) -> list[str]:
        """Orders that are there and hold something, and vouchers that are on one."""
        self.office.settle()
        orders = [one.id for one in self.office.orders.values() if not one.end and (one.vouchers or one.seats)]
        return orders + [voucher.barcode for voucher in self.office.vouchers.values() if voucher.on]
