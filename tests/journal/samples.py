"""Entries for the tests of this folder: a booking, an attempt, and what may become of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.domain.attempt import Asked, Entry, Intended, Mode, Outcome, Owed, Settled, Told
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.verdict import Doubt, Grade, Reason
from tests.fakes import CODE, NOON

OWED, ASKED = Owed(NOON, "a1", Doubt.NO_ANSWER), Asked(NOON, "a1")


def booking(name: str = "b1") -> Booking:
    """Every field set, so that each is written and read back; `name` makes its identifiers its own."""
    return Booking(
        reference=f"REF-{name}",
        uuid=f"uuid-{name}",
        redemption_code=f"a|b,{name}",
        redeemable=True,
        status="CONFIRMED",
        supplier="River Cruises",
        product="London River Cruise Return",
        option="Evening",
        starts_at=datetime.fromisoformat("2026-11-21T11:30:00+01:00"),
        ends_at=datetime.fromisoformat("2026-11-21T13:30:00+01:00"),
        units=(UnitItem(f"u1-{name}", "Adult", 1, NOON), UnitItem(f"u2-{name}", "Family", 4)),
        redeemed_at=NOON,
    )


def intended(attempt: str = "a1", code: str = CODE, *names: str, at: datetime = NOON) -> Intended:
    return Intended(at, attempt, "Gate A", Mode.REDEEM, code, "River Cruises", tuple(map(booking, names or ("b1",))))


def settled(attempt: str = "a1", outcome: Outcome = Outcome.OURS) -> Settled:
    return Settled(NOON + timedelta(seconds=1), attempt, outcome, (booking(),))


def told(attempt: str | None = "a1", lane: str = "Gate A", outcome: str = "admit", code: str = CODE) -> Told:
    return Told(
        NOON + timedelta(seconds=1),
        "scan-1",
        lane,
        "wedge",
        code,
        outcome,
        attempt,
        grade=Grade.CONFIRMED if outcome == "admit" else None,
        reason=Reason.NOT_FOUND if outcome == "refuse" else None,
        references=("REF-b1",),
        pax=5,
    )


def admission(attempt: str = "a1", code: str = CODE, lane: str = "Gate A") -> tuple[Entry, ...]:
    """All the rows of a scan that went well."""
    return (intended(attempt, code, attempt), settled(attempt), told(attempt, lane, code=code))
