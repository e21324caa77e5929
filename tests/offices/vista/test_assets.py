"""Assets as they may come: raw or in base64, and everything that is refused, each by its name."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, Lack, Missing
from kiosk.domain.secret import Secret
from kiosk.offices.vista.assets import (
    LARGEST_CALENDAR,
    LARGEST_PASSES,
    LONGEST_LINK,
    MOST_PASSES,
    read_apple_passes,
    read_calendar,
    read_file,
    read_google_pass,
    read_redeemable_items,
)
from tests.offices.vista.wire import Wire, answer, drops

ORDER = "4d6f0c2e9b7a45f1838e5c1d2a3b4c5d"
ASSETS = f"/ocapi/v1/orders/completed/{ORDER}/assets"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def zipped(*names: str, content: bytes = b"{}") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content)  # the same bytes at any time: they name tests
    return written.getvalue()


PASSES = zipped("pass-1.pkpass", "pass-2.pkpass")


# ── the wallet link ─────────────────────────────────────────────────────────────────────────────────


def test_a_google_pass_is_its_link_and_does_not_show_it() -> None:
    found = read_google_pass({"jwt": "a.b.c", "url": "https://pay.google.com/gp/v/save/a.b.c"})
    assert found == GooglePass("https://pay.google.com/gp/v/save/a.b.c")
    assert "a.b.c" not in repr(found)


@pytest.mark.parametrize(
    "link",
    [
        "http://pay.google.com/gp/v/save/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "intent://x#Intent;scheme=https;end",
        "//pay.google.com/x",
        "pay.google.com/x",
        "https://",
        "https:///x",
        "https://pay.google.com@evil.example/x",
        "https://pay.google.com\\@evil.example/x",
        "https://pay.google.com/\u202egpj.x",
        "https://pay.google.com/a b",
        'https://pay.google.com/"><script>',
        "https://pay.google.com/\r\nSet-Cookie: a=b",
        "https://[::1",
        "https://pay.google.com:0/x",
    ],
)
def test_a_link_that_is_not_plainly_https_is_refused_by_name(link: str) -> None:
    assert read_google_pass({"url": link}) == Missing(Lack.NOT_HTTPS)


def test_a_scheme_in_capitals_is_the_same_scheme() -> None:
    assert isinstance(read_google_pass({"url": "HTTPS://pay.google.com/x"}), GooglePass)


@pytest.mark.parametrize("document", [None, [], "x", {}, {"url": None}, {"url": ["https://x"]}, {"url": " "}])
def test_a_reply_without_a_link(document: object) -> None:
    assert read_google_pass(document) == Missing(Lack.UNREADABLE)


def test_a_link_of_any_length_is_not_taken() -> None:
    assert read_google_pass({"url": "https://x.example/" + "a" * LONGEST_LINK}) == Missing(Lack.TOO_LARGE)


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


def json_base64(content: bytes, encode: object = base64.b64encode) -> bytes:
    assert callable(encode)
    return json.dumps(encode(content).decode()).encode()


@pytest.mark.parametrize("content", [PASSES, CALENDAR, bytes(range(256))])
def test_raw_bytes_and_base64_in_json_are_the_same_file(content: bytes) -> None:
    forms = [
        content,
        json_base64(content),
        json_base64(content, base64.urlsafe_b64encode),
        json_base64(content, base64.encodebytes),
        json_base64(content).replace(b"=", b""),
        b"\n " + json_base64(content),
    ]
    assert [read_file(form, LARGEST_PASSES) for form in forms] == [content] * len(forms)


@pytest.mark.parametrize("body", [b"", b'""', b'"', b'"*"', b'"abcde"', b'"\xff"', b'"=="', b'"a" "b"'])
def test_a_body_that_is_neither(body: bytes) -> None:
    assert read_file(body, LARGEST_PASSES) == Missing(Lack.UNREADABLE)


def test_a_file_has_its_largest_size() -> None:
    assert read_file(b"x" * 11, 10) == Missing(Lack.TOO_LARGE)
    assert read_file(json_base64(b"x" * 11), 10) == Missing(Lack.TOO_LARGE)
    assert read_file(b"x" * 10, 10) == b"x" * 10


def test_passes_come_in_a_bundle_or_alone() -> None:
    assert read_apple_passes(PASSES) == ApplePasses(PASSES)
    alone = zipped("pass.json", "manifest.json")
    found = read_apple_passes(alone)
    assert found == ApplePasses(alone, is_bundle=False)
    assert isinstance(found, ApplePasses)
    assert found.media_type == "application/vnd.apple.pkpass"


@pytest.mark.parametrize(
    ("content", "lack"),
    [
        (b"PK", Lack.NOT_A_ZIP),
        (b"<!doctype html>", Lack.NOT_A_ZIP),
        (PASSES[:-30], Lack.NOT_A_ZIP),
        (b"\0" * 100_000, Lack.NOT_A_ZIP),
        (zipped(), Lack.NOTHING_INSIDE),
        (zipped("readme.txt"), Lack.NOTHING_INSIDE),
        (zipped(*(f"{number}.pkpass" for number in range(MOST_PASSES + 1))), Lack.TOO_LARGE),
    ],
)
def test_a_bundle_that_is_none_is_refused_by_name(content: bytes, lack: Lack) -> None:
    assert read_apple_passes(content) == Missing(lack)


@pytest.mark.parametrize("content", [CALENDAR, b"\xef\xbb\xbf" + CALENDAR, CALENDAR.replace(b"\r\n", b"\n").lower()])
def test_a_calendar_is_kept_as_it_came(content: bytes) -> None:
    assert read_calendar(content) == CalendarFile(content)


@pytest.mark.parametrize(
    "content",
    [
        b"VERSION:2.0\r\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        b"BEGIN:VCARD\r\nEND:VCARD",
        b"BEGIN:VCALENDARX\r\nEND:VCALENDAR",
        b"MZ\x90BEGIN:VCALENDAR\r\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\r\n\xff\r\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\r\n\0\r\nEND:VCALENDAR",
        b"",
    ],
)
def test_a_calendar_that_is_none_is_refused_by_name(content: bytes) -> None:
    assert read_calendar(content) == Missing(Lack.NOT_A_CALENDAR)


@given(st.one_of(st.binary(max_size=300), st.sampled_from([PASSES, CALENDAR]).flatmap(lambda whole: _damaged(whole))))
def test_no_file_breaks_the_reading(content: bytes) -> None:
    for form in (content, json_base64(content), b'"' + content):
        read = read_file(form, LARGEST_CALENDAR)
        if isinstance(read, bytes):
            assert isinstance(read_apple_passes(read), ApplePasses | Missing)
            assert isinstance(read_calendar(read), CalendarFile | Missing)


def _damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """One stretch of it replaced."""
    return st.builds(
        lambda place, junk: whole[:place] + junk + whole[place + len(junk) :],
        st.integers(0, len(whole)),
        st.binary(max_size=8),
    )


# ── cards ───────────────────────────────────────────────────────────────────────────────────────────

KEYS = st.sampled_from(["redeemableItems", "giftCard", "credentials", "cardNumber", "pin", "expiryDate", "type"])


def test_cards_are_read_and_never_show_themselves() -> None:
    items = read_redeemable_items(
        {
            "redeemableItems": [
                {
                    "orderLineId": "1",
                    "type": "GiftCard",
                    "giftCard": {
                        "credentials": {"cardNumber": "6006490000000000017", "pin": "2580"},
                        "expiryDate": "2031-12-31T23:59:59Z",
                    },
                },
                {"orderLineId": "2", "type": "Voucher", "voucher": {"credentials": {"barcode": "ADTMM0000801"}}},
                {"orderLineId": 3},
                None,
            ]
        }
    )
    assert isinstance(items, tuple)
    card, voucher, bare = items
    assert (card.number, card.pin) == (Secret("6006490000000000017"), Secret("2580"))
    assert (card.masked_number, card.masked_pin) == ("…0017", "****")
    assert card.expires_at is not None
    assert (voucher.masked_number, voucher.masked_pin) == ("…0801", "")
    assert (bare.order_line_id, bare.masked_number) == ("3", "…")
    assert not any(secret in repr(items) + f"{items}" for secret in ("6006490000000000017", "2580", "ADTMM0000801"))


@pytest.mark.parametrize("document", [None, {}, {"redeemableItems": None}, {"redeemableItems": {}}, []])
def test_a_reply_without_a_list_of_cards(document: object) -> None:
    assert read_redeemable_items(document) == Missing(Lack.UNREADABLE)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda one: st.lists(one) | st.dictionaries(KEYS, one)))
def test_no_document_breaks_the_reading_of_cards(document: object) -> None:
    for told in (document, {"redeemableItems": document}, {"redeemableItems": [{"giftCard": document}]}):
        assert isinstance(read_redeemable_items(told), tuple | Missing)
    assert isinstance(read_google_pass({"url": document}), GooglePass | Missing)


# ── the wire ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_is_asked_for_as_what_it_is() -> None:
    wire = Wire()
    wire.on("GET", f"{ASSETS}/apple-wallet-pass", answer(PASSES))
    office = wire.office()
    assert await office.assets.apple_passes(ORDER, within_s=5.0) == ApplePasses(PASSES)
    assert wire.asked[-1].headers["accept"].startswith("application/vnd.apple.pkpasses")
    await office.aclose()


@pytest.mark.parametrize(
    ("status", "document", "lack"),
    [
        (404, {"title": "Not Found", "detail": "no wallet"}, Lack.NOT_OFFERED),
        (400, {"title": "Bad Request"}, Lack.REFUSED),
        (200, {"status": 400, "title": "Bad Request", "detail": "no"}, Lack.REFUSED),
        (403, {"title": "Forbidden"}, Lack.NOT_AUTHORISED),
        (429, {"title": "Too Many Requests"}, Lack.OFFICE_ERROR),
        (500, {"title": "Internal Server Error"}, Lack.OFFICE_ERROR),
        (302, None, Lack.OFFICE_ERROR),
        (404, b"<html>", Lack.OFFICE_ERROR),
    ],
)
async def test_what_the_office_says_in_place_of_a_file(status: int, document: object, lack: Lack) -> None:
    wire = Wire()
    wire.on("GET", f"{ASSETS}/calendar-event", answer(document, status))
    office = wire.office()
    found = await office.assets.calendar(ORDER, within_s=5.0)
    assert isinstance(found, Missing)
    assert found.lack is lack
    await office.aclose()


async def test_a_refused_token_is_renewed_for_a_file_too() -> None:
    wire = Wire()
    wire.on("GET", f"{ASSETS}/calendar-event", answer({"title": "Unauthorized"}, 401), answer(CALENDAR))
    office = wire.office()
    assert await office.assets.calendar(ORDER, within_s=5.0) == CalendarFile(CALENDAR)
    assert [asked.token for asked in wire.asked] == ["token-1", "token-2"]
    await office.aclose()


@pytest.mark.parametrize(("status", "opened"), [(202, False), (204, True), (200, False)])
async def test_whether_the_link_was_opened(status: int, opened: bool) -> None:
    wire = Wire()
    wire.on("GET", f"/ocapi/v1/tracking-events/completed-order-link-opened/{ORDER}", answer(None, status))
    office = wire.office()
    assert await office.assets.link_opened(ORDER, within_s=5.0) is opened
    await office.aclose()


async def test_a_connection_that_drops_is_no_answer() -> None:
    wire = Wire()
    wire.on("GET", f"{ASSETS}/google-wallet-pass", drops)
    office = wire.office()
    assert await office.assets.google_pass(ORDER, within_s=5.0) == Missing(Lack.NO_ANSWER)
    await office.aclose()


@pytest.mark.parametrize("order_id", ["", ".", ".."])
async def test_what_cannot_stand_in_an_address_is_not_asked_for(order_id: str) -> None:
    wire = Wire()
    office = wire.office()
    for asked in (office.assets.google_pass, office.assets.apple_passes, office.assets.link_opened):
        found = await asked(order_id, within_s=5.0)
        assert isinstance(found, Missing)
        assert found.lack is Lack.NOT_OFFERED
    assert wire.asked == []
    await office.aclose()


async def test_an_id_is_one_part_of_an_address_whatever_it_holds() -> None:
    wire = Wire()
    office = wire.office()
    await office.assets.calendar("../../sites?x=1#\r\n", within_s=5.0)
    assert [asked.path for asked in wire.asked] == [
        "/ocapi/v1/orders/completed/..%2F..%2Fsites%3Fx%3D1%23%0D%0A/assets/calendar-event"
    ]
    await office.aclose()
