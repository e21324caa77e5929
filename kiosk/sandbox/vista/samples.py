"""What the cinema starts with: a programme, one order that was sold at a till, and vouchers of each kind by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kiosk.sandbox.vista.cinemas import DEPOT, GALA, HARBOUR, Site
from kiosk.sandbox.vista.order_shapes import barcodes
from kiosk.sandbox.vista.orders import Completion, Line, Order, Sale, Ticket
from kiosk.sandbox.vista.prices import LASER_PROJECTION, TICKET_TYPES
from kiosk.sandbox.vista.programme import Programme, Showtime
from kiosk.sandbox.vista.voucher_sample import VoucherSample
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


@dataclass(slots=True)
class Stock:
    """What the cinema starts with."""

    programme: Programme
    vouchers: Register = field(default_factory=Register)
    orders: list[Order] = field(default_factory=list)
    samples: dict[str, VoucherSample] = field(default_factory=dict)


def stock(now: datetime) -> Stock:
    """Everything anew. Every showtime that a sample names is on sale for forty minutes at least."""
    clerk = _Clerk(now)
    clerk.add("seed", SEED_BARCODE, "the vendor's own example; its PIN may be left out", _ADULT, pin=SEED_PIN)
    for number in range(1, GOOD + 1):
        clerk.add(f"good-{number}", f"ADTMM{200 + number:07}", "a plain voucher for one ticket", _ADULT)
    clerk.add("pin", "PINMM0000001", "asks for its PIN", _WITH_PIN, pin="4711")
    clerk.add("pin-2", "PINMM0000002", "asks for its PIN", _WITH_PIN, pin="0042")
    clerk.add("surcharge", "PLUSV0000001", "covers the ticket but not its surcharge", _PLUS, due=Decimal("3.00"))
    clerk.add("two", "DUOMM0000001", "buys two tickets", _DUO)
    clerk.add("two-half-used", "DUOMM0000002", "bought one ticket before, buys one more", _DUO, redeemed=1)
    clerk.add("gala", "GALAV0000001", "for one film only", _GALA, at=lambda showtime: showtime.film is GALA)
    clerk.add("wrong-film", "GALAV0000002", "for another film", _GALA, refused="Voucher not valid for this film")
    clerk.add("laser", "LASER0000001", "for laser projection", _LASER, at=_by_laser)
    clerk.add("no-price", "LASER0000002", "is accepted, and no price fits it", _LASER, outcome="no_price")
    clerk.add("other-site", "BASIN0000001", "of the other cinema", _BASIN, refused="Voucher not valid at this site")
    clerk.add("basin", "BASIN0000002", "good at its own cinema", _BASIN, site=HARBOUR)
    last_month = (now - timedelta(days=30)).date()
    clerk.add("expired", "ADTMM0000901", "expired last month", _ADULT, good_until=last_month, refused="Voucher expired")
    clerk.add("used", "ADTMM0000902", "redeemed before", _ADULT, redeemed=1, refused="Voucher already redeemed")
    clerk.add("hostile", "HOSTV0000001", "markup and control characters in its name", _HOSTILE, outcome="no_price")
    clerk.add("unknown", "ADTMM9999999", "looks like a voucher, and is none", refused="Voucher not found")
    clerk.sell(now)
    return clerk.stock


def _by_laser(showtime: Showtime) -> bool:
    return LASER_PROJECTION in showtime.screen.attributes


class _Clerk:
    def __init__(self, now: datetime) -> None:
        self._late = now + timedelta(minutes=40)
        self.stock = Stock(Programme(now))

    def add(
        self,
        name: str,
        barcode: str,
        what: str,
        kind: VoucherType | None = None,
        *,
        pin: str = "",
        redeemed: int = 0,
        good_until: date | None = None,
        refused: str = "",
        outcome: str = "",
        due: Decimal = Decimal(0),
        site: Site = DEPOT,
        at: Callable[[Showtime], bool] | None = None,
    ) -> None:
        """A voucher, and the sample that names it; without a kind there is no such voucher. `at` finds a showtime for
        it where the first one does not do."""
        if kind is not None:
            self.stock.vouchers.add(Voucher(barcode, kind, pin, good_until, redeemed))
        self._name(
            VoucherSample(
                name=name,
                code=barcode,
                description=what,
                site_id=site.id,
                showtime_id=self._showtime(site, at).id,
                outcome=outcome or ("refuse" if refused else "due" if due else "ticket"),
                title=refused,
                pin=pin,
                redemptions=1 if kind is None or refused else kind.redemptions - redeemed,
                due=due,
            )
        )

    def _name(self, sample: VoucherSample) -> None:
        """By turns on a linear barcode and on a square one."""
        symbology = "QRCODE" if len(self.stock.samples) % 2 else "CODE128"
        self.stock.samples[sample.name] = replace(sample, symbology=symbology)

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
            self._name(VoucherSample(name, code, what, DEPOT.id, showtime.id, "seats", redemptions=len(tickets)))

    def _showtime(self, site: Site, at: Callable[[Showtime], bool] | None) -> Showtime:
        if at is None:
            return self.stock.programme.showtimes[f"{site.id}-{site.first_showtime}"]
        return min(
            (s for s in self.stock.programme.on_sale(frozenset({site.id}), self._late) if at(s) and not s.is_sold_out),
            key=lambda showtime: showtime.starts_at,
        )
