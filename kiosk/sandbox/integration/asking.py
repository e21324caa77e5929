"""Reading a request as strictly as the vendor might, by its page: no field that is not there, no type but its own."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime

from kiosk.sandbox.door import Call
from kiosk.sandbox.vista.refusals import malformed

Json = Mapping[str, object]

CLIENT = {"code", "name", "contact", "externalClientId", "externalData", "voucherTypeCodes"}
CONTACT = {"name", "email", "phone", "fax"}
ORDER = {
    "clientCode", "reference", "electronicDistribution", "externalUserId", "deliveryAddress", "externalData",
    "vouchers",
}  # fmt: skip
LINE = {"productCode", "quantity", "salePrice", "redeemPrice", "expiryDate"}
DISTRIBUTION = {"reference", "distributionData", "distributionItems", "externallyDistributed", "recipients"}
"""The page elides the recipients' fields. This sandbox takes a list of objects, each with one address somewhere."""
ITEM = {"clientOrderItemId", "quantityPerRecipient"}
MOST_TOKENS = 1000

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|\+?[0-9]{6,15}")


def body(call: Call) -> object:
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise malformed("Content-Type must be application/json")
    try:
        return json.loads(call.body)
    except ValueError as error:
        raise malformed("The body is not JSON") from error


def known(asked: object, fields: set[str], what: str) -> Json:
    if not isinstance(asked, dict):
        raise malformed(f"{what} must be an object")
    unknown = sorted(set(asked) - fields)
    if unknown:
        raise malformed(f"{what} has an unknown field: {unknown[0]}")
    return asked


def text(asked: Json, name: str, *, needed: bool = True) -> str:
    value = asked.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value):
        raise malformed(f"{name} is required")
    return value


def whole(asked: Json, name: str) -> int:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise malformed(f"{name} must be a whole number from 1 on")
    return value


def amount(asked: Json, name: str) -> float:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise malformed(f"{name} must be a number from 0 on")
    return float(value)


def entries(asked: Json, name: str, *, needed: bool = True) -> list[object]:
    value = asked.get(name)
    if not isinstance(value, list) or (needed and not value):
        raise malformed(f"{name} must be an array")
    return value


def check_line(asked: object) -> Json:
    line = known(asked, LINE, "A voucher")
    text(line, "productCode")
    whole(line, "quantity")
    amount(line, "salePrice")
    amount(line, "redeemPrice")
    if line.get("expiryDate") is not None:
        try:
            datetime.fromisoformat(text(line, "expiryDate"))
        except ValueError as error:
            raise malformed("expiryDate must be a time") from error
    return line


def addresses(asked: Json) -> tuple[str, ...]:
    """One of each recipient: the first of its texts that is an e-mail address or a number."""
    found = []
    for one in entries(asked, "recipients"):
        texts = [value for value in one.values() if isinstance(value, str)] if isinstance(one, dict) else []
        address = next((value for value in texts if _ADDRESS.fullmatch(value)), None)
        if address is None:
            raise malformed("A recipient has no address")
        found.append(address)
    return tuple(found)


def tokens(call: Call) -> list[str]:
    asked = body(call)
    if not isinstance(asked, list) or not all(isinstance(token, str) for token in asked):
        raise malformed("The body must be an array of tokens")
    if not 1 <= len(asked) <= MOST_TOKENS:
        raise malformed(f"There must be 1 to {MOST_TOKENS} tokens")
    return asked
