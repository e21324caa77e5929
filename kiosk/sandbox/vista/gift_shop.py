"""The one completed gift-shop order that the cinema knows. Its cards and vouchers are worth nothing."""

from __future__ import annotations

GIFT_ORDER_ID = "9e4c1f7ab0d24c55a1de3f60827b64aa"

_ITEMS: list[dict[str, object]] = [
    {
        "orderLineId": "1",
        "type": "GiftCard",
        "giftCard": {
            "credentials": {"cardNumber": "6006490000000000017", "pin": "2580"},
            "expiryDate": "2031-12-31T23:59:59Z",
        },
    },
    {
        "orderLineId": "2",
        "type": "GiftCard",
        "giftCard": {"credentials": {"cardNumber": "6006490000000000025", "pin": None}, "expiryDate": None},
    },
    {
        "orderLineId": "3",
        "type": "Voucher",
        "voucher": {"credentials": {"barcode": "ADTMM0000801", "pin": None}, "expiryDate": None},
    },
]
"""The members of a voucher's item are undocumented."""


def redeemable_items(order_id: str) -> list[dict[str, object]] | None:
    """None for any other order."""
    return _ITEMS if order_id == GIFT_ORDER_ID else None
