"""Reading a request as strictly as an office might: who asks, and what exactly is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from kiosk.sandbox.door import Call
from kiosk.sandbox.octo.catalogue import Supplier
from kiosk.sandbox.octo.refusals import bad_request, forbidden, unauthorized

NOTES = ("timestamp", "notes", "reference", "email", "mobile")
"""What a redemption may carry besides its codes. What the office does with them is undocumented: here they go into
the books and change nothing."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Who is asking, with the capabilities and the environment that were really applied."""

    supplier: Supplier
    capabilities: tuple[str, ...]
    test: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Octo-Capabilities": ", ".join(self.capabilities), "Octo-Env": "test" if self.test else "live"}


@dataclass(frozen=True, slots=True)
class Redemption:
    """What is to be redeemed: the codes in the order given, whether they came as an array, and the notes."""

    codes: tuple[str, ...]
    many: bool
    notes: Mapping[str, str]


def connect(call: Call, suppliers: Iterable[Supplier]) -> Connection:
    """No key: 401. A wrong one: 403. No Octo-Capabilities header at all, or an environment that does not exist: 400.

    A capability that the key may not use is dropped in silence. A supplier may force the test environment.
    """
    headers = call.request.headers
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise unauthorized()
    supplier = next((supplier for supplier in suppliers if supplier.key == key.strip()), None)
    if supplier is None:
        raise forbidden("The API key is not valid")
    if "octo-capabilities" not in headers:
        raise bad_request("The Octo-Capabilities header is missing")
    env = headers.get("octo-env", "live")
    if env not in ("live", "test"):
        raise bad_request("Octo-Env must be live or test")
    wanted = [name.strip() for name in headers["octo-capabilities"].split(",")]
    applied = tuple(name for name in dict.fromkeys(wanted) if name in supplier.capabilities)
    return Connection(supplier, applied, env == "test" or supplier.forces_test)


def query(call: Call) -> dict[str, str]:
    """The decoded query: each name once, UTF-8. A `+` that was not percent-encoded has become a blank."""
    raw = bytes(call.request.scope["query_string"])
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise bad_request("The query cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise bad_request("A query parameter was sent twice")
    return found


def body(call: Call, known: set[str]) -> dict[str, object]:
    """The JSON object in a body, with no other fields than the known ones."""
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise bad_request("Content-Type must be application/json")
    try:
        asked = json.loads(call.body)
    except ValueError as error:
        raise bad_request("The body is not JSON") from error
    if not isinstance(asked, dict):
        raise bad_request("The body must be an object")
    unknown = sorted(set(asked) - known)
    if unknown:
        raise bad_request(f"Unknown field: {unknown[0]}")
    return asked


def redemption(call: Call) -> Redemption:
    """The body of redeem and noshow: one code, or several."""
    asked = body(call, {"redemptionCode", *NOTES})
    code = asked.pop("redemptionCode", None)
    many = isinstance(code, list)
    codes = tuple(one for one in (code if isinstance(code, list) else [code]) if isinstance(one, str) and one)
    if not codes or (isinstance(code, list) and len(codes) < len(code)):
        raise bad_request("redemptionCode must be a string, or an array of strings")
    notes = {}
    for name, value in asked.items():
        if value is None:
            continue
        if not isinstance(value, str):
            raise bad_request(f"{name} must be a string")
        notes[name] = value
    if "timestamp" in notes:
        moment("timestamp", notes["timestamp"])
    return Redemption(codes, many, notes)


def moment(name: str, text: str) -> datetime:
    """An ISO 8601 time with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_request(f"{name} is not a time") from error
    if at.tzinfo is None:
        raise bad_request(f"{name} has no offset")
    return at
