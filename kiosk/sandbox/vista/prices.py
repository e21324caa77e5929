"""Ticket types and what they cost: who may buy which ticket, for which seats, and what a voucher covers of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kiosk.sandbox.vista.cinemas import GALA, Site
from kiosk.sandbox.vista.plans import PREMIUM, STANDARD
from kiosk.sandbox.vista.programme import Showtime

KNOWN_RESTRICTIONS = frozenset(
    {"Member", "MemberReward", "MemberSubscriptionCard", "ThirdPartyMemberCard", "Voucher", "Discount"}
)


@dataclass(frozen=True, slots=True)
class TicketType:
    """`surcharge` is what a guest pays who comes with a voucher: it covers the rest of the price, but no booking fee.

    `only` is the film that it is for, `laser` a ticket for laser projection; both leave it out of other showtimes.
    """

    number: str
    name: str
    price: Decimal
    category: int = STANDARD
    restrictions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    surcharge: Decimal = Decimal(0)
    fee: Decimal | None = None
    only: str = ""
    laser: bool = False
    is_default: bool = False

    @property
    def covered(self) -> Decimal:
        """How much of its price a voucher pays."""
        return self.price - self.surcharge if "Voucher" in self.restrictions else Decimal(0)

    def id_at(self, site: Site) -> str:
        return f"{site.id}-{self.number}"


_MOVIE_MONEY = ("ADTMM", "PINMM", "BASIN")
_VOUCHER = ("Voucher",)
_D = Decimal

TICKET_TYPES = (
    TicketType("0001", "Adult", _D("12.50"), fee=_D("0.50"), is_default=True),
    TicketType("0002", "Child", _D("9.00"), fee=_D("0.50")),
    TicketType("0003", "Member", _D("10.00"), restrictions=("Member",)),
    TicketType("0011", "Premium Adult", _D("18.00"), PREMIUM, fee=_D("0.50")),
    TicketType("0050", "Adult Voucher", _D("1.00"), STANDARD, _VOUCHER, _MOVIE_MONEY, is_default=True),
    TicketType("0051", "Premium Voucher", _D("19.50"), PREMIUM, _VOUCHER, _MOVIE_MONEY, _D("4.50"), _D("0.10")),
    TicketType("0052", "Voucher Plus", _D("18.00"), STANDARD, _VOUCHER, ("PLUSV",), _D("3.00")),
    TicketType("0053", "Voucher for Two", _D("1.00"), STANDARD, _VOUCHER, ("DUOMM",)),
    TicketType("0054", "Gala Voucher", _D("1.00"), STANDARD, _VOUCHER, ("GALAV",), only=GALA.id),
    TicketType("0055", "Laser Voucher", _D("1.00"), STANDARD, _VOUCHER, ("LASER",), laser=True),
    TicketType("0056", "Wallet Voucher", _D("0.50"), STANDARD, ("Voucher", "WalletHolder"), _MOVIE_MONEY),
    TicketType("0057", "Corporate", _D("8.00"), restrictions=("CorporateBooker",)),
)
"""The last two hold restrictions that no client can know."""

LASER_PROJECTION = "0000000004"


def prices_for(showtime: Showtime) -> Iterator[TicketType]:
    """What is sold for one showtime, restricted or not."""
    for kind in TICKET_TYPES:
        if kind.category not in showtime.screen.categories:
            continue
        if kind.only and kind.only != showtime.film.id:
            continue
        if kind.laser and LASER_PROJECTION not in showtime.screen.attributes:
            continue
        yield kind
