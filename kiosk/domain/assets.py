"""What a guest takes home from a completed order: passes for a phone's wallet, a calendar file, gift cards.

Each is optional, and none is part of the redemption. A link and a pass hold the ticket, a card's number is money: none
of them shows itself in a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.cinema import SeatsOfShowtime
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


@dataclass(frozen=True, slots=True)
class TakeHome:
    """What a guest's phone is shown of an order: what it is for, and what can be taken along."""

    showtimes: tuple[SeatsOfShowtime, ...]
    assets: Assets

    @property
    def is_empty(self) -> bool:
        """Nothing can be taken along."""
        assets = self.assets
        return all(isinstance(one, Missing) for one in (assets.google, assets.apple, assets.calendar))


class Ended(StrEnum):
    """Why an offer to a guest's phone is over."""

    OPENED = "opened"
    """The guest has it."""
    LAPSED = "lapsed"
    """Its time is over."""
    REPLACED = "replaced"
    """The next guest's is shown."""


def spoken(base: str, token: str) -> str:
    """The address of a link under `base`, in as few dots of a QR code as can be.

    Scheme and host do not tell capitals from small letters (RFC 3986, 6.2.2.1), and a QR code holds capitals in five
    and a half bits each in place of eight (ISO/IEC 18004, alphanumeric mode). A path does tell: it stays as it is.
    """
    scheme, _, rest = base.rstrip("/").partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.upper()}://{host.upper()}{slash}{path}/{token}"
