"""When a fault strikes: routes, counts, chance; and plans that cannot be meant."""

from __future__ import annotations

import pytest

from kiosk.sandbox.faults import FAULTS, FaultPlan, Faults

LOOK_UP, REDEEM, UNREDEEM = "GET /x/lookup", "POST /x/redeem", "DELETE /x/redeem"
ROUTES = {LOOK_UP: False, REDEEM: True, UNREDEEM: True}


def struck(faults: Faults, *labels: str) -> list[str | None]:
    plans = [faults.strike(label) for label in labels]
    return [None if plan is None else plan.name for plan in plans]


def test_without_a_plan_nothing_is_struck() -> None:
    assert struck(Faults(ROUTES), LOOK_UP, REDEEM) == [None, None]


def test_a_plan_strikes_the_next_request_once() -> None:
    faults = Faults(ROUTES)
    faults.plan("error_500")
    assert struck(faults, LOOK_UP, REDEEM) == ["error_500", None]
    assert faults.plans == ()


def test_faults_about_writes_leave_reads_alone_unless_they_are_named() -> None:
    faults = Faults(ROUTES)
    faults.plan("lost")
    assert struck(faults, LOOK_UP, UNREDEEM) == [None, "lost"]
    faults.plan("lost", "lookup")
    assert struck(faults, REDEEM, LOOK_UP) == [None, "lost"]


def test_a_route_may_be_named_by_method_and_path() -> None:
    faults = Faults(ROUTES)
    faults.plan("refuse", "POST /x/redeem", times=None)
    assert struck(faults, UNREDEEM, REDEEM, REDEEM) == [None, "refuse", "refuse"]


def test_after_lets_requests_to_its_routes_pass_first() -> None:
    faults = Faults(ROUTES)
    faults.plan("lost", "redeem", after=2, times=2)
    assert struck(faults, LOOK_UP, REDEEM, REDEEM, REDEEM, REDEEM, REDEEM) == [None, None, None, "lost", "lost", None]


def test_plans_strike_in_the_order_in_which_they_were_added() -> None:
    faults = Faults(ROUTES)
    faults.plan("lost", "redeem")
    faults.plan("error_500", times=None)
    assert struck(faults, REDEEM, REDEEM, LOOK_UP) == ["lost", "error_500", "error_500"]


def test_chance_is_repeatable_and_about_right() -> None:
    def evening(seed: int) -> list[str | None]:
        faults = Faults(ROUTES, seed)
        faults.plan("drop_before", times=None, probability=0.3)
        return struck(faults, *[LOOK_UP] * 1000)

    assert evening(1) == evening(1) != evening(2)
    assert 200 < sum(name is not None for name in evening(1)) < 400


def test_clearing_ends_all_plans() -> None:
    faults = Faults(ROUTES)
    faults.plan("lost", times=None)
    faults.clear()
    assert struck(faults, REDEEM) == [None]


@pytest.mark.parametrize(
    ("spec", "plan"),
    [
        ("lost", FaultPlan("lost", times=None)),
        ("error_500@lookup", FaultPlan("error_500", ("lookup",), times=None)),
        ("lost@POST /x/redeem*3", FaultPlan("lost", ("POST /x/redeem",), times=3)),
        ("drip*1", FaultPlan("drip")),
    ],
)
def test_a_plan_may_be_written_in_one_word(spec: str, plan: FaultPlan) -> None:
    assert FaultPlan.parse(spec) == plan


@pytest.mark.parametrize("spec", ["", "lost@", "lost*", "lost*0", "Lost", "losst", "lost*x", "@redeem"])
def test_words_that_are_no_plan_are_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"fault|NAME|times"):
        FaultPlan.parse(spec)


def test_a_misspelt_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'lost_garbage'"):
        FaultPlan("lost_garbge")


def test_plans_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(ValueError, match="times"):
        FaultPlan("lost", times=0)
    with pytest.raises(ValueError, match="after"):
        FaultPlan("lost", after=-1)
    with pytest.raises(ValueError, match="probability"):
        FaultPlan("lost", probability=0.0)
    with pytest.raises(ValueError, match="seconds"):
        FaultPlan("slow", seconds=-1)


def test_a_route_that_does_not_exist_is_refused_and_changes_nothing() -> None:
    faults = Faults(ROUTES)
    faults.plan("lost", times=None)
    with pytest.raises(ValueError, match="'redem'"):
        faults.replace([FaultPlan("refuse"), FaultPlan("slow", ("redem",))])
    assert [plan.name for plan in faults.plans] == ["lost"]


def test_delays_have_defaults_and_can_be_set() -> None:
    assert FaultPlan("slow").delay_s > 0
    assert FaultPlan("slow", seconds=0.0).delay_s == 0
    assert FaultPlan("rate_limited", seconds=7.5).delay_s == 7.5


def test_every_fault_is_described() -> None:
    assert all(fault.what and name == fault.name for name, fault in FAULTS.items())
