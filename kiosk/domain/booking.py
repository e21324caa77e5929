"""A booking as the gate needs it: what it is for, how many it admits, and whether it may be used.

Personal data (the contact) is not even read. Statuses are open strings: the office may invent new ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UnitItem:
    """One ticket of a booking: a person, or a family of `pax` persons."""

    reference: str
    unit: str
    pax: int = 1
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking, or the reduced booking that a unit-level code finds (one unit item).

    `reference` is the supplier's, the only one that is shown and printed. `redemption_code` is opaque and may be
    empty where the office sent none: such a booking cannot be redeemed. `starts_at` and `ends_at` carry the
    product's own offset and are None for open-dated bookings. `office_note` is the office's own text about why it
    cannot be redeemed: hostile, shown, never matched on.
    """

    reference: str
    uuid: str = ""
    redemption_code: str = ""
    redeemable: bool = False
    status: str = ""
    test: bool = False
    supplier: str = ""
    product: str = ""
    option: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    units: tuple[UnitItem, ...] = ()
    redeemed_at: datetime | None = None
    office_note: str = ""

    @property
    def pax(self) -> int:
        """Head count: a family on one unit item counts as its four."""
        return sum(item.pax for item in self.units) or 1

    @property
    def unit_counts(self) -> tuple[tuple[str, int], ...]:
        """`(("Adult", 2), ("Child", 1))`, in the order of the booking."""
        return tuple(Counter(item.unit for item in self.units).items())

    def is_same(self, other: Booking) -> bool:
        """Whether both speak of one booking. Any identifier will do: the vendor's own examples change the others."""
        return any(
            mine and mine == theirs
            for mine, theirs in (
                (self.uuid, other.uuid),
                (self.redemption_code, other.redemption_code),
                (self.reference, other.reference),
            )
        )

    def is_for(self, now: datetime) -> bool:
        """Whether it is for the day of `now`, in the product's own time. Open-dated bookings are for every day.

        A night that runs past midnight is for its start's day and until its end.
        """
        if self.starts_at is None:
            return True
        if self.local_date == now.astimezone(self.starts_at.tzinfo).date():
            return True
        return self.ends_at is not None and self.starts_at <= now < self.ends_at

    @property
    def local_date(self) -> date | None:
        """The day it is for, where the product is."""
        return None if self.starts_at is None else self.starts_at.date()
