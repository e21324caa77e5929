"""The pretend cinema as `kiosk sandbox` and tests meet it: `sandbox.vista`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.sandbox.vista.access import PASSWORD, USERNAME
from kiosk.sandbox.vista.box_office import BoxOffice
from kiosk.sandbox.vista.cinemas import SITES
from kiosk.sandbox.vista.gift_shop import GIFT_ORDER_ID
from kiosk.sandbox.vista.office import AUTH, PREFIX, Vista
from kiosk.sandbox.vista.samples import SOLD_ORDER_ID
from kiosk.sandbox.vista.voucher_sample import VoucherSample


class VistaPlace:
    """Where it is, who may ask there, what may be tried, and how it stands now."""

    username = USERNAME
    password = PASSWORD
    site_ids = tuple(site.id for site in SITES)

    def __init__(self, vista: Vista, root_url: Callable[[], str]) -> None:
        self._vista = vista
        self._root_url = root_url

    @property
    def base_url(self) -> str:
        """What stands before `/ocapi/v1/…`."""
        return f"{self._root_url()}{PREFIX}"

    @property
    def auth_url(self) -> str:
        """What stands before `/connect/token`."""
        return f"{self._root_url()}{AUTH}"

    @property
    def samples(self) -> Mapping[str, VoucherSample]:
        return self._vista.samples

    def settle(self) -> None:
        """End what has expired by now, and write it into the books, as any request does."""
        self._vista.office.settle()

    @property
    def office(self) -> BoxOffice:
        """Programme, houses, vouchers and orders, as they stand now."""
        self.settle()
        return self._vista.office

    @property
    def open_orders(self) -> tuple[str, ...]:
        """The ids of the orders in progress: nobody completed, deleted or outlived them."""
        return tuple(order.id for order in self.office.orders.values() if not order.end)

    @property
    def held_seats(self) -> Mapping[str, tuple[str, ...]]:
        """Seats in orders in progress, by showtime; none should be left when all desks are done."""
        return self.office.held_seats

    def redeemed(self, barcode: str) -> int:
        """How often a voucher has been redeemed, before the sandbox was started too. Raises KeyError."""
        voucher = self.office.vouchers.find(barcode)
        if voucher is None:
            raise KeyError("no voucher has this barcode")
        return voucher.redeemed

    def revoke_tokens(self) -> None:
        """From now on every token that was given out is answered with 401."""
        self._vista.tokens.revoke()

    def standing(self) -> dict[str, object]:
        """What `/_sandbox/vista` answers: what may be tried, and what is still open."""
        return {
            "samples": {name: sample.as_json() for name, sample in self.samples.items()},
            "open_orders": list(self.open_orders),
            "held_seats": {showtime: list(seats) for showtime, seats in self.held_seats.items()},
        }

    def as_json(self) -> dict[str, object]:
        """What `kiosk sandbox` prints of it."""
        return {
            "base_url": self.base_url,
            "auth_url": self.auth_url,
            "username": self.username,
            "password": self.password,
            "sites": [{"id": site.id, "name": site.name, "time_zone": site.time_zone} for site in SITES],
            "samples": {name: sample.as_json() for name, sample in self.samples.items()},
            "completed_orders": {"sold": SOLD_ORDER_ID, "gift-shop": GIFT_ORDER_ID},
        }
