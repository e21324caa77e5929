"""What a ticket office answered, as values. One result type for every way of asking, so that none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain.booking import Booking
from kiosk.domain.verdict import Doubt


@dataclass(frozen=True, slots=True)
class Found:
    """The bookings that a code matches at one supplier; empty: this office does not know the code."""

    bookings: tuple[Booking, ...]
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A redemption or validation that the office says it has carried out, in the order asked."""

    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class Declined:
    """A definite no to a redemption: nothing of this request was applied, or only what a look-up will show.

    `note` is the office's own text, `code` its own word: both hostile, shown or logged, never matched on.
    """

    note: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer. `may_have_applied`: the request may have reached the office and done its work."""

    doubt: Doubt
    may_have_applied: bool = False
    retry_after_s: float | None = None
    detail: str = field(default="", compare=False)
    """For the log: what happened, free of codes, keys and personal data."""


LookUpReply = Found | Failed
RedeemReply = Done | Declined | Failed
