"""What the gate says. Closed types without words or colours: words live where they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from kiosk.domain.booking import Booking


class Grade(StrEnum):
    """How sure an admission is."""

    CONFIRMED = "confirmed"
    """The office said so."""
    PROVISIONAL = "provisional"
    """Admitted from the local list, owed to the office."""


class Reason(StrEnum):
    """Why a guest is refused, in the order in which reasons matter: the first that holds is told."""

    UNREADABLE = "unreadable"
    NO_OFFICE = "no_office"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_CONFIRMED = "not_confirmed"
    TEST_BOOKING = "test_booking"
    NO_SHOW = "no_show"
    ALREADY_REDEEMED = "already_redeemed"
    WRONG_DAY = "wrong_day"
    NOT_REDEEMABLE = "not_redeemable"


class Doubt(StrEnum):
    """Why the machine cannot say: never the guest's fault."""

    OFFLINE = "offline"
    """The office was not reached: no request left."""
    NO_ANSWER = "no_answer"
    """A request left and no usable answer came."""
    OFFICE_ERROR = "office_error"
    """The office answered with an error of its own, or with something that is no answer."""
    NOT_AUTHORISED = "not_authorised"
    RATE_LIMITED = "rate_limited"
    JOURNAL_FAILED = "journal_failed"
    CLOCK_UNTRUSTED = "clock_untrusted"
    """Nobody knows what day it is: neither this machine nor an office that could be asked."""


class ListGap(StrEnum):
    """Why the day's list could not stand in for the office: never a reason to call a ticket invalid."""

    EMPTY = "empty"
    PARTIAL = "partial"
    OTHER_DAY = "other_day"
    OUTDATED = "outdated"
    NOT_LISTED = "not_listed"
    NOT_ADMISSIBLE = "not_admissible"
    """Listed, but used, cancelled or for another day by the list."""


@dataclass(frozen=True, slots=True)
class Use:
    """An earlier use of a ticket. `lane` is None where our own journal does not know it.

    `unsure` marks one of ours that was told in the moment before the engine was cut off: perhaps nobody saw it.
    """

    at: datetime | None
    lane: str | None = None
    seconds_ago: float | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Admit:
    """Let them in. `left_out` are bookings that were asked for together with these and not redeemed."""

    bookings: tuple[Booking, ...]
    grade: Grade = Grade.CONFIRMED
    recovered: bool = False
    left_out: tuple[Booking, ...] = ()
    list_age_s: float | None = None
    """How old the list is that a provisional admission rests on, in seconds; None where it rests on nothing."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not with this ticket. `use` goes with `already_redeemed`."""

    reason: Reason
    bookings: tuple[Booking, ...] = ()
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice; `obstacle` says why it cannot be redeemed."""

    booking: Booking
    obstacle: Reason | None = None
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Staff must say which: nothing has been redeemed."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """The machine does not let them in, and does not say that they may not. `owed`: an attempt stays open.

    `list_gap`: why the day's list could not help either; None where the house does not admit by the list.
    """

    doubt: Doubt
    bookings: tuple[Booking, ...] = ()
    retry_after_s: float | None = None
    owed: bool = False
    list_gap: ListGap | None = None


Verdict = Admit | Refuse | Choose | Undecided


def bookings_of(verdict: Verdict) -> tuple[Booking, ...]:
    """Every booking that a verdict speaks of, those that are admitted first."""
    match verdict:
        case Admit(bookings=admitted, left_out=left_out):
            return admitted + left_out
        case Choose(options=options):
            return tuple(option.booking for option in options)
        case Refuse(bookings=bookings) | Undecided(bookings=bookings):
            return bookings


def outcome_word(verdict: Verdict) -> str:
    """`admit`, `refuse`, `choose` or `undecided`: the words of the journal and of the JSON lines."""
    match verdict:
        case Admit():
            return "admit"
        case Refuse():
            return "refuse"
        case Choose():
            return "choose"
        case Undecided():
            return "undecided"
        case _:
            assert_never(verdict)


def reason_of(verdict: Verdict) -> Reason | Doubt | None:
    """The word of a refusal or of a doubt."""
    match verdict:
        case Refuse(reason=reason):
            return reason
        case Undecided(doubt=doubt):
            return doubt
        case Admit() | Choose():
            return None
        case _:
            assert_never(verdict)
