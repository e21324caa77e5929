"""The sentence that goes with a verdict says what is the matter, and is safe to print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings

from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.verdict import Admit, Choose, Doubt, Grade, Option, Reason, Refuse, Undecided, Use, Verdict
from kiosk.link.wording import message
from tests.link import strategies

SUMMER = timezone(timedelta(hours=2))
MORNING = datetime(2026, 11, 21, 7, 12, 30, tzinfo=UTC)
BOOKING = Booking("X749G9", units=(UnitItem("a", "Adult"), UnitItem("b", "Adult"), UnitItem("c", "Child")))
TIMED = replace(BOOKING, starts_at=datetime(2026, 11, 22, 0, 30, tzinfo=SUMMER))
FAMILY = Booking("F4", units=(UnitItem("a", "Family", 4),))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Admit((BOOKING,)), "2 Adult, 1 Child"),
        (Admit((BOOKING, BOOKING)), "4 Adult, 2 Child"),
        (Admit((FAMILY,)), "1 Family (4 guests)"),
        (Admit((Booking("R"),)), "1 guest"),
        (Admit((Booking("R", units=(UnitItem("", "", 3),)),)), "3 guests"),
        (Admit((FAMILY,), grade=Grade.PROVISIONAL), "1 Family (4 guests), to be confirmed by the office"),
        (Admit((FAMILY,), left_out=(BOOKING,)), "1 Family (4 guests); not redeemed: X749G9"),
        (Refuse(Reason.NOT_FOUND), "no booking has this code"),
        (Refuse(Reason.ALREADY_REDEEMED), "already used"),
        (Refuse(Reason.ALREADY_REDEEMED, (), Use(None)), "already used"),
        (Refuse(Reason.ALREADY_REDEEMED, (), Use(MORNING, "Gate B")), "already used 2026-11-21 07:12 UTC at Gate B"),
        (Refuse(Reason.ALREADY_REDEEMED, (TIMED,), Use(MORNING, "Gate B")), "already used 2026-11-21 09:12 at Gate B"),
        (
            Refuse(Reason.ALREADY_REDEEMED, (), Use(MORNING.astimezone(SUMMER))),
            "already used 2026-11-21 09:12 +0200",
        ),
        (
            Refuse(Reason.ALREADY_REDEEMED, (TIMED,), Use(MORNING, "Gate B", unsure=True)),
            "already used 2026-11-21 09:12 at Gate B, just before the engine was cut off",
        ),
        (Refuse(Reason.WRONG_DAY, (TIMED,)), "for another day: 2026-11-22"),
        (Refuse(Reason.WRONG_DAY, (BOOKING,)), "for another day"),
        (Refuse(Reason.NOT_REDEEMABLE, (replace(BOOKING, office_note="Too early"),)), "cannot be redeemed: Too early"),
        (Choose((Option(BOOKING), Option(TIMED), Option(FAMILY))), "3 bookings: choose"),
        (Choose((Option(BOOKING),)), "1 booking: redeem it?"),
        (Undecided(Doubt.NO_ANSWER), "no answer from the office"),
        (Undecided(Doubt.NO_ANSWER, owed=True), "no answer from the office: owed, will be settled"),
        (Undecided(Doubt.RATE_LIMITED, retry_after_s=4.6), "the office asks to wait, try again in 5 s"),
    ],
)
def test_a_verdict_in_one_sentence(verdict: Verdict, said: str) -> None:
    assert message(verdict) == said


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_words(reason: Reason) -> None:
    assert len(message(Refuse(reason))) > 5


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_has_words(doubt: Doubt) -> None:
    assert len(message(Undecided(doubt))) > 5


def test_a_time_at_the_end_of_all_times_is_told_all_the_same() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    west = replace(BOOKING, starts_at=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-9))))
    assert message(Refuse(Reason.ALREADY_REDEEMED, (west,), Use(first))) == "already used 0001-01-01 00:00 UTC"


@settings(deadline=None)
@given(strategies.verdicts)
def test_a_sentence_is_one_printable_line(verdict: Verdict) -> None:
    said = message(verdict)
    assert 0 < len(said) <= 200
    assert said.replace("\u00a0", " ").isprintable()
