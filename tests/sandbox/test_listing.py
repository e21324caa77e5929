"""`GET /bookings` and `GET /bookings/{uuid}`: filters, pages, whole bookings with their barcodes."""

from __future__ import annotations

import pytest

from kiosk.sandbox import Sandbox
from tests.fakes import FakeClock
from tests.sandbox.conftest import Gate, client


async def _references(gate: Gate, **asked: object) -> list[str]:
    answer = await gate.http.get("/bookings", params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return [booking["supplierReference"] for booking in answer.json()]


def _reference(gate: Gate, name: str) -> str:
    return gate.sandbox.samples[name].references[0]


async def test_a_day_holds_its_bookings_with_their_codes_and_no_open_dated_ones(gate: Gate) -> None:
    answer = (await gate.http.get("/bookings", params={"localDate": "2026-11-21"})).json()
    references = [booking["supplierReference"] for booking in answer]
    assert _reference(gate, "good-1") in references
    assert _reference(gate, "tomorrow") not in references
    assert _reference(gate, "freesale") not in references
    codes = {option["deliveryValue"] for b in answer if b["voucher"] for option in b["voucher"]["deliveryOptions"]}
    assert gate.sandbox.samples["good-1"].code in codes


async def test_a_range_of_days(gate: Gate, museum: Gate) -> None:
    assert await _references(gate, localDate="2026-11-22") == [_reference(gate, "tomorrow")]
    yesterday = await _references(museum, localDateStart="2026-11-19", localDateEnd="2026-11-20")
    assert yesterday == [_reference(gate, "yesterday"), _reference(gate, "used-yesterday")]


async def test_by_reference(gate: Gate) -> None:
    assert await _references(gate, supplierReference=_reference(gate, "good-1")) == [_reference(gate, "good-1")]
    assert await _references(gate, resellerReference="VOUCHER-0123") == [_reference(gate, "reseller")]
    assert await _references(gate, supplierReference="XXXXXX") == []


async def test_by_what_was_updated_since(gate: Gate, clock: FakeClock) -> None:
    code = await gate.code_of("good-1")
    clock.move(60)
    since = "2026-11-21T12:00:30Z"
    assert await _references(gate, utcUpdatedAtStart=since, utcUpdatedAtEnd="2026-11-21T13:00:00Z") == []
    await gate.redeem(code)
    updated = await _references(gate, utcUpdatedAtStart=since, utcUpdatedAtEnd="2026-11-21T13:00:00Z")
    assert updated == [_reference(gate, "good-1")]


async def test_by_the_beginning_of_a_last_name(gate: Gate) -> None:
    assert _reference(gate, "good-1") in await _references(gate, contactLastName="nobody-good-1")
    assert (await gate.http.get("/bookings", params={"contactLastName": "no"})).status_code == 400


async def test_narrowed_to_a_product(gate: Gate) -> None:
    (dinner,) = [p for p in (await gate.http.get("/products")).json() if p["reference"] == "DINNER"]
    some = await _references(gate, localDate="2026-11-21", productId=dinner["id"])
    assert _reference(gate, "good-3") in some
    assert _reference(gate, "good-1") not in some
    assert await _references(gate, localDate="2026-11-21", productId=dinner["id"], optionId="DEFAULT") == []


async def test_pages_together_are_the_whole() -> None:
    async with Sandbox(bookings=230, clock=FakeClock()) as sandbox, client(sandbox) as http:
        gate = Gate(sandbox, http)
        first = await http.get("/bookings", params={"localDate": "2026-11-21"})
        pages = int(first.headers["octo-total-pages"])
        assert (len(first.json()), pages) == (100, 3)
        seen = [r for page in range(1, pages + 1) for r in await _references(gate, localDate="2026-11-21", page=page)]
        assert len(seen) == len(set(seen)) > 230
        small = await http.get("/bookings", params={"localDate": "2026-11-21", "perPage": "7", "page": "2"})
        assert [b["supplierReference"] for b in small.json()] == seen[7:14]
        assert await _references(gate, localDate="2026-11-21", page=99) == []


@pytest.mark.parametrize(
    "query",
    ["", "localDateStart=2026-11-21", "localDate=2026-11-21&supplierReference=X", "localDate=today",
     "page=1", "localDate=2026-11-21&page=0", "localDate=2026-11-21&perPage=101", "localDate=2026-11-21&perPage=x",
     "localDate=2026-11-21&status=CONFIRMED", "utcUpdatedAtStart=2026-11-21T00:00:00&utcUpdatedAtEnd=2026-11-22",
     "utcUpdatedAtStart=2026-11-21T00:00:00Z"],
)  # fmt: skip
async def test_other_questions_are_bad_requests(gate: Gate, query: str) -> None:
    answer = await gate.http.get(f"/bookings?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "BAD_REQUEST")


async def test_a_booking_by_uuid_is_whole_and_an_unknown_one_is_named(gate: Gate, museum: Gate) -> None:
    (reduced,) = await gate.look_up("party-ticket-1")
    whole = (await gate.http.get(f"/bookings/{reduced['uuid']}")).json()
    assert len(whole["unitItems"]) == 3
    other = await museum.http.get(f"/bookings/{reduced['uuid']}")
    assert (other.status_code, other.json()["error"], other.json()["uuid"]) == (
        400,
        "INVALID_BOOKING_UUID",
        reduced["uuid"],
    )
