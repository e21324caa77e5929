"""What a completed order can be handed out as: passes for wallets and a calendar file, all of them worthless."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

from kiosk.sandbox.vista.orders import Line, Order

PKPASSES = "application/vnd.apple.pkpasses"
CALENDAR = "text/calendar"
HUGE = 6 * 1024 * 1024
"""Bytes: more than any ticket is."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def google_pass(order: Order) -> dict[str, str]:
    """A token that is signed by nobody, and the link that would save it."""
    header = {"alg": "none", "typ": "JWT"}
    claims = {"iss": "sandbox", "typ": "savetowallet", "payload": {"eventTicketObjects": [order.id]}}
    signature = hashlib.sha256(order.id.encode()).digest()
    jwt = ".".join((_url64(json.dumps(header).encode()), _url64(json.dumps(claims).encode()), _url64(signature)))
    return {"jwt": jwt, "url": f"https://pay.google.com/gp/v/save/{jwt}"}


def apple_passes(order: Order) -> bytes:
    """A bundle with one pass for each showtime: zip files in a zip file, unsigned."""
    passes = {f"pass-{number}.pkpass": _pass(order, line) for number, line in enumerate(order.lines.values(), 1)}
    return _zip(passes)


def calendar(order: Order) -> bytes:
    """One event for each showtime (RFC 5545)."""
    events = [entry for line in order.lines.values() for entry in _event(order, line)]
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sandbox//Vista//EN", *events, "END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _folded(line: str) -> bytes:
    """At most 75 octets a line, continued after a blank (RFC 5545, 3.1); no character is cut."""
    folded, width = b"", 0
    for octets in (character.encode() for character in line):
        if width + len(octets) > 75:
            folded, width = folded + b"\r\n ", 1
        folded, width = folded + octets, width + len(octets)
    return folded


def _event(order: Order, line: Line) -> tuple[str, ...]:
    showtime = line.showtime
    return (
        "BEGIN:VEVENT",
        f"UID:{order.id}-{showtime.id}",
        f"DTSTAMP:{_stamp(order.created_at)}",
        f"DTSTART:{_stamp(showtime.starts_at)}",
        f"DTEND:{_stamp(showtime.ends_at)}",
        f"SUMMARY:{_escaped(showtime.film.title)}",
        f"LOCATION:{_escaped(f'{showtime.site.name}, {showtime.screen.name}')}",
        "END:VEVENT",
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for special in ("\\", ";", ","):
        text = text.replace(special, f"\\{special}")
    return text.replace("\n", "\\n")


def _pass(order: Order, line: Line) -> bytes:
    content = json.dumps(
        {
            "formatVersion": 1,
            "passTypeIdentifier": "pass.sandbox",
            "serialNumber": f"{order.id}-{line.showtime.id}",
            "description": "Worthless",
            "relevantDate": line.showtime.starts_at.isoformat(),
        }
    ).encode()
    manifest = json.dumps({"pass.json": hashlib.sha1(content, usedforsecurity=False).hexdigest()}).encode()
    return _zip({"pass.json": content, "manifest.json": manifest})


def _zip(files: dict[str, bytes]) -> bytes:
    """The same bytes for the same files, whenever it is made."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content)
    return written.getvalue()


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
