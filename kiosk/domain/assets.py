"""What a guest takes home from a completed order: passes for a phone's wallet, a calendar file, gift cards.

Each is optional, and none is part of the redemption. A link and a pass hold the ticket, a card's number is money: none
of them shows itself in a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.secret import Secret


class Lack(StrEnum):
    """Why an asset is not there."""

    NOT_OFFERED = "not_offered"
    """The office has none for this order, or is not set up for it."""
    REFUSED = "refused"
    NOT_AUTHORISED = "not_authorised"
    NO_ANSWER = "no_answer"
    OFFICE_ERROR = "office_error"
    UNREADABLE = "unreadable"
    """Neither the thing itself nor base64 of it."""
    TOO_LARGE = "too_large"
    NOT_HTTPS = "not_https"
    NOT_A_ZIP = "not_a_zip"
    NOTHING_INSIDE = "nothing_inside"
    """A zip file without a pass."""
    NOT_A_CALENDAR = "not_a_calendar"


@dataclass(frozen=True, slots=True)
class Missing:
    """An asset that there is not. `detail` is the office's own text: hostile, shown, never decided on."""

    lack: Lack
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GooglePass:
    """A link that puts the passes into a Google Wallet: https, printable ASCII, and as good as the ticket."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApplePasses:
    """A zip file for an Apple Wallet, as it came. `is_bundle`: passes in a bundle, not one pass alone."""

    content: bytes = field(repr=False)
    is_bundle: bool = True

    @property
    def media_type(self) -> str:
        return "application/vnd.apple.pkpasses" if self.is_bundle else "application/vnd.apple.pkpass"

    @property
    def suffix(self) -> str:
        return "pkpasses" if self.is_bundle else "pkpass"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An iCalendar file (RFC 5545), as it came."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Assets:
    """What there is of an order, and why not, where there is not."""

    google: GooglePass | Missing
    apple: ApplePasses | Missing
    calendar: CalendarFile | Missing


@dataclass(frozen=True, slots=True)
class RedeemableItem:
    """A gift card or voucher that was bought: worth money to whoever knows its number. `type` is the office's word."""

    order_line_id: str
    type: str
    number: Secret
    pin: Secret
    expires_at: datetime | None = None

    @property
    def masked_number(self) -> str:
        """Enough to tell two cards apart."""
        number = self.number.reveal()
        return "…" + number[-4:] if len(number) >= 12 else "…" + number[-2:] if len(number) >= 8 else "…"

    @property
    def masked_pin(self) -> str:
        """Not even how long it is."""
        return "****" if self.pin else ""
