"""The page itself, as text: no script, no picture, nothing from elsewhere. Pure."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from enum import Enum
from html import escape

from kiosk.domain.assets import ApplePasses, CalendarFile, GooglePass, TakeHome
from kiosk.domain.cinema import SeatsOfShowtime

CALENDAR = "tickets.ics"
STYLE = """
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1.25rem 3rem;font:1.0625rem/1.45 system-ui,sans-serif;max-width:30rem;margin-inline:auto}
h1{font-size:1.0625rem;font-weight:600;margin:0 0 1.25rem;opacity:.75}
section{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.9rem;padding:1rem 1.1rem}
section+section{margin-top:.75rem}
h2{font-size:1.6rem;line-height:1.15;margin:0 0 .6rem;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem .9rem;margin:0}
dt{opacity:.7}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
nav{display:grid;gap:.75rem;margin:1.25rem 0}
a{display:block;min-height:3.25rem;padding:.9rem 1rem;border-radius:.9rem;text-align:center;text-decoration:none;
font-weight:600;background:CanvasText;color:Canvas}
a:focus-visible{outline:3px solid #1a73e8;outline-offset:2px}
p{margin:.75rem 0;opacity:.8}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: this one style sheet, and nothing else at all."""


class Phone(Enum):
    """What a phone says that it is. A lie costs its owner a button."""

    APPLE = "apple"
    ANDROID = "android"
    OTHER = "other"

    @classmethod
    def of(cls, user_agent: str) -> Phone:
        if "iPhone" in user_agent or "iPad" in user_agent:
            return cls.APPLE
        return cls.ANDROID if "Android" in user_agent else cls.OTHER


def ticket_page(take_home: TakeHome, token: str, phone: Phone) -> str:
    """What the order is for, and the buttons that this phone can use."""
    tickets = "".join(map(_ticket, take_home.showtimes))
    buttons = "".join(f"<a {attributes}>{words}</a>" for words, attributes in _buttons(take_home, token, phone))
    return _page(
        "Your tickets",
        f"<h1>Your tickets</h1>{tickets}<nav>{buttons}</nav><p>Save them to your phone now: this page closes soon.</p>",
    )


def nothing_page() -> str:
    """For everything that is no open link, always the same."""
    return _page(
        "Nothing here",
        "<h1>Nothing here</h1><p>This link does not lead anywhere, or its time is over. "
        "Please ask at the desk: your tickets are good all the same.</p>",
    )


def _buttons(take_home: TakeHome, token: str, phone: Phone) -> list[tuple[str, str]]:
    """Words and attributes. Links are relative, so that the page may stand behind any address."""
    assets, buttons = take_home.assets, []
    if isinstance(assets.apple, ApplePasses) and phone is not Phone.ANDROID:
        buttons.append(("Add to Apple Wallet", f'href="{token}/tickets.{assets.apple.suffix}"'))
    if isinstance(assets.google, GooglePass) and phone is not Phone.APPLE:
        link = escape(assets.google.url, quote=True)
        buttons.append(("Add to Google Wallet", f'href="{link}" rel="noreferrer noopener"'))
    if isinstance(assets.calendar, CalendarFile):
        buttons.append(("Add to calendar", f'href="{token}/{CALENDAR}"'))
    return buttons


def _ticket(showtime: SeatsOfShowtime) -> str:
    facts = (
        ("When", _when(showtime.starts_at)),
        ("Screen", showtime.screen),
        ("Seats" if len(showtime.seats) > 1 else "Seat", ", ".join(showtime.seats)),
    )
    rows = "".join(f"<dt>{name}</dt><dd>{_text(fact)}</dd>" for name, fact in facts if fact)
    return f"<section><h2>{_text(showtime.film) or 'Your visit'}</h2><dl>{rows}</dl></section>"


def _when(at: datetime | None) -> str:
    """In the cinema's own time, as it was told."""
    return "" if at is None else f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}"


def _text(text: str) -> str:
    """Isolated: a title may be written from right to left, and must not turn what stands around it."""
    return f"<bdi>{escape(text, quote=True)}</bdi>" if text else ""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
