"""Limits: a burst, then so many a second, for each address and for all."""

from __future__ import annotations

from kiosk.handover.limits import EACH, MOST_PEERS, TOGETHER, Limits, Rate
from tests.fakes import FakeClock


def test_a_visit_passes_and_a_flood_does_not() -> None:
    clock = FakeClock()
    limits = Limits(clock.monotonic)
    assert sum(limits.allow("10.0.0.1") for _ in range(1000)) == EACH.burst
    assert limits.allow("10.0.0.2")
    clock.move(4 / EACH.per_s)
    assert [limits.allow("10.0.0.1") for _ in range(5)] == [True] * 4 + [False]


def test_all_together_have_a_limit_too() -> None:
    clock = FakeClock()
    limits = Limits(clock.monotonic)
    assert sum(limits.allow(f"10.0.0.{number}") for number in range(200)) == TOGETHER.burst
    clock.move(1)
    assert sum(limits.allow(f"10.0.1.{number}") for number in range(200)) == TOGETHER.per_s


def test_one_that_is_refused_takes_nothing_from_the_others() -> None:
    limits = Limits(FakeClock().monotonic, Rate(1, 0.1), Rate(10, 0.1))
    assert sum(limits.allow("10.0.0.1") for _ in range(100)) == 1
    assert sum(limits.allow(f"10.0.1.{number}") for number in range(100)) == 9


def test_behind_a_proxy_only_all_together_count() -> None:
    limits = Limits(FakeClock().monotonic, each=None)
    assert sum(limits.allow("127.0.0.1") for _ in range(1000)) == TOGETHER.burst


def test_a_million_addresses_are_not_remembered() -> None:
    limits = Limits(FakeClock().monotonic)
    for number in range(MOST_PEERS * 3):
        limits.allow(str(number))
    assert len(limits._peers) == MOST_PEERS
