"""What our own earlier attempts mean for a booking that is looked up now: whose redemption is it, who was let in?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.attempt import Attempt, Outcome, is_ours
from kiosk.domain.booking import Booking
from kiosk.domain.gate import is_used
from kiosk.domain.verdict import Use


@dataclass(frozen=True, slots=True)
class History:
    """What the journal knows about the bookings of one scan; `office_ahead` is the office's clock minus ours."""

    attempts: tuple[Attempt, ...] = ()
    office_ahead: timedelta = timedelta()

    def open_attempt(self, booking: Booking) -> Attempt | None:
        """The attempt about this booking whose outcome is not known yet."""
        return next((a for a in reversed(self.attempts) if a.is_open and _is_about(a, booking)), None)

    def open_attempt_about(self, bookings: Sequence[Booking]) -> Attempt | None:
        """The same, of an attempt that holds all of these: it can be gone on with."""
        attempt = self.open_attempt(bookings[0]) if bookings else None
        return attempt if attempt and all(covers(attempt.bookings, booking) for booking in bookings) else None

    def pending_admission(self, booking: Booking) -> Attempt | None:
        """The attempt on which somebody was let in with this booking, while the office does not know of it yet."""
        admission = self.admission(booking)
        return admission if admission is not None and admission.outcome is None else None

    def unseen(self, booking: Booking) -> Attempt | None:
        """The attempt that redeemed this booking while nobody was let in on it, by this attempt or by another."""
        if any(a.admitted_at is not None and covers(a.settled_bookings or a.bookings, booking) for a in self.attempts):
            return None
        return next((a for a in reversed(self.attempts) if a.is_unseen and covers(a.settled_bookings, booking)), None)

    def is_claimed(self, booking: Booking) -> bool:
        """Whether this very redemption is accounted for by an attempt that is settled: it lets nobody else in."""
        return any(
            a.outcome is Outcome.OURS
            and any(
                overlap(booking, one) and booking.redeemed_at in (one.redeemed_at, None) for one in a.settled_bookings
            )
            for a in self.attempts
        )

    def applied_to(self, attempt: Attempt, found: Iterable[Booking], now: datetime) -> tuple[Booking, ...]:
        """Those of the bookings found that an open attempt has redeemed, and no other attempt of ours."""
        ours = applied_to(attempt, found, now + self.office_ahead)
        return tuple(booking for booking in ours if not self.is_claimed(booking))

    def admission(self, booking: Booking) -> Attempt | None:
        """The attempt on which somebody was let in with this booking, or with one of its tickets."""
        return next(
            (
                a
                for a in reversed(self.attempts)
                if a.admitted_at is not None
                and a.outcome not in (Outcome.REFUSED, Outcome.VOID, Outcome.UNDONE)
                and _shares_a_ticket(a, booking)
            ),
            None,
        )

    def use_of(self, booking: Booking, now: datetime) -> Use | None:
        """When, and where if we know, a booking was used: the office's time, our lane."""
        admission = self.admission(booking)
        if admission is not None and admission.admitted_at is not None:
            seconds = max(0.0, (now - admission.admitted_at).total_seconds())
            return Use(booking.redeemed_at or admission.admitted_at, admission.admitted_lane, seconds)
        if not is_used(booking):
            return None
        if booking.redeemed_at is None:
            return Use(None)
        seconds = max(0.0, (now + self.office_ahead - booking.redeemed_at).total_seconds())
        return Use(booking.redeemed_at, seconds_ago=seconds)


def _is_about(attempt: Attempt, booking: Booking) -> bool:
    """An attempt made without any look-up knows only its code, and is about whatever that code finds."""
    return not attempt.bookings or covers(attempt.bookings, booking)


def _shares_a_ticket(attempt: Attempt, booking: Booking) -> bool:
    about = attempt.settled_bookings or attempt.bookings
    return not about or any(overlap(booking, one) for one in about)


def covers(asked: Iterable[Booking], found: Booking) -> bool:
    """Whether an attempt about these bookings is about the found one: the same booking, and the same tickets of it.

    A unit-level code finds a reduced booking with the party's identifiers, so two guests of one party differ only in
    their tickets.
    """
    return any(found.is_same(booking) and _tickets(found) == _tickets(booking) for booking in asked)


def overlap(one: Booking, other: Booking) -> bool:
    """Whether two bookings share a ticket: a party's whole booking and each of its reduced ones do."""
    mine, theirs = _tickets(one), _tickets(other)
    return one.is_same(other) and (not mine or not theirs or not set(mine).isdisjoint(theirs))


def _tickets(booking: Booking) -> tuple[str, ...]:
    return tuple(sorted(item.reference for item in booking.units))


def applied_to(
    attempt: Attempt,
    found: Iterable[Booking],
    office_now: datetime,
    *,
    unanswered: Iterable[datetime] | None = None,
) -> tuple[Booking, ...]:
    """Those of the bookings found that this attempt's unanswered requests have redeemed.

    `unanswered` are the times at which they were sent; all of the attempt's, where not given. Times are by the office's
    clock. A booking that was used
    before we asked (validate mode) can never be told to be ours.
    """
    sent = attempt.asked_at if unanswered is None else tuple(unanswered)
    used_before = tuple(booking for booking in attempt.bookings if is_used(booking))
    return tuple(
        booking
        for booking in found
        if is_used(booking)
        and _is_about(attempt, booking)
        and not covers(used_before, booking)
        and is_ours(booking, sent, office_now)
    )
