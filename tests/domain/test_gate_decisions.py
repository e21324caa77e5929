"""What the gate decides about bookings, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kiosk.domain.attempt import Mode
from kiosk.domain.booking import Booking, UnitItem
from kiosk.domain.gate import Policy, Proceed, obstacle, was_applied, weigh
from kiosk.domain.verdict import Choose, Reason, Refuse
from tests.fakes import NOON, booking

REDEEM = Policy()
VALIDATE = Policy(mode=Mode.VALIDATE)
EARLIER = NOON - timedelta(hours=3)
USED: dict[str, Any] = {"redeemable": False, "status": "REDEEMED", "redeemed_at": EARLIER}
TOMORROW: dict[str, Any] = {"starts_at": NOON + timedelta(days=1), "ends_at": NOON + timedelta(days=1, hours=2)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"starts_at": None, "ends_at": None}, None),
        ({"status": "SOMETHING_NEW"}, None),
        ({"status": ""}, None),
        ({"status": "CANCELLED"}, Reason.CANCELLED),
        ({"status": "REBOOKED"}, Reason.CANCELLED),
        ({"status": "UPGRADED"}, Reason.CANCELLED),
        ({"status": "EXPIRED"}, Reason.EXPIRED),
        ({"status": "ON_HOLD"}, Reason.NOT_CONFIRMED),
        ({"status": "PENDING"}, Reason.NOT_CONFIRMED),
        ({"status": "QUOTE"}, Reason.NOT_CONFIRMED),
        ({"status": "REJECTED"}, Reason.NOT_CONFIRMED),
        ({"status": "NO_SHOW"}, Reason.NO_SHOW),
        ({"status": "NOSHOW"}, Reason.NO_SHOW),
        ({"test": True}, Reason.TEST_BOOKING),
        (USED, Reason.ALREADY_REDEEMED),
        ({"redeemable": False, "status": "REDEEMED"}, Reason.ALREADY_REDEEMED),
        ({"redeemable": False, "redeemed_at": EARLIER}, Reason.ALREADY_REDEEMED),
        (TOMORROW, Reason.WRONG_DAY),
        ({"redeemable": False}, Reason.NOT_REDEEMABLE),
        ({"redemption_code": ""}, Reason.NOT_REDEEMABLE),
    ],
)
def test_each_obstacle(changes: dict[str, Any], reason: Reason | None) -> None:
    assert obstacle(booking(**changes), REDEEM, NOON) is reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({**USED, "status": "CANCELLED"}, Reason.CANCELLED),  # validity before use
        ({**TOMORROW, "status": "CANCELLED"}, Reason.CANCELLED),
        ({**USED, "test": True}, Reason.TEST_BOOKING),
        ({**USED, **TOMORROW}, Reason.ALREADY_REDEEMED),  # use before the day
        ({**TOMORROW, "redeemable": False}, Reason.WRONG_DAY),  # the day before the office's bare no
    ],
)
def test_the_reason_that_matters_most_is_told(changes: dict[str, Any], reason: Reason) -> None:
    assert obstacle(booking(**changes), REDEEM, NOON) is reason


def test_to_validate_an_earlier_use_is_no_obstacle() -> None:
    assert obstacle(booking(**USED), VALIDATE, NOON) is None
    assert obstacle(booking(**{**USED, "status": "CANCELLED"}), VALIDATE, NOON) is Reason.CANCELLED
    assert obstacle(booking(redeemable=False), VALIDATE, NOON) is Reason.NOT_REDEEMABLE


def test_a_test_booking_is_taken_in_the_test_environment() -> None:
    assert obstacle(booking(test=True), Policy(accepts_test=True), NOON) is None


PARIS = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("starts", "ends", "now", "fits"),
    [
        ("2026-06-27T00:00:00+02:00", "2026-06-28T00:00:00+02:00", "2026-06-27T00:00:00+02:00", True),
        ("2026-06-27T00:00:00+02:00", "2026-06-28T00:00:00+02:00", "2026-06-27T23:59:59+02:00", True),
        ("2026-06-27T00:00:00+02:00", "2026-06-28T00:00:00+02:00", "2026-06-28T00:00:00+02:00", False),
        ("2026-06-27T00:00:00+02:00", "2026-06-28T00:00:00+02:00", "2026-06-26T22:30:00+00:00", True),  # 00:30 there
        ("2026-06-27T23:00:00+02:00", "2026-06-28T02:00:00+02:00", "2026-06-28T01:00:00+02:00", True),  # past midnight
        ("2026-06-27T23:00:00+02:00", "2026-06-28T02:00:00+02:00", "2026-06-28T02:00:00+02:00", False),
        ("2026-06-27T19:00:00+02:00", None, "2026-06-27T08:00:00+02:00", True),  # early is for the office to judge
        ("2026-06-27T19:00:00+02:00", None, "2026-06-28T08:00:00+02:00", False),
    ],
)
def test_the_day_is_the_products_own(starts: str, ends: str | None, now: str, fits: bool) -> None:
    one = booking(starts_at=datetime.fromisoformat(starts), ends_at=ends and datetime.fromisoformat(ends))
    assert one.is_for(datetime.fromisoformat(now)) is fits


def test_one_redeemable_booking_is_redeemed_without_a_question() -> None:
    assert weigh((booking(),), REDEEM, NOON) == Proceed((booking(),))


def test_the_house_may_want_to_be_asked_every_time() -> None:
    verdict = weigh((booking(),), Policy(auto_redeem=False), NOON)
    assert isinstance(verdict, Choose)
    assert [option.obstacle for option in verdict.options] == [None]


def test_one_of_several_that_can_be_redeemed_is_redeemed() -> None:
    good, used = booking("b1"), booking("b2", **USED)
    assert weigh((used, good), REDEEM, NOON) == Proceed((good,))


def test_several_redeemable_bookings_are_a_choice_that_shows_all_of_them() -> None:
    verdict = weigh((booking("b1"), booking("b2"), booking("b3", **USED)), REDEEM, NOON)
    assert isinstance(verdict, Choose)
    assert [option.obstacle for option in verdict.options] == [None, None, Reason.ALREADY_REDEEMED]
    assert verdict.options[2].use is not None
    assert verdict.options[2].use.at == EARLIER


def test_no_booking_is_not_found() -> None:
    assert weigh((), REDEEM, NOON) == Refuse(Reason.NOT_FOUND)


def test_of_several_refusals_the_first_that_matters_is_told() -> None:
    verdict = weigh((booking("b1", **TOMORROW), booking("b2", **USED)), REDEEM, NOON)
    assert isinstance(verdict, Refuse)
    assert verdict.reason is Reason.ALREADY_REDEEMED
    assert verdict.use is not None
    assert verdict.use.seconds_ago == 3 * 3600


@pytest.mark.parametrize(
    ("answered", "done"),
    [
        (booking(**USED), True),
        (booking(redeemable=False), True),
        (booking(), False),
        (replace(booking(**USED), uuid="other"), True),  # the vendor's own example changes the uuid
        (booking("b2", **USED), False),
        (Booking(reference="", uuid="", redemption_code=""), False),
    ],
)
def test_a_200_counts_only_when_it_shows_the_booking_asked_for_as_done(answered: Booking, done: bool) -> None:
    assert was_applied(booking(), answered) is done


def test_a_family_on_one_unit_item_counts_as_its_four() -> None:
    family = booking(units=(UnitItem("u1", "Family", pax=4), UnitItem("u2", "Adult")))
    assert family.pax == 5
    assert family.unit_counts == (("Family", 1), ("Adult", 1))
