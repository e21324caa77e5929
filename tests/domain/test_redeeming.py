"""What the voucher desk decides: the kind of a code, its mask, the prices that fit, the seats that can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.cinema import AreaCategory, Order, OrderShowtime, OrderTicket, OrderVoucher, Showtime, TicketChoice
from kiosk.domain.redeeming import (
    ChoosePrice,
    CodeKind,
    Holding,
    SeatFault,
    Seating,
    WrongSeats,
    kind_of,
    masked_voucher,
    offers,
)
from kiosk.domain.seat_choice import Use, automatic, on_seats, seats_named, shows
from kiosk.domain.seating import Seat, SeatArea, SeatAvailability, SeatPlan, SeatRow, SeatStatus
from kiosk.domain.voucher import KeptVoucher
from tests.desks.vouchers_fake import SOFAS, STALLS, plan, pounds, price

PATTERN = "^[A-Z]{3,6}[0-9]{6,}$"
STALL, SOFA, ANY = price("T-STALL", "A"), price("T-SOFA", "A", area=SOFAS), price("T-ANY", "A", area="")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ADTMM0000111", CodeKind.VOUCHER),
        ("B00044293", CodeKind.TICKET),
        ("S12345678", CodeKind.TICKET),
        ("T41793000123", CodeKind.TICKET),
        ("U00000001", CodeKind.TICKET),
        ("T1234567", CodeKind.OTHER),
        ("WQ9LJTK", CodeKind.MAYBE_TICKET),
        ("1234567", CodeKind.OTHER),
        ("X749G9", CodeKind.OTHER),
        ("https://example.org", CodeKind.OTHER),
        ("t41793000123", CodeKind.OTHER),
        ("", CodeKind.OTHER),
    ],
)
def test_the_kind_of_a_code(text: str, kind: CodeKind) -> None:
    assert kind_of(text, PATTERN) is kind


def test_a_pattern_as_wide_as_can_be_hides_no_ticket() -> None:
    assert kind_of("T41793000123", ".") is CodeKind.TICKET
    assert kind_of("WQ9LJTK", ".") is CodeKind.VOUCHER


@pytest.mark.parametrize(
    ("text", "masked"),
    [("ADTMM0000111", "…0111"), ("ABCDEFGHIJ", "…GHIJ"), ("ABCDEFGHI", "…HI"), ("ABCDE", "…DE"), ("ABCD", "…")],
)
def test_a_mask_shows_the_end_alone(text: str, masked: str) -> None:
    assert masked_voucher(text) == masked


# ── prices ──────────────────────────────────────────────────────────────────────────────────────────

SHOWTIME = Showtime("s1", areas=(AreaCategory(STALLS, True),))


@pytest.mark.parametrize(
    ("offered", "is_offered"),
    [
        (STALL, True),
        (ANY, True),
        (SOFA, False),
        (replace(STALL, restrictions=()), False),
        (replace(STALL, restrictions=("Voucher", "Member")), False),
        (replace(STALL, restrictions=("Voucher", "NeverHeardOf")), False),
        (replace(STALL, voucher_type_codes=("B",)), False),
        (replace(STALL, voucher_type_codes=()), False),
    ],
)
def test_which_prices_are_offered(offered: object, is_offered: bool) -> None:
    assert bool(offers([offered], "A", SHOWTIME)) == is_offered  # type: ignore[list-item]


def test_every_area_is_offered_where_a_showtime_names_none() -> None:
    assert offers([STALL, SOFA], "A", replace(SHOWTIME, areas=())) == (STALL, SOFA)


@pytest.mark.parametrize(
    ("due", "unpaid", "may"), [("0", False, True), ("3.00", False, False), ("3.00", True, True), (None, False, False)]
)
def test_what_is_due_must_be_known_and_nothing(due: str | None, unpaid: bool, may: bool) -> None:
    money = None if due is None else pounds(due).total
    assert Holding(1, (), money, None, None, unpaid).may_be_completed == may


# ── tickets and seats ───────────────────────────────────────────────────────────────────────────────


def use(voucher_id: str, *prices: object, tickets: int = 1, picked: str = "") -> Use:
    return Use(KeptVoucher(voucher_id), prices, tickets, picked)  # type: ignore[arg-type]


def seating(*free: str) -> Seating:
    return Seating(plan(), SeatAvailability(dict.fromkeys(free, SeatStatus.AVAILABLE)))


def seats(*ids: str) -> tuple[Seat, ...]:
    found = [plan().seat(seat_id) for seat_id in ids]
    return tuple(seat for seat in found if seat)


def test_tickets_of_several_vouchers_in_their_order() -> None:
    choices = automatic([use("v1", STALL, tickets=2), use("v2", STALL, SOFA, picked="T-SOFA")])
    assert choices == (TicketChoice("T-STALL", "v1"), TicketChoice("T-STALL", "v1"), TicketChoice("T-SOFA", "v2"))


def test_no_price_is_guessed() -> None:
    assert automatic([use("v1", STALL), use("v2", STALL, SOFA)]) == ChoosePrice(KeptVoucher("v2"), (STALL, SOFA))


def test_seats_decide_and_leave_those_with_one_price_their_area() -> None:
    picked = seats("1_1_1", "2_3_1")
    choices = on_seats([use("v1", STALL, SOFA), use("v2", STALL)], picked, seating("1_1_1", "2_3_1"))
    assert isinstance(choices, tuple)
    assert sorted(choices, key=lambda one: one.voucher_id) == [
        TicketChoice("T-SOFA", "v1"),
        TicketChoice("T-STALL", "v2"),
    ]


def test_one_voucher_may_sit_in_two_areas() -> None:
    choices = on_seats([use("v1", STALL, SOFA, tickets=2)], seats("1_1_1", "2_3_1"), seating("1_1_1", "2_3_1"))
    assert choices == (TicketChoice("T-STALL", "v1"), TicketChoice("T-SOFA", "v1"))


def test_two_prices_for_one_area_are_a_choice_on_seats_too() -> None:
    other = price("T-OTHER", "A")
    picked = on_seats([use("v1", STALL, other, SOFA)], seats("1_1_1"), seating("1_1_1"))
    assert picked == ChoosePrice(KeptVoucher("v1"), (STALL, other))


def test_a_seat_whose_status_is_not_known_is_taken() -> None:
    result = on_seats([use("v1", STALL)], seats("1_1_1"), seating("1_1_2"))
    assert isinstance(result, WrongSeats)
    assert (result.fault, result.seats) == (SeatFault.TAKEN, ("A1",))


def test_names_are_found_in_any_case_and_ids_as_they_are() -> None:
    found = seats_named(plan(), ["a1", "B3", "2_3_2"], [use("v1", STALL)])
    assert isinstance(found, tuple)
    assert [seat.id for seat in found] == ["1_1_1", "1_2_3", "2_3_2"]


def test_a_name_that_two_areas_have_is_the_one_that_the_vouchers_are_for() -> None:
    def area(number: int, category: str) -> SeatArea:
        return SeatArea(number, (SeatRow("A", 1, (Seat(f"{number}_1_1", "1", "A", area_category_id=category),)),))

    both = SeatPlan("L", (area(1, STALLS), area(2, SOFAS)))
    found = seats_named(both, ["A1"], [use("v1", SOFA)])
    assert isinstance(found, tuple)
    assert found[0].id == "2_1_1"
    assert seats_named(both, ["A1"], [use("v1", STALL, SOFA)]) == WrongSeats(SeatFault.AMBIGUOUS, ("A1",))


# ── what an order shows ─────────────────────────────────────────────────────────────────────────────

CHOICES = (TicketChoice("T-STALL", "v1"), TicketChoice("T-STALL", "v2"))
TICKETS = (OrderTicket("t1", "T-STALL", voucher_id="v1"), OrderTicket("t2", "T-STALL", voucher_id="v2"))
HELD = Order(
    "o1",
    vouchers=(OrderVoucher("v1"), OrderVoucher("v2")),
    showtimes=(OrderShowtime("s1", TICKETS, ("1_1_1", "1_1_2")),),
)


def with_showtime(**changes: object) -> Order:
    return replace(HELD, showtimes=(replace(HELD.showtimes[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "is_shown"),
    [
        (HELD, True),
        (replace(HELD, vouchers=()), True),
        (with_showtime(seat_ids=("1_1_2", "1_1_1")), True),
        (with_showtime(seat_ids=()), True),
        (with_showtime(tickets=tuple(replace(t, voucher_id="", ticket_type_id="") for t in TICKETS)), True),
        (replace(HELD, vouchers=(*HELD.vouchers, OrderVoucher("v3"))), False),
        (with_showtime(seat_ids=("1_1_1", "1_1_3")), False),
        (with_showtime(tickets=TICKETS[:1]), False),
        (with_showtime(tickets=(TICKETS[0], replace(TICKETS[1], ticket_type_id="T-SOFA"))), False),
        (with_showtime(tickets=(TICKETS[0], replace(TICKETS[1], voucher_id="v1"))), False),
        (with_showtime(showtime_id="s2"), False),
        (replace(HELD, showtimes=()), False),
        (replace(HELD, showtimes=(*HELD.showtimes, OrderShowtime("s2", TICKETS))), False),
    ],
)
def test_whether_an_order_shows_what_was_asked(order: Order, is_shown: bool) -> None:
    assert shows(order, "s1", CHOICES, ("1_1_1", "1_1_2")) == is_shown
