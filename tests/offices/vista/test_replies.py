"""How Vista says no, as a table: status, headers and body to a document or a reply of the domain."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cinema import Gone, Refused
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import Answer, NoAnswer, Trouble
from kiosk.offices.vista.replies import LONGEST_DETAIL, LONGEST_TITLE, Heard, Said, hear
from tests.offices.vista.wire import Json

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HTML = b"<!doctype html><title>Not found</title>"
ORDER = {"order": {"id": "1aaa"}}


def heard(status: int, document: Json, **headers: str) -> Heard:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return hear(Answer(status, named, body), NOW)


def error(status: int, title: str = "Voucher cannot be used", detail: str = "It has expired.") -> Json:
    return {"status": status, "title": title, "detail": detail}


def failed(doubt: Doubt, may_have_applied: bool = False, retry_after_s: float | None = None) -> Failed:
    return Failed(doubt, may_have_applied, retry_after_s)


REFUSED = Refused("Voucher cannot be used", "It has expired.", 400)
GONE = Gone("Voucher cannot be used", "It has expired.")
IN_DOUBT = failed(Doubt.OFFICE_ERROR, may_have_applied=True)
NOT_AUTHORISED = failed(Doubt.NOT_AUTHORISED)


@pytest.mark.parametrize(
    ("status", "document", "reply"),
    [
        (200, ORDER, Said(ORDER)),
        (201, ORDER, Said(ORDER)),
        (200, [], Said([])),
        (204, b"", Said(None)),
        (200, b" \r\n", Said(None)),
        (200, b"\xef\xbb\xbf{}", Said({})),
        # refused
        (400, error(400), REFUSED),
        (409, error(409), Refused("Voucher cannot be used", "It has expired.", 409)),
        (422, error(422), Refused("Voucher cannot be used", "It has expired.", 422)),
        (400, b"", Refused(status=400)),
        (400, [], Refused(status=400)),
        (400, {"title": None, "detail": None}, Refused(status=400)),
        (400, {"title": 17, "detail": {"a": 1}}, Refused("17", "", 400)),
        (400, {"message": "No."}, Refused("", "No.", 400)),
        (400, {"error": "invalid", "error_description": "No."}, Refused("invalid", "No.", 400)),
        (400, {"title": "Invalid", "errors": {"pin": ["Too short."], "x": []}}, Refused("Invalid", "Too short.", 400)),
        (405, error(405), Refused("Voucher cannot be used", "It has expired.", 405)),
        (400, HTML, failed(Doubt.OFFICE_ERROR)),
        # seats
        (400, {"title": "SeatsUnavailable"}, Refused("SeatsUnavailable", "", 400, seats_unavailable=True)),
        (409, {"type": "https://x/SeatsUnavailable", "title": "No"}, Refused("No", "", 409, seats_unavailable=True)),
        (400, {"title": "Seats unavailable"}, Refused("Seats unavailable", "", 400, seats_unavailable=True)),
        # gone
        (404, error(404), GONE),
        (410, error(410), GONE),
        (404, b"", Gone()),
        (404, HTML, failed(Doubt.OFFICE_ERROR)),
        # an error inside a success
        (200, error(400), REFUSED),
        (200, error(404), GONE),
        (200, error(500), IN_DOUBT),
        (200, {"status": "Pending"}, Said({"status": "Pending"})),
        (200, {"status": 400}, Said({"status": 400})),
        # no key
        (401, error(401), NOT_AUTHORISED),
        (401, b"", NOT_AUTHORISED),
        (403, error(403), NOT_AUTHORISED),
        (403, HTML, NOT_AUTHORISED),
        # too many
        (429, error(429), failed(Doubt.RATE_LIMITED)),
        (429, HTML, failed(Doubt.RATE_LIMITED)),
        # nothing that can be used
        (500, error(500), IN_DOUBT),
        (502, HTML, IN_DOUBT),
        (503, b"", IN_DOUBT),
        (200, HTML, IN_DOUBT),
        (200, b'{"order":{"id":"1a', IN_DOUBT),
        (204, HTML, IN_DOUBT),
        (408, error(408), IN_DOUBT),
        (302, b"", IN_DOUBT),
        (100, b"", IN_DOUBT),
    ],
)
def test_what_an_answer_says(status: int, document: Json, reply: Heard) -> None:
    assert heard(status, document) == reply


@pytest.mark.parametrize(
    ("silence", "reply"),
    [
        (NoAnswer(Trouble.UNREACHABLE, sent=False), failed(Doubt.OFFLINE)),
        (NoAnswer(Trouble.UNTRUSTED, sent=False), failed(Doubt.OFFLINE)),
        (NoAnswer(Trouble.DEADLINE, sent=True), failed(Doubt.NO_ANSWER, may_have_applied=True)),
        (NoAnswer(Trouble.DROPPED, sent=True), failed(Doubt.NO_ANSWER, may_have_applied=True)),
        (NoAnswer(Trouble.TOO_LARGE, sent=True), IN_DOUBT),
        (NoAnswer(Trouble.GARBLED, sent=True), IN_DOUBT),
    ],
)
def test_no_answer_is_a_doubt(silence: NoAnswer, reply: Failed) -> None:
    assert hear(silence, NOW) == reply


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry_after": "7"}, 7.0), ({"retry_after": "Sat, 21 Nov 2026 12:01:00 GMT"}, 60.0), ({}, None)],
)
def test_how_long_to_wait_is_told(headers: dict[str, str], seconds: float | None) -> None:
    for status in (429, 503):
        reply = heard(status, error(status), **headers)
        assert isinstance(reply, Failed)
        assert reply.retry_after_s == seconds


def test_amounts_are_read_exactly() -> None:
    said = heard(200, b'{"total": 0.30000000000000004, "tax": 3.0, "wild": 1e999}')
    assert isinstance(said, Said)
    assert said.document == {"total": Decimal("0.30000000000000004"), "tax": Decimal("3.0"), "wild": None}


def test_hostile_texts_are_made_fit_to_be_shown() -> None:
    reply = heard(400, {"title": "\x1b[2J[red]" + "t" * 500, "detail": "\u202eevil\r\n" + "d" * 5000})
    assert isinstance(reply, Refused)
    assert len(reply.title) == LONGEST_TITLE
    assert len(reply.detail) == LONGEST_DETAIL
    assert reply.title.startswith("·[2J[red]")
    assert reply.detail.startswith("·evil··")


def test_the_log_tells_what_licence_is_missing_and_no_barcode() -> None:
    reply = heard(403, {"title": "Vista.Ocapi licence required for ADTMM0000111\x1b[2J"})
    assert isinstance(reply, Failed)
    assert reply.detail == "status 403 Vista.Ocapi licence required for ADTMM#######·[#J"


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Sat, 21 Nov 2026 12:00:03 GMT", timedelta()),
        ("Sat, 21 Nov 2026 14:00:00 GMT", timedelta(hours=2, seconds=0.5)),
        ("Sat, 21 Nov 2026 11:50:00 GMT", -timedelta(minutes=10) + timedelta(seconds=0.5)),
        ("yesterday", timedelta()),
    ],
)
def test_an_office_whose_clock_is_another_says_so(date: str, ahead: timedelta) -> None:
    said = heard(200, ORDER, date=date)
    assert isinstance(said, Said)
    assert said.office_ahead == ahead


@given(
    status=st.integers(100, 599),
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["status", "title", "detail", "message", "errors", "error"]), inner, max_size=4
                )
            ),
        ).map(lambda document: json.dumps(document).encode()),
    ),
)
def test_whatever_comes_is_a_reply_and_only_a_clear_no_is_called_one(status: int, body: bytes) -> None:
    reply = hear(Answer(status, {}, body), NOW)
    if isinstance(reply, Failed) and status >= 500:
        assert reply.may_have_applied
    if isinstance(reply, Refused | Gone):
        assert 200 <= status < 500
    if isinstance(reply, Said):
        assert 200 <= status < 300
