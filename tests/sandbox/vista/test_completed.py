"""Completed orders: as the vendor's example has them, by any barcode, collected, and as passes."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from decimal import Decimal
from typing import Any

import httpx
import pytest

from kiosk.sandbox import Rules
from kiosk.sandbox.vista.gift_shop import GIFT_ORDER_ID
from kiosk.sandbox.vista.samples import SOLD_ORDER_ID
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import OPEN_AIR, SHOWTIME, Desk, opened, ticket

EXAMPLE = {
    "type", "admissionStatus", "id", "collectionStatus", "refundStatus", "ticketTypeId", "price", "amountSaved",
    "bookingFee", "rewardId", "ticketRedemptionCardId", "voucherId", "discountId", "dealId", "refundAvailability",
}  # fmt: skip


async def test_a_completed_order_is_the_vendors_example(desk: Desk) -> None:
    order = await desk.filled("surcharge", "Unpaid", "0002-0052")
    await desk.complete(order)
    desk.clock.move(1)
    done = (await desk.get(f"/orders/completed/{order}"))["order"]
    assert (done["id"], done["status"], done["booking"]["mode"]) == (order, "Completed", "Unpaid")
    assert re.fullmatch("[A-Z0-9]{7}", done["booking"]["id"])
    assert (done["transaction"]["number"], done["transaction"]["barcode"]) == (41_793, "T20000041793")
    assert "expiresAt" not in done
    ((told,),) = [line["tickets"] for line in done["showtimes"]]
    assert set(told) == EXAMPLE
    assert (told["admissionStatus"], told["collectionStatus"]) == ("NotAdmitted", "NotCollected")
    assert told["price"] == {"valueIncludingTax": 3.0, "valueExcludingTax": 2.58, "tax": 0.42}
    assert told["amountSaved"] == {"valueIncludingTax": 15.0, "valueExcludingTax": 15.0, "tax": 0.0}
    assert told["voucherId"] == done["vouchers"][0]["id"]
    assert told["refundAvailability"] == {"isAvailable": False, "unavailableReason": "VoucherRedeemed"}


async def test_amounts_add_up_to_the_cent(desk: Desk) -> None:
    order = await desk.order()
    answer = await desk.put(order, [ticket(kind="0002-0001"), ticket(kind="0002-0011")])
    total = json.loads(answer.text, parse_float=Decimal)["order"]["totalPrice"]
    assert total["valueIncludingTax"] == Decimal("31.50")
    assert total["valueExcludingTax"] + total["tax"] == total["valueIncludingTax"]


async def test_an_order_is_found_by_everything_that_is_printed_on_its_tickets(desk: Desk) -> None:
    order = await desk.sold()
    done = (await desk.get(f"/orders/completed/{order}"))["order"]
    (seat,) = done["showtimes"][0]["seats"]
    printed = (
        done["booking"]["id"], "B20000044294", "S200044294", "T20000041793", "U200041793", "B200000442940001",
    )  # fmt: skip
    for barcode in printed:
        told = await desk.get(f"/sites/0002/orders/by-barcode/{barcode}/seats")
        assert told["showtimeSeats"] == [{"showtimeId": SHOWTIME, "seats": [seat]}], barcode
        assert [s["id"] for s in told["relatedData"]["showtimes"]] == [SHOWTIME]
    for site, barcode in (("0003", printed[0]), ("0002", "B20000044295"), ("0002", "B200000442940002")):
        assert (await desk.http.get(f"/sites/{site}/orders/by-barcode/{barcode}/seats")).status_code == 404


async def test_nothing_is_printed_on_an_order_that_is_not_completed(desk: Desk) -> None:
    await desk.filled()
    pending = await desk.filled("good-2")
    await desk.complete(pending)
    for barcode in ("B20000044294", "S200044294"):
        assert (await desk.http.get(f"/sites/0002/orders/by-barcode/{barcode}/seats")).status_code == 404


async def test_a_showtime_that_is_over_is_not_told_and_one_without_seats_has_none(desk: Desk) -> None:
    order = await desk.order()
    await desk.put(order, [ticket(await desk.voucher(order))], showtime=OPEN_AIR)
    await desk.complete(order)
    desk.clock.move(1)
    path = "/sites/0002/orders/by-barcode/B20000044294/seats"
    assert (await desk.get(path))["showtimeSeats"] == [{"showtimeId": OPEN_AIR, "seats": []}]
    desk.clock.move(3600)
    assert (await desk.get(path))["showtimeSeats"] == []


@pytest.mark.parametrize("name", ["booking-id", "booking-barcode", "transaction-barcode"])
async def test_samples_that_are_tickets_already(desk: Desk, name: str) -> None:
    sample = desk.sandbox.vista.samples[name]
    told = await desk.get(f"/sites/{sample.site_id}/orders/by-barcode/{sample.code}/seats")
    (line,) = told["showtimeSeats"]
    assert (line["showtimeId"], len(line["seats"])) == (sample.showtime_id, sample.redemptions)
    assert (await desk.add(await desk.order(), sample.code)).json()["title"] == "Voucher not found"
    assert (await desk.get(f"/orders/completed/{SOLD_ORDER_ID}"))["order"]["booking"]["id"] == "WQ9LJTK"


async def test_collecting_marks_the_whole_order_once(desk: Desk) -> None:
    order = await desk.sold()
    path = f"/orders/completed/{order}/collection-status/collected"
    first, second = await desk.http.put(path), await desk.http.put(path)
    assert (first.status_code, second.status_code) == (204, 400)
    assert second.json()["title"] == "Order already collected"
    done = (await desk.get(f"/orders/completed/{order}"))["order"]
    assert {t["collectionStatus"] for line in done["showtimes"] for t in line["tickets"]} == {"Collected"}
    assert desk.actions().count("order_collected") == 1


async def test_a_google_pass_is_a_token_and_its_link(desk: Desk) -> None:
    told = await desk.get(f"/orders/completed/{await desk.sold()}/assets/google-wallet-pass")
    assert re.fullmatch(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", told["jwt"])
    assert told["url"] == f"https://pay.google.com/gp/v/save/{told['jwt']}"


async def test_files_come_as_bytes_of_their_type(desk: Desk) -> None:
    order = await desk.sold()
    passes, calendar = await _files(desk, order)
    assert passes.headers["content-type"] == "application/vnd.apple.pkpasses"
    assert calendar.headers["content-type"].partition(";")[0] == "text/calendar"
    _check_passes(passes.content)
    _check_calendar(calendar.text, order)


async def test_or_as_base64_in_a_json_string(clock: FakeClock) -> None:
    async with opened(clock, Rules(assets="base64")) as desk:
        order = await desk.sold()
        answers = await _files(desk, order)
        assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
        passes, calendar = (base64.b64decode(answer.json()) for answer in answers)
        _check_passes(passes)
        _check_calendar(calendar.decode(), order)


async def test_a_tenant_without_a_wallet_still_has_a_calendar(clock: FakeClock) -> None:
    async with opened(clock, Rules(wallet=False)) as desk:
        order = await desk.sold()
        for asset, code in (("google-wallet-pass", 404), ("apple-wallet-pass", 404), ("calendar-event", 200)):
            assert (await desk.http.get(f"/orders/completed/{order}/assets/{asset}")).status_code == code


async def test_redeemable_items_are_for_gift_shop_orders(desk: Desk) -> None:
    order = await desk.sold()
    assert await _items(desk, order) == []
    items = await _items(desk, GIFT_ORDER_ID)
    assert [item["type"] for item in items] == ["GiftCard", "GiftCard", "Voucher"]
    assert items[0]["giftCard"]["credentials"]["cardNumber"]
    assert (items[1]["giftCard"]["credentials"]["pin"], items[1]["giftCard"]["expiryDate"]) == (None, None)


async def test_a_link_is_opened_some_time_after_it_was_first_asked_for(desk: Desk) -> None:
    order = await desk.sold()
    path = f"/tracking-events/completed-order-link-opened/{order}"
    desk.clock.move(1000)
    seen = []
    for _ in range(3):
        answer = await desk.http.get(path)
        seen.append((answer.status_code, answer.content))
        desk.clock.move(10)
    assert seen == [(202, b""), (202, b""), (204, b"")]


async def test_or_never(clock: FakeClock) -> None:
    async with opened(clock, Rules(link_s=None)) as desk:
        order = await desk.sold()
        clock.move(10_000)
        assert (await desk.http.get(f"/tracking-events/completed-order-link-opened/{order}")).status_code == 202


@pytest.mark.parametrize("finished", [True, False])
async def test_an_order_that_is_not_completed_has_nothing_of_all_this(desk: Desk, finished: bool) -> None:
    order = await desk.filled() if finished else "0" * 32
    done = f"/orders/completed/{order}"
    for path in (
        done,
        f"{done}/assets/google-wallet-pass",
        f"{done}/assets/apple-wallet-pass",
        f"{done}/assets/calendar-event",
        f"/enterprise{done}/redeemable-items",
        f"/tracking-events/completed-order-link-opened/{order}",
    ):
        assert (await desk.http.get(path)).status_code == 404, path
    assert (await desk.http.put(f"{done}/collection-status/collected")).status_code == 404


async def _files(desk: Desk, order: str) -> list[httpx.Response]:
    return [
        await desk.http.get(f"/orders/completed/{order}/assets/{asset}")
        for asset in ("apple-wallet-pass", "calendar-event")
    ]


async def _items(desk: Desk, order: str) -> list[Any]:
    told = await desk.get(f"/enterprise/orders/completed/{order}/redeemable-items")
    return list(told["redeemableItems"])


def _check_passes(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        (name,) = bundle.namelist()
        with zipfile.ZipFile(io.BytesIO(bundle.read(name))) as single:
            assert name.endswith(".pkpass")
            assert json.loads(single.read("pass.json"))["formatVersion"] == 1


def _check_calendar(text: str, order: str) -> None:
    lines = text.split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert "DTSTART:20261121T123000Z" in lines
    assert f"UID:{order}-{SHOWTIME}" in lines
    assert "LOCATION:City Works Depot\\, Screen 1" in lines
