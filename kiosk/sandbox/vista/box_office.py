"""The cinema behind the counter: programme, houses, vouchers and orders, and the books of what was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kiosk.sandbox.books import Books
from kiosk.sandbox.clock import Clock
from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.access import USERNAME
from kiosk.sandbox.vista.houses import LAG_S, House
from kiosk.sandbox.vista.orders import End, Line, Order
from kiosk.sandbox.vista.programme import Programme, Showtime
from kiosk.sandbox.vista.refusals import conflict, not_found
from kiosk.sandbox.vista.vouchers import Register


@dataclass(frozen=True, slots=True)
class Rules:
    """How this tenant is set up; all of it undocumented. `hold_s` is the life of an order, put off `resets` times;
    `pending_s` the least time of a completion; `lag_s` the age of the seat availability; `link_s` the seconds after
    which the guest opens the link to a completed order, None for never. `assets`: raw bytes, or base64 as a JSON
    string. Without `wallet` there are no passes."""

    hold_s: float = 300.0
    resets: int = 2
    pending_s: float = 0.4
    lag_s: float = LAG_S
    link_s: float | None = 20.0
    assets: Literal["bytes", "base64"] = "bytes"
    wallet: bool = True


class BoxOffice:
    """Everything that changes. What time does to orders is caught up with by `settle`."""

    def __init__(self, rules: Rules, programme: Programme, vouchers: Register, books: Books, clock: Clock) -> None:
        self.rules = rules
        self.programme = programme
        self.vouchers = vouchers
        self.orders: dict[str, Order] = {}
        self._books = books
        self._clock = clock
        self._houses: dict[str, House] = {}
        self._sold = 0

    @property
    def now(self) -> datetime:
        return self._clock.now()

    def house(self, showtime: Showtime) -> House:
        if showtime.id not in self._houses:
            self._houses[showtime.id] = House(showtime)
        return self._houses[showtime.id]

    @property
    def held_seats(self) -> Mapping[str, tuple[str, ...]]:
        """By showtime."""
        return {showtime_id: house.held for showtime_id, house in self._houses.items() if house.held}

    def showtime(self, showtime_id: str) -> Showtime:
        """Raises VistaError (404)."""
        found = self.programme.showtimes.get(showtime_id)
        if found is None:
            raise not_found("The showtime does not exist.")
        return found

    def today(self, order: Order) -> date:
        return self.now.astimezone(order.site.zone).date()

    def take_over(self, orders: Iterable[Order]) -> None:
        """Orders that were completed before the sandbox was started: not in the books."""
        for order in orders:
            self.orders[order.id] = order
            for line in order.lines.values():
                self.house(line.showtime).hold(line.seats, order.id, order.created_at)
                self.house(line.showtime).sell(order.id, order.created_at)

    # ── orders ──

    def known(self, order_id: str) -> Order:
        """An order in whatever state it is. Raises VistaError (404)."""
        if order_id not in self.orders:
            raise not_found("The order does not exist.")
        return self.orders[order_id]

    def in_progress(self, order_id: str) -> Order:
        """An order that has not come to its end, as clients see it: one whose completion is pending still has not.

        Raises VistaError (404).
        """
        order = self.known(order_id)
        if order.end and not (order.end == "completed" and order.is_pending(self.now)):
            raise not_found("The order does not exist.")
        return order

    def changeable(self, order_id: str) -> Order:
        """Raises VistaError: 404, or 400 while it is being completed (undocumented)."""
        order = self.in_progress(order_id)
        if order.is_pending(self.now):
            raise conflict("Order is being completed", "The order cannot be changed while it is being completed.")
        return order

    def completed(self, order_id: str) -> Order:
        """Raises VistaError (404)."""
        order = self.known(order_id)
        if order.end != "completed" or order.is_pending(self.now):
            raise not_found("The completed order does not exist.")
        return order

    def expiry(self) -> datetime:
        return self.now + timedelta(seconds=self.rules.hold_s)

    def next_sale(self) -> int:
        self._sold += 1
        return self._sold

    def settle(self) -> None:
        """End the orders that have expired by now; one whose completion is pending does not expire."""
        now = self.now
        for order in self.orders.values():
            if not order.end and order.expires_at <= now and not order.is_pending(now):
                self.end(order, "expired", order.expires_at, None)

    def end(self, order: Order, end: End, at: datetime, call: Call | None) -> None:
        """An order that will not be completed: its seats are free at once, its vouchers as before."""
        for line in order.lines.values():
            self.free(order, line, at, call)
        for voucher in order.vouchers.values():
            voucher.order_id = ""
            self.record("voucher_released", order, voucher.barcode, at, call)
        order.end = end
        self.record(f"order_{end}", order, order.id, at, call)

    def free(self, order: Order, line: Line, at: datetime, call: Call | None) -> None:
        house = self.house(line.showtime)
        freed = house.free(order.id, at)
        house.take_places(order.id, 0)
        if freed:
            self.record("seats_freed", order, line.showtime.id, at, call, freed)

    # ── the books ──

    def record(
        self,
        action: str,
        order: Order,
        reference: str,
        at: datetime,
        call: Call | None,
        parts: tuple[str, ...] = (),
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """`reference` is what it was done to: the order's id, a voucher's barcode, a showtime's id. Without a call it
        was time that did it."""
        self._books.record(
            action,
            at=at,
            subject=order.id,
            reference=reference,
            parts=parts,
            whole=not parts,
            by=USERNAME,
            request=0 if call is None else call.number,
            route="" if call is None else call.route,
            notes=notes,
        )
