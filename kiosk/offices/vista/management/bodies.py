"""What is sent to Voucher Management, and where. Pure: the same bodies are sent, shown by a dry run, and tested.

The vendor's page elides the recipients' fields. `RECIPIENTS` and the two names beside it are our rule, [?], and stand
nowhere else: a tenant's own reference may ask for others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, assert_never

from kiosk.domain.issuing.wanted import Channel, Client, ClientOrder, Distribution, OrderLine, Recipient, Wanted
from kiosk.domain.money import Money

PREFIX = "/api/v1"
RESOLVE = f"{PREFIX}/identity-resolution/from-operation-result-tokens"

RECIPIENTS = "recipients"
ADDRESS = {Channel.EMAIL: "email", Channel.MOBILE: "mobile"}
NAME = "name"

Json = dict[str, Any]


def path_of(wanted: Wanted) -> str:
    match wanted:
        case Client():
            kind = "client"
        case ClientOrder():
            kind = "client-order"
        case Distribution(channel=Channel.EMAIL):
            kind = "email-distribution"
        case Distribution():
            kind = "mobile-distribution"
        case _:
            assert_never(wanted)
    return f"{PREFIX}/voucher-management/{kind}"


def body_of(wanted: Wanted) -> Json:
    match wanted:
        case Client():
            return _client(wanted)
        case ClientOrder():
            return _order(wanted)
        case Distribution():
            return _distribution(wanted)
        case _:
            assert_never(wanted)


def _client(client: Client) -> Json:
    contact = client.contact
    return {
        "code": client.code,
        "name": client.name,
        "contact": {"name": contact.name, "email": contact.email, "phone": contact.phone, "fax": contact.fax},
        "externalClientId": client.external_client_id,
        "externalData": client.external_data,
        "voucherTypeCodes": list(client.voucher_type_codes),
    }


def _order(order: ClientOrder) -> Json:
    return {
        "clientCode": order.client_code,
        "reference": order.reference,
        "electronicDistribution": order.electronic,
        "externalUserId": order.external_user_id,
        **({"deliveryAddress": dict(order.delivery_address)} if order.delivery_address else {}),
        "externalData": order.external_data,
        "vouchers": [_line(line) for line in order.vouchers],
    }


def _line(line: OrderLine) -> Json:
    return {
        "productCode": line.product_code,
        "quantity": line.quantity,
        "salePrice": _number(line.sale_price),
        "redeemPrice": _number(line.redeem_price),
        **({"expiryDate": _utc(line.expires_at)} if line.expires_at else {}),
    }


def _distribution(distribution: Distribution) -> Json:
    return {
        "reference": distribution.reference,
        "distributionData": distribution.text,
        "distributionItems": [
            {"clientOrderItemId": share.client_order_item_id, "quantityPerRecipient": share.quantity}
            for share in distribution.items
        ],
        "externallyDistributed": True,
        RECIPIENTS: [_recipient(one, distribution.channel) for one in distribution.recipients],
    }


def _recipient(recipient: Recipient, channel: Channel) -> Json:
    return {ADDRESS[channel]: recipient.address, **({NAME: recipient.name} if recipient.name else {})}


def _number(money: Money) -> float:
    """JSON has doubles only. An amount of at most 15 digits is written by one just as it was: 12.34 stays 12.34."""
    return float(money.rounded.amount)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def said_in(wanted: Wanted) -> tuple[str, ...]:
    """Every text of a request that may be about a person: what an office's words must not carry into a record."""
    match wanted:
        case Client(contact=contact):
            return (contact.name, contact.email, contact.phone, contact.fax)
        case ClientOrder(delivery_address=address):
            return tuple(text for _, text in address)
        case Distribution(recipients=recipients):
            return tuple(text for one in recipients for text in (one.address, one.name))
        case _:
            assert_never(wanted)
