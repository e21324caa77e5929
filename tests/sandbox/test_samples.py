"""The documented samples: the same from run to run, right at any hour, and each what it says it is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from kiosk.domain.verdict import Reason
from kiosk.sandbox import Sandbox
from kiosk.sandbox.octo.catalogue import PRODUCTS
from kiosk.sandbox.octo.codes import Mint
from tests.fakes import NOON, FakeClock
from tests.sandbox.conftest import MUSEUM, Gate, client


def test_codes_are_the_same_from_run_to_run_and_change_with_the_seed() -> None:
    today, later = Sandbox(clock=FakeClock()), Sandbox(clock=FakeClock(datetime(2027, 6, 1, 9, tzinfo=UTC)))
    other = Sandbox(seed="another", clock=FakeClock())
    assert {name: sample.code for name, sample in today.samples.items()} == {
        name: sample.code for name, sample in later.samples.items()
    }
    assert today.samples["good-1"].references == ("YYP2K2",)
    assert today.samples["good-1"].code != other.samples["good-1"].code


def test_codes_look_like_the_real_ones() -> None:
    samples = Sandbox(clock=FakeClock()).samples
    for name in ("good-1", "party-ticket-1", "package", "unknown"):
        parts = samples[name].code.split("|")
        assert [len(part) for part in parts] == [2, 41, 22, 16]
        assert parts[0] == "!1"
        assert {"+", "/"} <= set(parts[3])
    party, ticket = samples["party"].code.split("|"), samples["party-ticket-1"].code.split("|")
    assert (party[2], party[1]) == (ticket[2], party[1])
    assert party[1] != ticket[1]
    assert (samples["hta"].code, samples["reseller"].code) == ("HTA89203", "VOUCHER-0123")
    assert len(samples["reference"].code) == 6


def test_thirteen_digits_have_a_right_check_digit() -> None:
    for name in ("a", "b", "c", "d"):
        digits = [int(digit) for digit in Mint("x").ean13(name)]
        assert len(digits) == 13
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_every_sample_has_a_code_of_its_own_and_there_are_plenty_of_plain_ones() -> None:
    samples = Sandbox(clock=FakeClock()).samples
    assert len({sample.code for sample in samples.values()}) == len(samples)
    assert sum(name.startswith("good-") for name in samples) >= 20
    told = {sample.reason for sample in samples.values()}
    assert told >= set(Reason) - {Reason.UNREADABLE, Reason.NO_OFFICE}


async def test_each_sample_is_found_as_it_says(gate: Gate, museum: Gate) -> None:
    for name, sample in gate.sandbox.samples.items():
        found = await (museum if sample.supplier == MUSEUM else gate).look_up(name)
        assert tuple(booking["supplierReference"] for booking in found) == sample.references, name
        assert tuple(booking["uuid"] for booking in found) == sample.uuids, name
        redeemable = [booking for booking in found if booking["redeemable"]]
        if sample.outcome == "choose":
            assert len(redeemable) > 1, name
        if sample.outcome == "admit":
            (booking,) = redeemable
            product = next(p for p in PRODUCTS.values() if p.id == booking["productId"])
            paxes = [product.unit(item["unitId"]).pax for item in booking["unitItems"]]
            assert sum(paxes) == sample.pax, name
        if sample.outcome == "refuse" and name not in ("tomorrow", "test"):
            assert not redeemable, name


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 21, 0, 0, 2, tzinfo=UTC),
        datetime(2026, 11, 21, 23, 59, 58, tzinfo=UTC),
        datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    ],
)
async def test_today_is_today_where_the_product_is_at_any_hour(now: datetime) -> None:
    async with Sandbox(clock=FakeClock(now)) as sandbox, client(sandbox) as http, client(sandbox, MUSEUM) as other:
        gate, museum = Gate(sandbox, http), Gate(sandbox, other)
        for each, name, days in ((gate, "good-1", 0), (museum, "all-day", 0), (gate, "tomorrow", 1)):
            (booking,) = await each.look_up(name)
            starts = datetime.fromisoformat(booking["availability"]["localDateTimeStart"])
            here = now.astimezone(PRODUCTS["museum" if each is museum else "cruise"].zone)
            assert starts.utcoffset() is not None
            assert (starts.date() - here.date()).days == days
        (used,) = await gate.look_up("used-today")
        used_at = datetime.fromisoformat(used["utcRedeemedAt"])
        assert used_at <= now
        assert used_at.astimezone(PRODUCTS["cruise"].zone).date() == now.astimezone(PRODUCTS["cruise"].zone).date()


async def test_bookings_for_benchmarks_are_plain_ones_and_change_no_sample() -> None:
    plain = Sandbox(clock=FakeClock())
    async with Sandbox(bookings=300, clock=FakeClock()) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)
        assert len(set(sandbox.bulk)) == 300
        assert sandbox.samples == plain.samples
        found = [(await gate.ask(code)).json() for code in sandbox.bulk[:5]]
        assert Counter(len(bookings) for bookings in found) == {1: 5}
        assert all(bookings[0]["redeemable"] for bookings in found)
        assert len({bookings[0]["supplierReference"] for bookings in found}) == 5


async def test_contacts_are_made_up_and_never_empty(gate: Gate) -> None:
    (found,) = await gate.look_up("good-1")
    assert found["contact"]["emailAddress"].endswith("@example.com")
    assert found["contact"]["phoneNumber"].startswith("+447700900")
    assert all(found["contact"][name] for name in ("fullName", "firstName", "lastName"))


def test_a_sample_says_what_to_expect_in_one_word_or_two() -> None:
    samples = Sandbox(clock=FakeClock(NOON)).samples
    assert [samples[name].expectation for name in ("good-1", "package", "cancelled")] == [
        "admit",
        "choose",
        "refuse: cancelled",
    ]
