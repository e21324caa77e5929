"""Every call of the cinema's office: what leaves, what comes back, who is asked twice and who never is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from kiosk.domain.cinema import (
    BookingMode,
    CarriedOut,
    CompletedOrder,
    Completion,
    Extended,
    FoundSeats,
    Gone,
    Order,
    OrderVoucher,
    Programme,
    Refused,
    TicketChoice,
)
from kiosk.domain.reply import Failed
from kiosk.domain.seating import SeatAvailability, SeatPlan
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.offices.vista.office import NOWHERE
from kiosk.ports import CinemaOffice
from tests.fakes import FakeClock
from tests.offices.vista.wire import (
    ORDER,
    PASSWORD,
    SHOWTIME,
    VOUCHER,
    WITHIN_S,
    Asked,
    Json,
    Wire,
    answer,
    drops,
    example,
    never,
    unreachable,
)

BARCODE, PIN = "ADTMM0000111", "1234"
OF_ORDER = f"/ocapi/v1/orders/{ORDER}"

Ask = Callable[[CinemaOffice, float], Awaitable[object]]


@dataclass(frozen=True)
class Call:
    """One method of the port, and how it looks on the wire."""

    method: str
    path: str
    ask: Ask
    document: Json
    kind: type
    body: Json = None
    query: str = ""

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


CALLS: dict[str, Call] = {
    "sites": Call("GET", "/ocapi/v1/sites", lambda o, s: o.sites(within_s=s), {"sites": [{"id": "0002"}]}, tuple),
    "showtimes": Call(
        "GET",
        "/ocapi/v1/showtimes/by-business-date/2026-07-11",
        lambda o, s: o.showtimes(date(2026, 7, 11), ["153", "0 2"], within_s=s),
        example("showtimes"),
        Programme,
        query="siteIds=153&siteIds=0%202",
    ),
    "first_showtimes": Call(
        "GET",
        "/ocapi/v1/showtimes/by-business-date/first",
        lambda o, s: o.showtimes("first", [], within_s=s),
        example("showtimes"),
        Programme,
    ),
    "ticket_prices": Call(
        "GET",
        f"/ocapi/v1/showtimes/{SHOWTIME}/ticket-prices",
        lambda o, s: o.ticket_prices(SHOWTIME, within_s=s),
        example("ticket_prices"),
        tuple,
    ),
    "seat_layout": Call(
        "GET",
        "/ocapi/v1/seat-layouts/153-3-39",
        lambda o, s: o.seat_layout("153-3-39", within_s=s),
        example("seat_layout"),
        SeatPlan,
    ),
    "create_order": Call(
        "POST",
        "/ocapi/v1/orders/standard/booking",
        lambda o, s: o.create_order("0002", BookingMode.PAID, within_s=s),
        example("order"),
        Order,
        {"siteId": "0002", "bookingMode": "Paid"},
    ),
    "get_order": Call("GET", OF_ORDER, lambda o, s: o.get_order(ORDER, within_s=s), example("order"), Order),
    "add_voucher": Call(
        "POST",
        f"{OF_ORDER}/vouchers",
        lambda o, s: o.add_voucher(ORDER, BARCODE, Secret(PIN), SHOWTIME, within_s=s),
        example("added_voucher"),
        OrderVoucher,
        {"type": "Ticket", "credentials": {"barcode": BARCODE, "pin": PIN}, "showtimeId": SHOWTIME},
    ),
    "remove_voucher": Call(
        "DELETE",
        f"{OF_ORDER}/vouchers/{VOUCHER}",
        lambda o, s: o.remove_voucher(ORDER, VOUCHER, within_s=s),
        None,
        CarriedOut,
    ),
    "seat_availability": Call(
        "GET",
        f"{OF_ORDER}/showtimes/{SHOWTIME}/seat-availability",
        lambda o, s: o.seat_availability(ORDER, SHOWTIME, within_s=s),
        example("seat_availability"),
        SeatAvailability,
    ),
    "set_showtime": Call(
        "PUT",
        f"{OF_ORDER}/showtimes/{SHOWTIME}",
        lambda o, s: o.set_showtime(
            ORDER,
            SHOWTIME,
            [TicketChoice("0002-0050", VOUCHER), TicketChoice("0002-0051")],
            ["1_5_18"],
            within_s=s,
        ),
        example("order"),
        Order,
        {
            "tickets": [{"ticketTypeId": "0002-0050", "voucherId": VOUCHER}, {"ticketTypeId": "0002-0051"}],
            "seats": ["1_5_18"],
        },
    ),
    "extend": Call(
        "POST",
        f"{OF_ORDER}/expiry/reset",
        lambda o, s: o.extend(ORDER, within_s=s),
        {"expiresAt": "2026-11-21T12:10:00Z"},
        Extended,
    ),
    "delete_order": Call("DELETE", OF_ORDER, lambda o, s: o.delete_order(ORDER, within_s=s), None, CarriedOut),
    "complete": Call(
        "POST",
        f"{OF_ORDER}/completion",
        lambda o, s: o.complete(ORDER, within_s=s),
        example("completion"),
        Completion,
    ),
    "completion": Call(
        "GET",
        f"{OF_ORDER}/completion",
        lambda o, s: o.completion(ORDER, within_s=s),
        example("completion"),
        Completion,
    ),
    "completed_order": Call(
        "GET",
        f"/ocapi/v1/orders/completed/{ORDER}",
        lambda o, s: o.completed_order(ORDER, within_s=s),
        example("completed_order"),
        CompletedOrder,
    ),
    "seats_by_barcode": Call(
        "GET",
        "/ocapi/v1/sites/0002/orders/by-barcode/WQ9LJTK/seats",
        lambda o, s: o.seats_by_barcode("0002", "WQ9LJTK", within_s=s),
        example("found_seats"),
        FoundSeats,
    ),
    "mark_collected": Call(
        "PUT",
        f"/ocapi/v1/orders/completed/{ORDER}/collection-status/collected",
        lambda o, s: o.mark_collected(ORDER, within_s=s),
        None,
        CarriedOut,
    ),
}
READS = sorted(name for name, call in CALLS.items() if call.is_read)
WRITES = sorted(name for name, call in CALLS.items() if not call.is_read)


def test_every_call_of_the_port_is_here() -> None:
    port = {name for name in vars(CinemaOffice) if not name.startswith("_")}
    assert port == set(CALLS) - {"first_showtimes"}


@pytest.fixture
async def wire() -> Wire:
    return Wire()


async def asked(wire: Wire, name: str, *replies: Json, clock: FakeClock | None = None, **options: Json) -> object:
    """The reply to one call; the office answers with these in turn."""
    call = CALLS[name]
    wire.on(call.method, call.path, *(replies or (answer(call.document),)))
    office = wire.office(clock=clock, **options)
    try:
        return await call.ask(office, WITHIN_S)
    finally:
        await office.aclose()


@pytest.mark.parametrize("name", CALLS)
async def test_what_leaves_and_what_comes_back(wire: Wire, name: str) -> None:
    call = CALLS[name]
    reply = await asked(wire, name)
    assert isinstance(reply, call.kind), reply
    (request,) = wire.asked
    assert (request.method, request.path, request.query) == (call.method, call.path, call.query)
    assert request.body == call.body
    assert request.token == "token-1"
    assert "connect-region-code" not in request.headers
    assert request.headers["accept"] == "application/json"


async def test_a_region_is_sent_where_one_is_configured(wire: Wire) -> None:
    await asked(wire, "get_order", region_code="uk-north")
    assert wire.asked[0].headers["connect-region-code"] == "uk-north"


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("status", "document", "reply"),
    [
        (400, {"title": "No", "detail": "Because."}, Refused("No", "Because.", 400)),
        (404, {"title": "No", "detail": "Because."}, Gone("No", "Because.")),
        (403, {"title": "Licence missing"}, Failed(Doubt.NOT_AUTHORISED)),
        (429, {"title": "Slow down"}, Failed(Doubt.RATE_LIMITED, retry_after_s=9.0)),
    ],
)
async def test_every_refusal_is_a_value(wire: Wire, name: str, status: int, document: Json, reply: object) -> None:
    headers = {"retry_after": "9"} if status == 429 else {}
    assert await asked(wire, name, answer(document, status, **headers)) == reply
    assert len(wire.asked) == 1


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("said", "doubt", "sent"),
    [
        (answer(b"", 500), Doubt.OFFICE_ERROR, True),
        (answer(b"<html>", 503), Doubt.OFFICE_ERROR, True),
        (answer(b"<html>"), Doubt.OFFICE_ERROR, True),
        (answer(b'{"order":'), Doubt.OFFICE_ERROR, True),
        (drops, Doubt.NO_ANSWER, True),
        (unreachable, Doubt.OFFLINE, False),
    ],
    ids=["500", "503", "web page", "cut", "dropped", "unreachable"],
)
async def test_no_usable_answer_leaves_only_a_write_in_doubt(
    wire: Wire, name: str, said: Json, doubt: Doubt, sent: bool
) -> None:
    reply = await asked(wire, name, said)
    may_have_applied = sent and not CALLS[name].is_read
    assert isinstance(reply, Failed), reply
    assert (reply.doubt, reply.may_have_applied) == (doubt, may_have_applied)
    assert len(wire.asked) == (2 if CALLS[name].is_read and said is drops else 1), "a dropped read is asked again"


NOTHING_ASKED_FOR: list[Json] = [None, [], {}, {"surprise": 1}]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        (name, document)
        for name, call in CALLS.items()
        if call.kind not in (CarriedOut, Extended)
        for document in NOTHING_ASKED_FOR
        if call.kind is not FoundSeats or not document  # its shape is not documented: any object is one
    ],
)
async def test_a_success_without_what_was_asked_for_is_none(wire: Wire, name: str, document: Json) -> None:
    reply = await asked(wire, name, answer(document))
    assert isinstance(reply, Failed), reply
    assert (reply.doubt, reply.may_have_applied) == (Doubt.OFFICE_ERROR, not CALLS[name].is_read)


@pytest.mark.parametrize("name", CALLS)
async def test_an_office_that_never_answers_is_given_up_in_time(wire: Wire, name: str) -> None:
    call = CALLS[name]
    wire.on(call.method, call.path, never)
    office = wire.office()
    reply = await asyncio.wait_for(call.ask(office, 0.05), timeout=WITHIN_S)
    await office.aclose()
    assert reply == Failed(Doubt.NO_ANSWER, may_have_applied=not call.is_read)


@pytest.mark.parametrize("name", CALLS)
async def test_without_time_nothing_is_asked(wire: Wire, name: str) -> None:
    clock = FakeClock()

    async def slow_login() -> Json:
        clock.move(WITHIN_S + 1)
        return answer({"access_token": "token-1", "expires_in": 43200})

    wire.login = lambda count: slow_login()
    reply = await asked(wire, name, clock=clock)
    assert reply == Failed(Doubt.NO_ANSWER)
    assert wire.asked == []


# ── a refused token ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", READS)
async def test_a_read_whose_token_is_refused_is_asked_again_with_a_new_one(wire: Wire, name: str) -> None:
    reply = await asked(wire, name, answer({"title": "Unauthorized"}, 401), answer(CALLS[name].document))
    assert isinstance(reply, CALLS[name].kind), reply
    assert [request.token for request in wire.asked] == ["token-1", "token-2"]


@pytest.mark.parametrize("name", READS)
async def test_a_read_is_asked_again_once(wire: Wire, name: str) -> None:
    assert await asked(wire, name, answer(b"", 401)) == Failed(Doubt.NOT_AUTHORISED)
    assert len(wire.asked) == 2


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_whose_token_is_refused_is_not_asked_again_but_may_be(wire: Wire, name: str) -> None:
    reply = await asked(wire, name, answer(b"", 401), answer(CALLS[name].document))
    assert reply == Failed(Doubt.NOT_AUTHORISED, may_have_applied=False, retry_after_s=0.0)
    assert len(wire.asked) == 1
    assert len(wire.logins) == 2, "the next one finds a token that is good"


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_cannot_have_a_new_token_does_not_say_ask_again(wire: Wire, name: str) -> None:
    wire.login = lambda count: (
        answer({"access_token": "token-1", "expires_in": 43200}) if count == 1 else answer({}, 400)
    )
    assert await asked(wire, name, answer(b"", 401)) == Failed(Doubt.NOT_AUTHORISED, may_have_applied=False)


# ── what must not leave, and what must not be shown ─────────────────────────────────────────────────


async def test_an_empty_pin_is_not_sent(wire: Wire) -> None:
    wire.on("POST", f"{OF_ORDER}/vouchers", answer(example("added_voucher")))
    office = wire.office(voucher_type="ticket")
    await office.add_voucher(ORDER, BARCODE, Secret(), SHOWTIME, within_s=WITHIN_S)
    await office.aclose()
    assert wire.asked[0].body == {"type": "ticket", "credentials": {"barcode": BARCODE}, "showtimeId": SHOWTIME}


@pytest.mark.parametrize("hostile", ["", ".", ".."])
@pytest.mark.parametrize("name", ["seats_by_barcode", "get_order", "delete_order", "seat_layout", "complete"])
async def test_what_would_lead_to_another_address_is_not_asked(wire: Wire, name: str, hostile: str) -> None:
    office = wire.office()
    given = ("0002", hostile) if name == "seats_by_barcode" else (hostile,)
    assert await getattr(office, name)(*given, within_s=WITHIN_S) == NOWHERE
    await office.aclose()
    assert wire.asked == []


async def test_a_scanned_text_is_one_part_of_an_address(wire: Wire) -> None:
    office = wire.office()
    await office.seats_by_barcode("0002", "a/../b?c#d%2F é\udc80", within_s=WITHIN_S)
    await office.aclose()
    (request,) = wire.asked
    assert request.path == "/ocapi/v1/sites/0002/orders/by-barcode/a%2F..%2Fb%3Fc%23d%252F%20%C3%A9%3F/seats"
    assert request.query == ""


async def test_a_refusal_that_repeats_the_barcode_and_the_pin_is_told_without_them(wire: Wire) -> None:
    told = answer({"title": f"Voucher {BARCODE.lower()}", "detail": f"Pin {PIN} of {BARCODE} is wrong."}, 400)
    reply = await asked(wire, "add_voucher", told)
    assert reply == Refused("Voucher ADTM…0111", "Pin **** of ADTM…0111 is wrong.", 400)


@pytest.mark.parametrize("name", CALLS)
async def test_nothing_secret_is_logged(wire: Wire, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await asked(wire, name, answer({"title": f"{BARCODE} {PIN}"}, 401))
    await asked(wire, name)
    assert caplog.records
    for secret in (BARCODE, PIN, PASSWORD, "token-1", "token-2", ORDER, "WQ9LJTK"):
        assert secret not in caplog.text


# ── time zones ──────────────────────────────────────────────────────────────────────────────────────


def without_zones() -> Json:
    document = example("showtimes")
    document["showtimes"][0]["schedule"]["startsAt"] = "2026-07-11T19:00:00"
    document["relatedData"]["sites"] = []
    return document


async def test_a_time_zone_that_is_not_told_is_asked_for_once(wire: Wire) -> None:
    path = CALLS["showtimes"].path
    wire.on("GET", path, answer(without_zones()))
    wire.on("GET", "/ocapi/v1/sites", answer({"sites": [{"id": "153", "ianaTimeZoneName": "Europe/London"}]}))
    office = wire.office()
    for _ in range(2):
        programme = await office.showtimes(date(2026, 7, 11), ["153"], within_s=WITHIN_S)
        assert isinstance(programme, Programme)
        assert programme.showtimes[0].starts_at == datetime(2026, 7, 11, 18, 0, tzinfo=UTC)
    await office.aclose()
    assert [request.path for request in wire.asked] == [path, "/ocapi/v1/sites", path]


async def test_a_programme_without_times_is_better_than_none(wire: Wire) -> None:
    programme = await asked(wire, "showtimes", answer(without_zones()))
    assert isinstance(programme, Programme)
    assert [showtime.starts_at for showtime in programme.showtimes] == [None]


async def test_an_order_expires_by_our_clock_where_the_offices_is_another(wire: Wire) -> None:
    late = answer(example("order"), Date="Sat, 21 Nov 2026 14:00:00 GMT")
    order = await asked(wire, "get_order", late)
    assert isinstance(order, Order)
    assert order.expires_at == datetime(2026, 11, 21, 10, 4, 59, 623456, tzinfo=UTC)


async def test_two_calls_at_once_do_not_wait_for_each_other(wire: Wire) -> None:
    let_go = asyncio.Event()

    async def slow(request: Asked) -> Json:
        await let_go.wait()
        return answer(example("showtimes"))

    wire.on("GET", CALLS["first_showtimes"].path, slow)
    wire.on("GET", OF_ORDER, answer(example("order")))
    office = wire.office()
    waiting = asyncio.ensure_future(office.showtimes("first", [], within_s=WITHIN_S))
    assert isinstance(await office.get_order(ORDER, within_s=WITHIN_S), Order)
    let_go.set()
    assert isinstance(await waiting, Programme)
    await office.aclose()
    assert len(wire.logins) == 1
