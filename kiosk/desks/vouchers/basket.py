"""A guest's vouchers: those on the order, how each is to be used, and those that wait for the next order.

Barcodes and PINs are kept here while the guest stands there, and nowhere else.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace

from kiosk.domain.cinema import TicketPrice
from kiosk.domain.seat_choice import Use
from kiosk.domain.secret import Secret
from kiosk.domain.voucher import KeptVoucher

NO_PIN = Secret()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A voucher for the next order. The PIN is one that was accepted, never one that was not."""

    barcode: str = field(repr=False)
    pin: Secret = NO_PIN
    use: Use | None = None
    """How it was used on the order before."""


class Basket:
    """Vouchers by the order's ids of them."""

    def __init__(self) -> None:
        self._on_order: dict[str, Waiting] = {}
        self._uses: dict[str, Use] = {}
        self._waiting: list[Waiting] = []

    @property
    def uses(self) -> tuple[Use, ...]:
        """The vouchers on the order, in the order in which they were added."""
        return tuple(self._uses.values())

    def voucher_of(self, barcode: str) -> KeptVoucher | None:
        """The voucher on the order that has this barcode."""
        named = (voucher_id for voucher_id, one in self._on_order.items() if one.barcode == barcode)
        return next((self._uses[voucher_id].voucher for voucher_id in named), None)

    def put(self, voucher: KeptVoucher, barcode: str, pin: Secret, offers: tuple[TicketPrice, ...]) -> None:
        """It is on the order, to be used for as many tickets as it may."""
        self._on_order[voucher.id] = Waiting(barcode, pin)
        self._uses[voucher.id] = Use(voucher, offers, voucher.redemptions)

    def drop(self, voucher_id: str) -> None:
        self._on_order.pop(voucher_id, None)
        self._uses.pop(voucher_id, None)

    def use(self, voucher_id: str, tickets: int | None = None, price: str | None = None) -> None:
        """Raises ValueError for what cannot be, KeyError for a voucher that is not on the order."""
        known = self._uses[voucher_id]
        use = replace(
            known,
            tickets=known.tickets if tickets is None else tickets,
            picked=known.picked if price is None else price,
        )
        if not 1 <= use.tickets <= use.voucher.redemptions:
            raise ValueError(f"a voucher for 1 to {use.voucher.redemptions} tickets")
        if use.picked and use.price is None:
            raise ValueError("not a price of this voucher")
        self._uses[voucher_id] = use

    def use_alike(self, voucher_id: str, before: Use) -> None:
        """As on the order before, where that can still be."""
        with suppress(ValueError):
            self.use(voucher_id, price=before.picked)
        with suppress(ValueError):
            self.use(voucher_id, tickets=before.tickets)

    def wait(self, *vouchers: Waiting) -> None:
        """To be put on the next order."""
        self._waiting += vouchers

    @property
    def everything(self) -> tuple[Waiting, ...]:
        """What the next order would be given."""
        used = (replace(one, use=self._uses[voucher_id]) for voucher_id, one in self._on_order.items())
        return (*used, *self._waiting)

    def take_all(self) -> list[Waiting]:
        """Everything, for the next order; nothing is left."""
        taken = list(self.everything)
        self.clear()
        return taken

    def clear(self) -> None:
        self._on_order.clear()
        self._uses.clear()
        self._waiting.clear()
