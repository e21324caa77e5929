"""Vouchers on orders: every sample as it says it is, PINs, removing, and one order at a time."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.code import read_code
from kiosk.sandbox import Sandbox
from tests.fakes import FakeClock
from tests.sandbox.vista.conftest import ADULT, SHOWTIME, Desk, ticket

SAMPLES = Sandbox(clock=FakeClock()).vista.samples
REFUSED = [name for name, sample in SAMPLES.items() if sample.outcome == "refuse"]
ACCEPTED = [name for name, sample in SAMPLES.items() if sample.outcome in ("ticket", "due", "no_price")]


def test_samples_of_every_kind_whose_codes_are_all_different_and_stay_the_same() -> None:
    assert {sample.outcome for sample in SAMPLES.values()} == {"ticket", "due", "no_price", "refuse", "seats"}
    assert len({sample.code for sample in SAMPLES.values()}) == len(SAMPLES)
    for sample in SAMPLES.values():
        looks_like_a_voucher = re.fullmatch("[A-Z]{3,6}[0-9]{6,}", sample.code) is not None
        assert looks_like_a_voucher is (sample.outcome != "seats"), sample.name
        assert read_code(sample.code) is not None
    assert (SAMPLES["seed"].code, SAMPLES["seed"].pin, SAMPLES["seed"].showtime_id) == (
        "ADTMM0000111",
        "1234",
        "0002-2681",
    )
    assert sum(name.startswith("good-") for name in SAMPLES) == 12


def test_a_sample_says_what_to_expect_in_a_few_words() -> None:
    said = [SAMPLES[name].expectation for name in ("good-1", "two", "surcharge", "no-price", "used", "booking-id")]
    assert said == [
        "1 ticket",
        "2 tickets",
        "3.00 due",
        "no price fits",
        "refuse: Voucher already redeemed",
        "ticket already: 2 seats",
    ]


@pytest.mark.parametrize("kind", ["ticket", "Ticket"])
async def test_the_vendors_own_example(desk: Desk, kind: str) -> None:
    answer = await desk.add(await desk.order(), "ADTMM0000111", pin="1234", kind=kind)
    voucher = answer.json()["voucher"]
    assert re.fullmatch("[0-9a-f]{32}", voucher["id"])
    assert answer.json() == {
        "voucher": {
            "id": voucher["id"],
            "type": "Ticket",
            "maskedBarcode": "........0111",
            "voucherTypeCode": "ADTMM",
            "voucherTypeDescription": {"text": "Adult Movie Money", "translations": []},
        },
        "availableRedemptions": 1,
    }


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_is_no_refusal_is_accepted_and_fits_as_it_says(desk: Desk, name: str) -> None:
    sample = SAMPLES[name]
    order = await desk.order(sample.site_id)
    answer = await desk.add(order, sample.code, pin=sample.pin or None, showtime=sample.showtime_id)
    assert (answer.status_code, answer.json()["availableRedemptions"]) == (200, sample.redemptions)
    code = answer.json()["voucher"]["voucherTypeCode"]
    prices = (await desk.get(f"/showtimes/{sample.showtime_id}/ticket-prices"))["ticketPrices"]
    fitting = [p for p in prices if p["restrictions"] == ["Voucher"] and code in p["voucherTypeCodes"]]
    assert bool(fitting) is (sample.outcome != "no_price")
    if fitting:
        kind = fitting[0]["ticketTypeId"]
        tickets = [ticket(answer.json()["voucher"]["id"], kind)] * sample.redemptions
        seats = await _seats(desk, order, sample.showtime_id, sample.redemptions)
        filled = (await desk.put(order, tickets, seats, sample.showtime_id)).json()["order"]
        assert filled["totalPrice"]["valueIncludingTax"] == float(sample.due)


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_a_400_that_says_why(desk: Desk, name: str) -> None:
    sample = SAMPLES[name]
    order = await desk.order(sample.site_id)
    answer = await desk.add(order, sample.code, showtime=sample.showtime_id)
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (400, 400, sample.title)
    assert answer.json()["detail"]
    assert (await desk.get(f"/orders/{order}"))["order"]["vouchers"] == []
    assert desk.actions() == ["order_created"]


async def test_barcodes_are_exact(desk: Desk) -> None:
    answer = await desk.add(await desk.order(), desk.code("good-1").lower())
    assert answer.json()["title"] == "Voucher not found"


async def test_a_voucher_may_be_added_for_no_showtime(desk: Desk) -> None:
    order = await desk.order()
    assert (await desk.add(order, desk.code("wrong-film"), showtime=None)).status_code == 200


@pytest.mark.parametrize(("showtime", "title"), [("0002-1", "Bad Request"), ("0003-9101", "Showtime of another site")])
async def test_a_showtime_must_exist_at_the_orders_cinema(desk: Desk, showtime: str, title: str) -> None:
    answer = await desk.add(await desk.order(), desk.code("good-1"), showtime=showtime)
    assert (answer.status_code, answer.json()["title"]) == (400, title)


@pytest.mark.parametrize(
    "asked",
    [{}, {"type": "Ticket"}, {"type": "Deal", "credentials": {"barcode": "ADTMM0000201"}},
     {"type": "Ticket", "credentials": {"barcode": ""}}, {"type": "Ticket", "credentials": {"pin": "1"}},
     {"type": "Ticket", "credentials": {"barcode": "ADTMM0000201", "pin": ""}},
     {"type": "Ticket", "credentials": "ADTMM0000201"}, {"credentials": {"barcode": "ADTMM0000201"}},
     {"type": "Ticket", "credentials": {"barcode": "ADTMM0000201"}, "barcode": "x"}],
)  # fmt: skip
async def test_other_bodies_are_bad_requests(desk: Desk, asked: object) -> None:
    answer = await desk.http.post(f"/orders/{await desk.order()}/vouchers", json=asked)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert desk.actions() == ["order_created"]


async def test_a_pin_is_needed_and_must_be_right(desk: Desk) -> None:
    order, barcode = await desk.order(), desk.code("pin")
    titles = [(await desk.add(order, barcode, pin=pin)).json().get("title") for pin in (None, "1234", "4711")]
    assert titles == ["Voucher PIN required", "Voucher PIN invalid", None]
    assert desk.actions() == ["order_created", "pin_refused", "voucher_added"]


async def test_a_wrong_pin_too_often_locks_a_voucher_and_no_pin_is_in_the_books(desk: Desk) -> None:
    order, barcode = await desk.order(), desk.code("pin")
    titles = [(await desk.add(order, barcode, pin=pin)).json()["title"] for pin in ("1", "2", "3", "4711")]
    assert titles == ["Voucher PIN invalid"] * 3 + ["Voucher locked"]
    assert desk.actions().count("pin_refused") == 4
    assert "4711" not in str(desk.sandbox.books.as_json()["entries"])


async def test_a_pin_that_is_not_needed_must_be_right_all_the_same(desk: Desk) -> None:
    order = await desk.order()
    assert (await desk.add(order, "ADTMM0000111", pin="9999")).json()["title"] == "Voucher PIN invalid"
    assert (await desk.add(order, "ADTMM0000111")).status_code == 200
    assert (await desk.add(order, desk.code("good-1"), pin="9999")).status_code == 200


async def test_a_voucher_serves_one_order_at_a_time(desk: Desk) -> None:
    first, second = await desk.order(), await desk.order()
    await desk.voucher(first)
    again, elsewhere = await desk.add(first, desk.code("good-1")), await desk.add(second, desk.code("good-1"))
    assert [again.json()["title"], elsewhere.json()["title"]] == ["Voucher in use"] * 2
    assert again.json()["detail"] != elsewhere.json()["detail"]


async def test_a_bad_voucher_leaves_the_others_on_the_order(desk: Desk) -> None:
    order = await desk.order()
    kept = await desk.voucher(order)
    await desk.add(order, desk.code("expired"))
    assert [v["id"] for v in (await desk.get(f"/orders/{order}"))["order"]["vouchers"]] == [kept]


async def test_a_voucher_is_taken_off_once_its_tickets_are_gone(desk: Desk) -> None:
    order = await desk.order()
    voucher = await desk.voucher(order)
    await desk.put(order, [ticket(voucher)])
    path = f"/orders/{order}/vouchers/{voucher}"
    refused = await desk.http.delete(path)
    assert (refused.status_code, refused.json()["title"]) == (400, "Voucher in use")
    await desk.put(order, [])
    assert (await desk.http.delete(path)).status_code == 204
    assert (await desk.http.delete(path)).status_code == 404
    assert (await desk.get(f"/orders/{order}"))["order"]["vouchers"] == []
    assert desk.actions("voucher_added", "voucher_released") == ["voucher_added", "voucher_released"]
    assert (await desk.add(await desk.order(), desk.code("good-1"))).status_code == 200


async def test_no_voucher_can_be_used_for_more_tickets_than_it_is_good_for(desk: Desk) -> None:
    order = await desk.order()
    one, two = await desk.voucher(order), await desk.voucher(order, "two")
    over = await desk.put(order, [ticket(one), ticket(one)])
    assert (over.status_code, over.json()["title"]) == (400, "Voucher redemptions exceeded")
    both = await desk.put(order, [ticket(one), ticket(two, "0002-0053"), ticket(two, "0002-0053")])
    assert both.status_code == 200
    elsewhere = await desk.put(order, [ticket(one)], showtime="0002-2682")
    assert elsewhere.json()["title"] == "Voucher redemptions exceeded"


@pytest.mark.parametrize(
    ("kind", "with_voucher", "title"),
    [
        (ADULT, False, "Voucher required"),
        ("0002-0001", True, "Voucher not applicable"),
        ("0002-0052", True, "Voucher not applicable"),
        ("0002-0056", True, "Ticket type restricted"),
        ("0002-0003", False, "Ticket type restricted"),
        ("0002-0057", False, "Ticket type restricted"),
        ("0002-0055", True, "Ticket type unavailable"),
        ("0002-9999", True, "Ticket type unavailable"),
    ],
)
async def test_a_ticket_must_fit_its_voucher(desk: Desk, kind: str, with_voucher: bool, title: str) -> None:
    order = await desk.order()
    voucher = await desk.voucher(order)
    answer = await desk.put(order, [ticket(voucher if with_voucher else None, kind)])
    assert (answer.status_code, answer.json()["title"]) == (400, title)


async def test_a_voucher_must_be_on_the_order(desk: Desk) -> None:
    answer = await desk.put(await desk.order(), [ticket("0" * 32)])
    assert answer.json()["title"] == "Voucher not on order"


async def test_only_its_own_surcharge_and_fees_are_due(desk: Desk) -> None:
    order = await desk.order()
    plus, premium = await desk.voucher(order, "surcharge"), await desk.voucher(order)
    answer = await desk.put(order, [ticket(plus, "0002-0052"), ticket(premium, "0002-0051")])
    filled = answer.json()["order"]
    first, second = filled["showtimes"][0]["tickets"]
    assert first["price"] == {"valueIncludingTax": 3.0, "valueExcludingTax": 2.58, "tax": 0.42}
    assert first["amountSaved"] == {"valueIncludingTax": 15.0, "valueExcludingTax": 15.0, "tax": 0.0}
    assert (first["bookingFee"], second["bookingFee"]["amount"]["valueIncludingTax"]) == (None, 0.1)
    assert second["price"]["valueIncludingTax"] == 4.5
    assert filled["booking"]["totalBookingFee"]["valueIncludingTax"] == 0.1
    assert filled["totalPrice"]["valueIncludingTax"] == 7.6


async def _seats(desk: Desk, order: str, showtime: str, count: int) -> list[str] | None:
    """None where the office finds seats by itself, or has none to give."""
    shown = (await desk.get(f"/showtimes/{showtime}"))["showtime"]
    if not shown["isAllocatedSeating"] or showtime == SHOWTIME or shown["screenId"] != "0002-3":
        return None
    availability = await desk.get(f"/orders/{order}/showtimes/{showtime}/seat-availability")
    free = [s["seatId"] for s in availability["seatAvailabilities"] if s["status"] == "Available"]
    return [seat for seat in free if seat.startswith("2_")][:count]
