"""What the options of `kiosk issue` look like, and what they are made of. What they say is judged by the domain."""

from __future__ import annotations

import re
from typing import Any

import click

MOST_NUMBERS = 100_000


class VoucherOption(click.ParamType[dict[str, object]]):
    """`GIFT10:500:9.50:10.00` as an entry of `[[vouchers]]`."""

    name = "voucher"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, object]:
        if isinstance(value, dict):
            return value
        parts = str(value).rsplit(":", 3)
        if len(parts) != 4 or not all(part.strip() for part in parts):
            self.fail("must be PRODUCT:QUANTITY:SALE:REDEEM, as GIFT10:500:9.50:10.00", param, ctx)
        return dict(zip(("product_code", "quantity", "sale_price", "redeem_price"), parts, strict=True))


class ShareOption(click.ParamType[dict[str, object]]):
    """`1234:2` as an entry of `[[items]]`."""

    name = "item"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, object]:
        if isinstance(value, dict):
            return value
        item, _, each = str(value).partition(":")
        if not re.fullmatch(r"[0-9]{1,15}", item) or not re.fullmatch(r"[0-9]{1,9}", each or "1"):
            self.fail("must be ITEM:QUANTITY, as 1234:2", param, ctx)
        return {"client_order_item_id": int(item), "quantity_per_recipient": int(each or "1")}


class Expiry(click.ParamType[str]):
    """A date, judged by the domain."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value).strip()


class Numbers(click.ParamType[tuple[int, ...]]):
    """`3`, `3,5-9`; `all` is the empty tuple."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        if value == "all":
            return ()
        found: list[int] = []
        for part in str(value).split(","):
            ends = re.fullmatch(r"\s*([0-9]{1,6})(?:-([0-9]{1,6}))?\s*", part)
            if ends is None:
                self.fail("must be numbers of requests, as 3 or 3,5-9, or all", param, ctx)
            first, last = int(ends[1]), int(ends[2] or ends[1])
            if not first <= last or last - first > MOST_NUMBERS:
                self.fail(f"{first}-{last} is no range", param, ctx)
            found += range(first, last + 1)
        return tuple(found)


def given(**options: Any) -> dict[str, Any]:
    """The options that were given: neither None nor empty."""
    return {name: value for name, value in options.items() if value not in (None, [])}
