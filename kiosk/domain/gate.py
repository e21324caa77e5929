"""What the gate decides, from what the office said. Pure: the same bookings at one moment give the same verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking
from kiosk.domain.verdict import Choose, Option, Reason, Refuse, Use

_BY_STATUS = {
    "CANCELLED": Reason.CANCELLED,
    "CANCELED": Reason.CANCELLED,
    "REBOOKED": Reason.CANCELLED,
    "UPGRADED": Reason.CANCELLED,
    "EXPIRED": Reason.EXPIRED,
    "ON_HOLD": Reason.NOT_CONFIRMED,
    "PENDING": Reason.NOT_CONFIRMED,
    "QUOTE": Reason.NOT_CONFIRMED,
    "REJECTED": Reason.NOT_CONFIRMED,
    "NO_SHOW": Reason.NO_SHOW,
    "NOSHOW": Reason.NO_SHOW,
}
"""Statuses that forbid admission whatever else the booking says. REBOOKED and UPGRADED are replaced by another."""

_PRECEDENCE = {reason: place for place, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Policy:
    """The house rules that decide. `accepts_test`: the office is in its test environment."""

    mode: Mode = Mode.REDEEM
    auto_redeem: bool = True
    accepts_test: bool = False


@dataclass(frozen=True, slots=True)
class Proceed:
    """Ask the office to redeem (or validate) these, together."""

    bookings: tuple[Booking, ...]


def is_used(booking: Booking) -> bool:
    """Whether the office says that it has been redeemed."""
    return booking.redeemed_at is not None or booking.status == "REDEEMED"


def obstacle(booking: Booking, policy: Policy, now: datetime) -> Reason | None:
    """Why a booking may not be redeemed now; None where it may. Validity comes before use, use before the day.

    To validate, an earlier redemption is no obstacle: the office keeps the count, by rules of its own.
    """
    if booking.status in _BY_STATUS:
        return _BY_STATUS[booking.status]
    if booking.test and not policy.accepts_test:
        return Reason.TEST_BOOKING
    if policy.mode is Mode.REDEEM and not booking.redeemable and is_used(booking):
        return Reason.ALREADY_REDEEMED
    if not booking.is_for(now):
        return Reason.WRONG_DAY
    if not booking.redemption_code:
        return Reason.NOT_REDEEMABLE
    if booking.redeemable or (policy.mode is Mode.VALIDATE and is_used(booking)):
        return None
    return Reason.NOT_REDEEMABLE


def weigh(bookings: tuple[Booking, ...], policy: Policy, now: datetime) -> Proceed | Choose | Refuse:
    """What to do about the bookings that a code matches.

    Nothing redeemable: refused. Exactly one: redeemed at once, where the house rule says so. Several: staff choose,
    among all that were found, so that they see why the others cannot be used.
    """
    if not bookings:
        return Refuse(Reason.NOT_FOUND)
    options = tuple(Option(booking, obstacle(booking, policy, now), use_of(booking, now)) for booking in bookings)
    open_ = [option.booking for option in options if option.obstacle is None]
    if not open_:
        return refuse(options)
    if len(open_) == 1 and policy.auto_redeem:
        return Proceed((open_[0],))
    return Choose(options)


def looked_at(bookings: tuple[Booking, ...], policy: Policy, now: datetime) -> Choose | Refuse:
    """What a look at bookings shows, when nothing is to be redeemed: all of them with their obstacles, or why none."""
    if not bookings:
        return Refuse(Reason.NOT_FOUND)
    options = tuple(Option(booking, obstacle(booking, policy, now), use_of(booking, now)) for booking in bookings)
    return Choose(options) if any(option.obstacle is None for option in options) else refuse(options)


def refuse(options: tuple[Option, ...]) -> Refuse:
    """The refusal of several bookings: the reason that matters most, and the use that goes with it."""
    first = min(options, key=lambda option: _PRECEDENCE[option.obstacle or Reason.NOT_REDEEMABLE])
    reason = first.obstacle or Reason.NOT_REDEEMABLE
    return Refuse(
        reason,
        tuple(option.booking for option in options),
        first.use if reason is Reason.ALREADY_REDEEMED else None,
    )


def use_of(booking: Booking, now: datetime) -> Use | None:
    """When the office says it was used; where is for the journal to say."""
    if not is_used(booking):
        return None
    seconds = None if booking.redeemed_at is None else max(0.0, (now - booking.redeemed_at).total_seconds())
    return Use(booking.redeemed_at, seconds_ago=seconds)


def was_applied(asked: Booking, answered: Booking) -> bool:
    """Whether a 200 really says that what was asked for has been done, to the booking that was asked for."""
    return asked.is_same(answered) and (is_used(answered) or not answered.redeemable)
