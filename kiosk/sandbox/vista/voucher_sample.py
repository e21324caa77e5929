"""A voucher that the sandbox documents by name: what it is, and what a voucher desk should come to with it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kiosk.sandbox.samples import Sample


@dataclass(frozen=True, slots=True)
class VoucherSample:
    """`outcome` is what a voucher desk comes to with it for the showtime `showtime_id`: `ticket` (nothing to pay),
    `due` (so much), `no_price`, `refuse` (with the office's `title`), `seats` (it is a ticket already).
    `redemptions`: how many tickets it buys, or has bought."""

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
        """`1 ticket`, `3.00 due`, `refuse: Voucher expired`, `no price fits`."""
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
                return "no price fits"

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
            "outcome": self.outcome,
            "expectation": self.expectation,
            "site_id": self.site_id,
            "showtime_id": self.showtime_id,
            "redemptions": self.redemptions,
            "due": f"{self.due:.2f}",
            "symbology": self.symbology,
        }
