"""The JSON of bookings and products: every field of the vendor's published examples, no more than it documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Gate

BOOKING = {
    "redemptionCode", "redeemable", "uuid", "testMode", "resellerReference", "supplierReference", "status",
    "utcCreatedAt", "utcUpdatedAt", "utcExpiresAt", "utcRedeemedAt", "utcConfirmedAt", "productId", "product",
    "optionId", "option", "cancellable", "cancellation", "freesale", "availabilityId", "availability", "contact",
    "notes", "deliveryMethods", "voucher", "unitItems",
}  # fmt: skip
NEWER = {"unredeemableReason", "unredeemableReasonCode", "utcNoshowedAt"}
LOOK_UP_EXAMPLE = {
    "redemptionCode", "redeemable", "uuid", "testMode", "resellerReference", "supplierReference", "status",
    "utcExpiresAt", "utcConfirmedAt", "productId", "optionId", "cancellable", "cancellation", "freesale", "notes",
    "availability", "contact", "deliveryMethods", "voucher", "unitItems",
}  # fmt: skip
UNIT_ITEM = {
    "uuid", "resellerReference", "supplierReference", "unitId", "unit", "status", "utcRedeemedAt", "ticket",
}  # fmt: skip
PRODUCT = {
    "id", "internalName", "reference", "locale", "timeZone", "allowFreesale", "instantConfirmation",
    "instantDelivery", "availabilityRequired", "availabilityType", "deliveryFormats", "deliveryMethods",
    "redemptionMethod", "options",
}  # fmt: skip
OPTION = {
    "id", "default", "internalName", "reference", "availabilityLocalStartTimes", "cancellationCutoff",
    "cancellationCutoffAmount", "cancellationCutoffUnit", "restrictions", "units",
}  # fmt: skip
RESTRICTIONS = {"minAge", "maxAge", "idRequired", "minQuantity", "maxQuantity", "paxCount", "accompaniedBy"}


async def test_a_full_booking_has_every_field_of_the_redeem_example_and_the_newer_ones(gate: Gate) -> None:
    (found,) = await gate.look_up("party")
    assert set(found) == BOOKING | NEWER
    assert set(found["product"]) == PRODUCT
    assert set(found["option"]) == OPTION
    assert set(found["option"]["units"][0]["restrictions"]) == RESTRICTIONS
    assert set(found["availability"]) == {"id", "localDateTimeStart", "localDateTimeEnd", "allDay", "openingHours"}
    assert all(set(item) == UNIT_ITEM for item in found["unitItems"])
    assert set(found["voucher"]) == {"redemptionMethod", "utcRedeemedAt", "deliveryOptions"}
    assert found["availabilityId"] == found["availability"]["id"]
    assert found["deliveryMethods"] == ["VOUCHER", "TICKET"]


async def test_a_minimal_booking_has_only_the_fields_of_the_look_up_example(gate: Gate) -> None:
    (found,) = await gate.look_up("minimal")
    assert set(found) - NEWER == LOOK_UP_EXAMPLE
    assert set(found["contact"]) == {"fullName", "emailAddress", "phoneNumber", "locales", "country"}
    for item in found["unitItems"]:
        assert set(item) == {"uuid", "resellerReference", "supplierReference", "unitId", "ticket"}


async def test_a_minimal_booking_that_is_redeemed_says_so(gate: Gate) -> None:
    done = (await gate.redeem(await gate.code_of("minimal"))).json()
    assert (done["status"], done["utcRedeemedAt"]) == ("REDEEMED", "2026-11-21T12:00:00Z")
    assert {item["status"] for item in done["unitItems"]} == {"REDEEMED"}
    assert "product" not in done


async def test_a_booking_may_be_null_all_over(gate: Gate) -> None:
    (found,) = await gate.look_up("nulls")
    null = {name for name, value in found.items() if value is None}
    assert {"product", "option", "availability", "availabilityId", "contact", "voucher", "deliveryMethods"} <= null
    assert [(item["unit"], item["ticket"], item["unitId"]) for item in found["unitItems"]] == [
        (None, None, "adult")
    ] * 2
    assert found["redeemable"] is True


async def test_a_freesale_booking_has_no_availability(gate: Gate) -> None:
    (found,) = await gate.look_up("freesale")
    assert (found["freesale"], found["availability"], found["availabilityId"]) == (True, None, None)


async def test_times_carry_the_products_offset_and_all_day_ends_at_the_next_midnight(gate: Gate, museum: Gate) -> None:
    (cruise,) = await gate.look_up("good-1")
    (day,) = await museum.look_up("all-day")
    (night,) = await gate.look_up("night")
    assert _times(cruise) == ("2026-11-21T00:00:00+00:00", "2026-11-22T00:00:00+00:00", True)
    assert _times(day) == ("2026-11-21T00:00:00+01:00", "2026-11-22T00:00:00+01:00", True)
    assert _times(night) == ("2026-11-21T22:30:00+00:00", "2026-11-22T01:30:00+00:00", False)


def _times(booking: dict[str, Any]) -> tuple[str, str, bool]:
    availability = booking["availability"]
    return availability["localDateTimeStart"], availability["localDateTimeEnd"], availability["allDay"]


async def test_a_family_is_four_on_one_unit_item(gate: Gate) -> None:
    (found,) = await gate.look_up("family")
    paxes = [item["unit"]["restrictions"]["paxCount"] for item in found["unitItems"]]
    assert paxes == [4, 1, 1]


async def test_a_booking_without_a_voucher_has_codes_on_its_tickets_alone(museum: Gate) -> None:
    (reduced,) = await museum.look_up("ticket-1")
    whole = (await museum.http.get(f"/bookings/{reduced['uuid']}")).json()
    assert (whole["voucher"], whole["deliveryMethods"]) == (None, ["TICKET"])
    codes = [item["ticket"]["deliveryOptions"][0]["deliveryValue"] for item in whole["unitItems"]]
    assert codes == [museum.sandbox.samples[name].code for name in ("ticket-1", "ticket-2")]


async def test_no_show_and_cancellation_carry_their_stamps(gate: Gate) -> None:
    (absent,) = await gate.look_up("no-show")
    (cancelled,) = await gate.look_up("cancelled")
    assert (absent["status"], absent["utcNoshowedAt"]) == ("NO_SHOW", "2026-11-21T10:25:00Z")
    assert cancelled["cancellation"]["utcCancelledAt"] is not None
    assert absent["cancellation"] is None


async def test_products_are_those_that_bookings_name(gate: Gate, museum: Gate) -> None:
    for each, zone, sample in ((gate, "Europe/London", "good-1"), (museum, "Europe/Amsterdam", "hta")):
        products = (await each.http.get("/products")).json()
        assert all(set(product) == PRODUCT | {"capabilities"} for product in products)
        assert {product["timeZone"] for product in products} == {zone}
        (booking,) = await each.look_up(sample)
        listed = next(product for product in products if product["id"] == booking["productId"])
        assert {name: listed[name] for name in PRODUCT} == booking["product"]


@pytest.mark.parametrize("name", ["good-1", "nulls", "minimal", "party-ticket-1", "used-today", "hostile"])
async def test_redemption_fields_are_in_redemption_answers_only(gate: Gate, museum: Gate, name: str) -> None:
    each = museum if name == "hostile" else gate
    (found,) = await each.look_up(name)
    fetched = (await each.http.get(f"/bookings/{found['uuid']}")).json()
    only_there = {"redemptionCode", "redeemable", "unredeemableReason", "unredeemableReasonCode"}
    assert set(found) - set(fetched) == only_there
    if name != "party-ticket-1":
        assert fetched == {field: value for field, value in found.items() if field not in only_there}
