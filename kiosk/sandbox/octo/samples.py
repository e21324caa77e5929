"""The bookings that the sandbox starts with, by name: every status and shape, dated relative to the start day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice

from kiosk.domain.verdict import Reason
from kiosk.sandbox.octo.bookings import Booking, Obstacle, Register, Shape, Ticket
from kiosk.sandbox.octo.catalogue import MUSEUM, PRODUCTS, RIVER, Product
from kiosk.sandbox.octo.codes import Mint
from kiosk.sandbox.samples import Sample

GOOD = 24
"""Plain bookings that a gate admits: `good-1` to `good-24`."""

_SUPPLIER_OF = {name: RIVER if product in RIVER.products else MUSEUM for name, product in PRODUCTS.items()}
_LONG_CODES = ("QRCODE", "AZTEC", "PDF417")
_PARTIES = (
    ("cruise", ("adult", "adult", "child")),
    ("cruise", ("adult",)),
    ("dinner", ("adult", "senior")),
    ("museum", ("adult", "student")),
    ("cruise", ("adult", "adult")),
    ("lighthouse", ("adult", "child", "child")),
    ("bus", ("adult", "infant")),
    ("museum", ("youth",)),
)


@dataclass(slots=True)
class Stock:
    """What the sandbox starts with: the bookings of each supplier by key, the named samples, and the codes of the
    bookings made for benchmarks."""

    registers: Mapping[str, Register]
    samples: dict[str, Sample] = field(default_factory=dict)
    bulk: tuple[str, ...] = ()


def stock(now: datetime, seed: str, bookings: int = 0) -> Stock:
    """Everything anew. `bookings` more plain ones are made for benchmarks, all of River Cruises."""
    return _Clerk(now, seed).stock(bookings)


class _Clerk:
    """Writes bookings and samples."""

    def __init__(self, now: datetime, seed: str) -> None:
        self._now = now
        self._mint = Mint(seed)
        self._stock = Stock({RIVER.key: Register(), MUSEUM.key: Register()})
        self._symbologies = cycle(_LONG_CODES)

    def stock(self, bulk: int) -> Stock:
        self._good()
        self._parties()
        self._packages()
        self._codes()
        self._dates()
        self._statuses()
        self._used()
        self._shapes()
        self._unknown()
        self._stock.bulk = tuple(self._bulk(bulk))
        return self._stock

    # ── what there is ──

    def _good(self) -> None:
        for number, (product, units) in enumerate(islice(cycle(_PARTIES), GOOD), 1):
            self._admit(f"good-{number}", self._book(f"good-{number}", product, units), "a plain booking for today")

    def _parties(self) -> None:
        party = self._book("party", "cruise", ("adult", "adult", "child"), ticket_codes=True)
        self._admit("party", party, "the voucher of a party whose tickets have codes of their own, too")
        for number, ticket in enumerate(party.tickets, 1):
            self._sample(
                f"party-ticket-{number}",
                ticket.code,
                (party,),
                f"one ticket of `party` ({ticket.unit_id}): the office answers with a reduced booking",
                units=(ticket.unit_id,),
            )
        tickets = self._book("tickets", "museum", ("adult", "adult"), voucher=False, ticket_codes=True)
        for number, ticket in enumerate(tickets.tickets, 1):
            self._sample(
                f"ticket-{number}",
                ticket.code,
                (tickets,),
                "one ticket of a booking without a voucher",
                units=(ticket.unit_id,),
            )
        part = self._book("part-used", "cruise", ("adult", "adult", "child"), ticket_codes=True)
        part.tickets[0].redeemed_at = part.updated_at = self._earlier_today(part.product)
        self._admit("part-used", part, "a party of which one has gone in already, by the voucher")
        self._admit("family", self._book("family", "cruise", ("family", "adult", "adult")), "a family ticket is four")

    def _packages(self) -> None:
        for name, used, what in (
            ("package", 1, "three bookings under one code, one of them used: staff choose"),
            ("package-one-left", 2, "three bookings under one code, two of them used"),
            ("package-used", 3, "three bookings under one code, all used"),
        ):
            code = self._mint.qr(name, name)
            content = (
                ("cruise", ("adult", "adult")),
                ("bus", ("adult", "adult")),
                ("dinner", ("adult", "adult")),
            )
            bookings = tuple(self._book(f"{name}-{product}", product, units, code=code) for product, units in content)
            for booking in bookings[3 - used :]:
                self._use(booking, self._earlier_today(booking.product))
            left = bookings[: 3 - used]
            if len(left) == 1:
                self._admit(name, left[0], what, found=bookings)
            elif left:
                self._sample(name, code, bookings, what, "choose")
            else:
                self._refuse(name, bookings[0], Reason.ALREADY_REDEEMED, what, found=bookings)

    def _codes(self) -> None:
        typed = self._book("reference", "cruise", ("adult",))
        self._sample("reference", typed.reference, (typed,), "the supplier's reference, as a guest reads it out")
        other = self._book("reseller", "cruise", ("adult", "child"), reseller_reference="VOUCHER-0123")
        self._sample("reseller", "VOUCHER-0123", (other,), "the reseller's reference")
        self._admit("hta", self._book("hta", "museum", ("adult",), code="HTA89203"), "a reseller's short code")
        ean = self._book("ean", "bus", ("adult",), code=self._mint.ean13("ean"))
        self._admit("ean", ean, "a code of thirteen digits, like an EAN")

    def _dates(self) -> None:
        self._admit("freesale", self._book("freesale", "bus", ("adult", "child")), "open-dated: no availability at all")
        self._admit("all-day", self._book("all-day", "museum", ("family",)), "all day, until the next midnight")
        self._admit("night", self._book("night", "night", ("adult", "senior")), "starts today, ends after midnight")
        tomorrow = self._book("tomorrow", "cruise", ("adult", "adult"), day=1)
        self._refuse("tomorrow", tomorrow, Reason.WRONG_DAY, "for tomorrow, which this office would redeem today")
        yesterday = self._book("yesterday", "lighthouse", ("adult",), day=-1)
        yesterday.block = Obstacle("WRONG_DATE", f"Only valid on {yesterday.local_date:%d %B}")
        self._refuse("yesterday", yesterday, Reason.WRONG_DAY, "for yesterday, and the office says so")

    def _statuses(self) -> None:
        for name, status, reason in (
            ("cancelled", "CANCELLED", Reason.CANCELLED),
            ("rebooked", "REBOOKED", Reason.CANCELLED),
            ("upgraded", "UPGRADED", Reason.CANCELLED),
            ("expired", "EXPIRED", Reason.EXPIRED),
            ("on-hold", "ON_HOLD", Reason.NOT_CONFIRMED),
            ("pending", "PENDING", Reason.NOT_CONFIRMED),
            ("rejected", "REJECTED", Reason.NOT_CONFIRMED),
            ("quote", "QUOTE", Reason.NOT_CONFIRMED),
            ("no-show-newer", "NOSHOW", Reason.NO_SHOW),
        ):
            booking = self._book(name, "cruise", ("adult", "child"))
            booking.status = status
            if status in ("EXPIRED", "ON_HOLD"):
                booking.expires_at = self._now + timedelta(hours=-20 if status == "EXPIRED" else 1)
            self._refuse(name, booking, reason, f"status {status}")
        absent = self._book("no-show", "dinner", ("adult", "adult"))
        for ticket in absent.tickets:
            ticket.noshowed_at = self._earlier_today(absent.product)
        absent.noshowed_at = absent.updated_at = absent.tickets[0].noshowed_at or self._now
        self._refuse("no-show", absent, Reason.NO_SHOW, "marked as not come, earlier today")
        odd = self._book("unknown-status", "cruise", ("adult",))
        odd.status = "AWAITING_TIDE"
        self._admit("unknown-status", odd, "a status that nobody has heard of, and redeemable")
        test = self._book("test", "cruise", ("adult",))
        test.test = True
        self._refuse("test", test, Reason.TEST_BOOKING, "a test booking, redeemable all the same")
        blocked = self._book("not-redeemable", "museum", ("adult", "youth"))
        blocked.block = Obstacle("IDENTITY_CHECK", "Please send the guest to the ticket desk")
        self._refuse("not-redeemable", blocked, Reason.NOT_REDEEMABLE, "not redeemable, with the office's own reason")
        hostile = self._book("hostile", "hostile", ("adult",))
        hostile.block = Obstacle("[/red]", "[/] \x1b]0;gate\x07\x1b[2J see <b>desk</b>\u202e\r\nADMIT")
        hostile.notes = "\x1b[31m[bold]"
        self._refuse("hostile", hostile, Reason.NOT_REDEEMABLE, "markup and control characters in the office's texts")

    def _used(self) -> None:
        today = self._book("used-today", "cruise", ("adult", "adult"), ticket_codes=True)
        self._use(today, self._earlier_today(today.product))
        self._refuse("used-today", today, Reason.ALREADY_REDEEMED, "used earlier today")
        yesterday = self._book("used-yesterday", "museum", ("adult",), day=-1)
        self._use(yesterday, self._now - timedelta(days=1))
        self._refuse("used-yesterday", yesterday, Reason.ALREADY_REDEEMED, "used yesterday")

    def _shapes(self) -> None:
        minimal = self._book("minimal", "cruise", ("adult", "child"), ticket_codes=True, shape="minimal")
        self._admit("minimal", minimal, "only the fields of the vendor's own look-up example")
        nulls = self._book("nulls", "cruise", ("adult", "adult"), shape="nulls")
        self._admit("nulls", nulls, "null wherever a field may be null")

    def _unknown(self) -> None:
        code = self._mint.qr("unknown", "unknown")
        self._stock.samples["unknown"] = Sample(
            "unknown", code, "", "a code of the right kind that no supplier knows", "refuse", Reason.NOT_FOUND
        )

    def _bulk(self, count: int) -> list[str]:
        return [
            self._book(f"bulk-{number}", "cruise", ("adult", "child") if number % 2 else ("adult",)).code
            for number in range(1, count + 1)
        ]

    # ── how it is written ──

    def _book(
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
        mint, product = self._mint, PRODUCTS[product_name]
        register = self._stock.registers[_SUPPLIER_OF[product_name].key]
        uuid = mint.uuid(name)
        created_at = self._now - timedelta(days=20, minutes=len(register) % 1000)
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
        code = self._mint.qr(name, party) if with_code else ""
        return Ticket(self._mint.uuid(name), self._reference(register, name), unit, code)

    def _reference(self, register: Register, name: str) -> str:
        """One that nothing else of this supplier has: two of 100,000 names would share one now and then."""
        reference = self._mint.reference(name)
        while register.look_up(reference):
            name += "'"
            reference = self._mint.reference(name)
        return reference

    def _times(self, product: Product, day: int, turn: int) -> tuple[datetime, datetime]:
        today = self._today(product) + timedelta(days=day)
        if not product.starts:
            return _at(product, today, time()), _at(product, today + timedelta(days=1), time())
        start = _at(product, today, time.fromisoformat(product.starts[turn % len(product.starts)]))
        return start, start + timedelta(hours=product.hours)

    def _today(self, product: Product) -> date:
        return self._now.astimezone(product.zone).date()

    def _earlier_today(self, product: Product) -> datetime:
        """An hour and a half ago, or just after midnight where the product's day is younger."""
        midnight = _at(product, self._today(product), time(0, 0, 1))
        return max(midnight, self._now - timedelta(minutes=95)).astimezone(self._now.tzinfo)

    def _use(self, booking: Booking, at: datetime) -> None:
        booking.redeemed_at = booking.updated_at = at
        for ticket in booking.tickets:
            ticket.redeemed_at = at

    def _admit(self, name: str, booking: Booking, what: str, found: tuple[Booking, ...] = ()) -> None:
        self._sample(name, booking.code, found or (booking,), what, units=tuple(t.unit_id for t in booking.tickets))

    def _refuse(self, name: str, booking: Booking, reason: Reason, what: str, found: tuple[Booking, ...] = ()) -> None:
        self._sample(name, booking.code, found or (booking,), what, "refuse", reason)

    def _sample(
        self,
        name: str,
        code: str,
        bookings: tuple[Booking, ...],
        what: str,
        outcome: str = "admit",
        reason: Reason | None = None,
        units: tuple[str, ...] | None = None,
    ) -> None:
        product = bookings[0].product
        counted = tuple(t.unit_id for t in bookings[0].tickets) if units is None else units
        self._stock.samples[name] = Sample(
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
