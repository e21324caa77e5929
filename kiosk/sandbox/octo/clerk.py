"""Writes bookings into the registers of the pretend suppliers, and the samples that name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle

from kiosk.domain.verdict import Reason
from kiosk.sandbox.octo.bookings import Booking, Register, Shape, Ticket
from kiosk.sandbox.octo.catalogue import MUSEUM, PRODUCTS, RIVER, Product
from kiosk.sandbox.octo.codes import Mint
from kiosk.sandbox.samples import Sample

_SUPPLIER_OF = {name: RIVER if product in RIVER.products else MUSEUM for name, product in PRODUCTS.items()}
_LONG_CODES = ("QRCODE", "AZTEC", "PDF417")


@dataclass(slots=True)
class Stock:
    """What the sandbox starts with: the bookings of each supplier by key, the named samples, and the codes of the
    bookings made for benchmarks."""

    registers: Mapping[str, Register]
    samples: dict[str, Sample] = field(default_factory=dict)
    bulk: tuple[str, ...] = ()


class Clerk:
    """`now` is the moment from which everything is dated; the same `seed` gives the same codes."""

    def __init__(self, now: datetime, seed: str) -> None:
        self.now = now
        self.mint = Mint(seed)
        self.stock = Stock({RIVER.key: Register(), MUSEUM.key: Register()})
        self._symbologies = cycle(_LONG_CODES)

    def book(
        self,
        name: str,
        product_name: str,
        units: tuple[str, ...],
        *,
        code: str | None = None,
        voucher: bool = True,
        ticket_codes: bool = False,
        reseller_reference: str | None = None,
        day: int = 0,
        shape: Shape = "full",
    ) -> Booking:
        """Write a confirmed booking for today, or `day` days later, into its supplier's register. `name` decides all
        its codes; `units` are the ids of the product's units."""
        mint, product = self.mint, PRODUCTS[product_name]
        register = self.stock.registers[_SUPPLIER_OF[product_name].key]
        uuid = mint.uuid(name)
        created_at = self.now - timedelta(days=20, minutes=len(register) % 1000)
        starts_at, ends_at = (None, None) if product.freesale else self._times(product, day, len(register))
        booking = Booking(
            uuid=uuid,
            reference=self._reference(register, name),
            product=product,
            tickets=tuple(
                self._ticket(register, f"{name}/{number}", name, unit, ticket_codes)
                for number, unit in enumerate(units, 1)
            ),
            created_at=created_at,
            updated_at=created_at,
            code=(code or mint.qr(name, name)) if voucher else "",
            reseller_reference=reseller_reference,
            starts_at=starts_at,
            ends_at=ends_at,
            all_day=starts_at is not None and not product.starts,
            guest=f"Nobody-{name.title()}",
            shape=shape,
        )
        register.add(booking)
        return booking

    def _ticket(self, register: Register, name: str, party: str, unit: str, with_code: bool) -> Ticket:
        code = self.mint.qr(name, party) if with_code else ""
        return Ticket(self.mint.uuid(name), self._reference(register, name), unit, code)

    def _reference(self, register: Register, name: str) -> str:
        """One that nothing else of this supplier has: two of 100,000 names would share one now and then."""
        reference = self.mint.reference(name)
        while register.look_up(reference):
            name += "'"
            reference = self.mint.reference(name)
        return reference

    def _times(self, product: Product, day: int, turn: int) -> tuple[datetime, datetime]:
        today = self._today(product) + timedelta(days=day)
        if not product.starts:
            return _at(product, today, time()), _at(product, today + timedelta(days=1), time())
        start = _at(product, today, time.fromisoformat(product.starts[turn % len(product.starts)]))
        return start, start + timedelta(hours=product.hours)

    def _today(self, product: Product) -> date:
        return self.now.astimezone(product.zone).date()

    def earlier_today(self, product: Product) -> datetime:
        """An hour and a half ago, or at midnight where the product's day is younger."""
        midnight = _at(product, self._today(product), time())
        return max(midnight, self.now - timedelta(minutes=95)).astimezone(self.now.tzinfo)

    def use(self, booking: Booking, at: datetime) -> None:
        """Make it a booking that was redeemed before the sandbox started: not in the books."""
        booking.redeemed_at = booking.updated_at = at
        for ticket in booking.tickets:
            ticket.redeemed_at = at

    def admit(self, name: str, booking: Booking, what: str, found: tuple[Booking, ...] = ()) -> None:
        """Name a code that lets the party of `booking` in; `found` is all that it finds, where that is more."""
        self.sample(name, booking.code, found or (booking,), what, units=tuple(t.unit_id for t in booking.tickets))

    def refuse(self, name: str, booking: Booking, reason: Reason, what: str, found: tuple[Booking, ...] = ()) -> None:
        """Name a code that a gate refuses, and why."""
        self.sample(name, booking.code, found or (booking,), what, "refuse", reason)

    def sample(
        self,
        name: str,
        code: str,
        bookings: tuple[Booking, ...],
        what: str,
        outcome: str = "admit",
        reason: Reason | None = None,
        units: tuple[str, ...] | None = None,
    ) -> None:
        """Name a code, what it finds, and what a gate makes of it; `units` are those it admits, all where not told."""
        product = bookings[0].product
        counted = tuple(t.unit_id for t in bookings[0].tickets) if units is None else units
        self.stock.samples[name] = Sample(
            name=name,
            code=code,
            supplier=next(s.name for s in (RIVER, MUSEUM) if product in s.products),
            description=what,
            outcome=outcome,
            reason=reason,
            pax=sum(product.unit(unit).pax for unit in counted) if outcome == "admit" else None,
            references=tuple(booking.reference for booking in bookings),
            uuids=tuple(booking.uuid for booking in bookings),
            symbology=self._symbology(code),
            caption=_caption(bookings, counted),
        )

    def _symbology(self, code: str) -> str:
        if len(code) == 13 and code.isdigit():
            return "EAN13"
        return "CODE128" if len(code) <= 16 else next(self._symbologies)


def _at(product: Product, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=product.zone)


def _caption(bookings: tuple[Booking, ...], units: tuple[str, ...]) -> str:
    if len(bookings) > 1:
        return " + ".join(booking.product.name for booking in bookings)
    product = bookings[0].product
    counts = Counter(product.unit(unit).name for unit in units)
    return f"{product.name} · " + ", ".join(f"{count} {unit}" for unit, count in counts.items())
