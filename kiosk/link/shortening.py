"""Events that are too long for a line of the link: the same with half as many of what there may be many of."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kiosk.domain.errors import LinkError
from kiosk.domain.events import Decided, Event, Recent
from kiosk.domain.verdict import Admit, Choose, Refuse, Undecided, Verdict
from kiosk.domain.voucher_events import SeatPlanTold, ShowtimesTold

T = TypeVar("T")


def shortened(event: Event) -> Event:
    """One step shorter. Raises LinkError where nothing of it may be left out."""
    match event:
        case Recent(decided=decided) if decided:
            return replace(event, decided=decided[len(decided) // 2 + 1 :])
        case Decided(verdict=verdict) if _many(verdict):
            return replace(event, verdict=_halved(verdict))
        case ShowtimesTold(showtimes=showtimes) if showtimes:
            return replace(event, showtimes=_half(showtimes))
        case SeatPlanTold(plan=plan) if plan.areas:
            return replace(event, plan=replace(plan, areas=_half(plan.areas)))
        case _:
            raise LinkError("an event is longer than a line of the link may be")


def _many(verdict: Verdict) -> int:
    match verdict:
        case Admit(bookings=bookings, left_out=left_out):
            return len(bookings) + len(left_out)
        case Choose(options=options):
            return len(options)
        case Refuse(bookings=bookings) | Undecided(bookings=bookings):
            return len(bookings)


def _halved(verdict: Verdict) -> Verdict:
    match verdict:
        case Admit(bookings=bookings, left_out=left_out):
            return replace(verdict, bookings=_half(bookings), left_out=_half(left_out))
        case Choose(options=options):
            return Choose(_half(options))
        case Refuse(bookings=bookings) | Undecided(bookings=bookings):
            return replace(verdict, bookings=_half(bookings))


def _half(many: tuple[T, ...]) -> tuple[T, ...]:
    return many[: len(many) // 2]
