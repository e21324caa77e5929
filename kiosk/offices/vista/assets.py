"""What a completed order can be taken home as: fetched, checked to be what it should be, and never opened further.

The vendor's page calls two of them `string(byte)` in JSON; raw bytes and base64 in a JSON string are both read.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, Lack, Missing, RedeemableItem
from kiosk.domain.cinema import Gone, Refused
from kiosk.domain.reply import Failed
from kiosk.domain.secret import Secret
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import NotJson, an_object, objects, read_json, text, utc_moment
from kiosk.offices.vista.client import VistaClient, address
from kiosk.offices.vista.reading import identity, word
from kiosk.offices.vista.replies import File, Said

LONGEST_LINK = 4096
"""Characters. Google's own advice is 1,800 for the token in it."""
LARGEST_PASSES = 4 * 1024 * 1024
LARGEST_CALENDAR = 256 * 1024
"""Bytes."""
MOST_PASSES = 500
"""Entries of a zip file."""
MOST_ITEMS = 1000
LONGEST_NUMBER = 200
"""Characters of a card's number or PIN."""

_FILES = "application/vnd.apple.pkpasses, application/vnd.apple.pkpass, text/calendar, application/json, */*"
_ORDER = "/ocapi/v1/orders/completed/{}"
_BASE64_ALPHABET = re.compile(rb"[A-Za-z0-9+/_=\s-]*")

T = TypeVar("T")


class VistaAssets:
    """A `ports.AssetOffice`, of one client."""

    def __init__(self, client: VistaClient) -> None:
        self._client = client

    async def google_pass(self, order_id: str, *, within_s: float) -> GooglePass | Missing:
        path = address(_ORDER + "/assets/google-wallet-pass", order_id)
        return await self._document("google_wallet_pass", path, within_s, read_google_pass)

    async def apple_passes(self, order_id: str, *, within_s: float) -> ApplePasses | Missing:
        path = address(_ORDER + "/assets/apple-wallet-pass", order_id)
        content = await self._file("apple_wallet_pass", path, within_s, LARGEST_PASSES)
        # Beside the loop: the list of a hostile zip file is long to read.
        return content if isinstance(content, Missing) else await asyncio.to_thread(read_apple_passes, content)

    async def calendar(self, order_id: str, *, within_s: float) -> CalendarFile | Missing:
        path = address(_ORDER + "/assets/calendar-event", order_id)
        content = await self._file("calendar_event", path, within_s, LARGEST_CALENDAR)
        return content if isinstance(content, Missing) else read_calendar(content)

    async def redeemable_items(self, order_id: str, *, within_s: float) -> tuple[RedeemableItem, ...] | Missing:
        path = address("/ocapi/v1/enterprise/orders/completed/{}/redeemable-items", order_id)
        return await self._document("redeemable_items", path, within_s, read_redeemable_items)

    async def link_opened(self, order_id: str, *, within_s: float) -> bool | Missing:
        """developer.vista.co: 202 is not yet, 204 is opened."""
        path = address("/ocapi/v1/tracking-events/completed-order-link-opened/{}", order_id)
        if not path:
            return NOWHERE
        heard = await self._client.fetch("link_opened", path, within_s, "application/json")
        return heard.status == 204 if isinstance(heard, File) else missing(heard)

    async def _document(self, name: str, path: str, within_s: float, read: Callable[[object], T]) -> T | Missing:
        if not path:
            return NOWHERE
        heard = await self._client.read(name, path, within_s)
        return read(heard.document) if isinstance(heard, Said) else missing(heard)

    async def _file(self, name: str, path: str, within_s: float, largest: int) -> bytes | Missing:
        if not path:
            return NOWHERE
        heard = await self._client.fetch(name, path, within_s, _FILES)
        return read_file(heard.body, largest) if isinstance(heard, File) else missing(heard)


NOWHERE = Missing(Lack.NOT_OFFERED, "not an id")
"""For what cannot stand in an address: nothing was asked."""

_LACKS = {
    Doubt.OFFLINE: Lack.NO_ANSWER,
    Doubt.NO_ANSWER: Lack.NO_ANSWER,
    Doubt.NOT_AUTHORISED: Lack.NOT_AUTHORISED,
}


def missing(heard: Refused | Gone | Failed) -> Missing:
    match heard:
        case Gone():
            return Missing(Lack.NOT_OFFERED, heard.detail or heard.title)
        case Refused():
            return Missing(Lack.REFUSED, heard.detail or heard.title)
        case Failed():
            return Missing(_LACKS.get(heard.doubt, Lack.OFFICE_ERROR))


# ── what it should be ───────────────────────────────────────────────────────────────────────────────


def read_google_pass(document: object) -> GooglePass | Missing:
    link = text(an_object(document).get("url")).strip()
    if not link:
        return Missing(Lack.UNREADABLE)
    if len(link) > LONGEST_LINK:
        return Missing(Lack.TOO_LARGE)
    return GooglePass(link) if _is_https(link) else Missing(Lack.NOT_HTTPS)


def _is_https(link: str) -> bool:
    """Whether a link leads to a web server under TLS, and to the one that it seems to."""
    if not re.fullmatch(r"[\x21-\x7e]+", link) or re.search(r"[\\\"<>^`{|}]", link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def read_file(body: bytes, largest: int) -> bytes | Missing:
    """The bytes of a file: the body, or what its JSON string holds in base64."""
    content: bytes | None = body
    if body.lstrip()[:1] == b'"':
        content = _from_base64(body)
    if not content:
        return Missing(Lack.UNREADABLE)
    return content if len(content) <= largest else Missing(Lack.TOO_LARGE)


def _from_base64(body: bytes) -> bytes | None:
    """Of either alphabet, with or without its padding and line ends."""
    try:
        packed = text(read_json(body)).encode("ascii")
        if not _BASE64_ALPHABET.fullmatch(packed):
            return None
        bare = b"".join(packed.split()).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except (NotJson, UnicodeEncodeError, binascii.Error):
        return None


def read_apple_passes(content: bytes) -> ApplePasses | Missing:
    """A zip file with passes in it, or one that is a pass. Its list is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = bundle.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
        return Missing(Lack.NOT_A_ZIP)
    if len(names) > MOST_PASSES:
        return Missing(Lack.TOO_LARGE)
    if any(name.lower().endswith(".pkpass") for name in names):
        return ApplePasses(content)
    return ApplePasses(content, is_bundle=False) if "pass.json" in names else Missing(Lack.NOTHING_INSIDE)


def read_calendar(content: bytes) -> CalendarFile | Missing:
    """RFC 5545: text in UTF-8 that begins and ends a calendar."""
    try:
        told = content.decode("utf-8-sig").strip().upper()
    except UnicodeDecodeError:
        return Missing(Lack.NOT_A_CALENDAR)
    lines = told.splitlines()
    if not lines or lines[0].strip() != "BEGIN:VCALENDAR" or lines[-1].strip() != "END:VCALENDAR":
        return Missing(Lack.NOT_A_CALENDAR)
    return Missing(Lack.NOT_A_CALENDAR) if "\0" in told else CalendarFile(content)


def read_redeemable_items(document: object) -> tuple[RedeemableItem, ...] | Missing:
    items = an_object(document).get("redeemableItems")
    if not isinstance(items, list):
        return Missing(Lack.UNREADABLE)
    return tuple(_item(item) for item in objects(items)[:MOST_ITEMS])


def _item(item: Mapping[str, object]) -> RedeemableItem:
    """What a voucher's part is called inside is not documented: it is read as a gift card's, and as an order's."""
    thing = an_object(item.get("giftCard")) or an_object(item.get("voucher"))
    held = an_object(thing.get("credentials"))
    number = next((told for key in ("cardNumber", "barcode", "number") if (told := _secret(held.get(key)))), Secret())
    expires_at = utc_moment(thing.get("expiryDate"))
    return RedeemableItem(
        identity(item.get("orderLineId")), word(item.get("type")), number, _secret(held.get("pin")), expires_at
    )


def _secret(value: object) -> Secret:
    """A number that could not be shown on one line is none."""
    told = text(value).strip()
    return Secret(told if len(told) <= LONGEST_NUMBER and told.isprintable() else "")
