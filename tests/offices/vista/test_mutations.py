"""Any field of any document dropped, nulled or retyped: something is read or nothing is, and nothing is raised."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import example as case
from hypothesis import given
from hypothesis import strategies as st

from kiosk.offices.fields import NotJson, amount, read_json
from kiosk.offices.vista.completed import read_completed_order, read_found_seats
from kiosk.offices.vista.orders import read_added_voucher, read_completion, read_extended, read_order
from kiosk.offices.vista.reading import Reading
from kiosk.offices.vista.seats import read_availability, read_plan
from kiosk.offices.vista.showtimes import read_prices, read_programme, read_sites
from tests.offices.vista.wire import Json, example

POUNDS = Reading("GBP", "fr")
AHEAD = timedelta(hours=1)

Read = Callable[[Json], object]

READERS: dict[str, tuple[Read, ...]] = {
    "showtimes": (
        lambda d: read_programme(d, POUNDS, {"153": "Europe/London"}),
        lambda d: read_sites(d.get("relatedData") if isinstance(d, dict) else d, POUNDS),
    ),
    "ticket_prices": (lambda d: read_prices(d, POUNDS),),
    "order": (
        lambda d: _used(read_order(d, POUNDS, AHEAD)),
        lambda d: read_extended(d, AHEAD),
    ),
    "added_voucher": (lambda d: read_added_voucher(d, POUNDS),),
    "completion": (lambda d: read_completion(d, "1", AHEAD),),
    "completed_order": (lambda d: read_completed_order(d, "1", POUNDS, {}),),
    "completed_ticket": (lambda d: read_completed_order(d, "1", POUNDS, {}),),
    "seat_layout": (lambda d: read_plan(d, "1", POUNDS),),
    "seat_availability": (read_availability,),
    "found_seats": (lambda d: read_found_seats(d, POUNDS, {"153": "Europe/London"}),),
}

DROPPED = object()
WRONG: list[Json] = [
    DROPPED, None, True, False, 0, -1, 3.5, 10**17, "", "x", "\x1b[2J", "\u202e", "2026-11-21", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z", "2099-12-31T23:59:59-23:59", "a" * 5000, [], [None], [[]], ["x"], [{}], {},
    {"id": None}, {"text": None, "translations": [None, {"languageTag": 5}]}, {"id": ["x"]},
]  # fmt: skip


def _used(order: object) -> object:
    """What the desk does with an order at once."""
    return getattr(order, "due", None), getattr(order, "tickets", None)


def places(document: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a document, the document itself first."""
    inner: list[tuple[str | int, Json]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def mutated(document: Json, path: tuple[str | int, ...], wrong: Json) -> Json:
    if not path:
        return None if wrong is DROPPED else wrong
    document = copy.deepcopy(document)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    if wrong is DROPPED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = wrong
    return document


def read(name: str, document: Json) -> None:
    exact = read_json(json.dumps(document).encode(), parse_float=amount)
    for reader in READERS[name]:
        repr(reader(exact))


@pytest.mark.parametrize("name", READERS)
def test_every_field_may_be_wrong(name: str) -> None:
    document = example(name)
    for path in places(document):
        for wrong in WRONG:
            read(name, mutated(document, path, wrong))
    assert len(places(document)) > 5


@given(data=st.data(), name=st.sampled_from(sorted(READERS)))
def test_several_fields_may_be_wrong_at_once(data: st.DataObject, name: str) -> None:
    document = example(name)
    for _ in range(data.draw(st.integers(2, 5))):
        path = data.draw(st.sampled_from(places(document)))
        document = mutated(document, path, data.draw(st.sampled_from(WRONG)))
    read(name, document)


@given(body=st.binary(max_size=200))
@case(b"[" * 100_000)
@case(b'{"a": ' + b"9" * 5000 + b"}")
@case(b'{"a": 1e999999999999}')
@case(b'{"a": 0.' + b"1" * 100_000 + b"}")
def test_any_bytes_are_a_document_or_not_json(body: bytes) -> None:
    try:
        document = read_json(body, parse_float=amount)
    except NotJson:
        return
    for readers in READERS.values():
        for reader in readers:
            repr(reader(document))
