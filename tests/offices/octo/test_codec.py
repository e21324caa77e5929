"""A booking of the wire: the vendor's examples, and everything that may be wrong with one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.booking import Booking
from kiosk.offices.fields import NotJson, read_json
from kiosk.offices.octo.codec import read_booking, read_bookings
from kiosk.offices.octo.products import read_products
from tests.offices.octo.wire import Json, booking, example

NO_PRODUCTS = read_products([])
BARCELONA = timezone(timedelta(hours=2))
LONDON = timezone(timedelta(hours=1))


def read(document: Json, products: Json = ()) -> Booking:
    found = read_booking(document, "River Cruises", read_products(list(products)))
    assert found is not None
    return found


# ── the vendor's examples ───────────────────────────────────────────────────────────────────────────


def test_the_vendors_look_up_example() -> None:
    found = read(example("lookup")[0])
    assert (found.reference, found.uuid) == ("X749G9", "89fe0192-ddcd-430a-b285-e1396a4725d2")
    assert found.redemption_code == (
        "connect_9VWRHNASD|2aa894f0-2faa-403b-8b4e-9416854b4ba8,booking_,include_6622032d-840c-43c1-bdc2-111b1801174a"
    )
    assert (found.redeemable, found.status, found.test) == (True, "CONFIRMED", True)
    assert (found.supplier, found.product, found.option) == ("River Cruises", "", "")
    assert found.starts_at == datetime(2020, 6, 27, tzinfo=BARCELONA)
    assert found.ends_at == datetime(2020, 6, 28, tzinfo=BARCELONA)
    assert found.all_day
    assert found.unit_counts == (("Child", 1), ("Adult", 2))
    assert found.pax == 3
    assert found.redeemed_at is None


def test_the_vendors_redeem_example() -> None:
    found = read(example("redeemed"))
    assert (found.reference, found.status, found.redeemable, found.test) == ("XHSNK2", "REDEEMED", False, False)
    assert found.product == "London River Cruise Return"
    assert found.starts_at == datetime(2021, 5, 7, tzinfo=LONDON)
    assert found.redeemed_at == datetime(2021, 5, 8, 18, 41, 57, tzinfo=UTC)
    assert [(item.reference, item.unit, item.pax, item.redeemed_at) for item in found.units] == [
        ("9498BW", "Adult", 1, found.redeemed_at)
    ]


def test_the_contact_is_not_read() -> None:
    document = booking(contact={"fullName": "Somebody Else", "emailAddress": "s@example.com", "phoneNumber": "+44 7"})
    assert "Somebody" not in repr(read(document))


# ── names and heads ─────────────────────────────────────────────────────────────────────────────────

WALK = {
    "id": "walk",
    "internalName": "Walking Tour",
    "timeZone": "Europe/Madrid",
    "options": [
        {
            "id": "EVENING",
            "internalName": "Evening",
            "units": [
                {"id": "u1", "internalName": "Family", "type": "FAMILY", "restrictions": {"paxCount": 4}},
                {"id": "u2", "type": "SENIOR", "restrictions": {}},
            ],
        },
        {"id": "DEFAULT", "units": [{"id": "u3", "internalName": "Group", "restrictions": {"paxCount": 20}}]},
    ],
}


def of_walk(*unit_items: Json, **changes: Json) -> Booking:
    document = booking(productId="walk", optionId="EVENING", unitItems=list(unit_items), **changes)
    return read(document, [WALK])


def test_names_come_from_the_catalogue_where_the_booking_has_none() -> None:
    found = of_walk({"unitId": "u1"}, {"unitId": "u2"}, {"unitId": "u3"})
    assert (found.product, found.option) == ("Walking Tour", "Evening")
    assert found.unit_counts == (("Family", 1), ("Senior", 1), ("Group", 1))
    assert found.pax == 25, "a family is four; one where nothing is said; an option that is not its own is better"


def test_what_the_booking_says_goes_before_the_catalogue() -> None:
    unit = {"internalName": "Big family", "restrictions": {"paxCount": 6}}
    found = of_walk(
        {"unitId": "u1", "unit": unit}, product={"title": "The Walk"}, option={"id": "EVENING", "title": "Late"}
    )
    assert (found.product, found.option, found.unit_counts, found.pax) == ("The Walk", "Late", (("Big family", 1),), 6)


def test_units_of_the_embedded_option_name_the_unit_items() -> None:
    document = example("redeemed")
    document["unitItems"] = [{"unitId": "family"}, {"unitId": "child"}]
    del document["product"]
    found = read(document)
    assert (found.unit_counts, found.pax) == ((("Family", 1), ("Child", 1)), 5)


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ({"unitId": "adult"}, "Adult"),
        ({"unitId": "young_adult"}, "Young adult"),
        ({"unit": {"type": "STUDENT"}, "unitId": "x"}, "Student"),
        ({"unit": {"id": "senior"}}, "Senior"),
        ({"unitId": "over65"}, "Over65"),
        ({"unitId": "1a7213eb-3a33-4cbb-b114-64d771c201ac"}, "Ticket"),
        ({"unitId": "unit_5f2ca01b9"}, "Ticket"),
        ({"unitId": 20394}, "Ticket"),
        ({"unit": {"type": "OTHER"}, "unitId": "locker"}, "Locker"),
        ({"unitId": "_"}, "Ticket"),
        ({}, "Ticket"),
    ],
)
def test_a_unit_is_called_by_what_a_person_can_read(item: Json, unit: str) -> None:
    assert read(booking(unitItems=[item])).units[0].unit == unit


@pytest.mark.parametrize(
    ("pax", "heads"),
    [(4, 4), (4.0, 4), ("4", 4), (0, 0), (-1, 1), (10**30, 1), (True, 1), (None, 1), ("many", 1), ([], 1), (1e400, 1)],
)
def test_heads_are_counted_where_they_are_a_number(pax: Json, heads: int) -> None:
    document = booking(unitItems=[{"unit": {"restrictions": {"paxCount": pax}}}])
    assert read(document).units[0].pax == heads


# ── times ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_time_without_an_offset_is_in_the_products_zone() -> None:
    local = {"localDateTimeStart": "2026-07-01T20:00:00", "localDateTimeEnd": "2026-07-02T01:00:00"}
    from_catalogue = of_walk(availability=local)
    from_booking = read(booking(availability=local, product={"timeZone": "Europe/Madrid"}))
    assert from_catalogue.starts_at == from_booking.starts_at == datetime(2026, 7, 1, 20, tzinfo=BARCELONA)
    assert from_catalogue.ends_at == datetime(2026, 7, 2, 1, tzinfo=BARCELONA)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\x00", 5, None])
def test_a_time_without_any_offset_is_no_time(zone: Json) -> None:
    """Better an open date than a ticket refused for the wrong day."""
    found = read(booking(availability={"localDateTimeStart": "2026-07-01T20:00:00"}, product={"timeZone": zone}))
    assert found.starts_at is None


@pytest.mark.parametrize(
    "start",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "", 17, None, [], "2026-13-01T00:00:00Z"],
)
def test_a_time_that_is_none_leaves_the_date_open(start: Json) -> None:
    assert read(booking(availability={"localDateTimeStart": start})).starts_at is None


@pytest.mark.parametrize("availability", [None, [], "today", {}])
def test_an_open_dated_booking_has_no_times(availability: Json) -> None:
    found = read(booking(availability=availability))
    assert (found.starts_at, found.ends_at, found.all_day) == (None, None, False)


EARLY, LATE = "2026-11-21T10:00:00Z", "2026-11-21T11:00:00+00:00"
EARLY_AT, LATE_AT = datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 21, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"utcRedeemedAt": EARLY, "voucher": {"utcRedeemedAt": LATE}}, EARLY_AT),
        ({"voucher": {"utcRedeemedAt": LATE}}, LATE_AT),
        ({"unitItems": [{"utcRedeemedAt": EARLY}, {"ticket": {"utcRedeemedAt": LATE}}]}, LATE_AT),
        ({"unitItems": [{"utcRedeemedAt": EARLY}, {}]}, None),
        ({"unitItems": []}, None),
        ({"utcRedeemedAt": "2026-11-21T10:00:00"}, EARLY_AT),
        ({"utcRedeemedAt": "2026-11-21T12:00:00+02:00"}, EARLY_AT),
        ({"utcRedeemedAt": False, "voucher": []}, None),
    ],
)
def test_when_it_was_used(fields: Json, at: datetime | None) -> None:
    assert read(booking(**{"unitItems": [], "voucher": None, **fields})).redeemed_at == at


# ── may it be redeemed ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "redeemable"),
    [
        ({"redeemable": True}, True),
        ({"redeemable": False}, False),
        ({"redeemable": "false"}, False),
        ({"redeemable": None}, True),
        ({"redeemable": "perhaps"}, True),
        ({"redeemable": None, "status": None}, True),
        ({"redeemable": None, "status": "PENDING"}, False),
        ({"redeemable": None, "utcRedeemedAt": EARLY}, False),
        ({"redeemable": None, "redemptionCode": None}, False),
        ({"redeemable": True, "status": "SOMETHING_NEW"}, True),
    ],
)
def test_where_the_office_does_not_say_an_unused_booking_may_be_tried(fields: Json, redeemable: bool) -> None:
    assert read(booking(**fields)).redeemable is redeemable


def test_texts_of_the_office_are_made_fit_to_be_shown() -> None:
    hostile = "\x1b[31mred\u202e[/]\n" + "x" * 500
    found = read(booking(hostile, unredeemableReason=hostile, product={"internalName": hostile}))
    for text in (found.reference, found.office_note, found.product):
        assert text.isprintable()
        assert len(text) <= 200


def test_an_opaque_code_is_left_alone() -> None:
    code = " a|b,,_ \x1d\u202eß" + "x" * 5000
    assert read(booking(redemptionCode=code)).redemption_code == code


@pytest.mark.parametrize("nothing", [{}, {"status": "CONFIRMED"}, {"uuid": None}, {"supplierReference": ["X"]}])
def test_a_document_that_names_no_booking_is_none(nothing: Json) -> None:
    assert read_booking(nothing, "", NO_PRODUCTS) is None


def test_an_array_keeps_the_bookings_that_can_be_read() -> None:
    found = read_bookings([None, booking("A"), "B", {}, [booking("C")], booking("D")], "", NO_PRODUCTS)
    assert [one.reference for one in found] == ["A", "D"]


# ── anything at all ─────────────────────────────────────────────────────────────────────────────────

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FIELDS = sorted(
    {
        *example("lookup")[0], *example("redeemed"), *example("redeemed")["unitItems"][0], "internalName", "timeZone",
        "id", "options", "units", "restrictions", "paxCount", "localDateTimeStart", "unredeemableReason",
    }
)  # fmt: skip
KNOWN_FIELDS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=8),
    max_leaves=40,
)


@given(ANY_JSON | KNOWN_FIELDS)
def test_no_document_raises(document: Json) -> None:
    products = read_products(document)
    for found in read_bookings(document, "", products):
        assert found.pax >= 1
        assert found.unit_counts is not None


def paths(document: Json, at: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    """Where the values of a document stand."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in items:
        yield (*at, key)
        yield from paths(value, (*at, key))


DROPPED = object()


def _named(wrong: object) -> str:
    """The same name in every process, so that tests can be shared out among several."""
    return "dropped" if wrong is DROPPED else repr(wrong)


def changed(document: Json, path: tuple[Json, ...], value: Json) -> Json:
    changed_one = copy.deepcopy(document)
    inner = changed_one
    for key in path[:-1]:
        inner = inner[key]
    if value is DROPPED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed_one


@pytest.mark.parametrize("name", ["lookup", "redeemed"])
@pytest.mark.parametrize("wrong", [DROPPED, None, True, 0, -1.5, "", "\x00\x1b", [], [None], {}, {"a": []}], ids=_named)
def test_no_broken_field_costs_the_booking(name: str, wrong: Json) -> None:
    document = example(name)
    document = document[0] if isinstance(document, list) else document
    count = 0
    for path in paths(document):
        if path == ("supplierReference",):
            continue
        found = read_booking(changed(document, path, wrong), "River Cruises", NO_PRODUCTS)
        assert found is not None, path
        assert found.reference == document["supplierReference"], path
        count += 1
    assert count > 50


def test_without_its_reference_a_booking_goes_by_its_uuid() -> None:
    """Not by the reseller's: several bookings of one package may share that."""
    assert read(booking("", resellerReference="VOUCHER-0123")).reference == "uuid-"


# ── documents ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"name": "M\xfcller"}', {"name": "M\ufffdller"}),
        (b"[" + b"9" * 10_000 + b", NaN, -Infinity]", [None, None, None]),
        (b'"\\ud800"', "\ud800"),
    ],
)
def test_a_document_is_read_in_spite_of(body: bytes, document: Json) -> None:
    assert read_json(body) == document


@pytest.mark.parametrize("body", [b"", b"[", b"<html>", b"[" * 100_000, b'{"a":' * 50_000 + b"1", b"\x00", b"[1] x"])
def test_what_is_no_document(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_json(body)
