"""Codes as the vendor and its resellers print them: realistic, and the same from run to run."""

from __future__ import annotations

import base64
import hashlib

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class Mint:
    """Makes codes from names: the same seed and name give the same code, on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def _digest(self, kind: str, name: str) -> bytes:
        return hashlib.sha512(f"{self._seed}\n{kind}\n{name}".encode()).digest()

    def uuid(self, name: str) -> str:
        digits = self._digest("uuid", name).hex()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    def reference(self, name: str) -> str:
        """Six upper-case letters and digits, like `X749G9`."""
        return "".join([_LETTERS[byte % len(_LETTERS)] for byte in self._digest("reference", name)[:6]])

    def qr(self, name: str, party: str) -> str:
        """A Ventrata QR: `!1|41|22|16` characters, 84 in all. The 22 are common to all codes of one party; the 16 are
        base64 and hold at least one `+` and one `/` here, so that nobody gets away without encoding them."""
        digest = self._digest("qr", name)
        own = _alphanumeric(digest[:31], 41)
        common = _alphanumeric(self._digest("party", party)[:18], 22)
        last = list(base64.b64encode(digest[31:43]).decode())
        plus = digest[43] % 16
        last[plus] = "+"
        last[(plus + 1 + digest[44] % 15) % 16] = "/"
        return f"!1|{own}|{common}|{''.join(last)}"

    def ean13(self, name: str) -> str:
        """Thirteen digits with a right check digit, as a reseller's system may print them."""
        digits = [byte % 10 for byte in self._digest("ean", name)[:12]]
        check = -sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
        return "".join(map(str, [*digits, check]))


def _alphanumeric(content: bytes, length: int) -> str:
    return base64.b64encode(content, b"xQ").decode()[:length]
