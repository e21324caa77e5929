"""Codes as the vendor and its resellers print them: realistic, and the same from run to run."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

REFERENCE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class Mint:
    """Makes codes from names: the same seed and name give the same code, on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def _digest(self, kind: str, name: str) -> bytes:
        return hashlib.sha512(f"{self._seed}\n{kind}\n{name}".encode()).digest()

    def uuid(self, name: str) -> str:
        return str(UUID(bytes=self._digest("uuid", name)[:16], version=4))

    def reference(self, name: str) -> str:
        """Six upper-case letters and digits, like `X749G9`."""
        number = int.from_bytes(self._digest("reference", name)[:8], "big")
        letters = []
        for _ in range(6):
            number, place = divmod(number, len(REFERENCE_LETTERS))
            letters.append(REFERENCE_LETTERS[place])
        return "".join(letters)

    def qr(self, name: str, party: str) -> str:
        """A Ventrata QR: `!1|41|22|16` characters, 84 in all. The 22 are common to all codes of one party; the 16 are
        base64 and hold at least one `+` and one `/` here, so that nobody gets away without encoding them."""
        own = _alphanumeric(self._digest("qr", name), 41)
        common = _alphanumeric(self._digest("party", party), 22)
        last = list(base64.b64encode(self._digest("check", name))[:16].decode())
        places = self._digest("places", name)
        plus = places[0] % 16
        last[plus] = "+"
        last[(plus + 1 + places[1] % 15) % 16] = "/"
        return f"!1|{own}|{common}|{''.join(last)}"

    def redemption_code(self, booking_uuid: str, ticket_uuid: str | None) -> str:
        """Opaque to clients: parts joined by `|`, `,` and `_`, one of them empty, as in the vendor's example."""
        connection = self._digest("connection", "")[:5].hex().upper()[:9]
        part = "include" if ticket_uuid is None else "ticket"
        return (
            f"connect_{connection}|{booking_uuid},booking_,{part}_{ticket_uuid or self.uuid('include ' + booking_uuid)}"
        )

    def ean13(self, name: str) -> str:
        """Thirteen digits with a right check digit, as a reseller's system may print them."""
        digits = [byte % 10 for byte in self._digest("ean", name)[:12]]
        check = -sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
        return "".join(map(str, [*digits, check]))


def _alphanumeric(digest: bytes, length: int) -> str:
    letters = base64.b64encode(digest).decode().replace("+", "x").replace("/", "Q")
    return letters[:length]
