"""Orders of the wire: in progress, being completed, completed, and found by a barcode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kiosk.domain.cinema import (
    CompletedTicket,
    Completion,
    CompletionStatus,
    Extended,
    Order,
    OrderShowtime,
    OrderTicket,
    OrderVoucher,
    SeatsOfShowtime,
)
from kiosk.domain.money import Money, Price
from kiosk.offices.vista.completed import read_completed_order, read_found_seats
from kiosk.offices.vista.orders import read_added_voucher, read_completion, read_extended, read_order
from kiosk.offices.vista.reading import Reading
from tests.offices.vista.wire import ORDER, SHOWTIME, VOUCHER, Json, as_read, example

POUNDS = Reading("GBP")
THREE = Price(Money(Decimal("3.0"), "GBP"), Money(Decimal("0.42"), "GBP"))
ADULT = OrderVoucher(VOUCHER, "........0111", "Ticket", "ADTMM", "Adult Movie Money")


def order_of(**changes: Json) -> Order:
    document = example("order")
    document["order"].update(changes)
    order = read_order(as_read(document), POUNDS)
    assert order is not None
    return order


def test_an_order_is_read_with_its_vouchers_tickets_and_seats() -> None:
    order = order_of()
    ticket = OrderTicket(
        "5b2523ea-a93b-4d8e-bad4-4ca7acf01aa0", "0002-0050", "Adult Voucher", THREE, VOUCHER, "1_5_18", "C5"
    )
    assert order == Order(
        id=ORDER,
        site_id="0002",
        status="InProgress",
        mode="Paid",
        expires_at=datetime(2026, 11, 21, 12, 5, 0, 123456, tzinfo=UTC),
        total=THREE,
        booking_fee=Money(Decimal("0.1"), "GBP"),
        paid=Money(Decimal(), "GBP"),
        vouchers=(ADULT,),
        showtimes=(OrderShowtime(SHOWTIME, (ticket,), ("1_5_18",), ("C5",)),),
    )
    assert order.tickets == (ticket,)


@pytest.mark.parametrize(
    ("seats", "ticket", "seat_ids", "name"),
    [
        (["1_5_18"], {}, ("1_5_18",), ""),
        ([], {"seatId": "1_5_18"}, ("1_5_18",), ""),
        ([], {"seat": {"id": "1_5_18", "rowLabel": "C", "label": "5"}}, ("1_5_18",), "C5"),
        ([], {"seat": {"seatId": "1_5_18", "rowLabel": "C", "seatLabel": "5"}}, ("1_5_18",), "C5"),
        ([], {"seat": "1_5_18"}, ("1_5_18",), ""),
        (None, {}, (), ""),
        ({}, {"seatId": None}, (), ""),
    ],
)
def test_seats_are_read_wherever_they_are_told(seats: Json, ticket: Json, seat_ids: tuple[str, ...], name: str) -> None:
    order = order_of(showtimes=[{"showtimeId": SHOWTIME, "tickets": [ticket], "seats": seats}])
    assert order.showtimes[0].seat_ids == seat_ids
    assert order.showtimes[0].seats == ((name,) if name else seat_ids)
    assert order.tickets[0].seat == name


@pytest.mark.parametrize(
    ("total", "payments", "due"),
    [
        (3.0, [], "£3.00"),
        (3.0, None, "£3.00"),
        (3.0, [{"amount": 1.0}, {"amount": {"valueIncludingTax": 0.5}}], "£1.50"),
        (3.0, [{"value": 3}], "£0.00"),
        (3.0, [{"amount": 5.0}], "£0.00"),
        (3.0, [{"amount": "a lot"}, {}, None], "£3.00"),
        (0.30000000000000004, [{"amount": 0.3}], "£0.00"),
        (2.9999999999999996, [], "£3.00"),
        (0.0, [], "£0.00"),
        (0, [], "£0.00"),
    ],
)
def test_what_is_left_to_pay(total: float, payments: Json, due: str) -> None:
    order = order_of(totalPrice={"valueIncludingTax": total, "tax": 0.0}, payments=payments)
    assert str(order.due) == due


@pytest.mark.parametrize("total", [None, {}, "3.00 pounds", {"valueIncludingTax": None}])
def test_an_order_that_does_not_say_its_total_is_not_called_paid(total: Json) -> None:
    assert order_of(totalPrice=total).due is None


def test_an_order_expires_by_our_clock() -> None:
    order = read_order(example("order"), POUNDS, ahead=timedelta(hours=-2))
    assert order is not None
    assert order.expires_at == datetime(2026, 11, 21, 14, 5, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expires_at", "read"),
    [
        ("2026-11-21T12:05:00.1234567Z", datetime(2026, 11, 21, 12, 5, 0, 123456, tzinfo=UTC)),
        ("2026-11-21T13:05:00+01:00", datetime(2026, 11, 21, 12, 5, tzinfo=UTC)),
        ("2026-11-21T12:05:00", datetime(2026, 11, 21, 12, 5, tzinfo=UTC)),
        ("soon", None),
        (None, None),
    ],
)
def test_when_an_order_expires(expires_at: Json, read: datetime | None) -> None:
    assert order_of(expiresAt=expires_at).expires_at == read


@pytest.mark.parametrize("document", [None, [], "x", {}, {"order": None}, {"order": {"id": "\x1b[2J"}}, {"order": {}}])
def test_a_reply_that_says_no_order_is_none(document: Json) -> None:
    assert read_order(document, POUNDS) is None


def test_an_order_without_its_envelope_is_one() -> None:
    assert read_order(as_read(example("order")["order"]), POUNDS) == order_of_bare()


def order_of_bare() -> Order | None:
    document = example("order")
    del document["relatedData"]
    return read_order(as_read(document), POUNDS)


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "redemptions"), [(1, 1), (4, 4), (0, 0), (None, 1), ("3", 3), (-1, 1), (10**9, 1), ({}, 1)]
)
def test_how_many_tickets_may_use_a_voucher(told: Json, redemptions: int) -> None:
    document = {**example("added_voucher"), "availableRedemptions": told}
    voucher = read_added_voucher(document, POUNDS)
    assert voucher is not None
    assert voucher.available_redemptions == redemptions
    assert (voucher.id, voucher.type_code, voucher.type_name) == (VOUCHER, "ADTMM", "Adult Movie Money")


@pytest.mark.parametrize(
    ("told", "shown"),
    [("........0111", "........0111"), ("ADTMM0000111", "········0111"), (None, ""), ("0111", "0111")],
)
def test_a_mask_that_hides_nothing_is_made_one(told: Json, shown: str) -> None:
    document = example("added_voucher")
    document["voucher"]["maskedBarcode"] = told
    voucher = read_added_voucher(document, POUNDS)
    assert voucher is not None
    assert voucher.masked_barcode == shown


@pytest.mark.parametrize("document", [None, {}, {"voucher": {}}, {"voucher": {"id": ""}}, {"availableRedemptions": 1}])
def test_a_voucher_without_its_id_was_perhaps_not_added(document: Json) -> None:
    assert read_added_voucher(document, POUNDS) is None


@pytest.mark.parametrize(
    "document",
    [
        {"order": {"expiresAt": "2026-11-21T12:10:00Z"}},
        {"expiresAt": "2026-11-21T12:10:00.0000000Z"},
        {"updatedOrderExpiresAt": "2026-11-21T12:10:00Z"},
    ],
)
def test_an_extension_says_until_when(document: Json) -> None:
    assert read_extended(document, timedelta()) == Extended(datetime(2026, 11, 21, 12, 10, tzinfo=UTC))
    assert read_extended(None, timedelta()) == Extended(None)


# ── completion ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Pending", CompletionStatus.PENDING),
        ("Completed", CompletionStatus.COMPLETED),
        ("completed", CompletionStatus.COMPLETED),
        ("Failed", CompletionStatus.FAILED),
        ("Musing", CompletionStatus.UNKNOWN),
    ],
)
def test_how_far_a_completion_is(told: str, status: CompletionStatus) -> None:
    document = {**example("completion"), "orderId": ORDER, "status": told, "transactionNumber": 104233}
    expires_at = datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)
    assert read_completion(document, "other", timedelta()) == Completion(ORDER, status, told, "104233", expires_at)


def test_a_completion_may_leave_out_all_but_its_status() -> None:
    document = {"status": "Pending", "transactionNumber": None, "updatedOrderExpiresAt": None}
    assert read_completion(document, ORDER, timedelta()) == Completion(ORDER, CompletionStatus.PENDING, "Pending")


@pytest.mark.parametrize("document", [None, [], {}, {"status": None}, {"status": {}}, {"orderId": "x"}])
def test_a_reply_without_a_status_is_no_completion(document: Json) -> None:
    assert read_completion(document, ORDER, timedelta()) is None


# ── completed ───────────────────────────────────────────────────────────────────────────────────────

BOUGHT = CompletedTicket(
    id="5b2523ea-a93b-4d8e-bad4-4ca7acf01aa0",
    type="Normal",
    name="Adult Voucher",
    ticket_type_id="0002-0050",
    showtime_id=SHOWTIME,
    admission_status="NotAdmitted",
    collection_status="NotCollected",
    refund_status="NotRefunded",
    price=THREE,
    amount_saved=Price(Money(Decimal("15.0"), "GBP"), Money(Decimal("0.0"), "GBP")),
    voucher_id=VOUCHER,
    seat_id="1_5_18",
    seat="C5",
    is_refundable=False,
    refund_obstacle="VoucherRedeemed",
)


def test_a_completed_order_is_a_ticket_in_hand_and_no_persons_name() -> None:
    order = read_completed_order(as_read(example("completed_order")), "asked for", POUNDS, {})
    assert order is not None
    assert (order.id, order.status, order.booking_id) == (ORDER, "Completed", "WQ9LJTK")
    assert (order.transaction_number, order.transaction_barcode) == ("104233", "T000200104233")
    assert order.vouchers == (ADULT,)
    assert order.tickets == (BOUGHT,)
    assert order.showtimes == (SeatsOfShowtime(SHOWTIME, seats=("C5",)),)
    assert "Family" not in repr(order)
    assert "T000200104233" not in repr(order), "whoever has the barcode is let in"


def test_the_vendors_own_page_shows_one_ticket_alone() -> None:
    order = read_completed_order(as_read(example("completed_ticket")), ORDER, POUNDS, {})
    assert order is not None
    assert order.id == ORDER
    (ticket,) = order.tickets
    assert ticket.refund_obstacle == "VoucherRedeemed"
    assert ticket.price == THREE


@pytest.mark.parametrize("document", [None, [], {}, {"order": None}, {"order": {"status": "Done"}}, {"a": 1}])
def test_a_reply_that_says_no_completed_order_is_none(document: Json) -> None:
    assert read_completed_order(document, ORDER, POUNDS, {}) is None


def test_a_barcode_that_no_ticket_can_have_is_not_printed() -> None:
    document = example("completed_order")
    document["order"]["transaction"]["barcode"] = "T0002\x1b]0;\x07"
    order = read_completed_order(document, ORDER, POUNDS, {})
    assert order is not None
    assert order.transaction_barcode == ""


# ── by barcode ──────────────────────────────────────────────────────────────────────────────────────


def test_seats_are_found_by_a_tickets_barcode() -> None:
    found = read_found_seats(example("found_seats"), POUNDS, {"153": "Europe/London"})
    assert found is not None
    (seats,) = found.showtimes
    starts_at = datetime(2026, 7, 11, 18, 0, tzinfo=UTC)
    assert seats == SeatsOfShowtime("153-38894", "The Long Take", "Screen 3", starts_at, ("C5", "C6"))


@pytest.mark.parametrize(
    ("document", "seats"),
    [
        ({"showtimeId": "1", "seats": ["1_1_1", {"id": "1_1_2", "rowLabel": "A", "label": "2"}]}, ("1_1_1", "A2")),
        ({"seats": [{"showtimeId": "1", "seatId": "1_1_1"}, {"showtimeId": "1", "id": "b"}]}, ("1_1_1", "b")),
        ({"showtimeSeats": [{"showtimeId": "1", "seats": [{"seatId": "a", "seatLabel": "7"}]}]}, ("7",)),
        ({"order": {"showtimes": [{"id": "1", "tickets": [{"id": "t", "seatId": "1_1_1"}, {"id": "u"}]}]}}, ("1_1_1",)),
        ({"showtimes": [{"showtimeId": "1"}]}, ()),
    ],
)
def test_found_seats_are_read_in_whatever_shape_they_come(document: Json, seats: tuple[str, ...]) -> None:
    found = read_found_seats(document, POUNDS, {})
    assert found is not None
    assert [(showtime.showtime_id, showtime.seats) for showtime in found.showtimes] == [("1", seats)]


def test_a_time_without_an_offset_is_in_the_time_zone_that_comes_with_it() -> None:
    document = example("found_seats")
    document["relatedData"]["showtimes"][0]["schedule"]["startsAt"] = "2026-07-11T19:00:00"
    document["relatedData"]["sites"] = [{"id": "153", "ianaTimeZoneName": "Europe/London"}]
    found = read_found_seats(document, POUNDS, {})
    assert found is not None
    assert found.showtimes[0].starts_at == datetime(2026, 7, 11, 18, 0, tzinfo=UTC)


def test_an_order_without_seats_is_found_all_the_same() -> None:
    found = read_found_seats({"orderId": ORDER, "bookingId": "WQ9LJTK", "seats": []}, POUNDS, {})
    assert found is not None
    assert (found.order_id, found.booking_id, found.showtimes) == (ORDER, "WQ9LJTK", ())
    assert read_found_seats(None, POUNDS, {}) is None
