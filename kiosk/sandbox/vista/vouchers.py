"""Vouchers as the pretend cinema keeps them, and why one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.sandbox.vista.cinemas import Film, Site
from kiosk.sandbox.vista.programme import Showtime
from kiosk.sandbox.vista.refusals import VistaError, conflict

WRONG_PINS = 3


@dataclass(frozen=True, slots=True)
class VoucherType:
    """`with_pin`: its vouchers are refused without their PIN."""

    code: str
    name: str
    redemptions: int = 1
    with_pin: bool = False
    only_at: Site | None = None
    only_for: Film | None = None


@dataclass(slots=True)
class Voucher:
    """`pin` is compared where the type needs one, or where one was sent. `order_id` is the order in progress that it
    has been added to, empty where there is none."""

    barcode: str
    type: VoucherType
    pin: str = ""
    good_until: date | None = None
    redeemed: int = 0
    order_id: str = ""
    wrong_pins: int = 0

    @property
    def masked(self) -> str:
        return "........" + self.barcode[-4:]

    @property
    def left(self) -> int:
        """Redemptions that have not been used up."""
        return self.type.redemptions - self.redeemed

    def refuses_pin(self, pin: str) -> VistaError | None:
        """Why it cannot be used with this PIN, empty for none. It is locked after `WRONG_PINS` (undocumented)."""
        if not pin and self.type.with_pin:
            return conflict("Voucher PIN required", "A PIN is required to use this voucher.")
        if self.wrong_pins >= WRONG_PINS:
            return conflict("Voucher locked", "A wrong PIN was used too often.")
        if pin and self.pin and pin != self.pin:
            self.wrong_pins += 1
            return conflict("Voucher PIN invalid", "The PIN is not the one of this voucher.")
        return None

    def obstacle(self, order_id: str, site: Site, showtime: Showtime | None, today: date) -> VistaError | None:
        """Why it cannot be added to an order; None where it can. That it serves one order at a time is undocumented."""
        if self.good_until is not None and today > self.good_until:
            return conflict("Voucher expired", f"This voucher expired on {self.good_until:%d %B %Y}.")
        if not self.left:
            return conflict("Voucher already redeemed", "This voucher has been redeemed already.")
        if self.order_id:
            where = "this order already" if self.order_id == order_id else "another order"
            return conflict("Voucher in use", f"This voucher is part of {where}.")
        if self.type.only_at not in (None, site):
            return conflict("Voucher not valid at this site", f"This voucher is not valid at {site.name}.")
        if showtime is not None and self.type.only_for not in (None, showtime.film):
            return conflict("Voucher not valid for this film", "This voucher is for another film.")
        return None


class Register:
    """All vouchers, by barcode."""

    def __init__(self, vouchers: Iterable[Voucher] = ()) -> None:
        self._by_barcode = {voucher.barcode: voucher for voucher in vouchers}

    def find(self, barcode: str) -> Voucher | None:
        """Exact and case-sensitive."""
        return self._by_barcode.get(barcode)

    def add(self, voucher: Voucher) -> None:
        self._by_barcode[voucher.barcode] = voucher
