"""What `kiosk assets` says of each asset: what it is, or why it is not there and what that means."""

from __future__ import annotations

from typing import Any

from kiosk.cli.voucher_words import safe
from kiosk.domain.assets import ApplePasses, Assets, CalendarFile, GooglePass, Lack, Missing, RedeemableItem

HEAD = ("ASSET", "WHAT THERE IS")
CARD_HEAD = ("LINE", "KIND", "NUMBER", "PIN", "GOOD UNTIL")

LACKS = {
    Lack.NOT_OFFERED: "none: the office has none for this order",
    Lack.REFUSED: "none: the office refuses it",
    Lack.NOT_AUTHORISED: "none: this kiosk's user may not have it",
    Lack.NO_ANSWER: "not fetched: the office has not answered; try again",
    Lack.OFFICE_ERROR: "not fetched: the office has trouble of its own; try again",
    Lack.UNREADABLE: "not taken: what came is neither the thing itself nor base64 of it",
    Lack.TOO_LARGE: "not taken: what came is too large",
    Lack.NOT_HTTPS: "not taken: the link is not a plain https link",
    Lack.NOT_A_ZIP: "not taken: what came is no zip file",
    Lack.NOTHING_INSIDE: "not taken: the zip file holds no pass",
    Lack.NOT_A_CALENDAR: "not taken: what came is no calendar (BEGIN:VCALENDAR to END:VCALENDAR)",
}

Given = GooglePass | ApplePasses | CalendarFile


def each(assets: Assets) -> tuple[tuple[str, str, Given | Missing], ...]:
    """Every asset: its name for people, its key for programs, what there is."""
    return (
        ("Google Wallet", "google_wallet_pass", assets.google),
        ("Apple Wallet", "apple_wallet_passes", assets.apple),
        ("Calendar", "calendar_event", assets.calendar),
    )


def file_of(given: Given) -> tuple[str, bytes]:
    """Under which name it is saved, and what."""
    match given:
        case GooglePass(url):
            return "google-wallet-link.txt", f"{url}\n".encode()
        case ApplePasses():
            return f"tickets.{given.suffix}", given.content
        case CalendarFile(content):
            return "tickets.ics", content


def told(asset: Given | Missing) -> str:
    match asset:
        case Missing(lack, detail):
            return LACKS[lack] + (f" ({safe(detail)})" if detail else "")
        case GooglePass(url):
            return f"a link of {len(url)} characters"
        case ApplePasses():
            what = "passes" if asset.is_bundle else "one pass"
            return f"{what}, {len(asset.content)} bytes"
        case CalendarFile(content):
            return f"a calendar file, {len(content)} bytes"


def card_line(item: RedeemableItem) -> tuple[str, ...]:
    """Under `CARD_HEAD`, masked."""
    until = "" if item.expires_at is None else f"{item.expires_at:%Y-%m-%d}"
    return item.order_line_id, item.type, item.masked_number, item.masked_pin, until


def card_line_in_full(item: RedeemableItem) -> tuple[str, ...]:
    """Under `CARD_HEAD`, for a supervisor's eyes."""
    line, kind, _, _, until = card_line(item)
    return line, kind, item.number.reveal(), item.pin.reveal(), until


def card_json(item: RedeemableItem) -> dict[str, Any]:
    """Masked: JSON ends up in logs."""
    return {
        "order_line_id": item.order_line_id,
        "type": item.type,
        "number": item.masked_number,
        "has_pin": bool(item.pin),
        "expires_at": item.expires_at and item.expires_at.isoformat(),
    }
