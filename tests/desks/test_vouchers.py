"""The voucher desk when all goes well: vouchers, prices, seats, the confirmation, the tickets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.desks.vouchers import StartedAgain
from kiosk.desks.vouchers.plans import KEPT_S
from kiosk.domain.cinema import BookingMode, FoundSeats, Programme, Showtime
from kiosk.domain.redeeming import (
    Added,
    AlreadyIn,
    Changed,
    ChoosePrice,
    Confirmation,
    Done,
    Ended,
    Holding,
    MoneyDue,
    NotAdded,
    NotForThisShowtime,
    SeatFault,
    Seating,
    Surcharge,
    WrongSeats,
)
from kiosk.domain.secret import Secret
from kiosk.domain.voucher import Stage, Step, Turn, Why
from tests.desks.vouchers_fake import EVENING, FREE_SEATING, HOLD_S, MATINEE, Cinema
from tests.fakes import NOON, Fault

FIRST, SECOND = "ADTMM0000111", "ADTMM0000112"


@pytest.fixture
def cinema() -> Cinema:
    return Cinema()


def steps(cinema: Cinema) -> list[Step]:
    return [entry.step for entry in cinema.journal.entries if isinstance(entry, Turn)]


async def held(cinema: Cinema, *barcodes: str, seats: tuple[str, ...] = (), showtime: str = EVENING) -> Confirmation:
    """What staff are to confirm."""
    talk = await cinema.begin(showtime)
    for barcode in barcodes:
        assert isinstance(await talk.add(barcode), Added)
    assert isinstance(await talk.hold(seats), Holding)
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    return confirmation


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────


async def test_a_voucher_becomes_a_ticket(cinema: Cinema) -> None:
    talk = await cinema.begin()
    added = await talk.add(FIRST)
    assert isinstance(added, Added)
    assert [offer.ticket_type_id for offer in added.offers] == ["T-ADULT"]
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert (holding.tickets, holding.seats, str(holding.due)) == (1, ("A1",), "£0.00")
    assert holding.expires_at is not None
    assert abs(holding.expires_at - NOON - timedelta(seconds=HOLD_S)) < timedelta(seconds=1)
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert (confirmation.film, confirmation.seats, confirmation.tickets) == ("The Long Take", ("A1",), 1)
    assert cinema.office.books.redeemed == {}
    done = await talk.complete(confirmation)
    assert isinstance(done, Done)
    assert done.order is not None
    assert (done.order.booking_id, done.order.transaction_number) == ("WAB1234", "41793")
    assert talk.conversation.stage is Stage.DONE
    assert talk.conversation.seats == ("A1",)
    assert cinema.office.books.redeemed == {FIRST: 1}


async def test_every_step_is_in_the_journal_before_its_request_leaves(cinema: Cinema) -> None:
    seen: list[tuple[str, Step]] = []
    cinema.office.on_request = lambda route: seen.append((route, steps(cinema)[-1])) if steps(cinema) else None
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    await talk.extend()
    await talk.remove(talk.uses[0].voucher.id)
    await talk.add(SECOND)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    await talk.complete(confirmation)
    other = await cinema.begin()
    await other.give_up()
    writes = {"create", "add", "set", "remove", "extend", "complete", "delete"}
    expected = {"create": Step.OPEN, "complete": Step.COMPLETE, "delete": Step.CLOSE}
    assert {route for route, _ in seen} >= writes
    for route, step in seen:
        if route in writes:
            assert step is expected.get(route, Step(route if route in list(Step) else "open"))


async def test_the_completion_follows_the_confirmation_in_one_write(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert Step.CONFIRM not in steps(cinema)
    await talk.complete(confirmation)
    assert steps(cinema)[-4:] == [Step.CONFIRM, Step.COMPLETE, Step.REDEEMED, Step.TICKETED]


async def test_several_vouchers_share_an_order(cinema: Cinema) -> None:
    confirmation = await held(cinema, FIRST, SECOND, "ADTMM0000113")
    assert confirmation.tickets == 3
    assert confirmation.seats == ("A1", "A2", "A3")
    assert [voucher.masked for voucher in confirmation.vouchers] == ["…0111", "…0112", "…0113"]
    assert len(cinema.office.orders) == 1


async def test_a_voucher_with_several_redemptions_gives_several_tickets(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("DUOMM0000001")
    (use,) = talk.uses
    assert (use.tickets, use.voucher.redemptions) == (3, 3)
    talk.use(use.voucher.id, tickets=2)
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert holding.tickets == 2
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    await talk.complete(confirmation)
    assert cinema.office.books.redeemed == {"DUOMM0000001": 2}


@pytest.mark.parametrize("tickets", [0, 4])
async def test_more_tickets_than_redemptions_cannot_be_asked_for(cinema: Cinema, tickets: int) -> None:
    talk = await cinema.begin()
    await talk.add("DUOMM0000001")
    with pytest.raises(ValueError, match="1 to 3"):
        talk.use(talk.uses[0].voucher.id, tickets=tickets)


async def test_seats_that_nobody_numbers_are_not_asked_for(cinema: Cinema) -> None:
    confirmation = await held(cinema, FIRST, SECOND, showtime=FREE_SEATING)
    assert confirmation.seats == ()
    assert confirmation.tickets == 2


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_bad_voucher_is_refused_alone_and_the_others_stay(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    refused = await talk.add("ADTMM0000901")
    assert refused == NotAdded("…0901", "Voucher expired", "It cannot be used.")
    assert isinstance(await talk.add(SECOND), Added)
    assert isinstance(await talk.hold(), Holding)
    assert talk.conversation.held is not None
    assert talk.conversation.held.tickets == 2


async def test_a_voucher_for_another_showtime_is_taken_off_again(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    result = await talk.add("MATIN0000001")
    assert isinstance(result, NotForThisShowtime)
    assert result.voucher.type_code == "MATIN"
    assert cinema.office.vouchers["MATIN0000001"].on == ""
    assert [use.voucher.masked for use in talk.uses] == ["…0111"]


async def test_showtimes_that_a_voucher_is_good_for_are_found_on_request(cinema: Cinema) -> None:
    programme = await cinema.desk.whats_on.showtimes()
    assert isinstance(programme, Programme)
    cinema.office.requests.clear()
    good = await cinema.desk.whats_on.good_for("MATIN", programme.showtimes)
    assert [showtime.id for showtime in good] == [FREE_SEATING, MATINEE]
    assert set(cinema.office.requests) == {"prices"}


async def test_a_price_that_is_not_understood_is_never_offered(cinema: Cinema) -> None:
    prices = await cinema.desk.whats_on.prices(EVENING)
    assert isinstance(prices, tuple)
    assert "T-HIDDEN" in [price.ticket_type_id for price in prices]
    added = await (await cinema.begin()).add(FIRST)
    assert isinstance(added, Added)
    assert {offer.ticket_type_id for offer in added.offers} == {"T-ADULT"}


async def test_the_same_voucher_twice_is_said_and_asked_nowhere(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    cinema.office.requests.clear()
    assert isinstance(await talk.add(FIRST), AlreadyIn)
    assert cinema.office.requests == []


async def test_a_voucher_that_needs_its_pin(cinema: Cinema) -> None:
    talk = await cinema.begin()
    without = await talk.add("PINMM0000001")
    assert isinstance(without, NotAdded)
    assert not without.pin_sent
    wrong = await talk.add("PINMM0000001", Secret("1111"))
    assert isinstance(wrong, NotAdded)
    assert wrong.pin_sent
    assert isinstance(await talk.add("PINMM0000001", Secret("4711")), Added)
    assert cinema.office.books.pins_tried == [("PINMM0000001", "1111"), ("PINMM0000001", "4711")]


async def test_neither_pin_nor_barcode_stands_in_the_journal(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("PINMM0000001", Secret("4711"))
    written = repr(cinema.journal.rows) + repr(talk.basket) + repr(talk.conversation) + repr(talk.uses)
    assert "4711" not in written
    assert "PINMM0000001" not in written


async def test_a_voucher_is_taken_off_and_its_seat_given_back(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.add(SECOND)
    await talk.hold()
    assert await talk.remove(talk.uses[0].voucher.id) is None
    assert talk.conversation.stage is Stage.OPEN
    assert cinema.office.vouchers[FIRST].on == ""
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert holding.tickets == 1


async def test_a_refused_voucher_that_was_redeemed_here_before_is_known(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    await talk.complete(confirmation)
    again = await (await cinema.begin()).add(FIRST)
    assert isinstance(again, NotAdded)
    assert again.earlier is not None
    assert (again.earlier.booking_id, again.earlier.lane, again.earlier.stage) == ("WAB1234", "Desk", Stage.DONE)


# ── prices and seats ────────────────────────────────────────────────────────────────────────────────


async def test_several_prices_are_a_choice(cinema: Cinema) -> None:
    talk = await cinema.begin()
    added = await talk.add("AREAS0000001")
    assert isinstance(added, Added)
    assert [offer.ticket_type_id for offer in added.offers] == ["T-STALL", "T-SOFA"]
    choice = await talk.hold()
    assert isinstance(choice, ChoosePrice)
    assert cinema.office.requests.count("set") == 0
    talk.use(added.voucher.id, price="T-SOFA")
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert holding.seats == ("S1",)


async def test_a_price_that_is_not_the_vouchers_cannot_be_chosen(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    with pytest.raises(ValueError, match="price"):
        talk.use(talk.uses[0].voucher.id, price="T-FULL")


async def test_a_picked_seat_decides_between_prices(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("AREAS0000001")
    await talk.add(FIRST)
    holding = await talk.hold(["s2", "B3"])
    assert isinstance(holding, Holding)
    assert set(holding.seats) == {"S2", "B3"}


async def test_a_plan_is_shown_when_asked(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    seating = await talk.seating()
    assert isinstance(seating, Seating)
    assert seating.own == ("1_1_1",)
    assert not seating.availability.is_bookable("1_1_1")


async def test_a_plan_is_asked_for_once_and_again_after_an_hour(cinema: Cinema) -> None:
    for passed_s, asked in ((0, 1), (0, 1), (KEPT_S + 1, 2)):
        cinema.clock.move(passed_s)
        talk = await cinema.begin()
        assert isinstance(await talk.seating(), Seating)
        await talk.give_up()
        assert cinema.office.requests.count("layout") == asked
        assert cinema.office.requests.count("availability") > 0
    cinema.office.faults = {"layout": [Fault.ERROR]}
    cinema.clock.move(KEPT_S + 1)
    talk = await cinema.begin()
    assert not isinstance(await talk.seating(), Seating)
    assert isinstance(await talk.seating(), Seating)


@pytest.mark.parametrize(
    ("picked", "fault"),
    [
        (("Z9", "A1"), SeatFault.UNKNOWN),
        (("A1", "a1"), SeatFault.TWICE),
        (("A1",), SeatFault.TOO_FEW),
        (("A1", "A2", "A3"), SeatFault.TOO_MANY),
        (("A1", "B4"), SeatFault.TAKEN),
        (("A1", "S1"), SeatFault.OTHER_AREA),
    ],
)
async def test_seats_that_cannot_be_are_not_asked_for(
    cinema: Cinema, picked: tuple[str, ...], fault: SeatFault
) -> None:
    cinema.office.taken = {"1_2_4"}
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.add(SECOND)
    result = await talk.hold(picked)
    assert isinstance(result, WrongSeats)
    assert result.fault is fault
    assert cinema.office.requests.count("set") == 0


async def test_seats_can_be_changed_for_others_beside_the_own(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.add(SECOND)
    await talk.hold()
    holding = await talk.hold(("A2", "A3"))
    assert isinstance(holding, Holding)
    assert holding.seats == ("A2", "A3")


async def test_no_seats_are_picked_where_none_are_numbered(cinema: Cinema) -> None:
    talk = await cinema.begin(FREE_SEATING)
    await talk.add(FIRST)
    result = await talk.hold(("A1",))
    assert isinstance(result, WrongSeats)
    assert result.fault is SeatFault.NOT_ALLOCATED


# ── money ───────────────────────────────────────────────────────────────────────────────────────────


async def test_money_due_stands_in_the_way(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("PLUSV0000001")
    holding = await talk.hold()
    assert isinstance(holding, Holding)
    assert (str(holding.due), str(holding.tax)) == ("£3.00", "£0.50")
    due = await talk.to_confirm()
    assert isinstance(due, MoneyDue)
    assert str(due.due) == "£3.00"
    assert due.surcharge is Surcharge.SEND_TO_TILL
    ended = await talk.give_up(Why.SEND_TO_TILL)
    assert ended == Ended(Why.SEND_TO_TILL)
    assert cinema.held_at_the_office == []
    assert cinema.office.books.redeemed == {}


async def test_money_due_is_booked_unpaid_on_a_new_order_with_the_same_vouchers(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("PLUSV0000001")
    await talk.add("PINMM0000001", Secret("4711"))
    await talk.hold()
    assert isinstance(await talk.to_confirm(), MoneyDue)
    again = await cinema.desk.start_again(talk, mode=BookingMode.UNPAID)
    assert isinstance(again, StartedAgain)
    assert all(isinstance(result, Added) for result in again.vouchers)
    holding = await again.talk.hold(("B1", "B2"))
    assert isinstance(holding, Holding)
    assert holding.is_unpaid
    confirmation = await again.talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert (confirmation.is_unpaid, str(confirmation.due)) == (True, "£3.00")
    assert isinstance(await again.talk.complete(confirmation), Done)
    assert cinema.office.books.redeemed == {"PLUSV0000001": 1, "PINMM0000001": 1}
    assert [order.end for order in cinema.office.orders.values()] == ["deleted", "completed"]


async def test_the_other_vouchers_go_on_without_the_one_that_costs(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("PLUSV0000001")
    await talk.add(FIRST)
    await talk.hold()
    await talk.remove(talk.uses[0].voucher.id)
    await talk.hold()
    assert isinstance(await talk.to_confirm(), Confirmation)


# ── the confirmation ────────────────────────────────────────────────────────────────────────────────


async def test_nothing_is_completed_with_another_orders_confirmation(cinema: Cinema) -> None:
    stolen = await held(cinema, FIRST)
    talk = await cinema.begin()
    await talk.add(SECOND)
    await talk.hold()
    await talk.to_confirm()
    assert isinstance(await talk.complete(stolen), Changed)
    assert cinema.office.books.completions_asked == {}


@pytest.mark.parametrize("change", ["add", "remove", "hold", "use", "extend"])
async def test_any_change_makes_a_confirmation_worthless(cinema: Cinema, change: str) -> None:
    talk = await cinema.begin()
    await talk.add("DUOMM0000001")
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    match change:
        case "add":
            await talk.add(FIRST)
        case "remove":
            await talk.remove(talk.uses[0].voucher.id)
        case "hold":
            await talk.hold(("B1", "B2", "B3"))
        case "use":
            talk.use(talk.uses[0].voucher.id, tickets=1)
        case _:
            await talk.extend()
    assert isinstance(await talk.complete(confirmation), Changed)
    assert cinema.office.books.completions_asked == {}


async def test_a_confirmation_is_good_for_one_completion(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert isinstance(await talk.complete(confirmation), Done)
    assert isinstance(await talk.complete(confirmation), Changed)
    assert cinema.office.books.completions_asked.total() == 1


async def test_nothing_can_be_confirmed_before_it_is_held(cinema: Cinema) -> None:
    talk = await cinema.begin()
    assert isinstance(await talk.to_confirm(), Changed)
    await talk.add(FIRST)
    assert isinstance(await talk.to_confirm(), Changed)
    await talk.hold()
    await talk.add(SECOND)
    assert isinstance(await talk.to_confirm(), Changed)


async def test_vouchers_to_be_used_otherwise_must_be_held_again(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add("DUOMM0000001")
    await talk.hold()
    talk.use(talk.uses[0].voucher.id, tickets=1)
    assert isinstance(await talk.to_confirm(), Changed)
    await talk.hold()
    assert isinstance(await talk.to_confirm(), Confirmation)


async def test_an_order_that_holds_something_else_cannot_be_confirmed(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    order = cinema.office.orders[talk.conversation.order_id]
    order.vouchers["stray"] = cinema.office.vouchers[SECOND]
    assert isinstance(await talk.to_confirm(), Changed)
    del order.vouchers["stray"]
    order.seats = ("1_2_2",)
    assert isinstance(await talk.to_confirm(), Changed)
    order.seats = ("1_1_1",)
    assert isinstance(await talk.to_confirm(), Confirmation)


async def test_an_office_that_does_not_tell_orders_is_taken_at_its_word(cinema: Cinema) -> None:
    cinema.office.tells_orders = False
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.hold()
    confirmation = await talk.to_confirm()
    assert isinstance(confirmation, Confirmation)
    assert isinstance(await talk.complete(confirmation), Done)


# ── time ────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_time_is_put_off(cinema: Cinema) -> None:
    talk = await cinema.begin()
    cinema.clock.move(200)
    assert await talk.extend() is None
    assert talk.conversation.expires_at is not None
    assert talk.conversation.expires_at > NOON + timedelta(seconds=HOLD_S + 199)


async def test_expiry_is_told_and_starts_again_with_the_vouchers_kept(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.add(FIRST)
    await talk.add("PINMM0000001", Secret("4711"))
    await talk.add("DUOMM0000001")
    talk.use(talk.uses[2].voucher.id, tickets=2)
    await talk.hold()
    cinema.clock.move(HOLD_S + 1)
    ended = await talk.to_confirm()
    assert isinstance(ended, Ended)
    assert ended.why is Why.EXPIRED
    assert talk.conversation.stage is Stage.CANCELLED
    again = await cinema.desk.start_again(talk)
    assert isinstance(again, StartedAgain)
    assert [type(result) for result in again.vouchers] == [Added, Added, Added]
    assert [use.tickets for use in again.talk.uses] == [1, 1, 2]
    assert isinstance(await again.talk.hold(), Holding)


async def test_a_talk_that_has_ended_says_so_to_whatever_is_asked(cinema: Cinema) -> None:
    talk = await cinema.begin()
    await talk.give_up()
    ended = Ended(Why.GIVEN_UP)
    assert await talk.add(FIRST) == ended
    assert await talk.hold() == ended
    assert await talk.seating() == ended
    assert await talk.extend() == ended
    assert await talk.to_confirm() == ended
    assert await talk.give_up() == ended


# ── beside orders ───────────────────────────────────────────────────────────────────────────────────


async def test_a_ticket_is_recognised_and_its_seats_are_told(cinema: Cinema) -> None:
    found = await cinema.desk.whats_on.seats_of("T41000000")
    assert isinstance(found, FoundSeats)
    assert found.showtimes[0].seats == ("C5", "C6")
    assert await cinema.desk.whats_on.seats_of("T99999999") is None


async def test_a_showtime_is_found_by_its_id(cinema: Cinema) -> None:
    found = await cinema.desk.whats_on.find_showtime(MATINEE)
    assert isinstance(found, Showtime)
    assert found.film == "Matinee"
    assert await cinema.desk.whats_on.find_showtime("0002-9999") is None
