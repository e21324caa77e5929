"""How an OCTO office says no, as a table: status, headers and body to a reply of the domain."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.reply import Declined, Done, Failed, Found
from kiosk.domain.verdict import Doubt
from kiosk.offices.http import Answer, NoAnswer, Trouble
from kiosk.offices.octo.replies import to_look_up, to_redeem
from tests.offices.octo.wire import Json, booking, redeemed

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
A, B = booking("A"), booking("B")


def body_of(document: Json) -> bytes:
    return document if isinstance(document, bytes) else json.dumps(document).encode()


def looked_up(status: int, document: Json, **headers: str) -> Found | Failed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return to_look_up(Answer(status, named, body_of(document)), NOW, "River Cruises", {})


def written(status: int, document: Json, **headers: str) -> Done | Declined | Failed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return to_redeem(Answer(status, named, body_of(document)), NOW, "River Cruises", {})


def error(code: Json, text: str = "No.", **more: Json) -> Json:
    return {"error": code, "errorMessage": text, **more}


HTML = b"<!doctype html><title>Not found</title>"
TRUNCATED = body_of([A])[:-20]
NOT_OURS = Found((), "River Cruises")


def failed(doubt: Doubt, may_have_applied: bool = False, retry_after_s: float | None = None) -> Failed:
    return Failed(doubt, may_have_applied, retry_after_s)


OFFICE_ERROR, NOT_AUTHORISED = failed(Doubt.OFFICE_ERROR), failed(Doubt.NOT_AUTHORISED)
IN_DOUBT = failed(Doubt.OFFICE_ERROR, may_have_applied=True)


@pytest.mark.parametrize(
    ("status", "document", "reply"),
    [
        # not ours
        (200, [], NOT_OURS),
        (404, error("NOT_FOUND"), NOT_OURS),
        (404, b"", NOT_OURS),
        (404, {"message": "Not Found"}, NOT_OURS),
        (400, error("INVALID_BOOKING_UUID", uuid="x"), NOT_OURS),
        (400, error("BAD_REQUEST", redemptionCode="x"), NOT_OURS),
        (200, error("INVALID_BOOKING_UUID"), NOT_OURS),
        # an error is not "not found"
        (404, HTML, OFFICE_ERROR),
        (400, HTML, OFFICE_ERROR),
        (400, b"", OFFICE_ERROR),
        (400, [], OFFICE_ERROR),
        *[
            (400, error(code), OFFICE_ERROR)
            for code in (
                "INVALID_PRODUCT_ID", "INVALID_OPTION_ID", "INVALID_UNIT_ID", "INVALID_AVAILABILITY_ID",
                "INVALID_AVAILABILIY_ID", "UNPROCESSABLE_ENTITY", "INTERNAL_SERVER_ERROR", "NEW", "", 17, True,
            )
        ],
        (422, error("UNPROCESSABLE_ENTITY"), OFFICE_ERROR),
        (200, error("SOMETHING_NEW"), OFFICE_ERROR),
        (200, error({"code": "SOMETHING_NEW"}), OFFICE_ERROR),
        # the key
        (400, error("UNAUTHORIZED"), NOT_AUTHORISED),
        (400, error("FORBIDDEN"), NOT_AUTHORISED),
        (200, error("FORBIDDEN"), NOT_AUTHORISED),
        (401, HTML, NOT_AUTHORISED),
        (403, error("FORBIDDEN"), NOT_AUTHORISED),
        # its own fault
        (500, error("INTERNAL_SERVER_ERROR"), OFFICE_ERROR),
        (502, HTML, OFFICE_ERROR),
        (503, [], OFFICE_ERROR),
        (599, b"", OFFICE_ERROR),
        # no answer that can be used
        (200, HTML, OFFICE_ERROR),
        (200, TRUNCATED, OFFICE_ERROR),
        (200, b"", OFFICE_ERROR),
        (204, b"", OFFICE_ERROR),
        (200, b"[" * 100_000, OFFICE_ERROR),
        (200, None, OFFICE_ERROR),
        (200, 17, OFFICE_ERROR),
        (200, "X749G9", OFFICE_ERROR),
        (200, {}, OFFICE_ERROR),
        (200, [{}], OFFICE_ERROR),
        (200, [error("BAD_REQUEST")], OFFICE_ERROR),
        (200, {"bookings": []}, OFFICE_ERROR),
        (301, HTML, OFFICE_ERROR),
        (405, error("X"), OFFICE_ERROR),
        (418, b"", OFFICE_ERROR),
    ],
)  # fmt: skip
def test_a_look_up_that_found_nothing(status: int, document: Json, reply: Found | Failed) -> None:
    assert looked_up(status, document) == reply


@pytest.mark.parametrize(
    ("status", "document", "references"),
    [
        (200, [A], ["A"]),
        (200, [A, B], ["A", "B"]),
        (200, A, ["A"]),
        (200, [None, A, {}], ["A"]),
        (201, [A], ["A"]),
        (200, [{**A, "error": None}], ["A"]),
        (200, b"\xef\xbb\xbf" + body_of([A]), ["A"]),
        (200, body_of([A]).replace(b"Optional", b"Opti\xffnal"), ["A"]),
        (200, body_of([A]).replace(b'"freesale": false', b'"freesale": ' + b"9" * 5000), ["A"]),
    ],
)
def test_a_look_up_that_found_bookings(status: int, document: Json, references: list[str]) -> None:
    reply = looked_up(status, document)
    assert isinstance(reply, Found)
    assert [one.reference for one in reply.bookings] == references
    assert {reply.supplier, *(one.supplier for one in reply.bookings)} == {"River Cruises"}


@pytest.mark.parametrize(
    ("status", "document", "reply"),
    [
        # the office's no
        (400, error("BAD_REQUEST", "Already used"), Declined("Already used", "BAD_REQUEST")),
        (400, error("BAD_REQUEST", redemptionErrorCode="TOO_EARLY"), Declined("No.", "TOO_EARLY")),
        (400, error("INVALID_BOOKING_UUID"), Declined("No.", "INVALID_BOOKING_UUID")),
        (404, error("NOT_FOUND"), Declined("No.", "NOT_FOUND")),
        (409, {"message": "Conflict"}, Declined("Conflict", "")),
        (422, error("UNPROCESSABLE_ENTITY"), Declined("No.", "UNPROCESSABLE_ENTITY")),
        (400, b"", Declined("", "")),
        (200, error("BAD_REQUEST"), Declined("No.", "BAD_REQUEST")),
        (200, [error("BAD_REQUEST"), error("OTHER")], Declined("No.", "BAD_REQUEST")),
        (400, error("BAD_REQUEST", "\x1b[2J" + "x" * 900), Declined("·[2J" + "x" * 195 + "…", "BAD_REQUEST")),
        # nothing of it can have been carried out
        (400, error("UNAUTHORIZED"), NOT_AUTHORISED),
        (401, HTML, NOT_AUTHORISED),
        (403, b"", NOT_AUTHORISED),
        (405, HTML, OFFICE_ERROR),
        (413, HTML, OFFICE_ERROR),
        # who knows
        (400, HTML, IN_DOUBT),
        (404, HTML, IN_DOUBT),
        (400, error("INTERNAL_SERVER_ERROR"), IN_DOUBT),
        (200, error("INTERNAL_SERVER_ERROR"), IN_DOUBT),
        (408, b"", IN_DOUBT),
        (303, b"", IN_DOUBT),
        (500, HTML, IN_DOUBT),
        (502, error("X"), IN_DOUBT),
        (200, HTML, IN_DOUBT),
        (200, body_of(A)[:-9], IN_DOUBT),
        (200, b"", IN_DOUBT),
        (204, b"", IN_DOUBT),
        (200, [], IN_DOUBT),
        (200, {}, IN_DOUBT),
        (200, None, IN_DOUBT),
        (200, True, IN_DOUBT),
    ],
)
def test_a_redemption_that_was_not_done(status: int, document: Json, reply: Declined | Failed) -> None:
    assert written(status, document) == reply


@pytest.mark.parametrize(
    ("document", "references"),
    [
        (redeemed(A), ["A"]),
        ([redeemed(A)], ["A"]),
        ([redeemed(A), redeemed(B)], ["A", "B"]),
        ([redeemed(A), error("BAD_REQUEST")], ["A"]),
        ([None, redeemed(B)], ["B"]),
    ],
)
def test_a_redemption_that_was_done(document: Json, references: list[str]) -> None:
    reply = written(200, document)
    assert isinstance(reply, Done)
    assert [(one.reference, one.status) for one in reply.bookings] == [(name, "REDEEMED") for name in references]


LATER = "Sat, 21 Nov 2026 12:00:30 GMT"


@pytest.mark.parametrize(
    ("document", "headers", "seconds"),
    [
        (b"", {"retry_after": "7"}, 7.0),
        (b"", {"retry_after": " 1.5 "}, 1.5),
        (b"", {"retry_after": LATER}, 30.0),
        (b"", {"retry_after": LATER, "date": "Sat, 21 Nov 2026 12:00:20 GMT"}, 10.0),
        (b"", {"retry_after": LATER, "date": "Sat, 21 Nov 2026 12:01:20 GMT"}, 0.0),
        ({"retryAfter": 12}, {}, 12.0),
        ({"retryAfter": "12"}, {"retry_after": "soon"}, 12.0),
        ({"retryAfter": 12}, {"retry_after": "3"}, 3.0),
        ({"retryAfter": -5}, {}, 0.0),
        ({"retryAfter": 10**9}, {}, 3600.0),
        ({"retryAfter": 1e999}, {}, None),
        (b"", {"retry_after": "Sat, 99 Nov 2026 99:00:00 GMT"}, None),
        (b"", {"retry_after": ""}, None),
        (HTML, {}, None),
        ([], {}, None),
    ],
)
def test_how_long_to_wait(document: Json, headers: dict[str, str], seconds: float | None) -> None:
    expected = failed(Doubt.RATE_LIMITED, retry_after_s=seconds)
    assert looked_up(429, document, **headers) == expected
    assert written(429, document, **headers) == expected


def test_an_office_that_is_down_may_say_when_to_come_back() -> None:
    assert written(503, HTML, retry_after="9") == failed(Doubt.OFFICE_ERROR, may_have_applied=True, retry_after_s=9.0)


@pytest.mark.parametrize(
    ("silence", "doubt", "may_have_applied"),
    [
        (NoAnswer(Trouble.UNREACHABLE, sent=False), Doubt.OFFLINE, False),
        (NoAnswer(Trouble.UNTRUSTED, sent=False), Doubt.OFFLINE, False),
        (NoAnswer(Trouble.DEADLINE, sent=False), Doubt.OFFLINE, False),
        (NoAnswer(Trouble.DEADLINE, sent=True), Doubt.NO_ANSWER, True),
        (NoAnswer(Trouble.DROPPED, sent=True), Doubt.NO_ANSWER, True),
        (NoAnswer(Trouble.TOO_LARGE, sent=True), Doubt.OFFICE_ERROR, True),
        (NoAnswer(Trouble.GARBLED, sent=True), Doubt.OFFICE_ERROR, True),
    ],
)
def test_silence(silence: NoAnswer, doubt: Doubt, may_have_applied: bool) -> None:
    assert to_redeem(silence, NOW, "", {}) == Failed(doubt, may_have_applied)
    assert to_look_up(silence, NOW, "", {}) == Failed(doubt, may_have_applied=False)


def test_no_reply_carries_the_code_it_was_about() -> None:
    document = error("BAD_REQUEST", redemptionCode="redeem|SECRET", reference="SECRET")
    assert "SECRET" not in repr((looked_up(422, document), written(422, document), written(500, document)))


@given(
    st.integers(100, 599), st.binary(max_size=40) | st.sampled_from([HTML, b"[]", b"{}", b'{"error":"BAD_REQUEST"}'])
)
def test_no_answer_raises_and_only_a_success_is_done(status: int, body: bytes) -> None:
    look_up, write = looked_up(status, body), written(status, body)
    assert isinstance(look_up, Failed) or not look_up.bookings
    assert not isinstance(write, Done)
    if status >= 500:
        assert write == IN_DOUBT
