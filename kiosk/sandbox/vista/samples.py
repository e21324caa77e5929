"""The vouchers that the cinema starts with, by name: each kind, and each reason to refuse one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from kiosk.sandbox.samples import Sample
from kiosk.sandbox.vista.cinemas import DEPOT, GALA, HARBOUR, Site
from kiosk.sandbox.vista.order_shapes import barcodes
from kiosk.sandbox.vista.orders import Completion, Line, Order, Sale, Ticket
from kiosk.sandbox.vista.prices import TICKET_TYPES
from kiosk.sandbox.vista.programme import Programme, Showtime
from kiosk.sandbox.vista.vouchers import Register, Voucher, VoucherType

GOOD = 12
"""Plain vouchers that buy one ticket each: `good-1` to `good-12`."""

_ADULT = VoucherType("ADTMM", "Adult Movie Money")
_WITH_PIN = VoucherType("PINMM", "Movie Money with PIN", with_pin=True)
_PLUS = VoucherType("PLUSV", "Movie Money Plus")
_DUO = VoucherType("DUOMM", "Movie Money for Two", redemptions=2)
_GALA = VoucherType("GALAV", "Gala Night Voucher", only_for=GALA)
_BASIN = VoucherType("BASIN", "Viaduct Basin Voucher", only_at=HARBOUR)
_LASER = VoucherType("LASER", "Laser Screen Voucher")
_HOSTILE = VoucherType("HOSTV", "[/red] \x1b[2J\u202eVoucher\r\nADMIT")

SOLD_ORDER_ID = "4d6f0c2e9b7a45f1838e5c1d2a3b4c5d"
"""The one order that is there from the start."""
SEED_BARCODE, SEED_PIN, SEED_SHOWTIME = "ADTMM0000111", "1234", "0002-2681"


@dataclass(frozen=True, slots=True)
class VoucherSample:
    """`outcome` is what a voucher desk comes to with it for the showtime `showtime_id`: `ticket` (nothing to pay),
    `due` (so much), `no_price`, `refuse` (with the office's `title`), `seats` (it
    is a ticket already, for so many seats). `redemptions`: how many tickets it buys."""

    name: str
    code: str
    description: str
    site_id: str
    showtime_id: str
    outcome: str = "ticket"
    title: str = ""
    pin: str = ""
    redemptions: int = 1
    due: Decimal = Decimal(0)
    symbology: str = "CODE128"

    @property
    def expectation(self) -> str:
        """`1 ticket`, `3.00 due`, `refuse: Voucher expired`, `no_price`."""
        match self.outcome:
            case "ticket":
                return f"{self.redemptions} ticket" + ("s" if self.redemptions > 1 else "")
            case "due":
                return f"{self.due:.2f} due"
            case "refuse":
                return f"refuse: {self.title}"
            case "seats":
                return f"ticket already: {self.redemptions} seats"
            case _:
                return self.outcome

    @property
    def picture(self) -> Sample:
        """What is printed of it."""
        caption = f"PIN {self.pin}" if self.pin else ""
        return Sample(self.name, self.code, "Movie Money", self.description, self.expectation,
                      symbology=self.symbology, caption=caption)  # fmt: skip

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "pin": self.pin or None,
            "description": self.description,
            "expectation": self.expectation,
            "site_id": self.site_id,
            "showtime_id": self.showtime_id,
            "redemptions": self.redemptions,
            "due": f"{self.due:.2f}",
            "symbology": self.symbology,
        }


@dataclass(slots=True)
class Stock:
    """What the cinema starts with."""

    programme: Programme
    vouchers: Register = field(default_factory=Register)
    orders: list[Order] = field(default_factory=list)
    samples: dict[str, VoucherSample] = field(default_factory=dict)


def stock(now: datetime) -> Stock:
    """Everything anew. Every showtime that a sample names is on sale for an hour at least."""
    clerk = _Clerk(now)
    clerk.write("seed", _ADULT, SEED_BARCODE, "the vendor's own example; its PIN may be left out", pin=SEED_PIN)
    for number in range(1, GOOD + 1):
        clerk.write(f"good-{number}", _ADULT, f"ADTMM{200 + number:07}", "a plain voucher for one ticket")
    clerk.write("pin", _WITH_PIN, "PINMM0000001", "asks for its PIN", pin="4711")
    clerk.write("pin-2", _WITH_PIN, "PINMM0000002", "asks for its PIN", pin="0042")
    clerk.write("surcharge", _PLUS, "PLUSV0000001", "covers the ticket but not its surcharge", due=Decimal("3.00"))
    clerk.write("two", _DUO, "DUOMM0000001", "buys two tickets", redemptions=2)
    half = clerk.write("two-half-used", _DUO, "DUOMM0000002", "buys two tickets, and has bought one")
    half.redeemed = 1
    clerk.write("gala", _GALA, "GALAV0000001", "for one film only", at=lambda s: s.film is GALA)
    clerk.write("wrong-film", _GALA, "GALAV0000002", "for another film", refused="Voucher not valid for this film")
    clerk.write(
        "laser", _LASER, "LASER0000001", "for laser projection", at=lambda s: "0000000004" in s.screen.attributes
    )
    clerk.write("no-price", _LASER, "LASER0000002", "is accepted, and no price fits it", outcome="no_price")
    clerk.write("other-site", _BASIN, "BASIN0000001", "of the other cinema", refused="Voucher not valid at this site")
    clerk.write("basin", _BASIN, "BASIN0000002", "good at its own cinema", site=HARBOUR)
    expired = clerk.write("expired", _ADULT, "ADTMM0000901", "expired last month", refused="Voucher expired")
    expired.good_until = (now - timedelta(days=30)).date()
    used = clerk.write("used", _ADULT, "ADTMM0000902", "redeemed before", refused="Voucher already redeemed")
    used.redeemed = 1
    clerk.write("hostile", _HOSTILE, "HOSTV0000001", "its name holds markup and control characters", outcome="no_price")
    clerk.name("unknown", "ADTMM9999999", "looks like a voucher, and is none", refused="Voucher not found")
    clerk.sell(now)
    return clerk.stock


class _Clerk:
    def __init__(self, now: datetime) -> None:
        self._late = now + timedelta(hours=1)
        self.stock = Stock(Programme(now))

    def write(
        self,
        name: str,
        kind: VoucherType,
        barcode: str,
        what: str,
        *,
        pin: str = "",
        refused: str = "",
        outcome: str = "",
        redemptions: int = 1,
        due: Decimal = Decimal(0),
        site: Site = DEPOT,
        at: Callable[[Showtime], bool] | None = None,
    ) -> Voucher:
        """A voucher, and the sample that names it. `at` finds a showtime for it where the first one does not do."""
        voucher = Voucher(barcode, kind, pin)
        self.stock.vouchers.add(voucher)
        self.name(name, barcode, what, pin=pin, refused=refused, outcome=outcome, redemptions=redemptions, due=due,
                  site=site, at=at)  # fmt: skip
        return voucher

    def name(
        self,
        name: str,
        barcode: str,
        what: str,
        *,
        pin: str = "",
        refused: str = "",
        outcome: str = "",
        redemptions: int = 1,
        due: Decimal = Decimal(0),
        site: Site = DEPOT,
        at: Callable[[Showtime], bool] | None = None,
    ) -> None:
        self.stock.samples[name] = VoucherSample(
            name=name,
            code=barcode,
            description=what,
            site_id=site.id,
            showtime_id=self._showtime(site, at).id,
            outcome=outcome or ("refuse" if refused else "due" if due else "ticket"),
            title=refused,
            pin=pin,
            redemptions=redemptions,
            due=due,
            symbology="CODE128" if len(self.stock.samples) % 2 else "QRCODE",
        )

    def sell(self, now: datetime) -> None:
        """An order that was completed at a till: its ticket is no voucher, whichever of its codes is scanned."""
        showtime = self.stock.programme.showtimes[SEED_SHOWTIME]
        adult = TICKET_TYPES[0]
        tickets = tuple(Ticket(f"00000000-0000-4000-8000-00000000000{number}", adult) for number in (1, 2))
        order = Order(DEPOT, "Paid", now - timedelta(hours=3), now, id=SOLD_ORDER_ID)
        order.lines[showtime.id] = Line(showtime, tickets, ("1_2_12", "1_2_13"))
        order.sale = Sale("WQ9LJTK", 44_000, 41_000, order.created_at)
        order.completion, order.end = Completion(order.created_at), "completed"
        self.stock.orders.append(order)
        booking_id, long, _, transaction, *_ = barcodes(order)
        for name, code, what in (
            ("booking-id", booking_id, "the booking id of a ticket"),
            ("booking-barcode", long, "the barcode of a ticket"),
            ("transaction-barcode", transaction, "the receipt of a ticket"),
        ):
            self.name(name, code, what, outcome="seats", redemptions=len(tickets))

    def _showtime(self, site: Site, at: Callable[[Showtime], bool] | None) -> Showtime:
        if at is None:
            return self.stock.programme.showtimes[f"{site.id}-{site.first_showtime}"]
        return min(
            (s for s in self.stock.programme.on_sale(frozenset({site.id}), self._late) if at(s) and not s.is_sold_out),
            key=lambda showtime: showtime.starts_at,
        )
