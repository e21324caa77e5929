"""Cinemas, showtimes and prices of the wire, as the desk reads them."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kiosk.domain.cinema import AreaCategory, Showtime, Site, TicketPrice, prices_for
from kiosk.domain.money import Money, Price
from kiosk.offices.vista.reading import Reading
from kiosk.offices.vista.showtimes import read_prices, read_programme, read_sites
from tests.offices.vista.wire import Json, as_read, example

POUNDS = Reading("GBP")
BST = timedelta(hours=1)


def showtime_of(document: Json, time_zones: dict[str, str] | None = None, reading: Reading = POUNDS) -> Showtime:
    programme = read_programme(document, reading, time_zones or {})
    assert programme is not None
    assert len(programme.showtimes) == 1
    return programme.showtimes[0]


def with_showtime(**changes: Json) -> Json:
    document = example("showtimes")
    document["showtimes"][0].update(changes)
    return document


def with_start(starts_at: Json, time_zone: str | None = "Europe/London") -> Json:
    document = example("showtimes")
    document["showtimes"][0]["schedule"]["startsAt"] = starts_at
    document["relatedData"]["sites"] = [] if time_zone is None else [{"id": "153", "ianaTimeZoneName": time_zone}]
    return document


def test_a_showtime_is_joined_with_its_film_screen_and_attributes() -> None:
    programme = read_programme(example("showtimes"), POUNDS, {})
    assert programme is not None
    assert programme.business_date == date(2026, 7, 11)
    showtime = showtime_of(example("showtimes"))
    assert showtime.starts_at is not None
    assert showtime.starts_at.isoformat() == "2026-07-11T19:00:00+01:00"
    assert showtime.film_starts_at == showtime.starts_at + timedelta(minutes=20)
    assert showtime.ends_at == showtime.starts_at + timedelta(minutes=150)
    assert (showtime.film, showtime.screen, showtime.attributes) == ("The Long Take", "Screen 3", ("SUB",))
    assert (showtime.id, showtime.site_id, showtime.seat_layout_id) == ("153-38894", "153", "153-3-39")
    assert (showtime.business_date, showtime.runtime_min, showtime.rating) == (date(2026, 7, 11), 128, "12A")
    assert (showtime.is_allocated, showtime.is_sold_out, showtime.requires_3d_glasses) == (True, False, False)
    assert showtime.areas == (AreaCategory("153-0000000010", True),)


@pytest.mark.parametrize(
    ("language", "film"),
    [
        ("", "The Long Take"),
        ("fr-FR", "La Longue Prise"),
        ("fr", "La Longue Prise"),
        ("fr-CA", "La Longue Prise"),
        ("FR-fr", "La Longue Prise"),
        ("de", "The Long Take"),
    ],
)
def test_texts_are_in_the_configured_language_where_there_is_one(language: str, film: str) -> None:
    assert showtime_of(example("showtimes"), reading=Reading("GBP", language)).film == film


@pytest.mark.parametrize(
    ("layout", "read"), [("153-3-39", "153-3-39"), (39, "39"), (0, "0"), (None, ""), ({}, ""), (["x"], "")]
)
def test_a_seat_layout_is_named_by_a_text_or_a_number_or_not_at_all(layout: Json, read: str) -> None:
    assert showtime_of(with_showtime(seatLayoutId=layout)).seat_layout_id == read


@pytest.mark.parametrize(
    ("starts_at", "time_zone", "read"),
    [
        ("2026-07-11T19:00:00", "Europe/London", datetime(2026, 7, 11, 18, 0, tzinfo=UTC)),
        ("2026-11-11T19:00:00", "Europe/London", datetime(2026, 11, 11, 19, 0, tzinfo=UTC)),
        ("2026-07-11T19:00:00.1234567", "Europe/London", datetime(2026, 7, 11, 18, 0, 0, 123456, tzinfo=UTC)),
        ("2026-07-11T18:00:00Z", "Europe/London", datetime(2026, 7, 11, 18, 0, tzinfo=UTC)),
        ("2026-07-11T19:00:00+01:00", None, datetime(2026, 7, 11, 18, 0, tzinfo=UTC)),
        ("2026-07-11T19:00:00", None, None),
        ("2026-07-11T19:00:00", "Middle/Earth", None),
        ("2026-07-11T19:00:00", "../../etc/passwd", None),
        ("0001-01-01T00:00:00Z", "Europe/London", None),
        ("9999-12-31T23:59:59Z", "Europe/London", None),
        ("tonight", "Europe/London", None),
        (None, "Europe/London", None),
        (1783792800, "Europe/London", None),
    ],
)
def test_when_a_showtime_starts(starts_at: Json, time_zone: str | None, read: datetime | None) -> None:
    assert showtime_of(with_start(starts_at, time_zone)).starts_at == read


def test_a_start_in_utc_is_shown_by_the_cinemas_own_clocks() -> None:
    starts_at = showtime_of(with_start("2026-07-11T18:00:00Z")).starts_at
    assert starts_at is not None
    assert (starts_at.hour, starts_at.utcoffset()) == (19, BST)


def test_a_time_zone_that_is_known_already_serves_where_the_reply_tells_none() -> None:
    known = {"153": "Europe/London"}
    starts_at = showtime_of(with_start("2026-07-11T19:00:00", None), known).starts_at
    assert starts_at == datetime(2026, 7, 11, 18, 0, tzinfo=UTC)


def test_the_programme_is_by_start_and_what_has_none_comes_last() -> None:
    document = example("showtimes")
    first = document["showtimes"][0]
    late, early, unknown = copy.deepcopy(first), copy.deepcopy(first), copy.deepcopy(first)
    late["id"], late["schedule"]["startsAt"] = "late", "2026-07-12T00:30:00+01:00"
    early["id"], early["schedule"]["startsAt"] = "early", "2026-07-11T12:00:00+02:00"
    unknown["id"], unknown["schedule"] = "unknown", None
    document["showtimes"] = [unknown, late, first, early, {**first, "id": None}, None, "x"]
    programme = read_programme(document, POUNDS, {})
    assert programme is not None
    assert [showtime.id for showtime in programme.showtimes] == ["early", first["id"], "late", "unknown"]


@pytest.mark.parametrize(
    ("told", "areas", "layout", "is_allocated"),
    [
        (True, [], None, True),
        (False, [{"areaCategoryId": "1", "isAllocatedSeating": True}], "x", False),
        (None, [{"areaCategoryId": "1", "isAllocatedSeating": True}], None, True),
        (None, [{"areaCategoryId": "1", "isAllocatedSeating": False}], "x", False),
        (None, None, "x", True),
        (None, None, None, False),
    ],
)
def test_whether_seats_have_numbers(told: Json, areas: Json, layout: Json, is_allocated: bool) -> None:
    document = with_showtime(isAllocatedSeating=told, areaCategories=areas, seatLayoutId=layout)
    assert showtime_of(document).is_allocated is is_allocated


def test_sites_are_read_with_their_time_zones() -> None:
    document = {
        "sites": [
            {"id": "0002", "name": {"text": "City Works Depot"}, "ianaTimeZoneName": "Pacific/Auckland"},
            {"id": 3, "name": "Plain"},
            {"id": None},
            None,
        ]
    }
    assert read_sites(document, POUNDS) == (Site("0002", "City Works Depot", "Pacific/Auckland"), Site("3", "Plain"))


@pytest.mark.parametrize("document", [None, [], {}, "x", {"sites": {}}, {"showtimes": None}, {"ticketPrices": 5}])
def test_a_reply_without_its_list_is_no_empty_list(document: Json) -> None:
    assert read_sites(document, POUNDS) is None
    assert read_programme(document, POUNDS, {}) is None
    assert read_prices(document, POUNDS) is None


# ── prices ──────────────────────────────────────────────────────────────────────────────────────────


def price_of(**changes: Json) -> tuple[TicketPrice, ...]:
    document = example("ticket_prices")
    document["ticketPrices"][0].update(changes)
    prices = read_prices(as_read(document), POUNDS)
    assert prices is not None
    return prices


def test_the_vendors_price_is_for_the_vendors_voucher() -> None:
    (price,) = price_of()
    assert price == TicketPrice(
        ticket_type_id="0002-0050",
        price=Price(Money(Decimal("1.0"), "GBP"), Money(Decimal("0.14"), "GBP")),
        name="Adult Voucher",
        restrictions=("Voucher",),
        voucher_type_codes=("ADTMM",),
        area_category_id="0002-0000000001",
        is_default=True,
    )
    assert prices_for((price,), "ADTMM") == (price,)
    assert prices_for((price,), "CHDMM") == ()


@pytest.mark.parametrize(
    ("restrictions", "fits"),
    [
        (["Voucher"], True),
        (["Voucher", "Discount"], True),
        (["Voucher", "NotInventedYet"], False),
        (["voucher"], False),
        (["Voucher", None], False),
        (["Voucher", {"type": "Age"}], False),
        ("Voucher", False),
        ([], False),
        (None, False),
    ],
)
def test_a_price_with_a_restriction_that_is_not_understood_is_hidden(restrictions: Json, fits: bool) -> None:
    assert bool(prices_for(price_of(restrictions=restrictions), "ADTMM")) is fits


@pytest.mark.parametrize(
    ("fee", "read"),
    [
        ({"amountIncludingTax": 0.1}, "0.1"),
        ({"valueIncludingTax": 0.1}, "0.1"),
        (1, "1"),
        (None, None),
        ({}, None),
        ("free", None),
    ],
)
def test_a_booking_fee_is_an_amount_or_none(fee: Json, read: str | None) -> None:
    document = example("ticket_prices")
    document["ticketPrices"][0]["bookingFee"] = fee
    prices = read_prices(as_read(document), POUNDS)
    assert prices is not None
    assert prices[0].booking_fee == (None if read is None else Money(Decimal(read), "GBP"))


@pytest.mark.parametrize("price", [None, {}, "dear", [1], {"valueIncludingTax": None}, True])
def test_a_ticket_whose_price_cannot_be_read_is_not_offered(price: Json) -> None:
    assert price_of(price=price) == ()
